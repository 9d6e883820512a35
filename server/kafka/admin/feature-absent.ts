import { ConnectError, isConnectError } from '../../errors/connect-error.ts';

/** Runs a request that older brokers do not offer; the error then says from which version of Kafka on it is there. */
export async function sinceKafka<Result>(
  version: string,
  what: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFeatureAbsent(error)) throw error;
    throw new ConnectError('kafka', `${what}: the brokers must be of Apache Kafka ${version} or later`, {
      cause: error,
      details: { kafkaError: 'UNSUPPORTED_VERSION' },
    });
  }
}

export function isFeatureAbsent(error: unknown): boolean {
  return isConnectError(error) && error.details.kafkaError === 'UNSUPPORTED_VERSION';
}
