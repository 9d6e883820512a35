import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { createPartitionsApi } from '../../kafka/protocol/generated/create-partitions.js';
import {
  type CreatableTopic,
  type CreatableTopicResultInput,
  createTopicsApi,
} from '../../kafka/protocol/generated/create-topics.js';
import { deleteRecordsApi } from '../../kafka/protocol/generated/delete-records.js';
import { deleteTopicsApi } from '../../kafka/protocol/generated/delete-topics.js';
import type { Broker } from '../broker.ts';
import { refusal, told } from '../refusal.ts';
import { topicConfigDefault, topicConfigs } from '../topics/topic-configs.ts';
import { configSources } from './config-entries.ts';
import { type ServedApi, serve } from './served-api.ts';

export function topicApis(broker: Broker): readonly ServedApi[] {
  return [
    serve(createTopicsApi, {}, ({ topics, validateOnly }) => {
      const counts = new Map<string, number>();
      for (const { name } of topics) counts.set(name, (counts.get(name) ?? 0) + 1);
      return {
        topics: broker.topics.atOnce(() =>
          [...new Map(topics.map((topic) => [topic.name, topic])).values()].map((topic) =>
            createTopic(broker, topic, validateOnly, (counts.get(topic.name) ?? 0) > 1),
          ),
        ),
      };
    }),
    serve(deleteTopicsApi, {}, ({ topics, topicNames }, { apiVersion }) => {
      const asked = apiVersion >= 6 ? topics : topicNames.map((name) => ({ name, topicId: undefined }));
      const responses = broker.topics.atOnce(() =>
        asked.map(({ name, topicId }) => deleteTopic(broker, name, topicId)),
      );
      return { responses };
    }),
    serve(createPartitionsApi, {}, ({ topics, validateOnly }) => ({
      results: topics.map(({ name, count, assignments }) => {
        try {
          const topic = broker.topics.checkPartitions(name, count);
          checkAssignments(broker, assignments ?? [], count - topic.logs.length, assignments !== null);
          if (!validateOnly) broker.topics.addPartitions(name, count);
          return { name, errorCode: 0, errorMessage: null };
        } catch (error) {
          return { name, ...told(error, `add partitions to ${name}`, broker.log) };
        }
      }),
    })),
    serve(deleteRecordsApi, {}, ({ topics }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, offset }) =>
          deleteRecords(broker, name, partitionIndex, offset),
        ),
      })),
    })),
  ];
}

function createTopic(
  broker: Broker,
  asked: CreatableTopic,
  validateOnly: boolean,
  isDoubled: boolean,
): CreatableTopicResultInput {
  try {
    if (isDoubled) throw refusal('INVALID_REQUEST', `topic ${asked.name} is named twice in the request`);
    const configs: Record<string, string> = {};
    for (const { name, value } of asked.configs) {
      if (value === null)
        throw refusal('INVALID_CONFIG', `Null value not supported for topic configs: ${name}`);
      configs[name] = value;
    }
    const partitions = partitionCount(broker, asked);
    if (validateOnly) broker.topics.checkNew(asked.name, partitions, configs);
    const topicId = validateOnly ? undefined : broker.topics.create(asked.name, partitions, configs).id;
    return {
      name: asked.name,
      ...(topicId === undefined ? {} : { topicId }),
      errorCode: 0,
      errorMessage: null,
      numPartitions: partitions,
      replicationFactor: 1,
      configs: Object.keys(topicConfigs).map((name) => ({
        name,
        value: configs[name] ?? topicConfigDefault(name, broker.configs),
        readOnly: false,
        configSource: configs[name] === undefined ? configSources.default : configSources.topic,
        isSensitive: false,
      })),
    };
  } catch (error) {
    return { name: asked.name, ...told(error, `create topic ${asked.name}`, broker.log), configs: [] };
  }
}

function partitionCount(broker: Broker, asked: CreatableTopic): number {
  const { assignments, numPartitions, replicationFactor } = asked;
  if (assignments.length > 0) {
    if (numPartitions !== -1 || replicationFactor !== -1) {
      throw refusal(
        'INVALID_REQUEST',
        'a manual assignment excludes a partition count and replication factor',
      );
    }
    checkAssignments(broker, assignments, assignments.length, true);
    const indexes = assignments.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b);
    if (indexes.some((partition, index) => partition !== index)) {
      throw refusal(
        'INVALID_REPLICA_ASSIGNMENT',
        'partitions should be a consecutive 0-based integer sequence',
      );
    }
    return assignments.length;
  }
  if (replicationFactor > 1) {
    throw refusal(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ` +
        `${replicationFactor} cannot be reached because only 1 broker(s) are registered.`,
    );
  }
  if (replicationFactor < 1 && replicationFactor !== -1) {
    throw refusal(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 for the default.',
    );
  }
  if (numPartitions === -1) return broker.configs.number('num.partitions');
  return numPartitions;
}

function checkAssignments(
  { nodeId }: Broker,
  assignments: readonly { readonly brokerIds: readonly number[] }[],
  wanted: number,
  isGiven: boolean,
): void {
  if (!isGiven) return;
  const fits = assignments.every(({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === nodeId);
  if (fits && assignments.length === wanted) return;
  throw refusal(
    'INVALID_REPLICA_ASSIGNMENT',
    `each of ${wanted} new partition(s) must be assigned to broker ${nodeId} alone`,
  );
}

function deleteTopic(
  broker: Broker,
  name: string | null,
  topicId: string | undefined,
): { name: string | null; topicId?: string; errorCode: number; errorMessage: string | null } {
  const topic =
    name !== null ? broker.topics.get(name) : topicId === undefined ? undefined : broker.topics.byId(topicId);
  const id = topicId === undefined ? {} : { topicId };
  if (topic === undefined) {
    const errorCode = name !== null ? kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION : kafkaErrors.UNKNOWN_TOPIC_ID;
    const what = name !== null ? 'topic-partition' : 'topic ID';
    return { name, ...id, errorCode, errorMessage: `This server does not host this ${what}.` };
  }
  try {
    if (topic.isInternal) throw refusal('INVALID_TOPIC_EXCEPTION', `${topic.name} belongs to the broker`);
    broker.topics.delete(topic.name);
    broker.groups.forgetTopic(topic.name);
    return { name: topic.name, ...id, errorCode: 0, errorMessage: null };
  } catch (error) {
    return { name: topic.name, ...id, ...told(error, `delete topic ${topic.name}`, broker.log) };
  }
}

function deleteRecords(
  broker: Broker,
  name: string,
  partitionIndex: number,
  offset: number,
): { partitionIndex: number; lowWatermark: number; errorCode: number } {
  const refuse = (errorCode: number) => ({ partitionIndex, lowWatermark: -1, errorCode });
  const topic = broker.topics.get(name);
  const log = topic?.logs[partitionIndex];
  if (topic === undefined || log === undefined) return refuse(kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION);
  if (topic.isInternal) return refuse(kafkaErrors.INVALID_TOPIC_EXCEPTION);
  // As Kafka does: from a topic that is compacted only, records go by their keys.
  if (!topic.rules.isDeleted) return refuse(kafkaErrors.POLICY_VIOLATION);
  const target = offset === -1 ? log.nextOffset : offset;
  if (target < 0 || target > log.nextOffset) return refuse(kafkaErrors.OFFSET_OUT_OF_RANGE);
  try {
    log.advanceLogStart(target);
    return { partitionIndex, lowWatermark: log.logStart, errorCode: 0 };
  } catch (error) {
    return refuse(told(error, `delete records of ${log.name}`, broker.log).errorCode);
  }
}
