import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { listOffsets } from '../admin/partition-offsets.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { EpochEnd } from './fetch-answers.ts';
import type { SharedFrame } from './fetch-memory.ts';
import type { FetchState } from './fetch-state.ts';

type FetchCommitted = (partitions: readonly TopicPartition[]) => Promise<readonly CommittedOffset[]>;

/** Finds out where to begin: at the committed offset, or where `auto.offset.reset` says. */
export class Positions {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  /** Null without a group. */
  readonly #fetchCommitted: FetchCommitted | null;
  readonly #signal: AbortSignal;
  readonly #onSpent: (frames: readonly SharedFrame[]) => void;
  /** Their committed offset is known to be useless. */
  readonly #outOfRange = new WeakSet<FetchState>();
  readonly #asking = new Map<FetchState, Promise<void>>();

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    fetchCommitted: FetchCommitted | null,
    signal: AbortSignal,
    onSpent: (frames: readonly SharedFrame[]) => void,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#fetchCommitted = fetchCommitted;
    this.#signal = signal;
    this.#onSpent = onSpent;
  }

  /** Resolves when all of them have a position or an error. Never rejects. */
  async find(states: readonly FetchState[]): Promise<void> {
    const lost = states.filter((state) => state.position === null && state.error === null);
    const fresh = lost.filter((state) => !this.#asking.has(state));
    if (fresh.length > 0) {
      const asking = this.#ask(fresh).finally(() => {
        for (const state of fresh) this.#asking.delete(state);
      });
      for (const state of fresh) this.#asking.set(state, asking);
    }
    await Promise.all(lost.map((state) => this.#asking.get(state)));
  }

  isAsking(state: FetchState): boolean {
    return this.#asking.has(state);
  }

  /** The broker does not have the position: begin where the policy says. */
  onOutOfRange(state: FetchState): void {
    this.#beginAnew(
      state,
      'OFFSET_OUT_OF_RANGE',
      `offset ${state.fetchOffset} of ${state.name} is out of range`,
    );
  }

  /** The topic was deleted, and offsets of the one that has its name now mean something else. */
  onTopicReplaced(state: FetchState): void {
    const what = `topic ${state.topic} was deleted and made anew, so offset ${state.position} of ${state.name} is gone`;
    this.#beginAnew(state, 'OFFSET_OUT_OF_RANGE', what);
  }

  /** The log was cut: go back to where it parts from what was read, or (null) to where the policy says. */
  onTruncated(state: FetchState, end: EpochEnd | null): void {
    if (state.chunks.length > 0) {
      // What poll has given out may be good still; it is compared again from there.
      this.#onSpent(state.dropAhead());
      return;
    }
    const what = `the log of ${state.name} was cut before offset ${state.fetchOffset} of leader epoch ${state.fetchEpoch}`;
    if (end === null) {
      this.#beginAnew(state, 'LOG_TRUNCATION', what);
    } else if (end.offset >= state.fetchOffset) {
      // What was read has been written anew, but nobody can say from where; at least nothing is missed from here.
      this.#onSpent(state.moveTo(state.fetchOffset, end.leaderEpoch));
    } else if (this.#settings.offsetReset === 'none') {
      const details = { divergingOffset: end.offset, divergingEpoch: end.leaderEpoch };
      this.#lose(state, 'LOG_TRUNCATION', `${what}, it parts at offset ${end.offset}`, details);
    } else {
      this.#cluster.log('info', `${what}: reading goes on at offset ${end.offset}`);
      this.#onSpent(state.moveTo(end.offset, end.leaderEpoch));
    }
  }

  #beginAnew(state: FetchState, kafkaError: string, what: string): void {
    if (this.#settings.offsetReset === 'none') {
      this.#lose(state, kafkaError, what, {});
      return;
    }
    this.#cluster.log('info', `${what}: auto.offset.reset applies`);
    this.#onSpent(state.moveTo(null));
    this.#outOfRange.add(state);
  }

  #lose(state: FetchState, kafkaError: string, what: string, more: Readonly<Record<string, number>>): void {
    const { topic, partition, fetchOffset } = state;
    state.error = new ConnectError(
      'kafka',
      `${what}, and auto.offset.reset is none: seek to an offset that is there`,
      { details: { kafkaError, topic, partition, offset: fetchOffset, ...more } },
    );
  }

  async #ask(states: readonly FetchState[]): Promise<void> {
    const versions = new Map(states.map((state) => [state, state.version]));
    const isCurrent = (state: FetchState): boolean => state.version === versions.get(state);
    try {
      const committed = await this.#committedOf(states.filter((state) => !this.#outOfRange.has(state)));
      const toReset: FetchState[] = [];
      for (const state of states) {
        const found = committed.get(state.name);
        if (found === undefined) toReset.push(state);
        else if (isCurrent(state)) state.moveTo(found.offset, found.leaderEpoch ?? -1);
      }
      await this.#reset(toReset.filter(isCurrent), isCurrent);
    } catch (error) {
      if (this.#signal.aborted) return;
      const failure = isConnectError(error)
        ? error
        : new ConnectError('unknown', `finding positions failed: ${messageOf(error)}`, { cause: error });
      for (const state of states) if (isCurrent(state) && state.position === null) state.error = failure;
    }
  }

  async #committedOf(states: readonly FetchState[]): Promise<ReadonlyMap<string, CommittedOffset>> {
    if (this.#fetchCommitted === null || states.length === 0) return new Map();
    const offsets = await this.#fetchCommitted(states.map(({ topic, partition }) => ({ topic, partition })));
    return new Map(offsets.map((committed) => [`${committed.topic}-${committed.partition}`, committed]));
  }

  async #reset(states: readonly FetchState[], isCurrent: (state: FetchState) => boolean): Promise<void> {
    const { offsetReset, committedOnly } = this.#settings;
    if (states.length === 0) return;
    if (offsetReset === 'none') throw noPosition(states);
    const spec =
      typeof offsetReset === 'string'
        ? offsetReset
        : { timestamp: Math.max(0, Date.now() - offsetReset.ageMs) };
    const options = { signal: this.#signal, committedOnly };
    const found = new Map<string, number>();
    for (const { topic, partition, offset } of await listOffsets(this.#cluster, states, spec, options)) {
      found.set(`${topic}-${partition}`, offset);
    }
    // No record is that young: begin with the next one.
    const without = states.filter((state) => (found.get(state.name) ?? -1) < 0);
    if (without.length > 0) {
      for (const at of await listOffsets(this.#cluster, without, 'latest', options)) {
        found.set(`${at.topic}-${at.partition}`, at.offset);
      }
    }
    for (const state of states) {
      const offset = found.get(state.name);
      if (offset === undefined || !isCurrent(state)) continue;
      this.#outOfRange.delete(state);
      state.moveTo(offset);
    }
  }
}

function noPosition(states: readonly FetchState[]): ConnectError {
  const names = states.map(({ name }) => name).join(', ');
  const [first] = states;
  return new ConnectError(
    'kafka',
    `${names}: there is no committed offset, and auto.offset.reset is none: seek to an offset`,
    {
      details: {
        kafkaError: 'NO_OFFSET_FOR_PARTITION',
        topic: first?.topic,
        partition: first?.partition,
        partitions: states.map(({ name }) => name),
      },
    },
  );
}
