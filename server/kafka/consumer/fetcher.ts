import { isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { FramedResponse } from '../connection/connection.ts';
import { FramePool } from '../connection/frame-pool.ts';
import { kafkaErrorOf, kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { FetchResponse, PartitionData } from '../protocol/generated/fetch.js';
import { fetchApi } from '../protocol/generated/fetch.js';
import { AbortedTransactions } from '../record-batch/aborted-transactions.ts';
import { lastBatchWithin, offsetBehind } from '../record-batch/batch-layout.ts';
import { RecordCursor } from '../record-batch/record-cursor.ts';
import { ChunkMemory } from './chunk-memory.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { type FetchState, SharedFrame } from './fetch-state.ts';

interface Asked {
  readonly state: FetchState;
  readonly offset: number;
}

interface Lane {
  isFetching: boolean;
  blockedUntil: number;
  failures: number;
}

/** A partition's share of a response leaves room for the rest of it, so that a frame is not twice as large for little. */
const frameReserve = 4096;

export interface FetcherListener {
  /** New records, or an error, or a position to be found out: poll has something to do. */
  readonly onProgress: () => void;
  /** The broker no longer (or not yet) has the position. */
  readonly onOutOfRange: (state: FetchState) => void;
}

/**
 * Fetches ahead of poll: one request per broker at a time, for all partitions that have room, as soon as none of the
 * broker's partitions has more than it needs. (A request would otherwise wait at the broker for quiet partitions while
 * a busy one runs dry.) `pump` looks what there is to ask; call it when anything has changed.
 */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #states: ReadonlyMap<string, FetchState>;
  readonly #purpose: string;
  readonly #listener: FetcherListener;
  readonly #lanes = new Map<number, Lane>();
  readonly #pool = new FramePool();
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    states: ReadonlyMap<string, FetchState>,
    purpose: string,
    listener: FetcherListener,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#states = states;
    this.#purpose = purpose;
    this.#listener = listener;
  }

  pump(): void {
    if (this.#closing.signal.aborted) return;
    const now = performance.now();
    const { maxPartitionFetchBytes, fetchMaxBytes } = this.#settings;
    const wanted = new Map<number, FetchState[]>();
    const busy = new Set<number>();
    let buffered = 0;
    for (const state of this.#states.values()) {
      buffered += state.bufferedBytes;
      if (state.isPaused || state.position === null || state.error !== null) continue;
      if (state.blockedUntil > now) {
        this.#wakeAt(state.blockedUntil);
        continue;
      }
      const node = this.#nodeFor(state, now);
      if (node < 0) {
        this.#cluster.refreshSoon();
        this.#wakeAt(now + this.#settings.retryBackoffMs);
      } else if (state.isFull(maxPartitionFetchBytes)) busy.add(node);
      else {
        const states = wanted.get(node);
        if (states === undefined) wanted.set(node, [state]);
        else states.push(state);
      }
    }
    if (buffered >= fetchMaxBytes && fetchMaxBytes > 0) return;
    for (const [node, states] of wanted) if (!busy.has(node)) this.#fetch(node, states, now);
  }

  close(): void {
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#cluster.dropConnections(this.#purpose);
  }

  #nodeFor(state: FetchState, now: number): number {
    const replica = state.readReplica;
    if (replica !== null && replica.until > now && this.#cluster.metadata.brokers.has(replica.node)) {
      return replica.node;
    }
    state.readReplica = null;
    return this.#cluster.leader(state.topic, state.partition);
  }

  #wakeAt(time: number): void {
    if (time >= this.#timerAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = time;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.pump();
      },
      Math.max(1, Math.ceil(time - performance.now())),
    );
  }

  #fetch(node: number, states: readonly FetchState[], now: number): void {
    let lane = this.#lanes.get(node);
    if (lane === undefined) {
      lane = { isFetching: false, blockedUntil: 0, failures: 0 };
      this.#lanes.set(node, lane);
    }
    if (lane.isFetching) return;
    if (lane.blockedUntil > now) {
      this.#wakeAt(lane.blockedUntil);
      return;
    }
    lane.isFetching = true;
    const asked = new Map<string, Asked>();
    for (const state of states) {
      asked.set(state.name, { state, offset: state.fetchOffset });
    }
    const { fetchMaxWaitMs, fetchMinBytes, fetchMaxBytes, committedOnly, requestTimeoutMs, rack } =
      this.#settings;
    const request = {
      maxWaitMs: fetchMaxWaitMs,
      minBytes: fetchMinBytes,
      maxBytes: fetchMaxBytes,
      isolationLevel: committedOnly ? 1 : 0,
      topics: this.#topicsOf(states),
      rackId: rack,
    };
    const options = {
      purpose: this.#purpose,
      timeoutMs: requestTimeoutMs + fetchMaxWaitMs,
      signal: this.#closing.signal,
    };
    const own = lane;
    this.#cluster.requestFramed(node, fetchApi, request, options).then(
      (answer) => {
        own.isFetching = false;
        own.failures = 0;
        this.#take(answer, asked);
        if (answer.response.throttleTimeMs > 0) {
          own.blockedUntil = performance.now() + answer.response.throttleTimeMs;
        }
        this.#listener.onProgress();
        this.pump();
      },
      (error: unknown) => {
        own.isFetching = false;
        if (this.#closing.signal.aborted || this.#cluster.closed) return;
        const { retryBackoffMs, retryBackoffMaxMs } = this.#settings;
        own.blockedUntil = performance.now() + backoffMs(retryBackoffMs, retryBackoffMaxMs, own.failures++);
        this.#cluster.log('debug', `fetching from node ${node} failed: ${messageOf(error)}`);
        if (isConnectError(error) && !error.retriable) {
          for (const { state } of asked.values()) state.error = error;
          this.#listener.onProgress();
        }
        this.pump();
      },
    );
  }

  #topicsOf(states: readonly FetchState[]): {
    topic: string;
    partitions: { partition: number; fetchOffset: number; partitionMaxBytes: number }[];
  }[] {
    const { maxPartitionFetchBytes } = this.#settings;
    const partitionMaxBytes =
      maxPartitionFetchBytes > 16 * frameReserve
        ? maxPartitionFetchBytes - frameReserve
        : maxPartitionFetchBytes;
    const topics = new Map<string, { partition: number; fetchOffset: number; partitionMaxBytes: number }[]>();
    for (const { topic, partition, fetchOffset } of states) {
      const at = { partition, fetchOffset, partitionMaxBytes };
      const partitions = topics.get(topic);
      if (partitions === undefined) topics.set(topic, [at]);
      else partitions.push(at);
    }
    return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
  }

  #take(answer: FramedResponse<FetchResponse>, asked: ReadonlyMap<string, Asked>): void {
    const { response } = answer;
    const memories: ChunkMemory[] = [];
    const frame = new SharedFrame(() => {
      answer.release();
      for (const memory of memories) memory.releaseAll();
    });
    // Held until all partitions are looked at.
    frame.use();
    if (response.errorCode !== 0) {
      const error = kafkaErrorOf(response.errorCode);
      this.#cluster.log('warn', `a fetch was refused: ${error.name}`);
      for (const { state } of asked.values()) this.#block(state);
    }
    for (const { topic, partitions } of response.responses) {
      for (const data of partitions) {
        const question = asked.get(`${topic}-${data.partitionIndex}`);
        // Seeks and rebalances may have come between.
        if (question === undefined || this.#isObsolete(question)) continue;
        const memory = new ChunkMemory(this.#pool);
        memories.push(memory);
        this.#takePartition(question.state, question.offset, data, frame, memory);
      }
    }
    frame.done();
  }

  /** What was asked for is still what comes next, whatever was sought meanwhile. */
  #isObsolete({ state, offset }: Asked): boolean {
    return this.#states.get(state.name) !== state || state.position === null || state.fetchOffset !== offset;
  }

  #takePartition(
    state: FetchState,
    offset: number,
    data: PartitionData,
    frame: SharedFrame,
    memory: ChunkMemory,
  ): void {
    if (data.errorCode !== 0) {
      this.#refuse(state, data);
      return;
    }
    state.failures = 0;
    state.highWatermark = data.highWatermark;
    if (data.preferredReadReplica >= 0) {
      const until = performance.now() + this.#settings.metadataMaxAgeMs;
      state.readReplica = { node: data.preferredReadReplica, until };
    }
    const { records } = data;
    if (records === null || records.length === 0) return;
    const last = lastBatchWithin(records, 0, records.length);
    const { topic, partition } = state;
    if (last < 0) {
      state.error = kafkaFailure(
        kafkaErrors.MESSAGE_TOO_LARGE,
        `fetch ${state.name} at offset ${offset}`,
        'not one whole record batch came; raise max.partition.fetch.bytes or fetch.max.bytes',
      );
      return;
    }
    const cursor = new RecordCursor(records, 0, records.length, {
      topic,
      partition,
      fetchOffset: offset,
      checkCrcs: this.#settings.checkCrcs,
      pool: memory,
      abortedTransactions: this.#settings.committedOnly
        ? new AbortedTransactions(data.abortedTransactions ?? [])
        : undefined,
    });
    state.add(
      { frame, cursor, memory, bytes: records.length },
      Math.max(offsetBehind(records, last), offset),
    );
  }

  #refuse(state: FetchState, data: PartitionData): void {
    const { name, staleMetadata, retriable } = kafkaErrorOf(data.errorCode);
    state.readReplica = null;
    const what = `fetch ${state.name} at offset ${state.fetchOffset}`;
    switch (name) {
      case 'OFFSET_OUT_OF_RANGE':
        // What was fetched before is still good; the question comes up again once it is used up.
        if (state.chunks.length === 0) this.#listener.onOutOfRange(state);
        else this.#block(state);
        return;
      case 'UNKNOWN_SERVER_ERROR':
      case 'OFFSET_NOT_AVAILABLE':
      case 'FENCED_LEADER_EPOCH':
      case 'UNKNOWN_LEADER_EPOCH':
      case 'KAFKA_STORAGE_ERROR':
        this.#cluster.refreshSoon();
        this.#block(state);
        return;
    }
    if (staleMetadata) this.#cluster.refreshSoon();
    this.#cluster.log('debug', `${what}: ${name}`);
    if (retriable) this.#block(state);
    else state.error = kafkaFailure(data.errorCode, what);
  }

  #block(state: FetchState): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#settings;
    state.blockedUntil = performance.now() + backoffMs(retryBackoffMs, retryBackoffMaxMs, state.failures++);
  }
}
