import { messageOf } from '../../errors/connect-error.ts';
import { type KafkaErrorName, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { offsetCommitApi } from '../../kafka/protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../../kafka/protocol/generated/offset-delete.js';
import {
  type OffsetFetchRequestGroup,
  type OffsetFetchResponseGroupInput,
  offsetFetchApi,
} from '../../kafka/protocol/generated/offset-fetch.js';
import type { Broker } from '../broker.ts';
import type { TopicPartitionOffset } from '../groups/group-offsets.ts';
import type { Topic } from '../topics/topic.ts';
import { toCommitted } from './committed-offset.ts';
import { type ServedApi, serve } from './served-api.ts';

/** From this version on, topics have ids instead of names. */
const firstVersionWithIds = 10;

export function groupOffsetApis(broker: Broker): readonly ServedApi[] {
  const { groups } = broker;
  return [
    serve(offsetCommitApi, {}, (request, { apiVersion }) => {
      const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch: generation } = request;
      const refusal =
        generation >= 0 && groups.get(groupId) === undefined && apiVersion >= 9
          ? 'GROUP_ID_NOT_FOUND'
          : groups.commitError(groupId, memberId, groupInstanceId, generation);
      const accepted: TopicPartitionOffset[] = [];
      const byId = apiVersion >= firstVersionWithIds;
      const topics = request.topics.map(({ name, topicId, partitions }) => {
        const topic = byId ? broker.topics.byId(topicId) : broker.topics.get(name);
        return {
          name,
          topicId,
          partitions: partitions.map((partition) => {
            const offset = toCommitted(topic?.name ?? name, partition);
            const error = refusal ?? partitionError(broker, topic, byId, offset);
            if (error === null) accepted.push(offset);
            return {
              partitionIndex: partition.partitionIndex,
              errorCode: error === null ? 0 : kafkaErrors[error],
            };
          }),
        };
      });
      const error = refusal === null ? store(broker, groupId, accepted) : null;
      if (error === null) return { topics };
      return {
        topics: topics.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((partition) => ({ ...partition, errorCode: kafkaErrors[error] })),
        })),
      };
    }),
    serve(offsetFetchApi, {}, (request, { apiVersion }) => {
      if (apiVersion >= 8) {
        return {
          groups: request.groups.map((group) =>
            fetchOffsets(broker, group, apiVersion, request.requireStable),
          ),
        };
      }
      const asked = {
        groupId: request.groupId,
        memberId: null,
        memberEpoch: -1,
        topics: request.topics?.map((topic) => ({ ...topic, topicId: '' })) ?? null,
      };
      const { topics, errorCode } = fetchOffsets(broker, asked, apiVersion, request.requireStable);
      return {
        topics: topics.map(({ name, partitions }) => ({ name: name ?? '', partitions })),
        errorCode,
        groups: [],
      };
    }),
    serve(offsetDeleteApi, {}, ({ groupId, topics }) => {
      if (groupId === '') return { errorCode: kafkaErrors.INVALID_GROUP_ID, topics: [] };
      if (groups.get(groupId) === undefined) return { errorCode: kafkaErrors.GROUP_ID_NOT_FOUND, topics: [] };
      const subscribed = groups.subscribedTopics(groupId);
      if (subscribed === null) return { errorCode: kafkaErrors.NON_EMPTY_GROUP, topics: [] };
      const free = topics.filter(({ name }) => !subscribed.has(name));
      groups.deleteOffsets(
        groupId,
        free.flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex }) => ({ topic: name, partition: partitionIndex })),
        ),
      );
      return {
        errorCode: 0,
        topics: topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode:
              broker.topics.log(name, partitionIndex) === undefined
                ? kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION
                : subscribed.has(name)
                  ? kafkaErrors.GROUP_SUBSCRIBED_TO_TOPIC
                  : 0,
          })),
        })),
      };
    }),
  ];
}

function partitionError(
  broker: Broker,
  topic: Topic | undefined,
  byId: boolean,
  offset: TopicPartitionOffset,
): KafkaErrorName | null {
  if (topic === undefined) return byId ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION';
  if (topic.logs[offset.partition] === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
  const limit = broker.configs.number('offset.metadata.max.bytes');
  return Buffer.byteLength(offset.metadata) > limit ? 'OFFSET_METADATA_TOO_LARGE' : null;
}

function store(
  broker: Broker,
  groupId: string,
  offsets: readonly TopicPartitionOffset[],
): KafkaErrorName | null {
  try {
    broker.groups.commit(groupId, offsets);
    return null;
  } catch (error) {
    broker.log('error', `could not keep offsets of group ${groupId}: ${messageOf(error)}`);
    return 'COORDINATOR_NOT_AVAILABLE';
  }
}

function fetchOffsets(
  broker: Broker,
  { groupId, topics, memberId, memberEpoch }: OffsetFetchRequestGroup,
  apiVersion: number,
  requireStable: boolean,
): OffsetFetchResponseGroupInput & { topics: NonNullable<OffsetFetchResponseGroupInput['topics']> } {
  const offsets = broker.groups.offsetsOf(groupId);
  const byId = apiVersion >= firstVersionWithIds;
  // Only members of groups whose coordinator assigns say who they are.
  const isFromMember =
    memberId !== null && memberEpoch >= 0 && broker.groups.consumerGroup(groupId) !== undefined;
  const error = isFromMember ? broker.groups.commitError(groupId, memberId, null, memberEpoch) : null;
  if (error !== null) return { groupId, errorCode: kafkaErrors[error], topics: [] };
  const one = (topic: string, partitionIndex: number) => {
    const committed = offsets?.get(topic, partitionIndex);
    const isUnstable = requireStable && offsets?.hasPending(topic, partitionIndex) === true;
    const isKnown = committed !== undefined && !isUnstable;
    return {
      partitionIndex,
      committedOffset: isKnown ? committed.offset : -1,
      committedLeaderEpoch: isKnown ? committed.leaderEpoch : -1,
      metadata: isKnown ? committed.metadata : '',
      errorCode: isUnstable ? kafkaErrors.UNSTABLE_OFFSET_COMMIT : 0,
    };
  };
  if (topics === null) {
    const byTopic = new Map<string, number[]>();
    for (const { topic, partition } of offsets?.all() ?? []) {
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition]);
    }
    return {
      groupId,
      errorCode: 0,
      topics: [...byTopic].flatMap(([name, partitions]) => {
        const topicId = broker.topics.get(name)?.id;
        if (byId && topicId === undefined) return [];
        const answered = partitions.map((partition) => one(name, partition));
        return [{ ...(byId ? { topicId } : { name }), partitions: answered }];
      }),
    };
  }
  return {
    groupId,
    errorCode: 0,
    topics: topics.map(({ name, topicId, partitionIndexes }) => {
      if (!byId) return { name, partitions: partitionIndexes.map((partition) => one(name, partition)) };
      const topic = broker.topics.byId(topicId);
      return {
        topicId,
        partitions: partitionIndexes.map((partition) =>
          topic === undefined
            ? { ...one('', partition), errorCode: kafkaErrors.UNKNOWN_TOPIC_ID }
            : one(topic.name, partition),
        ),
      };
    }),
  };
}
