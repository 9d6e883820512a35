import { ConnectError } from '../../errors/connect-error.ts';
import { abortable } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { cancelled } from '../connection/pending-request.ts';
import { ClassicGroupMember } from '../group/classic-group-member.ts';
import { LoneCommitter } from '../group/lone-committer.ts';
import type {
  ConsumedBatch,
  ConsumedRecord,
  Consumer,
  ConsumerOptions,
  GroupMembershipOperation,
  RebalanceListener,
} from '../ports/consumer.ts';
import type { ConsumerGroupMetadata } from '../ports/producer.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import { settingError } from '../settings-table.ts';
import { ClassicGroupSession } from './classic-group-session.ts';
import { ConsumerGroupSession } from './consumer-group-session.ts';
import { type ConsumerSettings, parseConsumerSettings } from './consumer-settings.ts';
import type { SharedFrame } from './fetch-memory.ts';
import { FetchState } from './fetch-state.ts';
import { Fetcher } from './fetcher.ts';
import { type GroupOffsets, type GroupSession, partitionName } from './group-session.ts';
import { Positions } from './positions.ts';
import { TopicSelection } from './topic-selection.ts';

/** A poll that always has records at hand must let sockets and timers have their turn. */
const yieldEveryMs = 4;
let consumers = 0;

/** The `Consumer` port: see kafka-client.ts. */
export class KafkaConsumer implements Consumer {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #states = new Map<string, FetchState>();
  readonly #fetcher: Fetcher;
  readonly #positions: Positions;
  readonly #closing = new AbortController();
  /** Frames whose records the last poll gave out to the end. */
  readonly #spent: SharedFrame[] = [];
  readonly #stopListening: () => void;
  readonly #onClosed: () => void;
  #session: GroupSession | null = null;
  /** For commits without a subscription. */
  #loneCommitter: LoneCommitter | null = null;
  #assignedTopics: ReadonlySet<string> = new Set();
  #isPolling = false;
  #isWakeupDue = false;
  #wake: (() => void) | null = null;
  #yieldedAt = performance.now();

