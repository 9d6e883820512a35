import { askCoordinators, type KeyAnswer } from '../admin/ask-coordinators.ts';
import { chunksOf } from '../admin/chunks.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { AclOperation, AuthorizedOperations } from '../ports/cluster-inspection.ts';
import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import { describeClusterApi } from '../protocol/generated/describe-cluster.js';
import { describeGroupsApi } from '../protocol/generated/describe-groups.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { findVersion } from '../version-choice.ts';
import { operationsOf } from './acl-codes.ts';

type Operations = readonly AclOperation[] | null;

const nothingTold = -(2 ** 31);

/** Of the cluster itself. DescribeCluster tells since 2.8, metadata told from 2.3 to then. */
export async function clusterOperations(cluster: Cluster, signal?: AbortSignal): Promise<Operations> {
  const what = 'ask what may be done with the cluster';
  return await cluster.retry(
    what,
    async () => {
      const { offer } = await cluster.connection('any', 'control', signal);
      if (findVersion(describeClusterApi, offer.versions.get(describeClusterApi.key)) !== undefined) {
        const request = { includeClusterAuthorizedOperations: true };
        const response = await cluster.request('any', describeClusterApi, request, { signal });
        if (response.errorCode === kafkaErrors.CLUSTER_AUTHORIZATION_FAILED) return null;
        if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, what, response.errorMessage);
        return operationsOf(response.clusterAuthorizedOperations);
      }
      const response = await cluster.request(
        'any',
        metadataApi,
        (version) => ({
          topics: [],
          ...(version >= 4 ? { allowAutoTopicCreation: false } : {}),
          ...(version >= 8 ? { includeClusterAuthorizedOperations: true } : {}),
        }),
        { signal, maxVersion: 10 },
      );
      return operationsOf(response.clusterAuthorizedOperations);
    },
    { signal },
  );
}

/** Of topics. One that is not there, or may not be seen, is in the answer when the broker rates its name. */
export async function topicOperations(
  cluster: Cluster,
  topics: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Operations>> {
  const found = new Map<string, Operations>();
  for (const names of chunksOf([...new Set(topics)])) {
    const response = await cluster.retry(
      'ask what may be done with topics',
      () =>
        cluster.request(
          'any',
          metadataApi,
          (version) => ({
            topics: names.map((name) => ({ name })),
            ...(version >= 4 ? { allowAutoTopicCreation: false } : {}),
            ...(version >= 8 ? { includeTopicAuthorizedOperations: true } : {}),
          }),
          { signal },
        ),
      { signal },
    );
    for (const { name, errorCode, topicAuthorizedOperations: bits } of response.topics) {
      // A name that is no topic's at all cannot be rated, and one that is not there is only if the broker does so.
      if (name === null || errorCode === kafkaErrors.INVALID_TOPIC_EXCEPTION) continue;
      if (errorCode === kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION && bits === nothingTold) continue;
      found.set(name, operationsOf(bits));
    }
  }
  return found;
}

/** Of groups, which need not exist. Up to version 5 the broker rates groups that are not there. */
export async function groupOperations(
  cluster: Cluster,
  groups: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Operations>> {
  const what = 'ask what may be done with groups';
  const found = await askCoordinators<Operations>(
    cluster,
    'group',
    groups,
    { what, signal },
    async (node, keys) => {
      const response = await cluster.request(
        node,
        describeGroupsApi,
        (version) => ({ groups: keys, ...(version >= 3 ? { includeAuthorizedOperations: true } : {}) }),
        { signal, maxVersion: 5 },
      );
      return new Map(
        response.groups.map(
          ({ groupId, errorCode, authorizedOperations: bits }): [string, KeyAnswer<Operations>] => [
            groupId,
            errorCode === 0
              ? { answer: operationsOf(bits) }
              : { error: kafkaFailure(errorCode, `${what}: ${groupId}`) },
          ],
        ),
      );
    },
  );
  return new Map(
    [...found].map(([groupId, result]): [string, Operations] => {
      if ('answer' in result) return [groupId, result.answer];
      if (result.error.details.kafkaError === 'GROUP_AUTHORIZATION_FAILED') return [groupId, null];
      throw result.error;
    }),
  );
}

/** Everything at once. */
export async function authorizedOperations(
  cluster: Cluster,
  resources: { readonly topics?: readonly string[]; readonly groups?: readonly string[] },
  signal?: AbortSignal,
): Promise<AuthorizedOperations> {
  const [ofCluster, topics, groups] = await Promise.all([
    clusterOperations(cluster, signal),
    topicOperations(cluster, resources.topics ?? [], signal),
    groupOperations(cluster, resources.groups ?? [], signal),
  ]);
  return { cluster: ofCluster, topics, groups };
}
