import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../server/testing/apache-kafka/java.ts';
import { type MillraceProcess, spawnMillrace } from '../../server/testing/millrace-process.ts';
import { waitFor } from '../../server/testing/wait.ts';

/** The very first start builds the pages. */
const firstPageMs = 150_000;

export interface Millrace {
  /** Of the console. */
  readonly url: string;
  readonly restUrl: string;
  /** For the files of a story; removed at the end. */
  readonly folder: string;
  /** Starts it (again), on the same ports and the same data. */
  start(): Promise<void>;
  /** As Ctrl-C does. Resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** Ends whatever still runs and removes the folder. */
  close(): Promise<void>;
}

/** `millrace start` on free ports with a data folder of its own, not started yet. */
export async function prepareMillrace(options: readonly string[] = []): Promise<Millrace> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  const [port, restPort, brokerPort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://localhost:${port}`;
  const args = [
    'start',
    ...['--port', `${port}`, '--rest-port', `${restPort}`, '--data', join(folder, 'data')],
    ...(options.includes('--config') ? [] : ['--broker-port', `${brokerPort}`]),
    ...options,
  ];
  let running: MillraceProcess | null = null;
  return {
    url,
    restUrl: `http://localhost:${restPort}`,
    folder,
    async start() {
      const millrace = spawnMillrace(args);
      running = millrace;
      let hasEnded = false;
      millrace.exited.then(
        () => {
          hasEnded = true;
        },
        () => {
          hasEnded = true;
        },
      );
      await waitFor('the first page', async () => hasEnded || (await fetch(url)).ok, firstPageMs);
      if (hasEnded) throw new Error(`millrace ended:\n${millrace.output()}`);
    },
    async interrupt() {
      const code = await (running?.stop('SIGINT') ?? null);
      running = null;
      return code;
    },
    async close() {
      await running?.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