  /** Throws a `config` error that names the key. `onClosed` is called once, when the cluster is no longer needed. */
  constructor(cluster: Cluster, options: ConsumerOptions, onClosed: () => void = () => undefined) {
    this.#cluster = cluster;
    this.#onClosed = onClosed;
    this.#settings = parseConsumerSettings(options.properties);
    const { groupId } = this.#settings;
    this.#positions = new Positions(
      cluster,
      this.#settings,
      groupId === null ? null : (partitions) => this.#offsets().committed(partitions),
      this.#closing.signal,
      (frames) => this.#spent.push(...frames),
    );
    this.#fetcher = new Fetcher(cluster, this.#settings, this.#states, `fetch ${++consumers}`, {
      onProgress: () => this.#notify(),
      onOutOfRange: (state) => this.#positions.onOutOfRange(state),
      onTruncated: (state, end) => this.#positions.onTruncated(state, end),
      onTopicReplaced: (state) => this.#positions.onTopicReplaced(state),
      onSpent: (frames) => this.#spent.push(...frames),
    });
    this.#stopListening = cluster.onMetadata(() => this.#fetcher.pump());
  }

  subscribe(topics: readonly string[] | RegExp, listener: RebalanceListener): void {
    this.#requireOpen();
    const groupId = this.#requireGroup();
    if (this.#session !== null || this.#states.size > 0) throw alreadyReading();
    const parts = {
      cluster: this.#cluster,
      settings: this.#settings,
      groupId,
      selection: new TopicSelection(this.#cluster, this.#settings, topics),
      listener,
      begin: (partitions: readonly TopicPartition[]) => this.#begin(partitions),
      end: (partitions: readonly TopicPartition[]) => this.#end(partitions),
      onEvent: () => this.#notify(),
    };
    this.#session =
      this.#settings.groupProtocol === 'consumer'
        ? new ConsumerGroupSession(parts)
        : new ClassicGroupSession({
            ...parts,
            createMember: (options) => new ClassicGroupMember(this.#cluster, options),
          });
  }

  assign(partitions: readonly TopicPartition[]): void {
    this.#requireOpen();
    if (this.#session !== null) throw alreadyReading();
    const wanted = new Set(partitions.map(partitionName));
    this.#end([...this.#states.values()].filter((state) => !wanted.has(state.name)));
    this.#begin(partitions.filter((at) => !this.#states.has(partitionName(at))));
    const topics = new Set(partitions.map(({ topic }) => topic));
    this.#cluster.track(topics, this);
    this.#cluster.untrack(
      [...this.#assignedTopics].filter((topic) => !topics.has(topic)),
      this,
    );
    this.#assignedTopics = topics;
  }

  async poll(timeoutMs: number, signal?: AbortSignal): Promise<readonly ConsumedBatch[]> {
    this.#requireOpen();
    if (this.#isPolling) throw new ConnectError('illegal-state', 'the consumer is already being polled');
    this.#isPolling = true;
    this.#session?.pollBegins();
    try {
      return await this.#poll(performance.now() + timeoutMs, signal);
    } finally {
      this.#isPolling = false;
      if (!this.#closing.signal.aborted) this.#session?.pollEnds();
    }
  }

  /** Bytes of fetched frames that are kept for poll or that the last poll gave records of. */
  get heldBytes(): number {
    return this.#fetcher.heldBytes;
  }

  wakeup(): void {
    this.#isWakeupDue = true;
    this.#notify();
  }

  assignment(): readonly TopicPartition[] {
    return [...this.#states.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const state of partitions.map((at) => this.#require(at))) state.isPaused = true;
    this.#fetcher.pump();
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const state of partitions.map((at) => this.#require(at))) state.isPaused = false;
    this.#fetcher.pump();
    this.#notify();
  }

  seek(partition: TopicPartition, offset: number): void {
    if (!(Number.isSafeInteger(offset) && offset >= 0)) {
      throw new ConnectError('bad-request', `seek offset must be a non-negative whole number, not ${offset}`);
    }
    this.#spent.push(...this.#require(partition).moveTo(offset));
    this.#fetcher.pump();
  }

  async position(partition: TopicPartition): Promise<number> {
    const state = this.#require(partition);
    if (state.position === null) {
      const what = `finding the position of ${state.name}`;
      const limit = AbortSignal.any([
        this.#closing.signal,
        AbortSignal.timeout(Math.max(1, this.#settings.apiTimeoutMs)),
      ]);
      try {
        await abortable(this.#positions.find([state]), limit, what);
      } catch (error) {
        if (this.#closing.signal.aborted) throw error;
        throw new ConnectError('timeout', `${what} took longer than ${this.#settings.apiTimeoutMs} ms`, {
          retriable: true,
        });
      }
      this.#fetcher.pump();
    }
    const { error, position } = state;
    if (position !== null) return position;
    state.error = null;
    throw error ?? new ConnectError('retriable', `the position of ${state.name} could not be found out`);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    this.#requireGroup();
    return await this.#offsets().committed(partitions);
  }

  groupMetadata(): ConsumerGroupMetadata | undefined {
    const { groupId, groupInstanceId } = this.#settings;
    return groupId === null ? undefined : { groupId, groupInstanceId, ...this.#offsets().identity };
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    this.#requireGroup();
    if (offsets.length > 0) await this.#offsets().commit(offsets.map((at) => this.#withEpoch(at)));
  }

  #withEpoch(committed: CommittedOffset): CommittedOffset {
    if (committed.leaderEpoch !== undefined) return committed;
    const leaderEpoch = this.#states.get(partitionName(committed))?.epochBefore(committed.offset) ?? -1;
    return leaderEpoch < 0 ? committed : { ...committed, leaderEpoch };
  }

  async close(timeoutMs: number, operation: GroupMembershipOperation = 'default'): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#notify();
    const session = this.#session;
    try {
      if (session !== null) {
        const limit = AbortSignal.timeout(Math.min(Math.max(1, timeoutMs), 0x7fffffff));
        await abortable(session.close(timeoutMs, operation), limit, 'leaving the group').catch(
          () => undefined,
        );
        session.throwFailure();
      }
    } finally {
      this.#stopListening();
      this.#cluster.untrack(this.#assignedTopics, this);
      await this.#fetcher.close();
      this.#end([...this.#states.values()]);
      this.#releaseSpent();
      this.#onClosed();
    }
  }

  async #poll(deadline: number, signal: AbortSignal | undefined): Promise<readonly ConsumedBatch[]> {
    this.#releaseSpent();
    if (performance.now() - this.#yieldedAt > yieldEveryMs) await this.#yield();
    for (;;) {
      if (this.#closing.signal.aborted || signal?.aborted === true) throw cancelled('poll');
      if (this.#isWakeupDue) {
        this.#isWakeupDue = false;
        return [];
      }
      if (this.#session !== null) {
        await this.#session.step();
        this.#session.throwFailure();
      }
      this.#findPositions();
      this.#throwError();
      const batches = this.#collect();
      if (batches.length > 0) return batches;
      const left = deadline - performance.now();
      if (left <= 0) return [];
      await this.#untilNotified(Math.min(left, this.#session?.msUntilStep ?? left), signal);
      this.#yieldedAt = performance.now();
    }
  }

  #collect(): readonly ConsumedBatch[] {
    const batches: ConsumedBatch[] = [];
    let room = this.#settings.maxPollRecords;
    let memory = Math.max(1, this.#settings.fetchMaxBytes);
    let isRoomMade = false;
    for (const state of [...this.#states.values()]) {
      while (room > 0 && memory > 0 && !state.isPaused) {
        const chunk = state.chunks[0];
        if (chunk === undefined) break;
        const records: ConsumedRecord[] = [];
        const { cursor } = chunk;
        const decompressedBefore = cursor.decompressedBytes;
        let isMore: boolean;
        try {
          isMore = cursor.take(room, records, memory);
        } catch (error) {
          // What came before the damage is good; the damage is found again in the next poll.
          if (records.length === 0 && batches.length === 0) throw error;
          isMore = true;
          room = records.length;
        }
        memory -= cursor.decompressedBytes - decompressedBefore;
        const { nextOffset } = cursor;
        state.advance(nextOffset, cursor.leaderEpoch);
        if (!isMore) {
          this.#spent.push(state.dropChunk());
          isRoomMade = true;
          // Whoever had records goes behind those who wait.
          this.#states.delete(state.name);
          this.#states.set(state.name, state);
        }
        if (records.length > 0) {
          const { topic, partition, highWatermark } = state;
          batches.push({ topic, partition, records, nextOffset, highWatermark });
          room -= records.length;
        }
      }
      if (room <= 0 || memory <= 0) break;
    }
    if (isRoomMade) this.#fetcher.pump();
    return batches;
  }

  #throwError(): void {
    for (const state of this.#states.values()) {
      const { error } = state;
      // Records that came before the trouble are given first.
      if (error === null || state.chunks.length > 0) continue;
      // One error may stand for several partitions.
      for (const other of this.#states.values()) if (other.error === error) other.error = null;
      this.#fetcher.pump();
      throw error;
    }
  }

  #findPositions(): void {
    const lost = [...this.#states.values()].filter(
      (state) => state.position === null && state.error === null && !this.#positions.isAsking(state),
    );
    if (lost.length === 0) return;
    void this.#positions.find(lost).then(() => {
      this.#fetcher.pump();
      this.#notify();
    });
  }

  #begin(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) this.#states.set(partitionName(at), new FetchState(at));
    this.#notify();
  }

  #end(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      const state = this.#states.get(partitionName(at));
      if (state === undefined) continue;
      this.#spent.push(...state.moveTo(null));
      this.#states.delete(state.name);
    }
  }

  #releaseSpent(): void {
    for (const frame of this.#spent.splice(0)) frame.done();
    for (const state of this.#states.values()) state.chunks[0]?.memory.releasePast();
  }

  #offsets(): GroupOffsets {
    if (this.#session !== null) return this.#session;
    this.#loneCommitter ??= new LoneCommitter(this.#cluster, this.#requireGroup());
    return this.#loneCommitter;
  }

  #require(at: TopicPartition): FetchState {
    const state = this.#states.get(partitionName(at));
    if (state !== undefined) return state;
    throw new ConnectError('illegal-state', `No current assignment for partition ${partitionName(at)}`);
  }

  #requireGroup(): string {
    const { groupId } = this.#settings;
    if (groupId !== null) return groupId;
    throw settingError(
      'group.id',
      'To use the group management or offset commit APIs, you must provide a valid group.id in the consumer configuration.',
    );
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted || this.#cluster.closed)
      throw new ConnectError('cancelled', 'This consumer has already been closed.');
  }

  #notify(): void {
    this.#wake?.();
  }

  async #untilNotified(leftMs: number, signal: AbortSignal | undefined): Promise<void> {
    // What happened while poll was awaiting something else woke nobody.
    if (this.#isWakeupDue || this.#closing.signal.aborted || signal?.aborted === true) return;
    if (this.#session?.needsStep === true) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.ceil(leftMs), 0x7fffffff));
      signal?.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }

  async #yield(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#yieldedAt = performance.now();
  }
}

function alreadyReading(): ConnectError {
  return new ConnectError(
    'illegal-state',
    'Subscription to topics and assignment of partitions are mutually exclusive',
  );
}
