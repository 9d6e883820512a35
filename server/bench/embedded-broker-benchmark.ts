import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { type MillraceProcess, spawnMillrace } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';
import { atLeast, atMost, type Benchmark, type BenchmarkOptions, type Figures } from './benchmark.ts';
import { payloadLines } from './payload-lines.ts';
import { cpuSeconds, peakResidentBytes, resetPeak, residentBytes } from './process-usage.ts';

/**
 * What the embedded broker holds: `broker …` as a process of its own, `pages …` as the thread that `millrace start` runs
 * it in, while a producer writes. The first run builds the console.
 */
export const embeddedBrokerBenchmark: Benchmark = {
  run,
  goals: {
    'records/s': atLeast(100_000),
    'resident MiB': atMost(150),
    'peak MiB': atMost(150),
    'start-up ms': atMost(1000),
    'p99 ms': atMost(100),
  },
};

const topicCount = 1000;
const recordsPerSecond = 100_000;

async function run(options: BenchmarkOptions, figures: Figures): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    if (options.wants('broker topics')) await measureTopics(join(folder, 'topics'), options, figures);
    if (options.wants('broker data')) await measureStart(join(folder, 'data'), options, figures);
    if (options.wants('pages')) await measurePages(join(folder, 'pages'), options, figures);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface BrokerUnderTest {
  readonly process: MillraceProcess;
  readonly client: KafkaClient;
  /** From the start of the process to the first answer over the network. */
  readonly startUpMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

async function startBroker(dataDir: string): Promise<BrokerUnderTest> {
  const port = await freePort();
  const startedAt = performance.now();
  const process = spawnMillrace(['broker', '--port', String(port), '--data', dataDir]);
  await untilPrinted(process, 'Broker on ', 60_000);
  const client = openKafkaClient({ properties: { 'bootstrap.servers': `127.0.0.1:${port}` } });
  await client.admin.describeCluster();
  const startUpMs = performance.now() - startedAt;
  return {
    process,
    client,
    startUpMs,
    async stop(signal) {
      await client.close();
      await process.stop(signal);
    },
  };
}

async function untilPrinted(process: MillraceProcess, text: string, timeoutMs: number): Promise<void> {
  let ended = false;
  const onEnd = (): void => {
    ended = true;
  };
  process.exited.then(onEnd, onEnd);
  await waitFor(`"${text}"`, () => ended || process.output().includes(text), timeoutMs);
  if (ended) throw new Error(`millrace ended:\n${process.output()}`);
}

async function measureTopics(dataDir: string, options: BenchmarkOptions, figures: Figures): Promise<void> {
  const add = (what: string, figure: string, value: number): void =>
    figures.add('millrace', `broker topics: ${what}`, figure, value);
  // What Node keeps of the first start is there for all others.
  await (await startBroker(dataDir)).stop();
  const first = await startBroker(dataDir);
  const { admin } = first.client;
  const topics = Array.from({ length: topicCount }, (_, n) => `topic-${n}`);
  add('create 1,000', 'ms', await time(() => admin.createTopics(topics.map(newTopic))));
  await first.stop();
  const broker = await startBroker(dataDir);
  const { pid } = broker.process;
  add('start with 1,000', 'start-up ms', broker.startUpMs);
  add('list 1,000', 'ms', await time(() => broker.client.admin.listTopics()));
  add('describe 1,000', 'ms', await time(() => broker.client.admin.describeTopics(topics)));
  add('idle with 1,000', 'resident MiB', residentBytes(pid) / 2 ** 20);
  for (const count of [1, 100]) {
    const records = Math.round(2_000_000 * options.scale);
    resetPeak(pid);
    const cpuBefore = cpuSeconds(pid);
    const elapsed = await time(() => produce(broker.client, topics.slice(0, count), { records, bytes: 100 }));
    const what = `one producer, 100 B, ${count === 1 ? 'one topic' : `${count} topics`} of 1,000`;
    add(what, 'records/s', records / (elapsed / 1000));
    add(what, 'CPU s / million', (cpuSeconds(pid) - cpuBefore) / (records / 1_000_000));
    add(what, 'peak MiB', peakResidentBytes(pid) / 2 ** 20);
  }
  await broker.stop();
}

async function measureStart(dataDir: string, options: BenchmarkOptions, figures: Figures): Promise<void> {
  const first = await startBroker(dataDir);
  await first.client.admin.createTopics([newTopic('data')]);
  const bytes = 1024;
  const records = Math.round((2 ** 30 / bytes) * options.scale);
  await produce(first.client, ['data'], { records, bytes });
  await first.stop('SIGKILL');
  for (const what of ['after kill -9', 'after a clean stop']) {
    const broker = await startBroker(dataDir);
    const name = `broker data: start with 1 GiB ${what}`;
    figures.add('millrace', name, 'start-up ms', broker.startUpMs);
    figures.add('millrace', name, 'resident MiB', residentBytes(broker.process.pid) / 2 ** 20);
    await broker.stop();
  }
}

async function measurePages(dataDir: string, options: BenchmarkOptions, figures: Figures): Promise<void> {
  const [port, restPort, brokerPort] = [await freePort(), await freePort(), await freePort()];
  const process = spawnMillrace([
    ...['start', '--data', dataDir, '--port', String(port)],
    ...['--rest-port', String(restPort), '--broker-port', String(brokerPort)],
  ]);
  const client = openKafkaClient({ properties: { 'bootstrap.servers': `127.0.0.1:${brokerPort}` } });
  try {
    await untilPrinted(process, `:${port}`, 300_000);
    await client.admin.createTopics([newTopic('pages')]);
    const pages = { console: `http://127.0.0.1:${port}/`, REST: `http://127.0.0.1:${restPort}/connectors` };
    const seconds = Math.max(2, Math.round(20 * options.scale));
    for (const load of ['idle', 'at 100,000 records/s'] as const) {
      const stopping = new AbortController();
      const writing =
        load === 'idle'
          ? Promise.resolve()
          : produce(client, ['pages'], {
              records: seconds * recordsPerSecond,
              bytes: 100,
              perSecond: recordsPerSecond,
            });
      const written = writing.finally(() => stopping.abort());
      written.catch(() => undefined);
      for (const [page, url] of Object.entries(pages)) {
        const latencies = await askRepeatedly(url, (seconds / 2) * 1000, stopping.signal);
        const name = `pages: ${page} ${load}`;
        figures.add('millrace', name, 'p50 ms', quantile(latencies, 0.5));
        figures.add('millrace', name, 'p99 ms', quantile(latencies, 0.99));
      }
      await written;
    }
  } finally {
    await client.close();
    await process.stop();
  }
}

/** Milliseconds until each answer was there. */
async function askRepeatedly(url: string, forMs: number, signal: AbortSignal): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + forMs;
  await fetch(url);
  while (performance.now() < end || latencies.length < 10) {
    latencies.push(await time(async () => await (await fetch(url)).arrayBuffer()));
    if (signal.aborted && latencies.length >= 10) break;
    await sleep(20);
  }
  return latencies;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

interface Load {
  readonly records: number;
  readonly bytes: number;
  /** Unlimited when absent. */
  readonly perSecond?: number;
}

/** One producer as connectors have it, in turn over the topics; resolves when all is acknowledged. */
async function produce(
  client: KafkaClient,
  topics: readonly string[],
  { records, bytes, perSecond = Number.POSITIVE_INFINITY }: Load,
): Promise<void> {
  const values = payloadLines(bytes).map((line) => Buffer.from(line));
  let failure: Error | null = null;
  const producer = client.createProducer<null>({
    properties: { 'linger.ms': '5' },
    onDelivered: ({ error }) => {
      failure ??= error;
    },
  });
  const startedAt = performance.now();
  for (let n = 0; n < records; n++) {
    const topic = topics[Math.floor(n / 1000) % topics.length] as string;
    const value = values[n % values.length] as Buffer;
    while (!producer.append({ topic, partition: 0, key: null, value }, null)) await producer.ready();
    if (n % 1000 === 0) {
      const aheadMs = (n / perSecond) * 1000 - (performance.now() - startedAt);
      if (aheadMs > 1) await sleep(aheadMs);
    }
  }
  await producer.flush();
  await producer.close(10_000);
  if (failure !== null) throw failure;
}

function newTopic(name: string) {
  return { name, partitions: 1, replicationFactor: 1 };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
