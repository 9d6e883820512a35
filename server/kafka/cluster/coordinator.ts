import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';
import type { Cluster } from './cluster.ts';
import type { Broker } from './metadata.ts';

export type CoordinatorType = 'group' | 'transaction';

const keyTypes: Record<CoordinatorType, number> = { group: 0, transaction: 1 };

/** One attempt. Brokers create their offsets topic on this question, so COORDINATOR_NOT_AVAILABLE is usual at first. */
export async function findCoordinator(cluster: Cluster, type: CoordinatorType, key: string): Promise<Broker> {
  const keyType = keyTypes[type];
  const response = await cluster.request('any', findCoordinatorApi, (version) =>
    version >= 4 ? { keyType, coordinatorKeys: [key] } : version >= 1 ? { key, keyType } : { key },
  );
  const found = response.coordinators[0] ?? response;
  if (found.errorCode !== 0) {
    throw kafkaFailure(found.errorCode, `find the coordinator of ${type} ${key}`, found.errorMessage);
  }
  if (found.port <= 0) {
    throw new ConnectError('unavailable', `the coordinator of ${type} ${key} has no address yet`, {
      retriable: true,
    });
  }
  return { id: found.nodeId, host: found.host, port: found.port, rack: null };
}

/**
 * Retries `attempt` while its coordinator moves, loads or cannot be reached; each attempt should ask with the target
 * `{ coordinator: type, key }`.
 */
export async function retryOnCoordinator<Result>(
  cluster: Cluster,
  type: CoordinatorType,
  key: string,
  what: string,
  signal: AbortSignal | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  return await cluster.retry(
    what,
    async () => {
      try {
        return await attempt();
      } catch (error) {
        if (isCoordinatorGone(error)) cluster.forgetCoordinator(type, key);
        throw error;
      }
    },
    { signal },
  );
}

/** The node asked is not the coordinator (any more). */
export function isCoordinatorGone(error: unknown): boolean {
  if (!isConnectError(error)) return false;
  return (
    error.details.kafkaError === 'NOT_COORDINATOR' || error.details.kafkaError === 'COORDINATOR_NOT_AVAILABLE'
  );
}
