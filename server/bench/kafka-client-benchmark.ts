import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { startApacheKafka } from '../testing/apache-kafka/broker.ts';
import { fetchApacheKafka } from '../testing/apache-kafka/java.ts';
import {
  type Benchmark,
  type BenchmarkOptions,
  type Figures,
  type Kind,
  ratioAtLeast,
  ratioAtMost,
} from './benchmark.ts';
import { payloadLines } from './payload-lines.ts';

export const kafkaClientBenchmark: Benchmark = {
  run,
  goals: { 'records/s': ratioAtLeast(1), 'CPU s / million': ratioAtMost(1) },
};

interface Scenario {
  readonly payload: '100 B' | '1 KiB';
  readonly bytes: number;
  readonly records: number;
  readonly partitions: number;
  readonly compression: 'none' | 'lz4';
}

interface Outcome {
  readonly recordsPerSecond: number;
  /** Of the whole process, its start included. */
  readonly cpuSeconds: number;
}

/**
 * Our producer and consumer against Kafka's own performance tools: same broker, same payloads, same topic layout, each
 * in a process of its own. What both read was written by Java, with its default batches.
 */
async function run(options: BenchmarkOptions, figures: Figures): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const kafka = await startApacheKafka({ 'log.retention.check.interval.ms': '3600000' });
  const client = openKafkaClient({ properties: { 'bootstrap.servers': kafka.bootstrap } });
  try {
    await warmUp(kafka.bootstrap, folder);
    for (const scenario of scenarios(options)) {
      const layout = scenario.partitions === 1 ? '1 partition' : `${scenario.partitions} partitions`;
      const name = `${scenario.payload} ${layout} ${scenario.compression}`;
      if (!options.wants(`producer ${name}`) && !options.wants(`consumer ${name}`)) continue;
      const payloads = join(folder, `payloads-${scenario.bytes}`);
      await writeFile(payloads, payloadLines(scenario.bytes).join('\n'));
      const topics = (['java', 'millrace'] as const).map((kind) => `${kind}-${name.replaceAll(' ', '-')}`);
      await client.admin.createTopics(
        topics.map((topic) => ({
          name: topic,
          partitions: scenario.partitions,
          replicationFactor: 1,
        })),
      );
      // Java always writes: its topic is what both consumers read.
      for (const [i, kind] of (['java', 'millrace'] as const).entries()) {
        const isMeasured = options.kinds.includes(kind) && options.wants(`producer ${name}`);
        if (kind !== 'java' && !isMeasured) continue;
        const outcome = await produce(kind, kafka.bootstrap, topics[i] ?? '', payloads, scenario);
        if (isMeasured) add(figures, kind, `producer ${name}`, outcome, scenario);
      }
      for (const kind of options.wants(`consumer ${name}`) ? options.kinds : []) {
        const outcome = await consume(kind, kafka.bootstrap, topics[0] ?? '', scenario);
        add(figures, kind, `consumer ${name}`, outcome, scenario);
      }
      await client.admin.deleteTopics(topics);
    }
  } finally {
    await client.close();
    await kafka.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** So that the first scenario does not meet a cold broker. */
async function warmUp(bootstrap: string, folder: string): Promise<void> {
  const payloads = join(folder, 'payloads-warm-up');
  await writeFile(payloads, payloadLines(100).join('\n'));
  const scenario = {
    payload: '100 B',
    bytes: 100,
    records: 500_000,
    partitions: 1,
    compression: 'none',
  } as const;
  for (const kind of ['java', 'millrace'] as const) {
    await produce(kind, bootstrap, 'warm-up', payloads, scenario);
    await consume(kind, bootstrap, 'warm-up', { ...scenario, records: 400_000 });
  }
}

function* scenarios({ scale }: BenchmarkOptions): Generator<Scenario> {
  for (const [payload, bytes, records] of [
    ['100 B', 100, 5_000_000],
    ['1 KiB', 1024, 1_000_000],
  ] as const)
    for (const partitions of [1, 8])
      for (const compression of ['none', 'lz4'] as const)
        yield { payload, bytes, records: Math.round(records * scale), partitions, compression };
}

async function produce(
  kind: Kind,
  bootstrap: string,
  topic: string,
  payloads: string,
  scenario: Scenario,
): Promise<Outcome> {
  const settings = ['acks=all', `compression.type=${scenario.compression}`];
  if (kind === 'millrace') {
    return await runOurs('produce', bootstrap, topic, scenario, ['--payloads', payloads, ...pairs(settings)]);
  }
  const { output, cpuSeconds } = await runMeasured(await java('org.apache.kafka.tools.ProducerPerformance'), [
    ...['--topic', topic, '--num-records', String(scenario.records), '--throughput', '-1'],
    ...['--payload-file', payloads, '--producer-props', `bootstrap.servers=${bootstrap}`, ...settings],
  ]);
  const rates = [...output.matchAll(/records sent, ([\d.]+) records\/sec/g)];
  return { recordsPerSecond: Number(rates.at(-1)?.[1]), cpuSeconds };
}

async function consume(kind: Kind, bootstrap: string, topic: string, scenario: Scenario): Promise<Outcome> {
  if (kind === 'millrace') return await runOurs('consume', bootstrap, topic, scenario, []);
  const { output, cpuSeconds } = await runMeasured(await java('org.apache.kafka.tools.ConsumerPerformance'), [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(scenario.records)],
    ...['--timeout', '60000', '--hide-header'],
  ]);
  // start.time, end.time, MB, MB/s, records, records/s, rebalance ms, fetch ms, MB/s, records/s while fetching
  const cells = output.trim().split('\n').at(-1)?.split(', ') ?? [];
  return { recordsPerSecond: Number(cells[9]), cpuSeconds };
}

