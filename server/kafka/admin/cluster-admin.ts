import type { Cluster } from '../cluster/cluster.ts';
import type { Admin } from '../ports/admin.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { describeClusterApi } from '../protocol/generated/describe-cluster.js';
import { findVersion } from '../version-choice.ts';
import { configAdmin } from './configs.ts';
import { groupAdmin } from './groups.ts';
import { partitionOffsetAdmin } from './partition-offsets.ts';
import { producerAdmin } from './producers.ts';
import { topicAdmin } from './topics.ts';

/** Every call retries what may succeed later, for at most default.api.timeout.ms, and then rejects with `timeout`. */
export function createAdmin(cluster: Cluster): Admin {
  return {
    ...topicAdmin(cluster),
    ...configAdmin(cluster),
    ...partitionOffsetAdmin(cluster),
    ...groupAdmin(cluster),
    ...producerAdmin(cluster),
    async describeCluster(signal) {
      return await cluster.retry('describe cluster', () => describeCluster(cluster, signal), { signal });
    },
  };
}

async function describeCluster(cluster: Cluster, signal?: AbortSignal): ReturnType<Admin['describeCluster']> {
  const { offer } = await cluster.connection('any', 'control', signal);
  if (findVersion(describeClusterApi, offer.versions.get(describeClusterApi.key)) === undefined) {
    // Before 2.8 metadata is the only source.
    await cluster.refresh([], { signal });
    const { clusterId, controllerId, brokers } = cluster.metadata;
    return { clusterId: clusterId ?? '', controllerId, brokers: [...brokers.values()] };
  }
  const request = { includeClusterAuthorizedOperations: false };
  const response = await cluster.request('any', describeClusterApi, request, { signal });
  if (response.errorCode !== 0)
    throw kafkaFailure(response.errorCode, 'describe cluster', response.errorMessage);
  return {
    clusterId: response.clusterId,
    controllerId: response.controllerId,
    brokers: response.brokers.map(({ brokerId, host, port, rack }) => ({ id: brokerId, host, port, rack })),
  };
}
