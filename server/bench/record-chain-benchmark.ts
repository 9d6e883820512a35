import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import { startApacheKafka } from '../testing/apache-kafka/broker.ts';
import { fetchApicurioConverter } from './apicurio-converter.ts';
import {
  type Benchmark,
  type BenchmarkOptions,
  type Figures,
  type Kind,
  ratioAtLeast,
  ratioAtMost,
} from './benchmark.ts';
import { addMeasurement, measureConnector } from './measured-connector.ts';
import { type OrderFormat, orderWriter } from './order-records.ts';
import { type OrderSchemaRegistry, startOrderSchemaRegistry } from './order-schema-registry.ts';
import { startWorkerUnderTest } from './worker-under-test.ts';

/** What a record goes through between Kafka and a sink: its converter and three transformations. */
export const recordChainBenchmark: Benchmark = {
  run: runRecordChain,
  goals: {
    'records/s': ratioAtLeast(1),
    'CPU s / million': ratioAtMost(1),
    'peak MiB': ratioAtMost(1),
  },
};

const formats: readonly OrderFormat[] = ['JSON with schema', 'JSON without schema', 'Avro'];

const chains = {
  'no transforms': {},
  '3 transforms': {
    transforms: 'insert,replace,cast',
    'transforms.insert.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
    'transforms.insert.topic.field': 'source_topic',
    'transforms.insert.static.field': 'origin',
    'transforms.insert.static.value': 'shop',
    'transforms.replace.type': 'org.apache.kafka.connect.transforms.ReplaceField$Value',
    'transforms.replace.exclude': 'comment',
    'transforms.replace.renames': 'id:order_id',
    'transforms.cast.type': 'org.apache.kafka.connect.transforms.Cast$Value',
    'transforms.cast.spec': 'quantity:int64,price:string',
  },
} as const;

type Chain = keyof typeof chains;

/** Both workers read the same topics of one broker; each scenario has a fresh worker of each kind. */
async function runRecordChain(options: BenchmarkOptions, figures: Figures): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const kafka = await startApacheKafka({ 'log.retention.check.interval.ms': '3600000' });
  const registry = await startOrderSchemaRegistry();
  const client = openKafkaClient({ properties: { 'bootstrap.servers': kafka.bootstrap } });
  const records = Math.round(1_000_000 * options.scale);
  const run = new RecordChainRun(kafka.bootstrap, registry, folder, records, figures);
  try {
    for (const format of formats) {
      const wanted = (Object.keys(chains) as Chain[]).filter((chain) => options.wants(`${format} ${chain}`));
      if (wanted.length === 0) continue;
      const topic = `orders-${formats.indexOf(format)}`;
      await fillTopic(client, topic, format, records);
      for (const chain of wanted)
        for (const kind of options.kinds) await run.measure(kind, topic, format, chain);
      await client.admin.deleteTopics([topic]);
    }
  } finally {
    await client.close();
    await registry.stop();
    await kafka.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fillTopic(
  client: KafkaClient,
  topic: string,
  format: OrderFormat,
  records: number,
): Promise<void> {
  await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
  const failures: Error[] = [];
  const producer = client.createProducer<null>({
    properties: { 'batch.size': '262144', 'linger.ms': '5' },
    onDelivered: ({ error }) => {
      if (error !== null) failures.push(error);
    },
  });
  const write = orderWriter(format);
  for (let number = 0; number < records; number++) {
    const record = { topic, key: null, value: write(number) };
    while (!producer.append(record, null)) await producer.ready();
    if (number % 2_000 === 1_999) await new Promise(setImmediate);
  }
  await producer.flush();
  await producer.close(5_000);
  if (failures[0] !== undefined) throw failures[0];
}

class RecordChainRun {
  readonly #bootstrap: string;
  readonly #registry: OrderSchemaRegistry;
  readonly #folder: string;
  readonly #records: number;
  readonly #figures: Figures;

  constructor(
    bootstrap: string,
    registry: OrderSchemaRegistry,
    folder: string,
    records: number,
    figures: Figures,
  ) {
    this.#bootstrap = bootstrap;
    this.#registry = registry;
    this.#folder = folder;
    this.#records = records;
    this.#figures = figures;
  }

  async measure(kind: Kind, topic: string, format: OrderFormat, chain: Chain): Promise<void> {
    const plugins: Readonly<Record<string, string>> =
      kind === 'java' && format === 'Avro' ? { 'plugin.path': await fetchApicurioConverter() } : {};
    const worker = await startWorkerUnderTest(kind, this.#bootstrap, plugins);
    try {
      for (const pass of ['cold', 'warm']) {
        const file = join(this.#folder, 'out');
        await rm(file, { force: true });
        const name = `${kind}-${topic}-${chain.replace(' ', '-')}-${pass}`;
        const measurement = await measureConnector(worker, this.#records, linesOf(file), name, {
          'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
          'tasks.max': '1',
          file,
          topics: topic,
          ...this.#converter(kind, format),
          ...chains[chain],
        });
        addMeasurement(this.#figures, kind, `${format}, ${chain}, ${pass}`, measurement);
      }
    } finally {
      await worker.stop();
    }
  }

  #converter(kind: Kind, format: OrderFormat): Readonly<Record<string, string>> {
    if (format !== 'Avro') {
      return {
        'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
        'value.converter.schemas.enable': String(format === 'JSON with schema'),
      };
    }
    if (kind === 'millrace') {
      return {
        'value.converter': 'io.confluent.connect.avro.AvroConverter',
        'value.converter.schema.registry.url': this.#registry.confluentUrl,
      };
    }
    return {
      'value.converter': 'io.apicurio.registry.utils.converter.AvroConverter',
      'value.converter.apicurio.registry.url': this.#registry.apicurioUrl,
      'value.converter.apicurio.registry.as-confluent': 'true',
    };
  }
}

/** How many lines the file has, told from its size: they are all as long as the first. */
function linesOf(file: string): () => Promise<number> {
  let lineBytes = 0;
  return async () => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (lineBytes === 0 && size > 0) lineBytes = firstLineBytes(file);
    return lineBytes === 0 ? 0 : size / lineBytes;
  };
}

function firstLineBytes(file: string): number {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(4_096);
    const length = readSync(descriptor, start);
    return start.subarray(0, length).indexOf('\n') + 1;
  } finally {
    closeSync(descriptor);
  }
}
