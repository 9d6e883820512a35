import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, messageOf } from '../errors/connect-error.ts';
import { runBroker } from './run-broker.ts';
import type { BrokerOptions } from './start-broker.ts';

/** Entry of the thread that `startBrokerThread` makes. */

export type FromThread =
  | { readonly kind: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }
  | { readonly kind: 'started'; readonly port: number; readonly host: string }
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
    tell({ kind: 'started', port: broker.port, host: broker.host });
  } catch (error) {
    tell({ kind: 'failed', code: codeOf(error), message: messageOf(error) });
  }
}

await main();
