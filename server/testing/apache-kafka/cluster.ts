import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForPort } from '../wait.ts';
import { freePort, type JavaProcess, runJava, startJava } from './java.ts';

export interface ApacheKafkaCluster {
  /** `host:port` of all brokers. */
  readonly bootstrap: string;
  /** Stops a broker and leaves its logs for `startBroker`; in order, or killed. */
  stopBroker(id: number, how?: 'in order' | 'killed'): Promise<void>;
  startBroker(id: number): Promise<void>;
  stop(): Promise<void>;
}

interface Node {
  readonly file: string;
  readonly log: string;
  readonly port: number;
  process: JavaProcess | null;
}

const controllerId = 100;
/** Several virtual machines start at once. */
const startMs = 120_000;

/** Brokers 1, 2 … of Apache Kafka 4.3.1, broker n in the rack `rack-n`, with a controller of their own. */
export async function startApacheKafkaCluster(
  brokers: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<ApacheKafkaCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-apache-cluster-'));
  const clusterId = randomBytes(16).toString('base64url');
  const controllerPort = await freePort();

  async function createNode(id: number, own: Readonly<Record<string, string>>, port: number): Promise<Node> {
    const home = join(folder, String(id));
    await mkdir(join(home, 'logs'), { recursive: true });
    const properties = {
      'node.id': String(id),
      'controller.quorum.voters': `${controllerId}@127.0.0.1:${controllerPort}`,
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'log.dirs': join(home, 'logs'),
      ...own,
      ...settings,
    };
    const file = join(home, 'server.properties');
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
    await writeFile(file, lines.join('\n'));
    const format = ['format', `--cluster-id=${clusterId}`, '-c', file];
    await runJava('kafka.tools.StorageTool', format, startMs);
    return { file, log: join(home, 'node.log'), port, process: null };
  }

  async function start(node: Node): Promise<void> {
    const { file, log, port } = node;
    const jvm = ['-Xms128m', '-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
    const process = await startJava({ mainClass: 'kafka.Kafka', args: [file], log, jvm });
    node.process = process;
    await waitForPort(port, startMs, process.exited, `Apache Kafka (log: ${log})`);
  }

  async function createBroker(id: number): Promise<Node> {
    const port = await freePort();
    const own = {
      'process.roles': 'broker',
      'broker.rack': `rack-${id}`,
      listeners: `PLAINTEXT://127.0.0.1:${port}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'transaction.state.log.num.partitions': '1',
      'group.initial.rebalance.delay.ms': '0',
      'initial.broker.registration.timeout.ms': String(startMs),
    };
    return await createNode(id, own, port);
  }

  const nodes: Node[] = [];

  function brokerOf(id: number): Node {
    const node = nodes[id];
    if (id < 1 || node === undefined) throw new Error(`there is no broker ${id}`);
    return node;
  }

  async function stop(): Promise<void> {
    for (const node of nodes.toReversed()) node.process?.child.kill('SIGKILL');
    await Promise.all(nodes.map((node) => node.process?.exited));
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const own = { 'process.roles': 'controller', listeners: `CONTROLLER://127.0.0.1:${controllerPort}` };
    const ids = Array.from({ length: brokers }, (_, i) => i + 1);
    nodes.push(await createNode(controllerId, own, controllerPort));
    nodes.push(...(await Promise.all(ids.map(createBroker))));
    // Brokers give up when no controller answers them.
    await Promise.all(nodes.slice(0, 1).map(start));
    await Promise.all(nodes.slice(1).map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    bootstrap: nodes
      .slice(1)
      .map(({ port }) => `127.0.0.1:${port}`)
      .join(','),
    async stopBroker(id, how = 'in order') {
      const { process } = brokerOf(id);
      if (how === 'killed') process?.child.kill('SIGKILL');
      await process?.stop();
    },
    startBroker: (id) => start(brokerOf(id)),
    stop,
  };
}
