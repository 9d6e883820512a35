import type { Cluster } from '../cluster/cluster.ts';
import { retryOnCoordinator } from '../cluster/coordinator.ts';
import type { Admin } from '../ports/admin.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { initProducerIdApi } from '../protocol/generated/init-producer-id.js';

export function producerAdmin(cluster: Cluster): Pick<Admin, 'fenceProducers'> {
  return {
    async fenceProducers(transactionalIds, signal) {
      const transactionTimeoutMs = cluster.settings['request.timeout.ms'];
      await Promise.all(
        transactionalIds.map(async (transactionalId) => {
          const what = `fence producer ${transactionalId}`;
          await retryOnCoordinator(cluster, 'transaction', transactionalId, what, signal, async () => {
            const target = { coordinator: 'transaction', key: transactionalId } as const;
            const request = { transactionalId, transactionTimeoutMs };
            const { errorCode } = await cluster.request(target, initProducerIdApi, request, { signal });
            if (errorCode !== 0) throw kafkaFailure(errorCode, what);
          });
        }),
      );
    },
  };
}
