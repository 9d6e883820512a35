import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJavaConnect, toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import type { Kind } from './benchmark.ts';

export interface WorkerUnderTest {
  readonly kind: Kind;
  readonly pid: number;
  readonly restUrl: string;
  /** From the start of the process to its first REST answer. */
  readonly startUpMs: number;
  stop(): Promise<void>;
}

/** Starts one distributed worker of the kind with the same worker settings either way. */
export async function startWorkerUnderTest(
  kind: Kind,
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
  const restUrl = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const millrace = spawnMillrace(['worker', file]);
  await waitForRest(millrace, restUrl);
  return {
    kind,
    pid: millrace.pid,
    restUrl,
    startUpMs: performance.now() - startedAt,
    async stop() {
      await millrace.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
