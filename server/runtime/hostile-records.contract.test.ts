import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { ProducerRecord } from '../kafka/ports/producer.ts';
import { MemoryOffsetStore } from '../storage/memory-offset-store.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import type { TaskMetrics } from './herder-events.ts';
import { pluginList } from './testing/plugin-list.ts';
import { readTopic } from './testing/read-topic.ts';
import { deadlyValue, type Witnessed, witnessPlugins } from './testing/witness-task-environment.ts';
import { ThreadedWorker } from './threaded-worker.ts';
import { overridePolicyOf } from './validation/override-policy.ts';
import { parseStandaloneWorker } from './worker-config.ts';

const stringConverter = 'org.apache.kafka.connect.storage.StringConverter';
const bytesConverter = 'org.apache.kafka.connect.converters.ByteArrayConverter';
const jsonConverter = 'org.apache.kafka.connect.json.JsonConverter';
const twelveMiB = String(12 * 1024 * 1024);
const timeoutMs = 120_000;
const testTimeoutMs = 300_000;

describe.each(await brokers())('records that try to break a task on $name', ({ bootstrap }) => {
  let id = '';
  let topic = '';
  let folder = '';
  let file = '';
  let client: KafkaClient;
  let worker: ThreadedWorker;
  let states: string[] = [];
  let trace = '';
  const metrics = new Map<string, TaskMetrics>();

  async function startSink(changes: Record<string, string>, name = id, to = file): Promise<void> {
    const connector = {
      name,
      'connector.class': 'WitnessSink',
      topics: topic,
      'key.converter': bytesConverter,
      'value.converter': stringConverter,
      ...changes,
    };
    await worker.startTask({ connector: name, task: 0 }, connector, { file: to }, 'STARTED');
  }

  async function produce(records: readonly Omit<ProducerRecord, 'topic'>[]): Promise<void> {
    const failures: Error[] = [];
    const producer = client.createProducer<null>({
      properties: { 'max.request.size': twelveMiB, 'buffer.memory': String(64 * 1024 * 1024) },
      onDelivered: ({ error }) => {
        if (error !== null) failures.push(error);
      },
    });
    for (const record of records) while (!producer.append({ topic, ...record }, null)) await producer.ready();
    await producer.flush();
    await producer.close(5_000);
    expect(failures).toEqual([]);
  }

  async function witnessed(count: number, from = file): Promise<readonly Witnessed[]> {
    return await waitFor(
      `${count} records at the sink (${trace})`,
      async () => {
        const text = await readFile(from, 'utf8').catch(() => '');
        const lines = text.split('\n').slice(0, -1);
        return lines.length >= count && lines.map((line) => JSON.parse(line) as Witnessed);
      },
      timeoutMs,
    );
  }

  const committed = (offset: number, group = id) =>
    waitFor(
      `offset ${offset} to be committed`,
      async () => {
        const offsets = await client.admin.listGroupOffsets(`connect-${group}`);
        return offsets.some((each) => each.offset === offset);
      },
      timeoutMs,
    );

  beforeEach(async () => {
    id = randomUUID();
    topic = `in-${id}`;
    [states, trace] = [[], ''];
    metrics.clear();
    folder = await mkdtemp(join(tmpdir(), 'hostile-records-'));
    file = join(folder, 'witnessed');
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    await client.admin.createTopics([
      { name: topic, partitions: 1, replicationFactor: 1, configs: { 'max.message.bytes': twelveMiB } },
    ]);
    worker = new ThreadedWorker({
      settings: parseStandaloneWorker({
        'bootstrap.servers': bootstrap,
        'key.converter': stringConverter,
        'value.converter': stringConverter,
        'offset.storage.file.filename': 'unused',
        'offset.flush.interval.ms': '100',
      }),
      plugins: pluginList(witnessPlugins),
      policy: overridePolicyOf('All', []),
      offsetStore: new MemoryOffsetStore(),
      openKafkaClient: (properties) => openKafkaClient({ properties }),
      taskEnvironmentUrl: new URL('./testing/witness-task-environment.ts', import.meta.url),
      log: () => {},
      listener: {
        onConnectorState: () => {},
        onTaskState: ({ connector }, state, failure) => {
          states.push(`${connector} ${state}`);
          trace = failure ?? trace;
        },
        onTaskTopic: () => {},
        onTaskMetrics: ({ connector }, figures) => void metrics.set(connector, figures),
        onReconfigurationRequested: () => {},
        onReloadDue: () => {},
      },
    });
  });

  afterEach(async () => {
    await worker.stop();
    await client.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('nulls, empty bytes and repeated headers arrive as they are', { timeout: testTimeoutMs }, async () => {
    const header = (key: string, value: string | null) => ({
      key,
      value: value === null ? null : Buffer.from(value),
    });
    await produce([
      { key: null, value: 'no key' },
      { key: 'k', value: null },
      { key: null, value: null },
      { key: '', value: '' },
      { key: 'h', value: 'headers', headers: [header('a', 'one'), header('b', null), header('a', 'two')] },
      { key: 'h', value: 'empty header', headers: [header('', '')] },
      {
        key: 'h',
        value: 'many headers',
        headers: Array.from({ length: 10_000 }, (_, index) => header(`h${index % 7}`, String(index))),
      },
    ]);
    await startSink({ 'header.converter': stringConverter });
    const records = await witnessed(7);
    expect(records.map(({ key, value }) => [key, value])).toEqual([
      [null, 'no key'],
      ['1 bytes', null],
      [null, null],
      ['0 bytes', ''],
      ['1 bytes', 'headers'],
      ['1 bytes', 'empty header'],
      ['1 bytes', 'many headers'],
    ]);
    expect(records.map(({ headerCount }) => headerCount)).toEqual([0, 0, 0, 0, 3, 1, 10_000]);
    expect(records[4]?.headers).toEqual([
      ['a', 'one'],
      ['b', null],
      ['a', 'two'],
    ]);
    expect(records[5]?.headers).toEqual([['', '']]);
    expect(records[6]?.headers.slice(0, 3)).toEqual([
      ['h0', '0'],
      ['h1', '1'],
      ['h2', '2'],
    ]);
    await committed(7);
  });

  it('tombstones are left out exactly where a filter says so', { timeout: testTimeoutMs }, async () => {
    const values = Array.from({ length: 500 }, (_, index) => (index % 5 === 0 ? null : `v${index}`));
    await produce(values.map((value) => ({ key: 'k', value })));
    await startSink({
      transforms: 'drop',
      'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.drop.predicate': 'tombstone',
      predicates: 'tombstone',
      'predicates.tombstone.type': 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
    });
    const expected = values.flatMap((value, offset) => (value === null ? [] : [[offset, value]]));
    const records = await witnessed(expected.length);
    expect(records.map(({ offset, value }) => [offset, value])).toEqual(expected);
    // Also past the last record, were it filtered: what is left out counts as delivered.
    await committed(500);
  });

  it('large, deep and wide values end in the sink or in a named error, never in a crash', {
    timeout: testTimeoutMs,
  }, async () => {
    const wide = Array.from({ length: 50_000 }, (_, index) => `c${index}`);
    const hostile = [
      JSON.stringify({ schema: { type: 'string' }, payload: 'x'.repeat(9_900_000) }),
      envelope({ type: 'string' }, `${'['.repeat(1_000)}${']'.repeat(1_000)}`),
      envelope({ type: 'string' }, `${'['.repeat(200_000)}${']'.repeat(200_000)}`),
      `${'{"schema":'.repeat(50_000)}`,
      JSON.stringify({
        schema: { type: 'struct', fields: wide.map((field) => ({ field, type: 'int32' })) },
        payload: Object.fromEntries(wide.map((field, index) => [field, index])),
      }),
      deepSchema(3_000),
      '{"schema":{"type":"string"},"payload":1e99999}',
      `{"schema":{"type":"int64"},"payload":${'9'.repeat(1_000_000)}}`,
      '{"schema":{"type":"struct","fields":[{"field":"__proto__","type":"string"}]},"payload":{"__proto__":"p"}}',
    ];
    await produce(
      [...hostile, JSON.stringify({ schema: { type: 'string' }, payload: 'the end' })].map((value) => ({
        key: null,
        value,
      })),
    );
    await startSink({
      'value.converter': jsonConverter,
      'errors.tolerance': 'all',
      transforms: 'insert',
      'transforms.insert.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
      'transforms.insert.offset.field': 'at',
      'transforms.insert.predicate': 'wide',
      predicates: 'wide',
      'predicates.wide.type': 'org.apache.kafka.connect.transforms.predicates.HasHeaderKey',
      'predicates.wide.name': 'none',
    });
    await committed(hostile.length + 1);
    const records = await witnessed(1);
    const byOffset = new Map(records.map(({ offset, value }) => [offset, value]));
    expect(byOffset.get(0)).toBe('9900000 characters');
    expect(byOffset.get(4)).toBe('50000 fields');
    expect(byOffset.get(8)).toBe('1 fields');
    expect(byOffset.get(hostile.length)).toBe('the end');
    // What is no text reads as null where a text is declared, as in Java.
    for (const offset of [1, 6]) expect(byOffset.get(offset) ?? null).toBeNull();
    for (const offset of [2, 3, 7]) expect(byOffset.has(offset)).toBe(false);
    expect(states).not.toContain(`${id} FAILED`);
    await waitFor('the figures', () => (metrics.get(id)?.errors.skipped ?? 0) > 2, timeoutMs);
  });

  it('a record too large for the producer is refused alone', { timeout: testTimeoutMs }, async () => {
    const source = join(folder, 'lines');
    await writeFile(source, `before\n${'x'.repeat(30_000)}\nafter\n`);
    const connector = {
      name: id,
      'connector.class': 'FileStreamSource',
      'errors.tolerance': 'all',
      'producer.override.max.request.size': '20000',
    };
    await worker.startTask({ connector: id, task: 0 }, connector, { file: source, topic }, 'STARTED');
    expect((await readTopic(client, topic, 2)).map(({ value }) => value)).toEqual(['before', 'after']);
    await waitFor('the figures', () => metrics.get(id)?.errors.skipped === 1, timeoutMs);
    expect(metrics.get(id)?.errors).toMatchObject({ failures: 1, errors: 1 });

    const strict = `${id}-strict`;
    const settings = { ...connector, name: strict, 'errors.tolerance': 'none' };
    await worker.startTask({ connector: strict, task: 0 }, settings, { file: source, topic }, 'STARTED');
    await waitFor('the failure', () => states.includes(`${strict} FAILED`), timeoutMs);
    expect(trace).toMatch(/20000|max\.request\.size/);
  });

  it('a record that kills its thread fails its task each time, and nothing else', {
    timeout: testTimeoutMs,
  }, async () => {
    await produce([
      { key: null, value: 'good' },
      { key: null, value: deadlyValue },
      { key: null, value: 'behind' },
    ]);
    const innocent = `${id}-innocent`;
    const others = join(folder, 'others');
    await startSink(
      {
        transforms: 'drop',
        'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
        'transforms.drop.predicate': 'here',
        'transforms.drop.negate': 'true',
        predicates: 'here',
        'predicates.here.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
        'predicates.here.pattern': 'in-.*',
        'value.converter': bytesConverter,
      },
      innocent,
      others,
    );
    const oneByOne = {
      'consumer.override.max.poll.records': '1',
      // A thread that dies cannot leave its group; the next one waits until the group notices.
      'consumer.override.session.timeout.ms': '6000',
      'consumer.override.heartbeat.interval.ms': '1000',
    };
    await startSink(oneByOne);
    const failures = () => states.filter((state) => state === `${id} FAILED`).length;
    for (let crash = 1; crash <= 3; crash++) {
      await waitFor(`crash ${crash}`, () => failures() === crash, timeoutMs);
      if (crash < 3) await startSink(oneByOne);
    }
    // It is not started again by itself, so there is no endless loop, and the record is not passed over either.
    expect(new Set((await witnessed(1)).map(({ value }) => value))).toEqual(new Set(['good']));
    expect((await witnessed(3, others)).map(({ offset }) => offset)).toEqual([0, 1, 2]);
    await committed(3, innocent);
    expect(states).not.toContain(`${innocent} FAILED`);
    expect(failures()).toBe(3);
    const offsets = await client.admin.listGroupOffsets(`connect-${id}`);
    expect(Math.max(0, ...offsets.map(({ offset }) => offset))).toBeLessThanOrEqual(1);
  });
});

function envelope(schema: object, payload: string): string {
  return `{"schema":${JSON.stringify(schema)},"payload":${payload}}`;
}

/** A schema of arrays in arrays, and the value that fits it. */
function deepSchema(depth: number): string {
  const schema = `${'{"type":"array","items":'.repeat(depth)}{"type":"int32"}${'}'.repeat(depth)}`;
  return `{"schema":${schema},"payload":${'['.repeat(depth)}1${']'.repeat(depth)}}`;
}
