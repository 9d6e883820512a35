import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import { startApacheKafka } from '../testing/apache-kafka/broker.ts';
import {
  type Benchmark,
  type BenchmarkOptions,
  type Figures,
  type Kind,
  ratioAtLeast,
  ratioAtMost,
} from './benchmark.ts';
import {
  type ConverterName,
  measureSink,
  measureSource,
  type Payload,
  writeLines,
} from './file-stream-scenario.ts';
import { addMeasurement } from './measured-connector.ts';
import { residentBytes } from './process-usage.ts';
import { startWorkerUnderTest } from './worker-under-test.ts';

const converters: ConverterName[] = ['String', 'JSON with schema'];
const clientSettings = {
  default: {},
  tuned: { 'producer.batch.size': '262144', 'producer.linger.ms': '5', 'producer.compression.type': 'lz4' },
} as const;

export const fileStreamBenchmark: Benchmark = {
  run: runFileStream,
  goals: {
    'records/s': ratioAtLeast(2),
    'CPU s / million': ratioAtMost(0.25),
    'peak MiB': ratioAtMost(0.25),
    'start-up ms': ratioAtMost(0.2),
    'resident MiB': ratioAtMost(0.35),
  },
};

/**
 * FileStream source and sink through Java Kafka Connect and through Millrace, on the same Apache Kafka broker in one
 * run. Each scenario has a fresh worker of each kind: its first pass is `cold`, its second `warm`.
 */
async function runFileStream(options: BenchmarkOptions, figures: Figures): Promise<void> {
  const payloads: Payload[] = [
    { name: '100 B', bytes: 100, records: Math.round(2_000_000 * options.scale) },
    { name: '1 KiB', bytes: 1024, records: Math.round(400_000 * options.scale) },
  ];
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const kafka = await startApacheKafka({ 'log.retention.check.interval.ms': '3600000' });
  const client = openKafkaClient({ properties: { 'bootstrap.servers': kafka.bootstrap } });
  const run = new FileStreamRun(kafka.bootstrap, client, folder, figures);
  try {
    for (const kind of options.kinds) await run.measureIdle(kind);
    for (const payload of payloads)
      for (const converter of converters)
        for (const settings of Object.keys(clientSettings) as (keyof typeof clientSettings)[]) {
          if (!options.wants(`${payload.name} ${converter} ${settings}`)) continue;
          for (const kind of options.kinds) await run.measureScenario(kind, payload, converter, settings);
        }
  } finally {
    await client.close();
    await kafka.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class FileStreamRun {
  readonly #bootstrap: string;
  readonly #client: KafkaClient;
  readonly #folder: string;
  readonly #figures: Figures;
  readonly #inputs = new Map<string, string>();

  constructor(bootstrap: string, client: KafkaClient, folder: string, figures: Figures) {
    this.#bootstrap = bootstrap;
    this.#client = client;
    this.#folder = folder;
    this.#figures = figures;
  }

  async measureIdle(kind: Kind): Promise<void> {
    // The first start may fill caches (compiled code, files): the second is the one that counts, for both alike.
    await (await startWorkerUnderTest(kind, this.#bootstrap, { 'group.id': `${kind}-warm-up` })).stop();
    const worker = await startWorkerUnderTest(kind, this.#bootstrap, { 'group.id': `${kind}-idle` });
    await sleep(15_000);
    this.#figures.add(kind, 'start-up to first REST answer', 'start-up ms', worker.startUpMs);
    this.#figures.add(kind, 'idle worker', 'resident MiB', residentBytes(worker.pid) / 2 ** 20);
    await worker.stop();
  }

  async measureScenario(
    kind: Kind,
    payload: Payload,
    converter: ConverterName,
    settings: keyof typeof clientSettings,
  ): Promise<void> {
    const file = this.#inputs.get(payload.name) ?? join(this.#folder, `lines-${payload.bytes}`);
    if (!this.#inputs.has(payload.name)) writeLines(file, payload);
    this.#inputs.set(payload.name, file);
    const worker = await startWorkerUnderTest(kind, this.#bootstrap, clientSettings[settings]);
    const topics: string[] = [];
    try {
      for (const pass of ['cold', 'warm'] as const) {
        const topic = `${kind}-${pass}-${payload.bytes}-${converter.charAt(0)}-${settings}`;
        topics.push(topic);
        addMeasurement(
          this.#figures,
          kind,
          `source ${payload.name} ${converter} ${settings} ${pass}`,
          await measureSource(worker, this.#client.admin, { file, topic, payload, converter }),
        );
      }
      for (const pass of ['cold', 'warm'] as const) {
        const topic = topics[0] ?? '';
        const output = join(this.#folder, `out-${kind}`);
        const name = `${topic}-sink-${pass}`;
        addMeasurement(
          this.#figures,
          kind,
          `sink ${payload.name} ${converter} ${settings} ${pass}`,
          await measureSink(worker, { file: output, topic, name, payload, converter }),
        );
        await rm(output, { force: true });
      }
    } finally {
      await worker.stop();
      await this.#client.admin.deleteTopics(topics);
    }
  }
}
