import { messageOf } from '../../errors/connect-error.ts';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { listOffsetsApi } from '../../kafka/protocol/generated/list-offsets.js';
import { offsetForLeaderEpochApi } from '../../kafka/protocol/generated/offset-for-leader-epoch.js';
import type { Broker } from '../broker.ts';
import { findMaxTimestamp, findOffsetByTime } from '../log/find-offset.ts';
import { leaderEpoch, type PartitionLog } from '../log/partition-log.ts';
import { type ServedApi, serve } from './served-api.ts';

/** Timestamps of the request that stand for places in the log. */
const places = {
  latest: -1,
  earliest: -2,
  maxTimestamp: -3,
  earliestLocal: -4,
  latestTiered: -5,
  earliestPendingUpload: -6,
} as const;

/** First version of the request that knows a place, where it is not the first of all. */
const placesSince: Readonly<Record<number, number>> = {
  [places.maxTimestamp]: 7,
  [places.earliestLocal]: 8,
  [places.latestTiered]: 9,
  [places.earliestPendingUpload]: 11,
};

function isPlace(timestamp: number, apiVersion: number): boolean {
  return timestamp >= places.earliest || apiVersion >= (placesSince[timestamp] ?? Number.POSITIVE_INFINITY);
}

interface Place {
  readonly offset: number;
  readonly timestamp: number;
}

export function logOffsetApis(broker: Broker): readonly ServedApi[] {
  return [
    serve(listOffsetsApi, {}, ({ topics, isolationLevel }, { apiVersion }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp, currentLeaderEpoch }) => {
          const log = broker.topics.log(name, partitionIndex);
          if (log === undefined) return { partitionIndex, errorCode: kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION };
          if (currentLeaderEpoch > leaderEpoch) {
            return { partitionIndex, errorCode: kafkaErrors.UNKNOWN_LEADER_EPOCH };
          }
          if (timestamp < 0 && !isPlace(timestamp, apiVersion))
            return { partitionIndex, errorCode: kafkaErrors.UNSUPPORTED_VERSION };
          try {
            const place = find(log, timestamp, isolationLevel === 1);
            const epoch = place.offset === -1 || apiVersion < 4 ? -1 : leaderEpoch;
            return { partitionIndex, errorCode: 0, ...place, leaderEpoch: epoch };
          } catch (error) {
            broker.log('error', `could not search ${log.name}: ${messageOf(error)}`);
            return { partitionIndex, errorCode: kafkaErrors.KAFKA_STORAGE_ERROR };
          }
        }),
      })),
    })),
    serve(offsetForLeaderEpochApi, {}, ({ topics }) => ({
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch: asked }) => {
          const log = broker.topics.log(topic, partition);
          if (log === undefined) return { partition, errorCode: kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION };
          if (currentLeaderEpoch > leaderEpoch)
            return { partition, errorCode: kafkaErrors.UNKNOWN_LEADER_EPOCH };
          const isKnown = asked === leaderEpoch;
          return {
            partition,
            errorCode: 0,
            leaderEpoch: isKnown ? leaderEpoch : -1,
            endOffset: isKnown ? log.nextOffset : -1,
          };
        }),
      })),
    })),
  ];
}

function find(log: PartitionLog, timestamp: number, readsCommitted: boolean): Place {
  const end = readsCommitted ? log.lastStableOffset : log.nextOffset;
  switch (timestamp) {
    case places.latest:
      return { offset: end, timestamp: -1 };
    case places.earliest:
    case places.earliestLocal:
      return { offset: log.logStart, timestamp: -1 };
    case places.latestTiered:
    case places.earliestPendingUpload:
      return { offset: -1, timestamp: -1 };
  }
  const found = timestamp === places.maxTimestamp ? findMaxTimestamp(log) : findOffsetByTime(log, timestamp);
  return found === null || found.offset >= end ? { offset: -1, timestamp: -1 } : found;
}
