import { ConnectError } from '../../errors/connect-error.ts';
import type { BufferPool } from '../buffer-pool.ts';
import { backoffMs } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { FramedResponse } from '../connection/connection.ts';
import { kafkaErrorOf, kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { FetchResponse, PartitionData } from '../protocol/generated/fetch.js';
import { AbortedTransactions } from '../record-batch/aborted-transactions.ts';
import {
  isCurrentFormat,
  lastBatchWithin,
  leaderEpochAt,
  offsetBehind,
} from '../record-batch/batch-layout.ts';
import { RecordCursor } from '../record-batch/record-cursor.ts';
import { ChunkMemory } from './chunk-memory.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { SharedFrame } from './fetch-memory.ts';
import { noTopicId } from './fetch-session.ts';
import type { FetchState } from './fetch-state.ts';

/** What a request asked for, of one partition. */
export interface Asked {
  readonly state: FetchState;
  readonly offset: number;
  readonly version: number;
  /** It was a read replica that was asked, and not the leader. */
  readonly isReplica: boolean;
}

/** Where the leader's log parts from what was read: the end of that epoch in the leader's log. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly offset: number;
}

export interface FetchEvents {
  /** The broker no longer (or not yet) has the position. */
  readonly onOutOfRange: (state: FetchState) => void;
  /** The log was cut before the position, and may have been written anew. Null: nothing is left of that epoch. */
  readonly onTruncated: (state: FetchState, end: EpochEnd | null) => void;
}

/** Failures in a row after which an operator should hear of it. */
const manyFailures = 10;

/** Brings what brokers answered to the partitions that it was asked for. */
export class FetchAnswers {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #pool: BufferPool;
  readonly #events: FetchEvents;

  constructor(cluster: Cluster, settings: ConsumerSettings, pool: BufferPool, events: FetchEvents) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#pool = pool;
    this.#events = events;
  }

  /** Calls `release` once no record of the answer is needed any more, which may be before it returns. */
  take(
    { response }: FramedResponse<FetchResponse>,
    asked: ReadonlyMap<string, Asked>,
    isAssigned: (state: FetchState) => boolean,
    release: () => void,
  ): void {
    const memories: ChunkMemory[] = [];
    const frame = new SharedFrame(() => {
      for (const memory of memories) memory.releaseAll();
      release();
    });
    // Held until all partitions are looked at.
    frame.use();
    if (response.errorCode !== 0) {
      this.#cluster.log('warn', `a fetch was refused: ${kafkaErrorOf(response.errorCode).name}`);
      for (const { state } of asked.values()) this.#block(state);
    }
    const names = new Map<string, string>();
    for (const { state } of asked.values()) {
      if (state.topicId !== null) names.set(state.topicId, state.topic);
    }
    for (const { topic, topicId, partitions } of response.responses) {
      const name = topicId === noTopicId ? topic : names.get(topicId);
      for (const data of partitions) {
        const question = asked.get(`${name}-${data.partitionIndex}`);
        // Seeks and rebalances may have come between.
        if (question === undefined || !isAssigned(question.state) || isObsolete(question)) continue;
        if (data.errorCode !== 0) this.#refuse(question, data);
        else {
          const memory = new ChunkMemory(this.#pool);
          memories.push(memory);
          this.#takePartition(question, data, frame, memory);
        }
      }
    }
    frame.done();
  }

  #takePartition(asked: Asked, data: PartitionData, frame: SharedFrame, memory: ChunkMemory): void {
    const { state, offset } = asked;
    state.failures = 0;
    if (data.divergingEpoch.endOffset >= 0) {
      this.#events.onTruncated(state, {
        leaderEpoch: data.divergingEpoch.epoch,
        offset: data.divergingEpoch.endOffset,
      });
      return;
    }
    state.highWatermark = data.highWatermark;
    if (data.preferredReadReplica >= 0 && !asked.isReplica) {
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
    const epoch = isCurrentFormat(records, last) ? leaderEpochAt(records, last) : -1;
    const behind = Math.max(offsetBehind(records, last), offset);
    state.add({ frame, cursor, memory, bytes: records.length }, behind, epoch);
  }

  #refuse({ state, offset, isReplica }: Asked, data: PartitionData): void {
    const { name, staleMetadata, retriable } = kafkaErrorOf(data.errorCode);
    state.readReplica = null;
    const what = `fetch ${state.name} at offset ${offset}`;
    switch (name) {
      case 'OFFSET_OUT_OF_RANGE':
        // A replica may lag behind, so only the leader can say so.
        if (isReplica) return;
        // What was fetched before is still good; the question comes up again once it is used up.
        if (state.chunks.length === 0) this.#events.onOutOfRange(state);
        else this.#block(state);
        return;
      case 'CORRUPT_MESSAGE':
        state.error = new ConnectError('data', `${what}: the broker finds its own log damaged there`, {
          details: { kafkaError: name, topic: state.topic, partition: state.partition, offset },
        });
        return;
      case 'UNKNOWN_SERVER_ERROR':
      case 'OFFSET_NOT_AVAILABLE':
      case 'FENCED_LEADER_EPOCH':
      case 'UNKNOWN_LEADER_EPOCH':
      case 'KAFKA_STORAGE_ERROR':
        this.#cluster.refreshSoon();
        this.#block(state, what, name);
        return;
    }
    if (staleMetadata) this.#cluster.refreshSoon();
    if (retriable) this.#block(state, what, name);
    else state.error = kafkaFailure(data.errorCode, what);
  }

  #block(state: FetchState, what?: string, error?: string): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#settings;
    state.blockedUntil = performance.now() + backoffMs(retryBackoffMs, retryBackoffMaxMs, state.failures++);
    if (what === undefined) return;
    const level = state.failures === manyFailures ? 'warn' : 'debug';
    this.#cluster.log(level, `${what}: ${error}, ${state.failures} times in a row`);
  }
}

/** What was asked for is no longer what comes next. */
function isObsolete({ state, offset }: Asked): boolean {
  return state.position === null || state.fetchOffset !== offset;
}
