import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { startApacheKafka } from '../testing/apache-kafka/broker.ts';
import {
  type ConverterName,
  type Measurement,
  measureSink,
  measureSource,
  type Payload,
  writeLines,
} from './file-stream-scenario.ts';
import { residentBytes } from './process-usage.ts';
import { type Figure, writeReport } from './report.ts';
import { startWorkerUnderTest, type WorkerKind } from './worker-under-test.ts';

/**
 * FileStream source and sink through Java Kafka Connect and through Millrace, on the same Apache Kafka broker in one
 * run. Each scenario has a fresh worker of each kind: its first pass is `cold`, its second `warm`.
 * `--only 'source 100 B String default'` runs the scenarios whose name contains every word of the filter;
 * `--scale 0.1` moves a tenth of the records; `--kinds millrace` leaves Java out (no ratios then).
 */

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    scale: { type: 'string', default: '1' },
    kinds: { type: 'string', default: 'java,millrace' },
  },
});

const kinds = flags.kinds.split(',') as WorkerKind[];
const scale = Number(flags.scale);
const payloads: Payload[] = [
  { name: '100 B', bytes: 100, records: Math.round(2_000_000 * scale) },
  { name: '1 KiB', bytes: 1024, records: Math.round(400_000 * scale) },
];
const converters: ConverterName[] = ['String', 'JSON with schema'];
const clientSettings = {
  default: {},
  tuned: { 'producer.batch.size': '262144', 'producer.linger.ms': '5', 'producer.compression.type': 'lz4' },
} as const;

const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
const kafka = await startApacheKafka({ 'log.retention.check.interval.ms': '3600000' });
const client = openKafkaClient({ properties: { 'bootstrap.servers': kafka.bootstrap } });
const figures: Figure[] = [];
const inputs = new Map<string, string>();

try {
  for (const kind of kinds) await measureIdle(kind);
  for (const payload of payloads)
    for (const converter of converters)
      for (const settings of Object.keys(clientSettings) as (keyof typeof clientSettings)[]) {
        const name = `${payload.name} ${converter} ${settings}`;
        if (!flags.only.split(' ').every((word) => name.includes(word))) continue;
        for (const kind of kinds) await measureScenario(kind, payload, converter, settings);
      }
} finally {
  await client.close();
  await kafka.stop();
  await rm(folder, { recursive: true, force: true });
}
await writeReport(figures);

async function measureIdle(kind: WorkerKind): Promise<void> {
  // The first start may fill caches (compiled code, files): the second is the one that counts, for both alike.
  await (await startWorkerUnderTest(kind, kafka.bootstrap, { 'group.id': `${kind}-warm-up` })).stop();
  const worker = await startWorkerUnderTest(kind, kafka.bootstrap, { 'group.id': `${kind}-idle` });
  await sleep(15_000);
  add(kind, 'start-up to first REST answer', 'start-up ms', worker.startUpMs);
  add(kind, 'idle worker', 'resident MiB', residentBytes(worker.pid) / 2 ** 20);
  await worker.stop();
}

async function measureScenario(
  kind: WorkerKind,
  payload: Payload,
  converter: ConverterName,
  settings: keyof typeof clientSettings,
): Promise<void> {
  const file = inputs.get(payload.name) ?? join(folder, `lines-${payload.bytes}`);
  if (!inputs.has(payload.name)) writeLines(file, payload);
  inputs.set(payload.name, file);
  const worker = await startWorkerUnderTest(kind, kafka.bootstrap, clientSettings[settings]);
  const topics: string[] = [];
  try {
    for (const pass of ['cold', 'warm'] as const) {
      const topic = `${kind}-${pass}-${payload.bytes}-${converter.charAt(0)}-${settings}`;
      topics.push(topic);
      report(
        kind,
        `source ${payload.name} ${converter} ${settings} ${pass}`,
        await measureSource(worker, client.admin, { file, topic, payload, converter }),
      );
    }
    for (const pass of ['cold', 'warm'] as const) {
      const topic = topics[0] ?? '';
      const output = join(folder, `out-${kind}`);
      const name = `${topic}-sink-${pass}`;
      report(
        kind,
        `sink ${payload.name} ${converter} ${settings} ${pass}`,
        await measureSink(worker, { file: output, topic, name, payload, converter }),
      );
      await rm(output, { force: true });
    }
  } finally {
    await worker.stop();
    await client.admin.deleteTopics(topics);
  }
}

function report(kind: WorkerKind, scenario: string, measurement: Measurement): void {
  add(kind, scenario, 'records/s', measurement.recordsPerSecond);
  add(kind, scenario, 'CPU s / million', measurement.cpuSecondsPerMillion);
  add(kind, scenario, 'peak MiB', measurement.peakResidentBytes / 2 ** 20);
}

function add(kind: WorkerKind, scenario: string, figure: string, value: number): void {
  figures.push({ kind, scenario, figure, value });
  console.log(
    `${kind.padEnd(9)} ${scenario.padEnd(50)} ${figure.padEnd(16)} ${value.toLocaleString('en', { maximumFractionDigits: 2 })}`,
  );
}
