import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { ProducerRecord } from '../kafka/ports/producer.ts';
import { MemoryOffsetStore } from '../storage/memory-offset-store.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import type { TaskMetrics } from './herder-events.ts';
import { pickyPlugins } from './testing/picky-task-environment.ts';
import { pluginList } from './testing/plugin-list.ts';
import { readTopic } from './testing/read-topic.ts';
import { ThreadedWorker } from './threaded-worker.ts';
import { overridePolicyOf } from './validation/override-policy.ts';
import { parseStandaloneWorker } from './worker-config.ts';

const header = (key: string, value: string) => ({ key, value: Buffer.from(value) });

describe.each(await brokers())('the dead letter queue of a sink on $name', ({ bootstrap }) => {
  let id = '';
  let topic = '';
  let dead = '';
  let client: KafkaClient;
  let worker: ThreadedWorker;
  let logs: string[] = [];
  let states: string[] = [];
  let trace: string | null = null;
  let metrics: TaskMetrics | null = null;

  async function start(changes: Record<string, string> = {}): Promise<void> {
    const connector = {
      name: id,
      'connector.class': 'PickySink',
      topics: topic,
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': dead,
      'errors.deadletterqueue.topic.replication.factor': '1',
      'errors.deadletterqueue.context.headers.enable': 'true',
      ...changes,
    };
    await worker.startTask({ connector: id, task: 0 }, connector, {}, 'STARTED');
  }

  async function produce(records: readonly Omit<ProducerRecord, 'topic'>[]): Promise<void> {
    const producer = client.createProducer<null>({
      properties: { 'linger.ms': '20' },
      onDelivered: () => {},
    });
    for (const record of records) while (!producer.append({ topic, ...record }, null)) await producer.ready();
    await producer.flush();
    await producer.close(5_000);
  }

  const committed = (offset: number) =>
    waitFor(`offset ${offset} to be committed`, async () => {
      const offsets = await client.admin.listGroupOffsets(`connect-${id}`);
      return offsets.some((each) => each.offset === offset);
    });

  beforeEach(async () => {
    id = randomUUID();
    [topic, dead] = [`in-${id}`, `dead-${id}`];
    [logs, states, trace, metrics] = [[], [], null, null];
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
    worker = new ThreadedWorker({
      settings: parseStandaloneWorker({
        'bootstrap.servers': bootstrap,
        'key.converter': 'test.TextConverter',
        'value.converter': 'test.TextConverter',
        'header.converter': 'test.TextHeaderConverter',
        'offset.storage.file.filename': 'unused',
        'offset.flush.interval.ms': '100',
      }),
      plugins: pluginList(pickyPlugins),
      policy: overridePolicyOf('All', []),
      offsetStore: new MemoryOffsetStore(),
      openKafkaClient: (properties) => openKafkaClient({ properties }),
      taskEnvironmentUrl: new URL('./testing/picky-task-environment.ts', import.meta.url),
      log: (level, message) => void logs.push(`${level} ${message}`),
      listener: {
        onConnectorState: () => {},
        onTaskState: (_id, state, failure) => {
          states.push(state);
          trace = failure ?? trace;
        },
        onTaskTopic: () => {},
        onTaskMetrics: (_id, figures) => {
          metrics = figures;
        },
        onReconfigurationRequested: () => {},
        onReloadDue: () => {},
      },
    });
  });

  afterEach(async () => {
    await worker.stop();
    await client.close();
  });

  it('gets every record that failed as it was, with the reason in its headers', async () => {
    await produce([
      { key: 'k0', value: 'good' },
      { key: 'k1', value: 'poison', timestamp: 1_700_000_000_000, headers: [header('own', 'x')] },
      { key: null, value: 'throw' },
      {
        key: 'k3',
        value: 'bad',
        timestamp: 1_700_000_000_001,
        headers: [header('own', 'y'), header('own', 'z')],
      },
      { key: 'k4', value: 'changed' },
      { key: 'poison', value: null },
    ]);
    await start({
      transforms: 'drop',
      'transforms.drop.type': 'test.DropMatching',
      'transforms.drop.regex': '^never$',
      'errors.log.enable': 'true',
      'errors.log.include.messages': 'true',
    });
    const letters = [...(await readTopic(client, dead, 5))].sort((a, b) => offsetOf(a) - offsetOf(b));
    const [described] = await client.admin.describeTopics([dead]);
    expect(described?.partitions).toHaveLength(1);
    expect(letters.map(({ key, value }) => [key, value])).toEqual([
      ['k1', 'poison'],
      [null, 'throw'],
      ['k3', 'bad'],
      ['k4', 'by the task'],
      ['poison', null],
    ]);
    expect(letters.map(({ timestamp }) => timestamp)[0]).toBe(1_700_000_000_000);
    expect(letters[2]?.timestamp).toBe(1_700_000_000_001);
    const stacktrace = ['__connect.errors.exception.stacktrace', expect.stringContaining('a bad row')];
    expect(letters[2]?.headers).toEqual([
      ['own', 'y'],
      ['own', 'z'],
      ['__connect.errors.topic', topic],
      ['__connect.errors.partition', '0'],
      ['__connect.errors.offset', '3'],
      ['__connect.errors.connector.name', id],
      ['__connect.errors.task.id', '0'],
      ['__connect.errors.stage', 'TASK_PUT'],
      ['__connect.errors.class.name', 'org.apache.kafka.connect.sink.SinkTask'],
      ['__connect.errors.exception.class.name', 'Error'],
      ['__connect.errors.exception.message', 'a bad row'],
      stacktrace,
    ]);
    const places = letters.map(({ headers }) =>
      headers.filter(([key]) => /\.(stage|class\.name)$/.test(key)),
    );
    expect(places.map((each) => each.map(([, value]) => value))).toEqual([
      ['VALUE_CONVERTER', 'test.TextConverter', 'org.apache.kafka.connect.errors.DataException'],
      ['TRANSFORMATION', 'test.DropMatching', 'org.apache.kafka.connect.errors.DataException'],
      ['TASK_PUT', 'org.apache.kafka.connect.sink.SinkTask', 'Error'],
      ['TASK_PUT', 'org.apache.kafka.connect.sink.SinkTask', 'TypeError'],
      ['KEY_CONVERTER', 'test.TextConverter', 'org.apache.kafka.connect.errors.DataException'],
    ]);
    await committed(6);
    await waitFor('the figures', () => metrics?.errors.deadLetters === 5);
    expect(metrics?.errors).toMatchObject({
      failures: 5,
      errors: 3,
      skipped: 3,
      retries: 0,
      logged: 5,
      deadLetterFailures: 0,
    });
    expect(
      logs
        .find((line) => line.includes("stage 'VALUE_CONVERTER'"))
        ?.includes(
          `with class 'test.TextConverter', where consumed record is {topic='${topic}', partition=0, offset=1, timestamp=1700000000000, timestampType=CreateTime}. poison cannot be converted`,
        ),
    ).toBe(true);
    expect(states).not.toContain('FAILED');
  });

  it('adds no headers unless asked to, and takes a topic that is there already as it is', async () => {
    await client.admin.createTopics([{ name: dead, partitions: 1, replicationFactor: 1 }]);
    await produce([{ key: 'k', value: 'poison', headers: [header('own', 'x')] }]);
    await start({
      'errors.deadletterqueue.context.headers.enable': 'false',
      'errors.deadletterqueue.topic.replication.factor': '3',
    });
    expect((await readTopic(client, dead, 1))[0]).toMatchObject({ value: 'poison', headers: [['own', 'x']] });
    await committed(1);
  });

  it('gets the record that makes the task fail when nothing is tolerated', async () => {
    await produce([
      { key: 'k', value: 'good' },
      { key: 'k', value: 'bad' },
    ]);
    await start({ 'errors.tolerance': 'none' });
    await waitFor('the failure', () => states.includes('FAILED'));
    expect(trace).toContain('Tolerance exceeded in error handler');
    expect((await readTopic(client, dead, 1))[0]?.value).toBe('bad');
  });

  it('fails a task whose queue cannot be created, and says which topic', async () => {
    await start({ 'errors.deadletterqueue.topic.replication.factor': '7' });
    await waitFor('the failure', () => states.includes('FAILED'));
    expect(trace).toContain(`Could not initialize dead letter queue with topic=${dead}`);
    expect(trace).toContain('Caused by');
  });
});

function offsetOf({ headers }: { headers: readonly (readonly [string, string | null])[] }): number {
  return Number(headers.find(([key]) => key === '__connect.errors.offset')?.[1]);
}