async function runOurs(
  action: 'produce' | 'consume',
  bootstrap: string,
  topic: string,
  scenario: Scenario,
  more: readonly string[],
): Promise<Outcome> {
  const program = join(import.meta.dirname, 'kafka-client-program.ts');
  const { output, cpuSeconds } = await runMeasured(
    [process.execPath, program, action],
    ['--bootstrap', bootstrap, '--topic', topic, '--records', String(scenario.records), ...more],
  );
  const [records, seconds] = output.trim().split(' ').map(Number);
  return { recordsPerSecond: (records ?? 0) / (seconds ?? 0), cpuSeconds };
}

function pairs(settings: readonly string[]): readonly string[] {
  return settings.flatMap((setting) => ['--property', setting]);
}

async function java(mainClass: string): Promise<readonly string[]> {
  // The heap that Kafka's own scripts give these tools.
  return [
    'java',
    '-Xmx512M',
    '-server',
    '-XX:+UseG1GC',
    '-cp',
    join(await fetchApacheKafka(), '*'),
    mainClass,
  ];
}

/** The shell that waits for the process knows its CPU time, that of all its threads included. */
async function runMeasured(
  command: readonly string[],
  args: readonly string[],
): Promise<{ readonly output: string; readonly cpuSeconds: number }> {
  const script = '"$@"; code=$?; echo; echo "stat $(cat /proc/$$/stat)"; exit $code';
  const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', ...command, ...args], {
    timeout: 400_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const [output = '', stat = ''] = stdout.split(/\nstat (?=\d+ \(sh\))/);
  // User and system time of children that were waited for, in hundredths of a second.
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15)
    .map(Number);
  return { output, cpuSeconds: (user + system) / 100 };
}

function add(figures: Figures, kind: Kind, name: string, outcome: Outcome, scenario: Scenario): void {
  if (!(outcome.recordsPerSecond > 0)) throw new Error(`${kind}: ${name} gave no figure`);
  figures.add(kind, name, 'records/s', outcome.recordsPerSecond);
  figures.add(kind, name, 'CPU s / million', outcome.cpuSeconds / (scenario.records / 1_000_000));
}
