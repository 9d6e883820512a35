import type { Cluster } from '../cluster/cluster.ts';
import type { Admin } from '../ports/admin.ts';
import { TransactionRequests } from '../transactions/transaction-requests.ts';

export function producerAdmin(cluster: Cluster): Pick<Admin, 'fenceProducers'> {
  const { settings } = cluster;

  /** Taking the id over fences whoever has it, and waits until its transaction is aborted. */
  async function fence(transactionalId: string, signal?: AbortSignal): Promise<void> {
    const requests = new TransactionRequests({
      cluster,
      transactionalId,
      transactionTimeoutMs: settings['request.timeout.ms'],
      purpose: 'control',
      maxBackoffMs: settings['retry.backoff.max.ms'],
    });
    await requests.initProducerId(null, { timeoutMs: settings['default.api.timeout.ms'], signal });
  }

  return {
    async fenceProducers(transactionalIds, signal) {
      // One that cannot be fenced must not keep the others from being so.
      const fencing = await Promise.allSettled(transactionalIds.map((id) => fence(id, signal)));
      for (const each of fencing) if (each.status === 'rejected') throw each.reason;
    },
  };
}
