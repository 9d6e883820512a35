import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';

/** A topic created a moment ago may not be known to every broker; one that stays unknown this long is not there. */
const unknownTopicPatienceMs = 1500;

/** Retries an admin call: finds the controller anew when it has moved, and does not wait for what is not there. */
export async function retryAdmin<Result>(
  cluster: Cluster,
  what: string,
  signal: AbortSignal | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now();
  return await cluster.retry(
    what,
    async () => {
      try {
        return await attempt();
      } catch (error) {
        if (!isConnectError(error)) throw error;
        if (error.details.kafkaError === 'NOT_CONTROLLER') await cluster.refresh([], { signal });
        if (error.code !== 'not-found' || performance.now() - startedAt < unknownTopicPatienceMs) throw error;
        throw new ConnectError('not-found', error.message, {
          cause: error,
          retriable: false,
          details: error.details,
        });
      }
    },
    { signal },
  );
}
