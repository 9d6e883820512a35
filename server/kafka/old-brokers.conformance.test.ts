import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConnectError, messageOf } from '../errors/connect-error.ts';
import { currentVersion } from '../testing/apache-kafka/jars.ts';
import { startOldBroker } from '../testing/apache-kafka/old-broker.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { Cluster } from './cluster/cluster.ts';
import { compressionTypes } from './compression/compression.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import type { Consumer } from './ports/consumer.ts';
import type { KafkaClient } from './ports/kafka-client.ts';
import type { Properties } from './ports/properties.ts';
import { fetchApi } from './protocol/generated/fetch.js';
import { joinGroupApi } from './protocol/generated/join-group.js';
import { offsetCommitApi } from './protocol/generated/offset-commit.js';
import { produceApi } from './protocol/generated/produce.js';
import { txnOffsetCommitApi } from './protocol/generated/txn-offset-commit.js';
import { findVersion } from './version-choice.ts';

const startMs = 120_000;
const silent = { onAssigned: () => undefined, onRevoked: () => undefined, onLost: () => undefined };

/** What is spoken with each, and what the broker is too old for. */
const versions = [
  { version: '2.1.1', spoken: [7, 10, 3, 6, 2], lacks: ['2.3', '2.4', '2.8', '3.0'] },
  { version: '2.8.2', spoken: [9, 12, 7, 8, 3], lacks: ['3.0'] },
  { version: '3.9.2', spoken: [11, 12, 9, 9, 4], lacks: [] },
  { version: currentVersion, spoken: [11, 12, 9, 9, 4], lacks: [] },
] as const;

