import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { bundledPlugins } from '../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../plugins/plugin-catalogue.ts';
import { MemoryConfigStore } from '../storage/memory-config-store.ts';
import { MemoryOffsetStore } from '../storage/memory-offset-store.ts';
import { MemoryStatusStore } from '../storage/memory-status-store.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { HerderEventLog } from './herder-event-log.ts';
import { StandaloneHerder } from './standalone/standalone-herder.ts';
import { ThreadedWorker } from './threaded-worker.ts';
import { ConnectorValidator } from './validate-connector.ts';
import { parseStandaloneWorker } from './worker-config.ts';

const lineCount = 200_000;
const soon = () => AbortSignal.timeout(30_000);

describe.each(await brokers())('FileStream through a worker on $name', ({ bootstrap }) => {
  const offsetStore = new MemoryOffsetStore();
  let folder = '';
  let herder: StandaloneHerder;
  let logs: string[] = [];

  async function startHerder(): Promise<StandaloneHerder> {
    const settings = parseStandaloneWorker({
      'bootstrap.servers': bootstrap,
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.storage.file.filename': 'unused',
      'offset.flush.interval.ms': '100',
      'consumer.max.poll.records': '5000',
    });
    const plugins = new PluginCatalogue(bundledPlugins);
    const validator = new ConnectorValidator({ plugins, worker: settings, group: null });
    logs = [];
    const log = (level: string, message: string) => void logs.push(`${level} ${message}`);
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
    return herder;
  }

  async function linesOf(file: string): Promise<string[]> {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1);
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-stream-'));
  });

  afterEach(async () => {
    await herder.stop();
    await rm(folder, { recursive: true });
  });

  it('moves every line once and in order, over a stop in the middle', async () => {
    const topic = `lines-${randomUUID()}`;
    const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')];
    const lines = Array.from({ length: lineCount }, (_, index) => `line ${index} ${'é'.repeat(index % 7)}`);
    const early = lines.slice(0, lineCount / 2);
    await writeFile(from, `${early.join('\n')}\n`);
    const source = {
      'connector.class': 'FileStreamSource',
      file: from,
      topic,
      'batch.size': '500',
    };
    const sink = { 'connector.class': 'FileStreamSink', file: to, topics: topic };
    const running = async () => {
      await startHerder();
      await herder.putConnectorConfig('source', source, { replace: false, signal: soon() });
      await herder.putConnectorConfig(`sink-${topic}`, sink, { replace: false, signal: soon() });
    };
    await running();
    await waitFor('the first lines', async () => (await linesOf(to)).length > 1_000);
    await herder.stop();
    const before = (await linesOf(to)).length;
    await appendFile(from, `${lines.slice(early.length).join('\n')}\n`);
    await running();
    await waitFor('all lines', async () => (await linesOf(to)).length >= lineCount, 60_000);
    const { tasks } = await herder.connectorStatus('source');
    expect(tasks.map(({ state, trace }) => trace ?? state)).toEqual(['RUNNING']);
    expect(before).toBeGreaterThan(1_000);
    expect(await linesOf(to)).toEqual(lines);
    expect(await herder.connectorTopics('source')).toEqual([topic]);
    const group = await waitFor('the commit of the sink', async () => {
      const offsets = await herder.connectorOffsets(`sink-${topic}`, soon());
      return (
        offsets.reduce((sum, { offset }) => sum + Number(offset?.kafka_offset), 0) === lineCount && offsets
      );
    });
    expect(group[0]?.partition).toMatchObject({ kafka_topic: topic });
  }, 120_000);

  it('applies transformations in order, each where its predicate says', async () => {
    const topic = `raw-${randomUUID()}`;
    const [from, to] = [join(folder, 'from.txt'), join(folder, 'to.txt')];
    await writeFile(from, 'one\ntwo\n');
    const json = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter' };
    const transforms = 'org.apache.kafka.connect.transforms';
    const source = {
      ...json,
      'connector.class': 'FileStreamSource',
      file: from,
      topic,
      transforms: 'hoist,origin,never,route',
      'transforms.hoist.type': `${transforms}.HoistField$Value`,
      'transforms.hoist.field': 'line',
      'transforms.origin.type': `${transforms}.InsertField$Value`,
      'transforms.origin.topic.field': 'from',
      'transforms.origin.static.field': 'by!',
      'transforms.origin.static.value': 'test',
      'transforms.never.type': `${transforms}.Filter`,
      'transforms.never.predicate': 'raw',
      'transforms.never.negate': 'true',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': 'raw-(.*)',
      'transforms.route.replacement': 'routed-$1',
      predicates: 'raw',
      'predicates.raw.type': 'TopicNameMatches',
      'predicates.raw.pattern': 'raw-.*',
    };
    const routed = topic.replace('raw', 'routed');
    const sink = { ...json, 'connector.class': 'FileStreamSink', file: to, topics: routed };
    await startHerder();
    await herder.putConnectorConfig('source', source, { replace: false, signal: soon() });
    await herder.putConnectorConfig(`sink-${topic}`, sink, { replace: false, signal: soon() });
    const lines = await waitFor('both lines', async () => {
      const found = await linesOf(to);
      return found.length >= 2 && found;
    });
    expect(lines).toEqual(['one', 'two'].map((line) => `Struct{line=${line},from=${topic},by=test}`));
    expect(await herder.connectorTopics('source')).toEqual([routed]);
  });

  it('makes a sink that cannot write FAILED, with the path in its trace', async () => {
    const topic = `lines-${randomUUID()}`;
    const [from, to] = [join(folder, 'from.txt'), join(folder, 'nowhere', 'to.txt')];
    await writeFile(from, 'one\n');
    await startHerder();
    const source = { 'connector.class': 'FileStreamSource', file: from, topic };
    const sink = { 'connector.class': 'FileStreamSink', file: to, topics: topic };
    await herder.putConnectorConfig('source', source, { replace: false, signal: soon() });
    await herder.putConnectorConfig(`sink-${topic}`, sink, { replace: false, signal: soon() });
    const trace = await waitFor('the failure', async () => {
      const { tasks } = await herder.connectorStatus(`sink-${topic}`);
      return tasks[0]?.trace;
    });
    expect(trace).toContain(to);
  });
});
