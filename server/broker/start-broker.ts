import { Worker } from 'node:worker_threads';
import { ConnectError, type ErrorCode, errorCodes } from '../errors/connect-error.ts';
import type { BrokerLog } from './broker-log.ts';
import type { FromThread } from './broker-thread.ts';
import { runBroker } from './run-broker.ts';

export interface BrokerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Created if need be; one broker at a time may use it. */
  readonly dataDir: string;
  /** Address to listen on and to tell clients; loopback when absent. */
  readonly host?: string;
  /** What clients are told to connect to, where that is not the address listened on: a proxy, a container's port. */
  readonly advertised?: { readonly host: string; readonly port: number };
  /** Settings of Apache's server.properties that have an effect here (topics/broker-configs.ts). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Makes it a listener of SASL_PLAINTEXT with the mechanism PLAIN: passwords by user name. */
  readonly sasl?: { readonly users: Readonly<Record<string, string>> };
  readonly log?: BrokerLog;
  /** Stops the broker when aborted. */
  readonly signal?: AbortSignal;
}

export interface RunningBroker {
  readonly port: number;
  readonly host: string;
  /** `host:port` for clients. */
  readonly bootstrap: string;
  /** Ends connections, hands everything to the disk and releases the folder. Safe to call twice. */
  stop(): Promise<void>;
}

/** A broker in this thread. Rejects with a `config` error that names the port, folder or setting at fault. */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  return await runBroker(options);
}

/** How long a broker in a thread may take to stop before the thread is ended. */
const stopBoundMs = 15_000;

/** The same in a thread of its own, so that a busy main thread does not stall its clients. */
export async function startBrokerThread(options: BrokerOptions): Promise<RunningBroker> {
  const { log, signal, ...workerData } = options;
  const worker = new Worker(new URL('./broker-thread.ts', import.meta.url), {
    workerData,
    name: 'embedded-broker',
  });
  const exited = new Promise<void>((done) => {
    worker.once('exit', () => done());
  });
  let isStopping = false;
  const started = new Promise<Omit<RunningBroker, 'stop'>>((done, failed) => {
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'log') log?.(message.level, message.text);
      if (message.kind === 'started') done(message.address);
      if (message.kind === 'failed') failed(fromThread(message));
    });
    worker.on('error', (error) => {
      log?.('error', `the embedded broker failed: ${error instanceof Error ? error.stack : String(error)}`);
      failed(error);
    });
    worker.once('exit', (code) => {
      if (!isStopping) log?.('error', `the thread of the embedded broker ended with code ${code}`);
      failed(new ConnectError('unavailable', `the embedded broker ended with code ${code} while it started`));
    });
  });
  const stop = async (): Promise<void> => {
    isStopping = true;
    worker.postMessage('stop');
    const force = setTimeout(() => void worker.terminate(), stopBoundMs);
    await exited;
    clearTimeout(force);
  };
  try {
    const address = await started;
    signal?.addEventListener('abort', () => void stop(), { once: true });
    if (signal?.aborted) await stop();
    return { ...address, stop };
  } catch (error) {
    isStopping = true;
    await worker.terminate();
    throw error;
  }
}

/** Errors lose their class on the way out of a thread. */
function fromThread({ code, message }: { readonly code: string; readonly message: string }): ConnectError {
  const known: ErrorCode = errorCodes.find((candidate) => candidate === code) ?? 'unknown';
  return new ConnectError(known, message);
}
