import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, messageOf } from '../errors/connect-error.ts';
import { runBroker } from './run-broker.ts';
import type { BrokerOptions, RunningBroker } from './start-broker.ts';

/** Entry of the thread that `startBrokerThread` makes. */

export type FromThread =
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }
  | { readonly kind: 'started'; readonly address: Omit<RunningBroker, 'stop'> }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const port = parentPort;

function tell(message: FromThread): void {
  port?.postMessage(message);
}

async function main(): Promise<void> {
  try {
    const broker = await runBroker({
      ...(workerData as BrokerOptions),
      log: (level, text) => tell({ kind: 'log', level, text }),
    });
    port?.on('message', () => {
      // Without the port nothing keeps the thread alive once the broker has stopped.
      void broker.stop().finally(() => port?.close());
    });
    const { port: listening, host, bootstrap } = broker;
    tell({ kind: 'started', address: { port: listening, host, bootstrap } });
  } catch (error) {
    tell({ kind: 'failed', code: codeOf(error), message: messageOf(error) });
  }
}

await main();
