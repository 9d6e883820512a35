import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError, codeOf, messageOf } from '../../errors/connect-error.ts';
import type { ConfigStoreListener } from '../../storage/config-store.ts';
import type { DistributedHerderOptions } from './herder-parts.ts';

/** How long Kafka may be silent until somebody is told. */
const patienceMs = 3_000;
const firstRetryMs = 250;
const maxRetryMs = 10_000;

type Needed = Pick<
  DistributedHerderOptions,
  'kafka' | 'config' | 'configStore' | 'statusStore' | 'offsetStore'
>;

/**
 * Starts the three stores, as often as it takes. Answers the id of the Kafka cluster. Rejects only on abort and with
 * `config` errors, which no retry helps against. `onWaiting` hears why it takes long.
 */
export async function startStores(
  { kafka, config, configStore, statusStore, offsetStore }: Needed,
  listener: ConfigStoreListener,
  signal: AbortSignal,
  onWaiting: (reason: string) => void,
): Promise<string> {
  const servers = config['bootstrap.servers'].join(',');
  for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, maxRetryMs)) {
    let reading = '';
    const watchdog = setInterval(() => {
      onWaiting(reading === '' ? `Kafka at ${servers} (bootstrap.servers) does not answer yet` : reading);
    }, patienceMs);
    try {
      const { clusterId } = await kafka.admin.describeCluster(signal);
      reading = 'Reading the internal topics';
      const started = await Promise.allSettled([
        configStore.start(signal, listener, (read, total) => {
          reading = `Reading the internal topics: ${read} of ${total} configs`;
        }),
        statusStore.start(signal),
        offsetStore.start(signal),
      ]);
      const failed = started.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return clusterId;
    } catch (error) {
      if (signal.aborted) throw new ConnectError('cancelled', 'the worker was stopped while it was starting');
      if (codeOf(error) === 'config') throw error;
      onWaiting(`Kafka at ${servers} (bootstrap.servers) cannot be used yet: ${messageOf(error)}`);
    } finally {
      clearInterval(watchdog);
    }
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }
}
