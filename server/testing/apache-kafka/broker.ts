import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForPort } from '../wait.ts';
import { freePort, type JavaProcess, runJava, startJava } from './java.ts';

export interface ApacheKafka {
  /** `host:port` for clients. */
  readonly bootstrap: string;
  readonly process: JavaProcess;
  readonly folder: string;
  /** Stops the broker and removes its folder. */
  stop(): Promise<void>;
}

/** A single KRaft node of Apache Kafka 4.3.1 on free loopback ports, its logs in a temporary folder. */
export async function startApacheKafka(
  settings: Readonly<Record<string, string>> = {},
): Promise<ApacheKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-apache-kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'logs'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    // Members of the newer protocol learn of a rebalance at their next heartbeat, whose time the broker sets.
    'group.consumer.min.heartbeat.interval.ms': '200',
    'group.consumer.heartbeat.interval.ms': '200',
    'group.consumer.min.session.timeout.ms': '3000',
    'group.consumer.session.timeout.ms': '6000',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    ...settings,
  };
  const file = join(folder, 'server.properties');
  await mkdir(join(folder, 'logs'));
  await writeFile(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n'),
  );
  await runJava('kafka.tools.StorageTool', [
    'format',
    // With "=", as an id may begin with a dash.
    `--cluster-id=${randomBytes(16).toString('base64url')}`,
    '-c',
    file,
  ]);
  const log = join(folder, 'broker.log');
  const process = await startJava({
    mainClass: 'kafka.Kafka',
    args: [file],
    log,
    jvm: ['-Xms512m', '-Xmx1g'],
  });
  await waitForPort(port, 60_000, process.exited, `Apache Kafka (log: ${log})`);
  return {
    bootstrap: `127.0.0.1:${port}`,
    process,
    folder,
    async stop() {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
