import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { describeAclsApi } from '../../kafka/protocol/generated/describe-acls.js';
import { describeLogDirsApi } from '../../kafka/protocol/generated/describe-log-dirs.js';
import { describeProducersApi } from '../../kafka/protocol/generated/describe-producers.js';
import { electLeadersApi } from '../../kafka/protocol/generated/elect-leaders.js';
import { listPartitionReassignmentsApi } from '../../kafka/protocol/generated/list-partition-reassignments.js';
import type { Broker } from '../broker.ts';
import { type ServedApi, serve } from './served-api.ts';

/** What tools ask of a cluster and one broker alone has a short answer to. */
export function clusterAdminApis(broker: Broker): readonly ServedApi[] {
  return [
    serve(describeAclsApi, {}, () => ({
      errorCode: kafkaErrors.SECURITY_DISABLED,
      errorMessage: 'No Authorizer is configured on the broker',
      resources: [],
    })),
    serve(listPartitionReassignmentsApi, {}, () => ({ errorCode: 0, errorMessage: null, topics: [] })),
    serve(electLeadersApi, {}, ({ topicPartitions }) => ({
      errorCode: 0,
      replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partitionId) => ({
          partitionId,
          errorCode:
            broker.topics.log(topic, partitionId) === undefined
              ? kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION
              : kafkaErrors.ELECTION_NOT_NEEDED,
          errorMessage: null,
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
