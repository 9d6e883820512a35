import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startJavaConnect, toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { waitFor } from '../testing/wait.ts';

export type WorkerKind = 'java' | 'millrace';

export interface WorkerUnderTest {
  readonly kind: WorkerKind;
  readonly pid: number;
  readonly restUrl: string;
  /** From the start of the process to its first REST answer. */
  readonly startUpMs: number;
  stop(): Promise<void>;
}

/** Starts one distributed worker of the kind with the same worker settings either way. */
export async function startWorkerUnderTest(
  kind: WorkerKind,
  bootstrap: string,
  settings: Readonly<Record<string, string>>,
): Promise<WorkerUnderTest> {
  if (kind === 'java') {
    const java = await startJavaConnect(bootstrap, settings);
    return {
      kind,
      pid: java.process.pid,
      restUrl: java.restUrl,
      startUpMs: java.startUpMs,
      stop: () => java.stop(),
    };
  }
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const port = await freePort();
  const file = join(folder, 'worker.properties');
  await writeFile(file, toProperties({ ...workerSettings(bootstrap, port, 'millrace'), ...settings }));
  const log = openSync(join(folder, 'worker.log'), 'a');
  const startedAt = performance.now();
  const child = spawn(resolve(import.meta.dirname, '../cli/millrace'), ['worker', file], {
    stdio: ['ignore', log, log],
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const restUrl = `http://127.0.0.1:${port}`;
  await waitFor(`Millrace (log in ${folder})`, async () => (await fetch(`${restUrl}/connectors`)).ok, 30_000);
  return {
    kind,
    pid: child.pid ?? -1,
    restUrl,
    startUpMs: performance.now() - startedAt,
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(force);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
