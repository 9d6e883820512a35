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
import { type FetchPlan, FetchSessions } from './fetch-sessions.ts';
import { type Answer, type RequestContext, type ServedApi, serve } from './served-api.ts';

/** A client that waits for more than this would hold its connection without need. */
const longestWaitMs = 5 * 60_000;
/** As Kafka's `fetch.max.bytes`: bounds the memory of one answer, whatever the client asks for. */
const largestAnswerBytes = 57_671_680;
const leastAnswerBytes = 1024 * 1024;
const nothing = Buffer.alloc(0);

interface Round {
  readonly data: readonly PartitionDataInput[];
  readonly bytes: number;
  readonly hasError: boolean;
  readonly logs: readonly PartitionLog[];
}

export function fetchApis(broker: Broker): readonly ServedApi[] {
  const sessions = new FetchSessions();
  return [
    serve(fetchApi, {}, async (request, context) => {
      const plan = sessions.plan(request, context.apiVersion, Date.now());
      const { errorCode, sessionId } = plan;
      if (errorCode !== 0) return { errorCode, sessionId, responses: [] };
      const first = readRound(broker, request, plan, context);
      const missing = request.minBytes - first.bytes;
      if (first.hasError || missing <= 0 || request.maxWaitMs <= 0 || first.logs.length === 0)
        return answerOf(plan, first.data);
      await waitForBytes(first.logs, missing, Math.min(request.maxWaitMs, longestWaitMs), context.signal);
      if (context.signal.aborted) return null;
      return answerOf(plan, readRound(broker, request, plan, context).data);
    }),
  ];
}

function answerOf(plan: FetchPlan, data: readonly PartitionDataInput[]): Answer<FetchResponseInput> {
  const isTold = plan.select(data);
  const byTopic = new Map<string, { topic: string; topicId: string; partitions: PartitionDataInput[] }>();
  for (const [index, { topic, topicId }] of plan.partitions.entries()) {
    if (isTold[index] !== true) continue;
    const key = topic === '' ? topicId : topic;
    let told = byTopic.get(key);
    if (told === undefined) {
      told = { topic, topicId, partitions: [] };
      byTopic.set(key, told);
    }
    told.partitions.push(data[index] as PartitionDataInput);
  }
  return { errorCode: 0, sessionId: plan.sessionId, responses: [...byTopic.values()] };
}

function readRound(
  broker: Broker,
  { maxBytes, isolationLevel }: FetchRequest,
  { partitions }: FetchPlan,
  context: RequestContext,
): Round {
  const byId = context.apiVersion >= 13;
  const logs: PartitionLog[] = [];
  // The less memory is left, the less of it one client gets.
  const fairShare = Math.max(leastAnswerBytes, context.answerBytesLeft() / 4);
  let remaining = Math.min(maxBytes, largestAnswerBytes, fairShare);
  let bytes = 0;
  let hasError = false;
  const data = partitions.map(({ topic: name, topicId, wanted }) => {
    const topic = byId ? broker.topics.byId(topicId) : broker.topics.get(name);
    const limits = { maxBytes: Math.min(wanted.partitionMaxBytes, remaining), isFirst: bytes === 0 };
    const read = readPartition(broker, topic, byId, wanted, isolationLevel === 1, limits, context);
    const log = topic?.logs[wanted.partition];
    if (log !== undefined) logs.push(log);
    if (read.errorCode !== 0) hasError = true;
    bytes += read.records?.length ?? 0;
    remaining -= read.records?.length ?? 0;
    return read;
  });
  return { data, bytes, hasError, logs };
}

function readPartition(
  broker: Broker,
  topic: Topic | undefined,
  byId: boolean,
  { partition, fetchOffset, currentLeaderEpoch, lastFetchedEpoch }: FetchPartition,
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
  if (currentLeaderEpoch >= 0 && currentLeaderEpoch < theLeaderEpoch)
    return refuse(kafkaErrors.FENCED_LEADER_EPOCH);
  // There was never an epoch other than the present one, so a client that read one read another log.
  const isOtherLog = lastFetchedEpoch > theLeaderEpoch;
  if (isOtherLog || fetchOffset < log.logStart || fetchOffset > log.nextOffset) {
    return refuse(kafkaErrors.OFFSET_OUT_OF_RANGE);
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
  let missingBytes = missing;
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
      let seen = log.readableProgress;
      stops.push(
        log.onProgress(() => {
          missingBytes -= log.readableProgress - seen;
          seen = log.readableProgress;
          if (log.isClosed || missingBytes <= 0) finish();
        }),
      );
    }
  });
  // Whatever the present events still append goes into the same answer.
  await afterEvents();
}
