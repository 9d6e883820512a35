import type { Cluster } from '../cluster/cluster.ts';
import { decodeAssignment } from '../consumer/consumer-protocol.ts';
import type { GroupDescription } from '../ports/admin.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { DescribedGroup as BrokerAssignedGroup } from '../protocol/generated/consumer-group-describe.js';
import { consumerGroupDescribeApi } from '../protocol/generated/consumer-group-describe.js';
import type { DescribedGroup } from '../protocol/generated/describe-groups.js';
import { describeGroupsApi } from '../protocol/generated/describe-groups.js';
import { askCoordinators, type KeyAnswer, requireAnswers } from './ask-coordinators.ts';
import { isFeatureAbsent } from './feature-absent.ts';

const what = 'describe groups';
const noBytes = Buffer.alloc(0);

/** In the order asked for. The request for classic groups calls consumer groups (KIP-848) dead; they have their own. */
export async function describeGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly GroupDescription[]> {
  const found = new Map(await describeClassic(cluster, groupIds, signal));
  const dead = [...found.values()].filter(({ state }) => state === 'Dead').map(({ groupId }) => groupId);
  for (const [groupId, group] of await describeBrokerAssigned(cluster, dead, signal)) {
    if (group !== null) found.set(groupId, group);
  }
  return groupIds.flatMap((groupId) => found.get(groupId) ?? []);
}

async function describeClassic(
  cluster: Cluster,
  groupIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, GroupDescription>> {
  const results = await askCoordinators<GroupDescription>(
    cluster,
    'group',
    groupIds,
    { what, signal },
    async (node, groups) => {
      const response = await cluster.request(node, describeGroupsApi, { groups }, { signal });
      return new Map(
        response.groups.map((group): [string, KeyAnswer<GroupDescription>] => [
          group.groupId,
          classicAnswer(group),
        ]),
      );
    },
  );
  return requireAnswers(results);
}

/** Brokers up to 4.0 call a group that is not there "Dead", later ones answer GROUP_ID_NOT_FOUND; both become "Dead". */
function classicAnswer(group: DescribedGroup): KeyAnswer<GroupDescription> {
  const { groupId, errorCode, protocolType } = group;
  if (errorCode === kafkaErrors.GROUP_ID_NOT_FOUND) {
    return { answer: { groupId, type: '', state: 'Dead', protocolType: '', members: [] } };
  }
  if (errorCode !== 0) {
    return { error: kafkaFailure(errorCode, `describe group ${groupId}`, group.errorMessage) };
  }
  const members = group.members.map(
    ({ memberId, clientId, clientHost, memberMetadata, memberAssignment }) => ({
      memberId,
      clientId,
      host: clientHost,
      metadata: memberMetadata,
      assignment: memberAssignment,
      partitions: protocolType === 'consumer' ? partitionsOf(memberAssignment) : null,
    }),
  );
  const type = group.groupState === 'Dead' ? '' : 'classic';
  return { answer: { groupId, type, state: group.groupState, protocolType, members } };
}

/** Bytes of another client may hold anything; what cannot be read is not known. */
function partitionsOf(assignment: Buffer): readonly TopicPartition[] | null {
  try {
    return decodeAssignment(assignment).partitions;
  } catch {
    return null;
  }
}

/** null for groups that are not there either. Brokers before 4.0 have no such groups. */
async function describeBrokerAssigned(
  cluster: Cluster,
  groupIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, GroupDescription | null>> {
  if (groupIds.length === 0) return new Map();
  try {
    const results = await askCoordinators<GroupDescription | null>(
      cluster,
      'group',
      groupIds,
      { what, signal },
      async (node, ids) => {
        const request = { groupIds: ids, includeAuthorizedOperations: false };
        const response = await cluster.request(node, consumerGroupDescribeApi, request, { signal });
        return new Map(
          response.groups.map((group): [string, KeyAnswer<GroupDescription | null>] => [
            group.groupId,
            brokerAssignedAnswer(group),
          ]),
        );
      },
    );
    return requireAnswers(results);
  } catch (error) {
    if (isFeatureAbsent(error)) return new Map();
    throw error;
  }
}

function brokerAssignedAnswer(group: BrokerAssignedGroup): KeyAnswer<GroupDescription | null> {
  const { groupId, errorCode, errorMessage, groupState, members } = group;
  // The second: brokers that have the request, but not the feature switched on.
  if (errorCode === kafkaErrors.GROUP_ID_NOT_FOUND || errorCode === kafkaErrors.UNSUPPORTED_VERSION) {
    return { answer: null };
  }
  if (errorCode !== 0) return { error: kafkaFailure(errorCode, `describe group ${groupId}`, errorMessage) };
  return {
    answer: {
      groupId,
      type: 'consumer',
      state: groupState,
      protocolType: 'consumer',
      members: members.map(({ memberId, clientId, clientHost, assignment }) => ({
        memberId,
        clientId,
        host: clientHost,
        metadata: noBytes,
        assignment: noBytes,
        partitions: assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
          partitions.map((partition) => ({ topic: topicName, partition })),
        ),
      })),
    },
  };
}
