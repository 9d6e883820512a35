import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { consumerGroupDescribeApi } from '../../kafka/protocol/generated/consumer-group-describe.js';
import {
  type ConsumerGroupHeartbeatRequest,
  consumerGroupHeartbeatApi,
} from '../../kafka/protocol/generated/consumer-group-heartbeat.js';
import type { Broker } from '../broker.ts';
import type { PartitionSet } from '../groups/partition-set.ts';
import { refusal, told } from '../refusal.ts';
import { authorizedOperations } from './authorized-operations.ts';
import { type ServedApi, serve } from './served-api.ts';

/** Groups whose coordinator assigns (KIP-848). */
export function consumerGroupApis(broker: Broker): readonly ServedApi[] {
  const { groups } = broker;
  const heartbeatIntervalMs = broker.configs.number('group.consumer.heartbeat.interval.ms');
  return [
    serve(consumerGroupHeartbeatApi, {}, (request, { clientId, clientHost, apiVersion }) => {
      try {
        check(request, apiVersion);
        const { groupId, memberEpoch, instanceId, rackId, rebalanceTimeoutMs } = request;
        // In version 0 a newcomer may come without an id.
        const memberId = request.memberId === '' ? groups.newMemberId() : request.memberId;
        const { subscribedTopicNames, serverAssignor, topicPartitions: owned } = request;
        const { memberEpoch: epoch, assigned } = groups.heartbeat(groupId, {
          ...{ memberId, memberEpoch, instanceId, rackId, rebalanceTimeoutMs },
          ...{ clientId, clientHost, subscribedTopicNames, serverAssignor, owned },
        });
        const assignment = assigned === null ? null : { topicPartitions: assigned.toTopics() };
        const answer = { errorCode: 0, errorMessage: null, memberId, memberEpoch: epoch, assignment };
        return { ...answer, heartbeatIntervalMs: epoch < 0 ? 0 : heartbeatIntervalMs };
      } catch (error) {
        const why = told(error, `heartbeat of group ${request.groupId}`, broker.log);
        return { ...why, memberId: null, memberEpoch: 0, heartbeatIntervalMs: 0, assignment: null };
      }
    }),
    serve(consumerGroupDescribeApi, {}, ({ groupIds, includeAuthorizedOperations }) => ({
      groups: groupIds.map((groupId) => {
        const group = groups.consumerGroup(groupId);
        if (group === undefined) {
          const isKnown = groups.get(groupId) !== undefined;
          return {
            errorCode: kafkaErrors.GROUP_ID_NOT_FOUND,
            errorMessage: `Group ${groupId} ${isKnown ? 'is not a consumer group' : 'not found'}.`,
            groupId,
            groupState: 'Dead',
            groupEpoch: 0,
            assignmentEpoch: 0,
            assignorName: '',
            members: [],
            authorizedOperations: authorizedOperations('group', false),
          };
        }
        return {
          errorCode: 0,
          groupId,
          groupState: group.state,
          groupEpoch: group.epoch,
          assignmentEpoch: group.assignmentEpoch,
          assignorName: group.assignor,
          members: group.members.map((member) => ({
            memberId: member.memberId,
            instanceId: member.instanceId,
            rackId: member.rackId,
            memberEpoch: member.epoch,
            clientId: member.clientId,
            clientHost: member.clientHost,
            subscribedTopicNames: member.subscribedTopicNames,
            subscribedTopicRegex: '',
            assignment: namedPartitions(broker, member.assigned),
            targetAssignment: namedPartitions(broker, member.target),
            memberType: 1,
          })),
          authorizedOperations: authorizedOperations('group', includeAuthorizedOperations),
        };
      }),
    })),
  ];
}

function namedPartitions({ topics }: Broker, partitions: PartitionSet) {
  return {
    topicPartitions: partitions.toTopics().map((topic) => ({
      ...topic,
      topicName: topics.byId(topic.topicId)?.name ?? '',
    })),
  };
}

/** What a heartbeat must have, whoever sends it. */
function check(request: ConsumerGroupHeartbeatRequest, apiVersion: number): void {
  const { groupId, memberId, memberEpoch, instanceId, rebalanceTimeoutMs, topicPartitions } = request;
  const problem = (): string | null => {
    if (groupId.trim() === '') return "GroupId can't be empty.";
    if (instanceId?.trim() === '') return "InstanceId can't be empty.";
    if (memberId.trim() === '' && (apiVersion >= 1 || memberEpoch !== 0)) return "MemberId can't be empty.";
    if (memberEpoch < -2) return `MemberEpoch is ${memberEpoch}, but must be greater than or equal to -2.`;
    if (memberEpoch === -2 && instanceId === null) return "InstanceId can't be null.";
    if (memberEpoch !== 0) return null;
    if (rebalanceTimeoutMs === -1) return 'RebalanceTimeoutMs must be provided in first request.';
    if (topicPartitions === null || topicPartitions.length > 0)
      return 'TopicPartitions must be empty when (re-)joining.';
    const hasTopics = request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null;
    return hasTopics
      ? null
      : 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.';
  };
  const found = problem();
  if (found !== null) throw refusal('INVALID_REQUEST', found);
  if ((request.subscribedTopicRegex ?? '') !== '') {
    throw refusal(
      'INVALID_REGULAR_EXPRESSION',
      'The embedded broker does not match topics; subscribe by their names.',
    );
  }
}
