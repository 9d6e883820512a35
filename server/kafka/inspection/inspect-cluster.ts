import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterInspection } from '../ports/cluster-inspection.ts';
import { describeAcls } from './acls.ts';
import { authorizedOperations } from './authorized-operations.ts';
import { describeProducers, describeTransactions, listTransactions } from './transactions.ts';

/** Every call retries what may succeed later, for at most default.api.timeout.ms, and then rejects with `timeout`. */
export function createClusterInspection(cluster: Cluster): ClusterInspection {
  return {
    authorizedOperations: (resources, signal) => authorizedOperations(cluster, resources, signal),
    describeAcls: (filter, signal) => describeAcls(cluster, filter, signal),
    listTransactions: (signal) => listTransactions(cluster, signal),
    describeTransactions: (ids, signal) => describeTransactions(cluster, ids, signal),
    describeProducers: (partition, signal) => describeProducers(cluster, partition, signal),
  };
}
