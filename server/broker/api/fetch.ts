import { setImmediate as afterEvents } from 'node:timers/promises';
import { messageOf } from '../../errors/connect-error.ts';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import {
  type FetchPartition,
  type FetchRequest,
  type FetchResponseInput,
  fetchApi,
  type PartitionDataInput,
} from '../../kafka/protocol/generated/fetch.js';
import type { Broker } from '../broker.ts';
import { type PartitionLog, leaderEpoch as theLeaderEpoch } from '../log/partition-log.ts';
import { readLog } from '../log/read-log.ts';
import type { Topic } from '../topics/topic.ts';
import { type RequestContext, type ServedApi, serve } from './served-api.ts';

/** A client that waits for more than this would hold its connection without need. */
const longestWaitMs = 5 * 60_000;
/** As Kafka's `fetch.max.bytes`: bounds the memory of one answer, whatever the client asks for. */
const largestAnswerBytes = 57_671_680;
const nothing = Buffer.alloc(0);

interface Round {
  readonly response: FetchResponseInput;
  readonly bytes: number;
  readonly hasError: boolean;
  readonly logs: readonly PartitionLog[];
}

export function fetchApis(broker: Broker): readonly ServedApi[] {
  return [
    serve(fetchApi, {}, async (request, context) => {
      // Sessions are not kept: id 0 in every answer tells the client to name all partitions each time.
      if (request.sessionId !== 0) {
        return { errorCode: kafkaErrors.FETCH_SESSION_ID_NOT_FOUND, sessionId: 0, responses: [] };
      }
      const first = readRound(broker, request, context);
      const missing = request.minBytes - first.bytes;
      if (first.hasError || missing <= 0 || request.maxWaitMs <= 0 || first.logs.length === 0)
        return first.response;
      await waitForBytes(first.logs, missing, Math.min(request.maxWaitMs, longestWaitMs), context.signal);
      return context.signal.aborted ? null : readRound(broker, request, context).response;
    }),
  ];
}

function readRound(broker: Broker, request: FetchRequest, context: RequestContext): Round {
  const byId = context.apiVersion >= 13;
  const logs: PartitionLog[] = [];
  let remaining = Math.min(request.maxBytes, largestAnswerBytes);
  let bytes = 0;
  let hasError = false;
  const responses = request.topics.map(({ topic: name, topicId, partitions }) => {
    const topic = byId ? broker.topics.byId(topicId) : broker.topics.get(name);
    return {
      topic: name,
      topicId,
      partitions: partitions.map((partition) => {
        const limits = { maxBytes: Math.min(partition.partitionMaxBytes, remaining), isFirst: bytes === 0 };
        const data = readPartition(
          broker,
          topic,
          byId,
          partition,
          request.isolationLevel === 1,
          limits,
          context,
        );
        const log = topic?.logs[partition.partition];
        if (log !== undefined) logs.push(log);
        if (data.errorCode !== 0) hasError = true;
        bytes += data.records?.length ?? 0;
        remaining -= data.records?.length ?? 0;
        return data;
      }),
    };
  });
  return { response: { errorCode: 0, sessionId: 0, responses }, bytes, hasError, logs };
}

function readPartition(
  broker: Broker,
  topic: Topic | undefined,
  byId: boolean,
  { partition, fetchOffset, currentLeaderEpoch }: FetchPartition,
  readsCommitted: boolean,
  limits: { readonly maxBytes: number; readonly isFirst: boolean },
  context: RequestContext,
): PartitionDataInput {
  const log = topic?.logs[partition];
  const refuse = (errorCode: number): PartitionDataInput => ({
    partitionIndex: partition,
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    abortedTransactions: null,
    records: nothing,
  });
  if (topic === undefined && byId) return refuse(kafkaErrors.UNKNOWN_TOPIC_ID);
  if (log === undefined) return refuse(kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION);
  if (currentLeaderEpoch > theLeaderEpoch) return refuse(kafkaErrors.UNKNOWN_LEADER_EPOCH);
  if (fetchOffset < log.logStart || fetchOffset > log.nextOffset) {
    return {
      ...refuse(kafkaErrors.OFFSET_OUT_OF_RANGE),
      logStartOffset: log.logStart,
      highWatermark: log.nextOffset,
    };
  }
  const { lastStableOffset, nextOffset } = log;
  const before = readsCommitted ? lastStableOffset : nextOffset;
  try {
    const isWorthReading = fetchOffset < before && (limits.maxBytes > 0 || limits.isFirst);
    const records = isWorthReading
      ? readLog(log, {
          offset: fetchOffset,
          maxBytes: limits.maxBytes,
          atLeastOneBatch: limits.isFirst,
          before,
          allocate: context.allocate,
        })
      : nothing;
    return {
      partitionIndex: partition,
      errorCode: 0,
      highWatermark: nextOffset,
      lastStableOffset,
      logStartOffset: log.logStart,
      abortedTransactions: readsCommitted
        ? log.producers
            .abortedBetween(fetchOffset, before)
            .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
        : null,
      records,
    };
  } catch (error) {
    broker.log('error', `could not read ${log.name} at offset ${fetchOffset}: ${messageOf(error)}`);
    return refuse(kafkaErrors.KAFKA_STORAGE_ERROR);
  }
}

/** Until the logs grew by `missing` bytes together, one of them closed, or the time is over. */
async function waitForBytes(
  logs: readonly PartitionLog[],
  missing: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const total = (): number => logs.reduce((sum, log) => sum + log.readableProgress, 0);
  const before = total();
  await new Promise<void>((done) => {
    const stops: (() => void)[] = [];
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      for (const stop of stops) stop();
      done();
    };
    const timer = setTimeout(finish, waitMs);
    signal.addEventListener('abort', finish, { once: true });
    for (const log of logs) {
      stops.push(
        log.onProgress(() => {
          if (log.isClosed || total() - before >= missing) finish();
        }),
      );
    }
  });
  // Whatever the present events still append goes into the same answer.
  await afterEvents();
}
