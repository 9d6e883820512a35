import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { retryOnCoordinator } from '../cluster/coordinator.ts';
import { byTopic, commitOffsets, fetchOffsets } from '../group/group-offsets.ts';
import type { Admin, GroupType } from '../ports/admin.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { deleteGroupsApi } from '../protocol/generated/delete-groups.js';
import { listGroupsApi } from '../protocol/generated/list-groups.js';
import { offsetDeleteApi } from '../protocol/generated/offset-delete.js';
import { askCoordinators, type KeyAnswer } from './ask-coordinators.ts';
import { describeGroups } from './describe-groups.ts';
import { sinceKafka } from './feature-absent.ts';
import { throwFailures } from './settle.ts';

type GroupAdmin = Pick<
  Admin,
  | 'listGroups'
  | 'describeGroups'
  | 'deleteGroups'
  | 'listGroupOffsets'
  | 'alterGroupOffsets'
  | 'deleteGroupOffsets'
>;

export function groupAdmin(cluster: Cluster): GroupAdmin {
  function ask<Result>(
    groupId: string,
    what: string,
    signal: AbortSignal | undefined,
    attempt: () => Promise<Result>,
  ): Promise<Result> {
    return retryOnCoordinator(cluster, 'group', groupId, what, signal, attempt);
  }

  return {
    async listGroups(signal) {
      return await cluster.retry(
        'list groups',
        async () => {
          await cluster.refresh([], { signal });
          const nodes = [...cluster.metadata.brokers.keys()];
          const answers = await Promise.all(
            nodes.map((node) => cluster.request(node, listGroupsApi, {}, { signal })),
          );
          return answers.flatMap(({ errorCode, groups }) => {
            if (errorCode !== 0) throw kafkaFailure(errorCode, 'list groups');
            return groups.map(({ groupId, protocolType, groupState, groupType }) => ({
              groupId,
              type: groupTypeOf(groupType),
              protocolType,
              state: groupState,
            }));
          });
        },
        { signal },
      );
    },

    async describeGroups(groupIds, signal) {
      return await describeGroups(cluster, groupIds, signal);
    },

    async deleteGroups(groupIds, signal) {
      const results = await askCoordinators<null>(
        cluster,
        'group',
        groupIds,
        { what: 'delete groups', signal },
        async (node, groupsNames) => {
          const { results } = await cluster.request(node, deleteGroupsApi, { groupsNames }, { signal });
          return new Map(
            results.map(({ groupId, errorCode }): [string, KeyAnswer<null>] => [
              groupId,
              errorCode === 0
                ? { answer: null }
                : { error: clearly(kafkaFailure(errorCode, `delete group ${groupId}`), groupId) },
            ]),
          );
        },
      );
      throwFailures(
        [...results].flatMap(([name, result]) => ('error' in result ? [{ name, error: result.error }] : [])),
      );
    },

    async listGroupOffsets(groupId, signal) {
      const what = `list offsets of group ${groupId}`;
      const offsets = await ask(groupId, what, signal, () =>
        fetchOffsets(cluster, groupId, null, { signal }),
      );
      return offsets.toSorted((a, b) => compareNames(a.topic, b.topic) || a.partition - b.partition);
    },

    async alterGroupOffsets(groupId, offsets, signal) {
      const outsider = { groupId, generation: -1, memberId: '' };
      const what = `alter offsets of group ${groupId}`;
      try {
        await ask(groupId, what, signal, () =>
          commitOffsets(cluster, outsider, offsets, { signal }).catch(refusePartition),
        );
      } catch (error) {
        throw isConnectError(error) ? clearly(error, groupId, what) : error;
      }
    },

    async deleteGroupOffsets(groupId, partitions, signal) {
      if (partitions.length === 0) return;
      const what = `delete offsets of group ${groupId}`;
      const topics = [...byTopic(partitions)].map(([name, list]) => ({
        name,
        partitions: list.map(({ partition }) => ({ partitionIndex: partition })),
      }));
      await ask(groupId, what, signal, async () => {
        const target = { coordinator: 'group', key: groupId } as const;
        const response = await sinceKafka('2.4', what, () =>
          cluster.request(target, offsetDeleteApi, { groupId, topics }, { signal }),
        );
        if (response.errorCode !== 0) throw clearly(kafkaFailure(response.errorCode, what), groupId);
        throwFailures(
          response.topics.flatMap((topic) =>
            topic.partitions.flatMap(({ partitionIndex, errorCode }) => {
              if (errorCode === 0) return [];
              const name = `${topic.name}-${partitionIndex}`;
              return [{ name, error: clearly(kafkaFailure(errorCode, `${what} for ${name}`), groupId) }];
            }),
          ),
        );
      });
    },
  };
}

/** What brokers say to an outsider of a group that has members. */
const saysThereAreMembers = new Set([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'STALE_MEMBER_EPOCH',
  'REBALANCE_IN_PROGRESS',
  'NON_EMPTY_GROUP',
  'GROUP_SUBSCRIBED_TO_TOPIC',
]);

/** Says in words that the group is in use, where the broker's own words are about the member that we are not. */
function clearly(error: ConnectError, groupId: string, what?: string): ConnectError {
  const { kafkaError } = error.details;
  if (kafkaError === undefined || !saysThereAreMembers.has(kafkaError)) return error;
  const done = what ?? error.message.split(`: ${kafkaError}`)[0];
  const message = `${done}: group ${groupId} has members that are reading; stop them first (${kafkaError})`;
  return new ConnectError('conflict', message, { cause: error, details: error.details });
}

/** A member's partition may appear in a moment; one that a person names is a mistake, not to be waited for. */
function refusePartition(error: unknown): never {
  if (isConnectError(error) && error.details.kafkaError === 'UNKNOWN_TOPIC_OR_PARTITION') {
    throw new ConnectError('bad-request', error.message, { cause: error, details: error.details });
  }
  throw error;
}

const groupTypes: readonly string[] = ['classic', 'consumer', 'share', 'streams'] satisfies GroupType[];

export function groupTypeOf(text: string): GroupType {
  const type = text.toLowerCase();
  return isGroupType(type) ? type : '';
}

function isGroupType(text: string): text is GroupType {
  return groupTypes.includes(text);
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