describe.each(versions)('the client with Apache Kafka $version', ({ version, spoken, lacks }) => {
  let bootstrap: string;
  let client: KafkaClient;
  let topic: string;
  const open: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    if (version === currentVersion) {
      bootstrap = (await brokers()).find(({ name }) => name === 'Apache Kafka')?.bootstrap ?? '';
    } else {
      const broker = await startOldBroker(version);
      open.push(() => broker.stop());
      ({ bootstrap } = broker);
    }
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    open.push(() => client.close());
    topic = `conformance-${randomUUID()}`;
    await client.admin.createTopics([{ name: topic, partitions: 2, replicationFactor: 1 }]);
  }, startMs);

  afterAll(async () => {
    for (const close of open.splice(0).reverse()) await close();
  }, 30_000);

  async function createTopic(partitions = 1): Promise<string> {
    const name = `conformance-${randomUUID()}`;
    await client.admin.createTopics([{ name, partitions, replicationFactor: 1 }]);
    return name;
  }

  function subscribe(name: string, properties: Properties): Consumer {
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', ...properties },
    });
    consumer.subscribe([name], silent);
    return consumer;
  }

  async function valuesOf(name: string, count: number, properties: Properties = {}): Promise<string[]> {
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', ...properties },
    });
    consumer.assign([{ topic: name, partition: 0 }]);
    const values: string[] = [];
    await waitFor(`${count} records`, async () => {
      for (const { records } of await consumer.poll(500)) {
        for (const { value } of records) values.push(String(value));
      }
      return values.length >= count;
    });
    await consumer.close(1000);
    return values;
  }

  /** 'joined', or what poll threw. */
  async function firstOutcome(consumer: Consumer): Promise<unknown> {
    return await waitFor('an outcome', async () => {
      try {
        await consumer.poll(100);
      } catch (error) {
        return error;
      }
      return consumer.assignment().length === 2 && 'joined';
    });
  }

  /** The message says from which version on, when the broker is older. */
  async function expectSince(since: string, call: Promise<unknown>): Promise<void> {
    const error = await call.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (lacks.some((lacking) => lacking === since)) expect(messageOf(error)).toContain(`${since} or later`);
    else expect(error).toBeNull();
  }

  test('speaks the highest versions that both know', async () => {
    const cluster = new Cluster({ properties: { 'bootstrap.servers': bootstrap } });
    const { offer } = await cluster.connection('any');
    const apis = [produceApi, fetchApi, joinGroupApi, offsetCommitApi, txnOffsetCommitApi];
    expect(apis.map((api) => findVersion(api, offer.versions.get(api.key)))).toEqual(spoken);
    await cluster.close();
  });

  test('writes and reads every compression', async () => {
    const name = await createTopic();
    for (const compression of compressionTypes) {
      const errors: unknown[] = [];
      const producer = client.createProducer<null>({
        properties: { 'compression.type': compression },
        onDelivered: ({ error }) => {
          if (error !== null) errors.push(error);
        },
      });
      const headers = [{ key: 'h', value: Buffer.from('v') }];
      for (let i = 0; i < 20; i++) {
        const record = { topic: name, key: 'k', value: `${compression} ${i}`, headers };
        while (!producer.append(record, null)) await producer.ready();
      }
      await producer.flush();
      await producer.close(1000);
      expect(errors).toEqual([]);
    }
    const expected = compressionTypes.flatMap((name) => Array.from({ length: 20 }, (_, i) => `${name} ${i}`));
    expect(await valuesOf(name, expected.length)).toEqual(expected);
  });

  test('shares a topic between two members, and goes on where they committed', async () => {
    const group = { 'group.id': randomUUID(), 'heartbeat.interval.ms': '100', 'session.timeout.ms': '6000' };
    const members = [subscribe(topic, group), subscribe(topic, group)];
    await waitFor('a partition for each', async () => {
      await Promise.all(members.map((member) => member.poll(100)));
      return members.every((member) => member.assignment().length === 1);
    });
    for (const member of members) {
      const offsets = member.assignment().map((at) => ({ ...at, offset: 7 + at.partition, metadata: 'm' }));
      await member.commit(offsets);
    }
    for (const member of members) await member.close(5000);
    const groupId = group['group.id'];
    const committed = [0, 1].map((partition) => ({ topic, partition, offset: 7 + partition, metadata: 'm' }));
    const found = await client.admin.listGroupOffsets(groupId);
    expect(found.toSorted((a, b) => a.partition - b.partition)).toMatchObject(committed);
    await expectSince('2.4', client.admin.deleteGroupOffsets(groupId, [{ topic, partition: 0 }]));
    await client.admin.deleteGroups([groupId]);
    expect((await client.admin.listGroups()).map((each) => each.groupId)).not.toContain(groupId);
  });

  test('has static members where the broker knows of them, and says so where not', async () => {
    const consumer = subscribe(topic, { 'group.id': randomUUID(), 'group.instance.id': 'one' });
    const outcome = await firstOutcome(consumer);
    if (version !== '2.1.1') expect(outcome).toBe('joined');
    else {
      expect(messageOf(outcome)).toMatch(/group\.instance\.id needs .* 2\.3 or later/);
      expect(isConnectError(outcome) && outcome.details.key).toBe('group.instance.id');
    }
    await consumer.close(5000);
  });

  test('commits and aborts transactions, offsets with them', async () => {
    const name = await createTopic();
    const errors: unknown[] = [];
    const producer = client.createTransactionalProducer<null>({
      properties: { 'transactional.id': randomUUID() },
      onDelivered: ({ error }) => {
        if (error !== null) errors.push(error);
      },
    });
    const group = { groupId: randomUUID(), generation: -1, memberId: '', groupInstanceId: null };
    await producer.initTransactions();
    for (const outcome of ['commit', 'abort', 'commit'] as const) {
      producer.beginTransaction();
      const record = { topic: name, key: null, value: outcome };
      while (!producer.append(record, null)) await producer.ready();
      if (outcome === 'commit') {
        await producer.sendOffsetsToTransaction([{ topic, partition: 0, offset: 5 }], group);
        await producer.commitTransaction();
      } else {
        await producer.flush();
        await producer.abortTransaction();
      }
    }
    await producer.close(1000);
    expect(errors).toEqual([]);
    expect(await valuesOf(name, 2, { 'isolation.level': 'read_committed' })).toEqual(['commit', 'commit']);
    expect(await valuesOf(name, 3)).toEqual(['commit', 'abort', 'commit']);
    expect(await client.admin.listGroupOffsets(group.groupId)).toMatchObject([{ offset: 5 }]);
    await expectSince('3.0', client.inspection.listTransactions());
  });

  test('administers topics, and names the version a broker is too old for', async () => {
    const name = await createTopic(3);
    await client.admin.createPartitions(name, 4);
    const [described] = await waitFor('the new partition', async () => {
      const found = await client.admin.describeTopics([name]);
      return found[0]?.partitions.length === 4 && found;
    });
    expect(described).toMatchObject({ name, internal: false });
    await expectSince('2.3', client.admin.alterTopicConfig(name, { 'retention.ms': '1234567' }));
    const retention = (await client.admin.describeTopicConfig(name)).find(
      (each) => each.name === 'retention.ms',
    );
    expect(retention?.value).toBe(lacks.some((since) => since === '2.3') ? '604800000' : '1234567');
    await client.admin.deleteTopics([name]);
    await waitFor('the topic to be gone', async () => !(await client.admin.listTopics()).includes(name));
    expect((await client.admin.describeCluster()).brokers).toHaveLength(1);
  });

  test('keeps a compacted log', async () => {
    const seen = new Map<string, string | undefined>();
    const log = client.createCompactedLog({
      topic: `log-${randomUUID()}`,
      create: { partitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
      configKey: 'config.storage.topic',
      onRecord: ({ key, value }) => {
        seen.set(String(key), value?.toString());
      },
    });
    await log.start(AbortSignal.timeout(30_000));
    for (const [key, value] of [
      ['a', '1'],
      ['b', '2'],
      ['a', null],
    ] as const)
      await log.send(key, value);
    await log.readToEnd();
    expect([...seen]).toEqual([
      ['a', undefined],
      ['b', '2'],
    ]);
    await log.stop();
  });

  test('joins by the newer group protocol where the broker has it, and says so where not', async () => {
    const consumer = subscribe(topic, { 'group.id': randomUUID(), 'group.protocol': 'consumer' });
    const outcome = await firstOutcome(consumer);
    if (version === currentVersion) expect(outcome).toBe('joined');
    else {
      expect(messageOf(outcome)).toMatch(/does not support the new CONSUMER group protocol/);
      expect(isConnectError(outcome) && outcome.details.key).toBe('group.protocol');
    }
    await consumer.close(5000);
  });
});
