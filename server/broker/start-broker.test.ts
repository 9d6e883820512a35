import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../testing/wait.ts';
import { sampleDataDir, startSampleBroker } from './sample-broker.ts';
import { spawnSampleBroker } from './spawn-sample-broker.ts';
import { type RunningBroker, startBroker, startBrokerThread } from './start-broker.ts';

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';

function client(bootstrap: string): Kafka {
  const retry = { initialRetryTime: 50, retries: 20, maxRetryTime: 500 };
  return new Kafka({ brokers: [bootstrap], clientId: 'sample', logLevel: logLevel.NOTHING, retry });
}

/** Reads a topic from its start until `count` records came. */
async function consume(kafka: Kafka, topic: string, groupId: string, count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(message.value?.toString() ?? '');
    },
  });
  await waitFor(`${count} records of ${topic}`, () => values.length >= count, 25_000);
  await consumer.disconnect();
  return values;
}

describe('an embedded broker with a client of other make', () => {
  it('takes records, gives them to a group, and keeps what the group committed', async () => {
    const { bootstrap } = await startSampleBroker();
    const kafka = client(bootstrap);
    const admin = kafka.admin();
    await admin.connect();
    expect(await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 3 }] })).toBe(true);
    const producer = kafka.producer({ idempotent: true });
    await producer.connect();
    const messages = Array.from({ length: 300 }, (_, n) => ({ key: `k${n % 10}`, value: `v${n}` }));
    for (let at = 0; at < 300; at += 50)
      await producer.send({ topic: 'orders', messages: messages.slice(at, at + 50) });
    await producer.disconnect();
    const values = await consume(kafka, 'orders', 'readers', 300);
    expect(new Set(values)).toEqual(new Set(messages.map(({ value }) => value)));
    const ends = await admin.fetchTopicOffsets('orders');
    const [committed] = await admin.fetchOffsets({ groupId: 'readers', topics: ['orders'] });
    expect(new Map(committed?.partitions.map(({ partition, offset }) => [partition, offset]))).toEqual(
      new Map(ends.map(({ partition, high }) => [partition, high])),
    );
    await admin.disconnect();
  });

  it('shares partitions among the members of a group and moves them when one leaves', async () => {
    const { bootstrap } = await startSampleBroker();
    const kafka = client(bootstrap);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'shared', numPartitions: 4 }] });
    const owned = new Map<string, number>();
    const start = async (name: string) => {
      const consumer = kafka.consumer({
        groupId: 'sharers',
        sessionTimeout: 10_000,
        heartbeatInterval: 100,
        maxWaitTimeInMs: 100,
      });
      await consumer.connect();
      await consumer.subscribe({ topic: 'shared' });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        owned.set(name, payload.memberAssignment.shared?.length ?? 0);
      });
      await consumer.run({ eachMessage: async () => undefined });
      return consumer;
    };
    const [one, two] = await Promise.all([start('one'), start('two')]);
    await waitFor('two partitions each', () => owned.get('one') === 2 && owned.get('two') === 2);
    const [group] = (await admin.describeGroups(['sharers'])).groups;
    expect(group).toMatchObject({ state: 'Stable', protocolType: 'consumer' });
    expect(group?.members).toHaveLength(2);
    await one.disconnect();
    await waitFor('all partitions for the other', () => owned.get('two') === 4);
    await two.disconnect();
    await admin.disconnect();
  });

  it('keeps transactions whole: committed readers see all of one or nothing', async () => {
    const { bootstrap } = await startSampleBroker();
    const kafka = client(bootstrap);
    const producer = kafka.producer({ transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    for (const [name, isCommitted] of [
      ['first', true],
      ['second', false],
      ['third', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'ledger', messages: [{ value: `${name}-a` }, { value: `${name}-b` }] });
      await transaction.sendOffsets({
        consumerGroupId: 'mover',
        topics: [{ topic: 'ledger', partitions: [{ partition: 0, offset: isCommitted ? '7' : '99' }] }],
      });
      if (isCommitted) await transaction.commit();
      else await transaction.abort();
    }
    await producer.disconnect();
    expect(await consume(kafka, 'ledger', 'auditors', 4)).toEqual([
      'first-a',
      'first-b',
      'third-a',
      'third-b',
    ]);
    const admin = kafka.admin();
    await admin.connect();
    const [committed] = await admin.fetchOffsets({ groupId: 'mover', topics: ['ledger'] });
    expect(committed?.partitions).toMatchObject([{ partition: 0, offset: '7' }]);
    await admin.disconnect();
  });

  it('does what administrators ask: partitions, configs, deletion of records, groups and topics', async () => {
    const { bootstrap } = await startSampleBroker();
    const kafka = client(bootstrap);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic: 't', numPartitions: 1, configEntries: [{ name: 'retention.ms', value: '60000' }] }],
    });
    await admin.createPartitions({ topicPartitions: [{ topic: 't', count: 2 }] });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: 't',
      messages: Array.from({ length: 10 }, (_, n) => ({ value: `${n}`, partition: 0 })),
    });
    await producer.disconnect();
    await admin.deleteTopicRecords({ topic: 't', partitions: [{ partition: 0, offset: '4' }] });
    expect((await admin.fetchTopicOffsets('t')).find(({ partition }) => partition === 0)).toMatchObject({
      low: '4',
      high: '10',
    });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 't', configNames: ['retention.ms', 'cleanup.policy'] }],
    });
    expect(
      resources[0]?.configEntries.map(({ configName, configValue, isDefault }) => [
        configName,
        configValue,
        isDefault,
      ]),
    ).toEqual([
      ['cleanup.policy', 'delete', true],
      ['retention.ms', '60000', false],
    ]);
    expect(await consume(kafka, 't', 'g', 6)).toEqual(['4', '5', '6', '7', '8', '9']);
    expect((await admin.listGroups()).groups).toEqual([{ groupId: 'g', protocolType: 'consumer' }]);
    await admin.deleteGroups(['g']);
    expect((await admin.listGroups()).groups).toEqual([]);
    await admin.deleteTopics({ topics: ['t'] });
    expect(await admin.listTopics()).not.toContain('t');
    await admin.disconnect();
  });
});

