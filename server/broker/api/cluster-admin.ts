import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { alterPartitionReassignmentsApi } from '../../kafka/protocol/generated/alter-partition-reassignments.js';
import { describeLogDirsApi } from '../../kafka/protocol/generated/describe-log-dirs.js';
import { describeProducersApi } from '../../kafka/protocol/generated/describe-producers.js';
import { electLeadersApi } from '../../kafka/protocol/generated/elect-leaders.js';
import { listPartitionReassignmentsApi } from '../../kafka/protocol/generated/list-partition-reassignments.js';
import type { Broker } from '../broker.ts';
import { type ServedApi, serve } from './served-api.ts';

/** What tools ask of a cluster and one broker alone has a short answer to. */
export function clusterAdminApis(broker: Broker): readonly ServedApi[] {
  return [
    serve(listPartitionReassignmentsApi, {}, () => ({ errorCode: 0, errorMessage: null, topics: [] })),
    serve(alterPartitionReassignmentsApi, {}, ({ topics, allowReplicationFactorChange }) => ({
      allowReplicationFactorChange,
      errorCode: 0,
      errorMessage: null,
      responses: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, replicas }) => ({
          partitionIndex,
          ...reassign(broker, name, partitionIndex, replicas),
        })),
      })),
    })),
    serve(electLeadersApi, {}, ({ topicPartitions }) => ({
      errorCode: 0,
      // Asked for all partitions, Kafka names only those whose leader changed.
      replicaElectionResults: (
        topicPartitions ?? broker.topics.all().map(({ name }) => ({ topic: name, partitions: [] }))
      ).map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partitionId) => ({
          partitionId,
          ...elect(broker, topic, partitionId),
        })),
      })),
    })),
    serve(describeLogDirsApi, {}, ({ topics }) => ({
      errorCode: 0,
      results: [describeLogDir(broker, topics)],
    })),
    serve(describeProducersApi, {}, ({ topics }) => ({
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => describeProducers(broker, name, partitionIndex)),
      })),
    })),
  ];
}

/** There is one candidate, and it leads already. */
function elect(
  { topics }: Broker,
  topic: string,
  partition: number,
): { readonly errorCode: number; readonly errorMessage: string } {
  const errorCode = kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION;
  const known = topics.get(topic);
  if (known === undefined) return { errorCode, errorMessage: `No such topic as ${topic}` };
  if (known.logs[partition] === undefined) {
    return { errorCode, errorMessage: `No such partition as ${topic}-${partition}` };
  }
  return {
    errorCode: kafkaErrors.ELECTION_NOT_NEEDED,
    errorMessage: 'Leader election not needed for topic partition.',
  };
}

/** The only place a partition can be at is where it is. */
function reassign(
  broker: Broker,
  topic: string,
  partition: number,
  replicas: readonly number[] | null,
): { readonly errorCode: number; readonly errorMessage: string | null } {
  const errorCode = kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION;
  const known = broker.topics.get(topic);
  if (known === undefined) return { errorCode, errorMessage: `Unable to find a topic named ${topic}.` };
  if (known.logs[partition] === undefined) {
    return { errorCode, errorMessage: `Unable to find partition ${topic}:${partition}.` };
  }
  if (replicas === null) return { errorCode: kafkaErrors.NO_REASSIGNMENT_IN_PROGRESS, errorMessage: null };
  if (replicas.length === 1 && replicas[0] === broker.nodeId) return { errorCode: 0, errorMessage: null };
  return {
    errorCode: kafkaErrors.INVALID_REPLICA_ASSIGNMENT,
    errorMessage: `The embedded broker ${broker.nodeId} is alone and keeps all replicas.`,
  };
}

function describeLogDir(
  broker: Broker,
  asked: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null,
) {
  const wanted = asked === null ? null : new Map(asked.map(({ topic, partitions }) => [topic, partitions]));
  const logDir = join(broker.dataDir, 'logs');
  const disk = statfsSync(logDir);
  return {
    errorCode: 0,
    logDir,
    totalBytes: disk.blocks * disk.bsize,
    usableBytes: disk.bavail * disk.bsize,
    topics: broker.topics
      .all()
      .filter(({ name }) => wanted === null || wanted.has(name))
      .map(({ name, logs }) => ({
        name,
        partitions: logs
          .map((log, partitionIndex) => ({
            partitionIndex,
            partitionSize: log.bytes,
            offsetLag: 0,
            isFutureKey: false,
          }))
          .filter(({ partitionIndex }) => wanted === null || wanted.get(name)?.includes(partitionIndex)),
      })),
  };
}

function describeProducers(broker: Broker, topic: string, partitionIndex: number) {
  const log = broker.topics.log(topic, partitionIndex);
  if (log === undefined) {
    return { partitionIndex, errorCode: kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION, activeProducers: [] };
  }
  return {
    partitionIndex,
    errorCode: 0,
    activeProducers: log.producers.describe().map((producer) => ({
      producerId: producer.producerId,
      producerEpoch: producer.epoch,
      lastSequence: producer.lastSequence,
      lastTimestamp: producer.lastTimestamp,
      coordinatorEpoch: 0,
      currentTxnStartOffset: producer.openSince,
    })),
  };
}
