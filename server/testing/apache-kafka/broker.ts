import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForPort } from '../wait.ts';
import { freePort, type JavaProcess, runJava, startJava } from './java.ts';

export interface ApacheKafka {
  /** `host:port` for clients without security. */
  readonly bootstrap: string;
  readonly process: JavaProcess;
  readonly folder: string;
  /** Stops the broker and removes its folder. */
  stop(): Promise<void>;
}

export interface ApacheKafkaWithListeners extends ApacheKafka {
  /** `host:port` of each further listener, by its name. */
  readonly listeners: Readonly<Record<string, string>>;
}

/** What a broker has beyond the listener that everybody may use. */
export interface BrokerExtras {
  /** Security protocol of each further listener, by its name in capitals. Their settings are `listener.name.…` ones. */
  readonly listeners?: Readonly<Record<string, 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'>>;
  /** Users known from the first moment on, in the form of kafka-storage: `SCRAM-SHA-256=[name=…,password=…]`. */
  readonly scramUsers?: readonly string[];
  readonly jvm?: readonly string[];
}

/** A single KRaft node of Apache Kafka 4.3.1 on free loopback ports, its logs in a temporary folder. */
export async function startApacheKafka(
  settings: Readonly<Record<string, string>> = {},
  extras: BrokerExtras = {},
): Promise<ApacheKafkaWithListeners> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-apache-kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const addresses: Record<string, string> = {};
  for (const name of Object.keys(extras.listeners ?? {})) addresses[name] = `127.0.0.1:${await freePort()}`;
  const further = Object.entries(addresses).map(([name, address]) => `,${name}://${address}`);
  const protocols = Object.entries(extras.listeners ?? {}).map(([name, protocol]) => `,${name}:${protocol}`);
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${further.join('')}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${further.join('')}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols.join('')}`,
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
    ...(extras.scramUsers ?? []).flatMap((user) => ['--add-scram', user]),
  ]);
  const log = join(folder, 'broker.log');
  const process = await startJava({
    mainClass: 'kafka.Kafka',
    args: [file],
    log,
    jvm: ['-Xms512m', '-Xmx1g', ...(extras.jvm ?? [])],
  });
  try {
    await waitForPort(port, 120_000, process.exited, `Apache Kafka (log: ${log})`);
  } catch (error) {
    await process.stop();
    throw error;
  }
  return {
    bootstrap: `127.0.0.1:${port}`,
    listeners: addresses,
    process,
    folder,
    async stop() {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