describe('an embedded broker', () => {
  it('has every acknowledged record and its groups again after kill -9', async () => {
    const dataDir = sampleDataDir();
    const first = await spawnSampleBroker(0, dataDir);
    const { port } = first;
    const kafka = client(first.bootstrap);
    const producer = kafka.producer({ idempotent: true });
    await producer.connect();
    const acknowledged: string[] = [];
    let next = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        const batch = Array.from({ length: 20 }, () => ({ value: `v${next++}` }));
        await producer.send({ topic: 'durable', messages: batch });
        acknowledged.push(...batch.map(({ value }) => value));
      }
    })();
    await waitFor('the first records', () => acknowledged.length > 500);
    await first.kill();
    const second = await spawnSampleBroker(port, dataDir);
    const before = acknowledged.length;
    await waitFor('the writer to go on', () => acknowledged.length > before + 500, 25_000);
    isOver = true;
    await writing;
    await producer.disconnect();
    const values = await consume(kafka, 'durable', 'checkers', acknowledged.length);
    expect(values).toEqual(acknowledged);
    await second.kill();
    const third = await spawnSampleBroker(port, dataDir);
    const admin = client(third.bootstrap).admin();
    await admin.connect();
    const [committed] = await admin.fetchOffsets({ groupId: 'checkers', topics: ['durable'] });
    expect(committed?.partitions).toMatchObject([{ offset: `${acknowledged.length}` }]);
    await admin.disconnect();
  });

  it('runs in a thread of its own, logs through its owner and ends with it', async () => {
    const dataDir = sampleDataDir();
    const lines: string[] = [];
    const broker = await startBrokerThread({
      port: 0,
      dataDir,
      log: (level, line) => lines.push(`${level} ${line}`),
    });
    onTestFinished(async () => await broker.stop());
    const admin = client(broker.bootstrap).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 't' }] });
    await admin.disconnect();
    const web = await fetch(`http://${broker.bootstrap}/`).catch((error: unknown) => error);
    expect(web).toBeInstanceOf(Error);
    await waitFor('the line about the browser', () => lines.some((line) => line.startsWith('warn client')));
    await broker.stop();
    // Written at a clean end only, so that the next start need not read the log.
    expect(existsSync(join(dataDir, 'logs', 't-0', '00000000000000000000.summary'))).toBe(true);
  });

  it('keeps cluster id and topic ids over restarts', async () => {
    const dataDir = sampleDataDir();
    const ids: (string | undefined)[] = [];
    for (let round = 0; round < 2; round++) {
      const broker = await startBroker({ port: 0, dataDir });
      const admin = client(broker.bootstrap).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 't' }] });
      ids.push((await admin.describeCluster()).clusterId);
      await admin.disconnect();
      await broker.stop();
    }
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('refuses a folder another broker has, and takes over one whose broker was killed', async () => {
    const dataDir = sampleDataDir();
    const { kill } = await spawnSampleBroker(0, dataDir);
    const attempts = [startBroker({ port: 0, dataDir }), startBrokerThread({ port: 0, dataDir })];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining(`${dataDir} is in use by another broker`),
      });
    }
    await kill();
    const broker = await startSampleBroker({ dataDir });
    await expect(startBroker({ port: 0, dataDir })).rejects.toMatchObject({ code: 'config' });
    await broker.stop();
    await (await startBroker({ port: 0, dataDir })).stop();
  });

  it('names the port that is taken, and leaves the folder to others', async () => {
    const { port } = await startSampleBroker();
    const dataDir = sampleDataDir();
    for (const start of [startBroker, startBrokerThread]) {
      await expect(start({ port, dataDir })).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining(`port ${port} of 127.0.0.1`),
      });
    }
    await (await startBroker({ port: 0, dataDir })).stop();
  });

  it('names the folder that cannot be written and the setting that is wrong', async () => {
    const file = join(sampleDataDir(), 'file');
    writeFileSync(file, '');
    const dataDir = join(file, 'data');
    await expect(startBroker({ port: 0, dataDir })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(`The data folder ${dataDir} cannot be written`),
    });
    const settings = { 'num.partitions': 'many' };
    await expect(startBroker({ port: 0, dataDir: sampleDataDir(), settings })).rejects.toThrow(
      /num\.partitions/,
    );
  });

  it('refuses to listen where clients could not be told to connect', async () => {
    const started = startBroker({ port: 0, dataDir: sampleDataDir(), host: '0.0.0.0' });
    await expect(started).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('0.0.0.0'),
    });
  });

  it('stops when its signal is aborted', async () => {
    const stopping = new AbortController();
    const dataDir = sampleDataDir();
    const broker: RunningBroker = await startBroker({ port: 0, dataDir, signal: stopping.signal });
    stopping.abort();
    await broker.stop();
    await (await startBroker({ port: 0, dataDir })).stop();
  });
});
