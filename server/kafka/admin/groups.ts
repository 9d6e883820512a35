import type { Cluster } from '../cluster/cluster.ts';
import { retryOnCoordinator } from '../cluster/coordinator.ts';
import { byTopic, commitOffsets, fetchOffsets } from '../group/group-offsets.ts';
import type { Admin, GroupDescription } from '../ports/admin.ts';
import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import { deleteGroupsApi } from '../protocol/generated/delete-groups.js';
import { describeGroupsApi } from '../protocol/generated/describe-groups.js';
import { listGroupsApi } from '../protocol/generated/list-groups.js';
import { offsetDeleteApi } from '../protocol/generated/offset-delete.js';

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
            return groups.map(({ groupId, protocolType, groupState }) => ({
              groupId,
              protocolType,
              state: groupState,
            }));
          });
        },
        { signal },
      );
    },

    async describeGroups(groupIds, signal) {
      return await Promise.all(
        groupIds.map((groupId) => {
          const what = `describe group ${groupId}`;
          return ask(groupId, what, signal, () => describeGroup(cluster, groupId, what, signal));
        }),
      );
    },

    async deleteGroups(groupIds, signal) {
      for (const groupId of groupIds) {
        const what = `delete group ${groupId}`;
        await ask(groupId, what, signal, async () => {
          const target = { coordinator: 'group', key: groupId } as const;
          const response = await cluster.request(
            target,
            deleteGroupsApi,
            { groupsNames: [groupId] },
            { signal },
          );
          for (const { errorCode } of response.results)
            if (errorCode !== 0) throw kafkaFailure(errorCode, what);
        });
      }
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
      await ask(groupId, `alter offsets of group ${groupId}`, signal, () =>
        commitOffsets(cluster, outsider, offsets, { signal }),
      );
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
        const response = await cluster.request(target, offsetDeleteApi, { groupId, topics }, { signal });
        if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, what);
        for (const topic of response.topics) {
          for (const { partitionIndex, errorCode } of topic.partitions) {
            if (errorCode !== 0) throw kafkaFailure(errorCode, `${what} for ${topic.name}-${partitionIndex}`);
          }
        }
      });
    },
  };
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Brokers up to 4.0 call a group that is not there "Dead", later ones answer GROUP_ID_NOT_FOUND; both become "Dead". */
async function describeGroup(
  cluster: Cluster,
  groupId: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<GroupDescription> {
  const target = { coordinator: 'group', key: groupId } as const;
  const response = await cluster.request(target, describeGroupsApi, { groups: [groupId] }, { signal });
  const [group] = response.groups;
  if (group === undefined || group.errorCode === kafkaErrors.GROUP_ID_NOT_FOUND) {
    return { groupId, state: 'Dead', protocolType: '', members: [] };
  }
  if (group.errorCode !== 0) throw kafkaFailure(group.errorCode, what, group.errorMessage);
  return {
    groupId,
    state: group.groupState,
    protocolType: group.protocolType,
    members: group.members.map(({ memberId, clientId, clientHost, memberMetadata, memberAssignment }) => ({
      memberId,
      clientId,
      host: clientHost,
      metadata: memberMetadata,
      assignment: memberAssignment,
    })),
  };
}
