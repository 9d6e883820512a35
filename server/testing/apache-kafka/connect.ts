import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait.ts';
import { freePort, type JavaProcess, startJava } from './java.ts';

export interface JavaConnect {
  readonly restUrl: string;
  readonly process: JavaProcess;
  /** Milliseconds from start of the process to its first REST answer. */
  readonly startUpMs: number;
  stop(): Promise<void>;
}

/** Java Kafka Connect 4.3.1, distributed, against a running broker. `settings` go on top of the sample worker file's. */
export async function startJavaConnect(
  bootstrap: string,
  settings: Readonly<Record<string, string>> = {},
  jvm: readonly string[] = ['-Xms256m', '-Xmx2g'],
): Promise<JavaConnect> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-java-connect-'));
  const port = await freePort();
  const file = join(folder, 'worker.properties');
  await writeFile(file, toProperties({ ...workerSettings(bootstrap, port, 'java-connect'), ...settings }));
  const startedAt = performance.now();
  const process = await startJava({
    mainClass: 'org.apache.kafka.connect.cli.ConnectDistributed',
    args: [file],
    log: join(folder, 'connect.log'),
    jvm,
  });
  const restUrl = `http://127.0.0.1:${port}`;
  await waitFor(
    `Java Connect (log: ${folder})`,
    async () => (await fetch(`${restUrl}/connectors`)).ok,
    180_000,
  );
  return {
    restUrl,
    process,
    startUpMs: performance.now() - startedAt,
    async stop() {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The settings of Apache's sample file for distributed workers, with its own group and topics. */
export function workerSettings(bootstrap: string, restPort: number, group: string): Record<string, string> {
  return {
    'bootstrap.servers': bootstrap,
    'group.id': group,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'config.storage.topic': `${group}-configs`,
    'config.storage.replication.factor': '1',
    'offset.storage.topic': `${group}-offsets`,
    'offset.storage.replication.factor': '1',
    'status.storage.topic': `${group}-status`,
    'status.storage.replication.factor': '1',
    'offset.flush.interval.ms': '10000',
    listeners: `http://127.0.0.1:${restPort}`,
  };
}

export function toProperties(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}
