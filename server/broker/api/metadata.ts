import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { describeClusterApi } from '../../kafka/protocol/generated/describe-cluster.js';
import { describeTopicPartitionsApi } from '../../kafka/protocol/generated/describe-topic-partitions.js';
import {
  type MetadataRequest,
  type MetadataResponseTopicInput,
  metadataApi,
} from '../../kafka/protocol/generated/metadata.js';
import type { Broker } from '../broker.ts';
import { leaderEpoch } from '../log/partition-log.ts';
import { told } from '../refusal.ts';
import { offsetsTopic, type Topic, topicNameProblem, transactionsTopic } from '../topics/topic.ts';
import { authorizedOperations } from './authorized-operations.ts';
import { type ServedApi, serve } from './served-api.ts';

const noUuid = 'AAAAAAAAAAAAAAAAAAAAAA';

export function metadataApis(broker: Broker): readonly ServedApi[] {
  const brokers = [{ nodeId: broker.nodeId, host: broker.host, port: broker.port, rack: null }];
  return [
    serve(metadataApi, {}, (request, { apiVersion }) => ({
      brokers,
      clusterId: broker.clusterId,
      controllerId: broker.nodeId,
      topics: describeAsked(broker, request, apiVersion).map((topic) => ({
        ...topic,
        topicAuthorizedOperations: authorizedOperations(
          'topic',
          topic.name !== null && request.includeTopicAuthorizedOperations,
        ),
      })),
      clusterAuthorizedOperations: authorizedOperations(
        'cluster',
        request.includeClusterAuthorizedOperations,
      ),
    })),
    serve(describeClusterApi, {}, ({ endpointType, includeClusterAuthorizedOperations }) => {
      if (endpointType !== 1) {
        return {
          errorCode: kafkaErrors.MISMATCHED_ENDPOINT_TYPE,
          errorMessage:
            'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
          controllerId: -1,
          clusterId: broker.clusterId,
          brokers: [],
        };
      }
      return {
        errorCode: 0,
        clusterId: broker.clusterId,
        controllerId: broker.nodeId,
        brokers: brokers.map(({ nodeId, host, port, rack }) => ({ brokerId: nodeId, host, port, rack })),
        clusterAuthorizedOperations: authorizedOperations('cluster', includeClusterAuthorizedOperations),
      };
    }),
    serve(describeTopicPartitionsApi, {}, ({ topics, responsePartitionLimit, cursor }) => {
      const names = (
        topics.length > 0 ? topics.map(({ name }) => name) : broker.topics.all().map(({ name }) => name)
      )
        .sort()
        .filter((name) => cursor === null || name >= cursor.topicName);
      return describePages(broker, names, cursor, responsePartitionLimit);
    }),
  ];
}

function describeAsked(
  broker: Broker,
  request: MetadataRequest,
  apiVersion: number,
): MetadataResponseTopicInput[] {
  const { topics } = request;
  const isAll = topics === null || (apiVersion === 0 && topics.length === 0);
  if (isAll) return broker.topics.all().map((topic) => describeTopic(broker, topic));
  return topics.map(({ name, topicId }) => {
    if (name === null) {
      const topic = broker.topics.byId(topicId);
      return topic === undefined
        ? unknown(kafkaErrors.UNKNOWN_TOPIC_ID, null, topicId)
        : describeTopic(broker, topic);
    }
    const topic = broker.topics.get(name);
    if (topic !== undefined) return describeTopic(broker, topic);
    if (topicNameProblem(name) !== null) return unknown(kafkaErrors.INVALID_TOPIC_EXCEPTION, name, noUuid);
    const mayCreate = request.allowAutoTopicCreation && broker.configs.boolean('auto.create.topics.enable');
    if (!mayCreate || name === offsetsTopic || name === transactionsTopic) {
      return unknown(kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION, name, noUuid);
    }
    try {
      return describeTopic(broker, broker.topics.create(name, broker.configs.number('num.partitions'), {}));
    } catch (error) {
      return unknown(told(error, `create topic ${name}`, broker.log).errorCode, name, noUuid);
    }
  });
}

function unknown(errorCode: number, name: string | null, topicId: string): MetadataResponseTopicInput {
  return { errorCode, name, topicId, partitions: [] };
}

function describeTopic(broker: Broker, topic: Topic): MetadataResponseTopicInput {
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.isInternal,
    partitions: topic.logs.map((_, partitionIndex) => partitionOf(broker, partitionIndex)),
  };
}

function partitionOf(
  { nodeId }: Broker,
  partitionIndex: number,
): MetadataResponseTopicInput['partitions'][number] {
  return {
    errorCode: 0,
    partitionIndex,
    leaderId: nodeId,
    leaderEpoch,
    replicaNodes: [nodeId],
    isrNodes: [nodeId],
    offlineReplicas: [],
  };
}

type Pages = Parameters<typeof describeTopicPartitionsApi.response.encode>[1];

/** As many partitions as the limit allows, and where to go on. */
function describePages(
  broker: Broker,
  names: readonly string[],
  cursor: { readonly topicName: string; readonly partitionIndex: number } | null,
  limit: number,
): Pages {
  const answered: Pages['topics'][number][] = [];
  const topicAuthorizedOperations = authorizedOperations('topic', true);
  let left = Math.max(1, Math.min(limit, 2000));
  for (const name of names) {
    const topic = broker.topics.get(name);
    if (topic === undefined) {
      const error = unknown(kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION, name, noUuid);
      answered.push({ ...error, partitions: [], topicAuthorizedOperations });
      continue;
    }
    const from = cursor?.topicName === name ? Math.max(0, cursor.partitionIndex) : 0;
    if (left === 0) return { topics: answered, nextCursor: { topicName: name, partitionIndex: from } };
    const partitions = describeTopic(broker, topic)
      .partitions.slice(from, from + left)
      .map((partition) => ({ ...partition, eligibleLeaderReplicas: [], lastKnownElr: [] }));
    answered.push({ ...describeTopic(broker, topic), partitions, topicAuthorizedOperations });
    left -= partitions.length;
    if (from + partitions.length < topic.logs.length) {
      return { topics: answered, nextCursor: { topicName: name, partitionIndex: from + partitions.length } };
    }
  }
  return { topics: answered, nextCursor: null };
}
