import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '../../errors/connect-error.ts';
import { waitForPort } from '../wait.ts';
import { toProperties } from './connect.ts';
import { fetchJars, type OldVersion } from './jars.ts';
import { freePort, type JavaProcess, runJava, startJava } from './java.ts';

const startMs = 60_000;

export interface OldBroker {
  /** `host:port` for clients. */
  readonly bootstrap: string;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

/** A single node of an older Apache Kafka on free loopback ports; before 3.0 with a ZooKeeper beside it. */
export async function startOldBroker(
  version: OldVersion,
  settings: Readonly<Record<string, string>> = {},
): Promise<OldBroker> {
  const jars = await fetchJars(version);
  const folder = await mkdtemp(join(tmpdir(), `millrace-apache-kafka-${version}-`));
  const running: JavaProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of running.splice(0).reverse()) await process.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    const isOnZooKeeper = version.startsWith('2.');
    const quorum = isOnZooKeeper ? await startZooKeeper() : await formatKRaft(port);
    const file = await write('server.properties', {
      'log.dirs': join(folder, 'logs'),
      ...(isOnZooKeeper ? { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}` } : {}),
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '2',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'transaction.state.log.num.partitions': '2',
      'group.initial.rebalance.delay.ms': '0',
      'log.cleaner.dedupe.buffer.size': '4194304',
      ...(isOnZooKeeper ? { listeners: `PLAINTEXT://127.0.0.1:${port}` } : {}),
      ...quorum,
      ...settings,
    });
    await start('kafka.Kafka', file, port);
    return { bootstrap: `127.0.0.1:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function startZooKeeper(): Promise<Record<string, string>> {
    const port = await freePort();
    const file = await write('zookeeper.properties', {
      dataDir: join(folder, 'zookeeper'),
      clientPort: String(port),
      clientPortAddress: '127.0.0.1',
      'admin.enableServer': 'false',
    });
    await start('org.apache.zookeeper.server.quorum.QuorumPeerMain', file, port);
    return { 'broker.id': '1', 'zookeeper.connect': `127.0.0.1:${port}` };
  }

  async function formatKRaft(port: number): Promise<Record<string, string>> {
    const controllerPort = await freePort();
    const properties = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'controller.listener.names': 'CONTROLLER',
    };
    const file = await write('format.properties', { 'log.dirs': join(folder, 'logs'), ...properties });
    const id = `--cluster-id=${randomBytes(16).toString('base64url')}`;
    await mkdir(join(folder, 'logs'));
    await runJava('kafka.tools.StorageTool', ['format', id, '-c', file], startMs, jars);
    return properties;
  }

  async function write(name: string, properties: Readonly<Record<string, string>>): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, toProperties(properties));
    return file;
  }

  async function start(mainClass: string, file: string, port: number): Promise<void> {
    const log = join(folder, `${mainClass}.log`);
    const log4j = resolve(import.meta.dirname, 'log4j.properties');
    const jvm = [
      '-Xmx512m',
      // Short runs gain nothing from the second compiler.
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j.configuration=file:${log4j}`,
      '-Dzookeeper.jmx.log4j.disable=true',
    ];
    const process = await startJava({ mainClass, args: [file], log, jvm, jars });
    running.push(process);
    try {
      await waitForPort(port, startMs, process.exited, `${mainClass} of ${version}`);
    } catch (error) {
      // The folder goes with the failed start.
      throw new Error(`${messageOf(error)}: ${(await readFile(log, 'utf8')).slice(-2000)}`, { cause: error });
    }
  }
}
