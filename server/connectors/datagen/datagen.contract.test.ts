import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../../plugins/plugin-catalogue.ts';
import { HerderEventLog } from '../../runtime/herder-event-log.ts';
import { StandaloneHerder } from '../../runtime/standalone/standalone-herder.ts';
import { ThreadedWorker } from '../../runtime/threaded-worker.ts';
import { ConnectorValidator } from '../../runtime/validate-connector.ts';
import { parseStandaloneWorker } from '../../runtime/worker-config.ts';
import { MemoryConfigStore } from '../../storage/memory-config-store.ts';
import { MemoryOffsetStore } from '../../storage/memory-offset-store.ts';
import { MemoryStatusStore } from '../../storage/memory-status-store.ts';
import { brokers } from '../../testing/brokers.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import { waitFor } from '../../testing/wait.ts';

const soon = () => AbortSignal.timeout(30_000);

describe.each(await brokers())('Datagen through a worker on $name', ({ bootstrap }) => {
  let folder = '';
  let registry: TestRegistry;
  let herder: StandaloneHerder;
  let offsetStore: MemoryOffsetStore;

  async function startHerder(): Promise<void> {
    const settings = parseStandaloneWorker({
      'bootstrap.servers': bootstrap,
      'key.converter': 'org.apache.kafka.connect.converters.IntegerConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'offset.storage.file.filename': 'unused',
      'offset.flush.interval.ms': '100',
    });
    const plugins = new PluginCatalogue(bundledPlugins);
    const validator = new ConnectorValidator({ plugins, worker: settings, group: null });
    const log = () => {};
    const open = (properties: Readonly<Record<string, string>>) => openKafkaClient({ properties });
    herder = new StandaloneHerder({
      config: settings.config,
      workerId: 'test:8083',
      version: '0',
      kafka: open({ 'bootstrap.servers': bootstrap }),
      configStore: new MemoryConfigStore(),
      statusStore: new MemoryStatusStore(),
      offsetStore,
      createWorker: (listener) =>
        new ThreadedWorker({
          settings,
          plugins,
          policy: validator.policy,
          offsetStore,
          openKafkaClient: open,
          listener,
          log,
        }),
      plugins,
      validator,
      events: new HerderEventLog(),
      log,
    });
    await herder.start(soon());
  }

  async function put(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await herder.putConnectorConfig(name, config, { replace: false, signal: soon() });
  }

  async function linesOf(file: string): Promise<string[]> {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1);
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datagen-'));
    registry = await startTestRegistry();
    offsetStore = new MemoryOffsetStore();
    await startHerder();
  });

  afterEach(async () => {
    await herder.stop();
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  test.each(['Json', 'Avro'])(
    '%s: orders arrive once each and in order, over a stop in the middle',
    async (format) => {
      const topic = `orders-${randomUUID()}`;
      const file = join(folder, 'orders.txt');
      const converter: Readonly<Record<string, string>> =
        format === 'Json'
          ? { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter' }
          : {
              'value.converter': 'io.confluent.connect.avro.AvroConverter',
              'value.converter.schema.registry.url': registry.url,
            };
      const source = {
        ...converter,
        'connector.class': 'DatagenConnector',
        'kafka.topic': topic,
        quickstart: 'orders',
        'max.interval': '0',
        'random.seed': '99',
      };
      const sink = { ...converter, 'connector.class': 'FileStreamSink', file, topics: topic };
      await put('source', { ...source, iterations: '700' });
      await put(`sink-${topic}`, sink);
      await waitFor('the first orders', async () => (await linesOf(file)).length >= 700, 60_000);
      await waitFor('the offsets of both', async () => {
        const made = await herder.connectorOffsets('source', soon());
        const taken = await herder.connectorOffsets(`sink-${topic}`, soon());
        const sum = taken.reduce((all, { offset }) => all + Number(offset?.kafka_offset), 0);
        return Number(made[0]?.offset?.['current.iteration']) === 700 && sum === 700;
      });
      await herder.stop();
      await startHerder();
      await put('source', { ...source, iterations: '1500' });
      await put(`sink-${topic}`, sink);
      await waitFor('all orders', async () => (await linesOf(file)).length >= 1_500, 60_000);
      const lines = await linesOf(file);
      expect(lines.map((line) => /orderid=(\d+),/.exec(line)?.[1])).toEqual(
        Array.from({ length: 1_500 }, (_, index) => String(index)),
      );
      expect(lines[0]).toMatch(
        /^Struct\{ordertime=\d+,orderid=0,itemid=Item_\d+,orderunits=[\d.E-]+,address=Struct\{city=City_\d+,state=State_\d+,zipcode=\d{5}\}\}$/,
      );
      const { tasks } = await herder.connectorStatus('source');
      expect(tasks.map(({ state, trace }) => trace ?? state)).toEqual(['RUNNING']);
    },
    200_000,
  );

  test('a schema of its own with every type passes through Avro', async () => {
    const topic = `types-${randomUUID()}`;
    const file = join(folder, 'types.txt');
    const schema = {
      type: 'record',
      name: 'all.Types',
      fields: [
        { name: 'id', type: { type: 'long', 'arg.properties': { iteration: { start: 1 } } } },
        { name: 'maybe', type: ['null', 'string'], default: null },
        { name: 'either', type: ['int', 'boolean'] },
        { name: 'side', type: { type: 'enum', name: 'Side', symbols: ['LEFT', 'RIGHT'] } },
        { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
        { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 } },
        { name: 'day', type: { type: 'int', logicalType: 'date' } },
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'tags', type: { type: 'array', items: 'string' } },
        { name: 'counts', type: { type: 'map', values: 'float' } },
      ],
    };
    const converter = {
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
      'value.converter.schema.registry.url': registry.url,
    };
    await put('source', {
      ...converter,
      'connector.class': 'Datagen',
      'kafka.topic': topic,
      'schema.string': JSON.stringify(schema),
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'max.interval': '0',
      iterations: '200',
    });
    await put(`sink-${topic}`, {
      ...converter,
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'connector.class': 'FileStreamSink',
      file,
      topics: topic,
    });
    const lines = await waitFor(
      'all records',
      async () => {
        const found = await linesOf(file);
        return found.length >= 200 && found;
      },
      60_000,
    );
    expect(lines.map((line) => /^Struct\{id=(\d+),/.exec(line)?.[1])).toEqual(
      Array.from({ length: 200 }, (_, index) => String(index + 1)),
    );
  }, 120_000);
});
