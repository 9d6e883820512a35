import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import { createAdmin } from './cluster-admin.ts';

describe.each(await brokers())('admin on $name', ({ name: brokerName, bootstrap }) => {
  const cluster = new Cluster({
    properties: { 'bootstrap.servers': bootstrap, 'client.id': 'admin-contract' },
  });
  const admin = createAdmin(cluster);
  const topic = `admin-${randomUUID()}`;
  const group = `admin-${randomUUID()}`;

  beforeAll(async () => {
    const configs = { 'cleanup.policy': 'compact', 'retention.ms': '60000' };
    await admin.createTopics([{ name: topic, partitions: 3, replicationFactor: 1, configs }]);
    await waitFor('the topic', async () => (await admin.describeTopics([topic])).length === 1);
  });

  afterAll(async () => {
    await cluster.close();
  });

  it('describes the cluster', async () => {
    const description = await admin.describeCluster();
    const [host, port] = [
      bootstrap.slice(0, bootstrap.lastIndexOf(':')),
      Number(bootstrap.split(':').at(-1)),
    ];
    expect(description.clusterId).toMatch(/^[\w-]{22}$/);
    expect(description.brokers).toEqual([{ id: description.controllerId, host, port, rack: null }]);
  });

  it('describes and lists topics, leaving out what is not there', async () => {
    const [described, ...others] = await admin.describeTopics([topic, 'not-there']);
    expect(others).toEqual([]);
    expect(described).toMatchObject({ name: topic, internal: false });
    expect(described?.partitions.map((p) => p.partition)).toEqual([0, 1, 2]);
    expect(described?.partitions[0]?.replicas).toEqual([described?.partitions[0]?.leader]);
    const all = await admin.listTopics();
    expect(all).toContain(topic);
    expect(all).not.toContain('__consumer_offsets');
    expect(await admin.describeTopics([])).toEqual([]);
  });

  it('creates the others when one topic exists already', async () => {
    const other = `${topic}-other`;
    const creating = admin.createTopics([
      { name: topic, partitions: 1, replicationFactor: 1 },
      { name: other, partitions: -1, replicationFactor: -1 },
    ]);
    await expect(creating).rejects.toMatchObject({ code: 'already-exists', retriable: false });
    await waitFor(
      'the other topic',
      async () => (await admin.describeTopics([other]))[0]?.partitions.length === 1,
    );
    await admin.deleteTopics([other]);
    await waitFor('its end', async () => (await admin.describeTopics([other])).length === 0);
    await expect(admin.deleteTopics([other])).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    ['a name with a slash', { name: 'a/b', partitions: 1, replicationFactor: 1 }, 'INVALID_TOPIC_EXCEPTION'],
    ['no partitions', { name: 'none', partitions: 0, replicationFactor: 1 }, 'INVALID_PARTITIONS'],
    [
      'too many replicas',
      { name: 'many', partitions: 1, replicationFactor: 5 },
      'INVALID_REPLICATION_FACTOR',
    ],
    [
      'a bad config',
      { name: 'bad', partitions: 1, replicationFactor: 1, configs: { 'retention.ms': 'x' } },
      'INVALID_CONFIG',
    ],
  ])('refuses a topic with %s', async (_what, newTopic, kafkaError) => {
    await expect(admin.createTopics([newTopic])).rejects.toMatchObject({
      code: 'bad-request',
      details: { kafkaError },
    });
  });

  it('adds partitions and refuses to take some away', async () => {
    const name = `${topic}-growing`;
    await admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }]);
    await admin.createPartitions(name, 3);
    await waitFor('partitions', async () => (await admin.describeTopics([name]))[0]?.partitions.length === 3);
    await expect(admin.createPartitions(name, 2)).rejects.toMatchObject({
      details: { kafkaError: 'INVALID_PARTITIONS' },
    });
    await expect(admin.createPartitions('not-there', 2)).rejects.toMatchObject({ code: 'not-found' });
    await admin.deleteTopics([name]);
  });

  it('changes single configs of a topic and leaves the others alone', async () => {
    async function configs(): Promise<Record<string, string | null>> {
      const entries = await admin.describeTopicConfig(topic);
      return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    }
    expect(await configs()).toMatchObject({ 'cleanup.policy': 'compact', 'retention.ms': '60000' });
    await admin.alterTopicConfig(topic, { 'max.message.bytes': '2000000' }, ['retention.ms']);
    await waitFor('the change', async () => (await configs())['max.message.bytes'] === '2000000');
    const after = await configs();
    expect(after['cleanup.policy']).toBe('compact');
    expect(after['retention.ms']).toBe('604800000');
    const entries = await admin.describeTopicConfig(topic);
    expect(entries.find(({ name }) => name === 'retention.ms')?.isDefault).toBe(true);
    expect(entries.find(({ name }) => name === 'cleanup.policy')).toMatchObject({
      isDefault: false,
      isOwn: true,
    });
    expect(entries.find(({ name }) => name === 'segment.bytes')?.isOwn).toBe(false);
    await expect(admin.describeTopicConfig('not-there')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('lists the offsets of an empty topic', async () => {
    const partitions = [0, 1, 2].map((partition) => ({ topic, partition }));
    expect((await admin.listOffsets(partitions, 'earliest')).map((p) => p.offset)).toEqual([0, 0, 0]);
    expect((await admin.listOffsets(partitions, 'latest')).map((p) => p.offset)).toEqual([0, 0, 0]);
    expect(await admin.listOffsets([{ topic, partition: 1 }], { timestamp: 5 })).toEqual([
      { topic, partition: 1, offset: -1, timestamp: -1 },
    ]);
    await expect(admin.listOffsets([{ topic, partition: 7 }], 'latest')).rejects.toThrow(
      `${topic} has no partition 7`,
    );
    await expect(admin.listOffsets([{ topic: 'not-there', partition: 0 }], 'latest')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('deletes records up to an offset, but not beyond the end and not of a compacted topic', async () => {
    const name = `${topic}-records`;
    await admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }]);
    await admin.deleteRecords([{ topic: name, partition: 0, offset: 0 }]);
    const beyond = admin.deleteRecords([{ topic: name, partition: 0, offset: 10 }]);
    await expect(beyond).rejects.toMatchObject({ details: { kafkaError: 'OFFSET_OUT_OF_RANGE' } });
    const compacted = admin.deleteRecords([{ topic, partition: 0, offset: 0 }]);
    await expect(compacted).rejects.toMatchObject({ details: { kafkaError: 'POLICY_VIOLATION' } });
    await admin.deleteTopics([name]);
  });

  it('keeps, lists and removes the offsets of a group without members', async () => {
    await admin.alterGroupOffsets(group, [
      { topic, partition: 0, offset: 5, metadata: 'note' },
      { topic, partition: 2, offset: 2 ** 40 },
    ]);
    expect(await admin.listGroupOffsets(group)).toEqual([
      { topic, partition: 0, offset: 5, metadata: 'note' },
      { topic, partition: 2, offset: 2 ** 40, metadata: '' },
    ]);
    await admin.deleteGroupOffsets(group, [{ topic, partition: 0 }]);
    expect((await admin.listGroupOffsets(group)).map((p) => p.partition)).toEqual([2]);
    await expect(admin.alterGroupOffsets(group, [{ topic, partition: 0, offset: -2 }])).rejects.toThrow(
      'negative',
    );
    await expect(admin.alterGroupOffsets(group, [{ topic, partition: 99, offset: 1 }])).rejects.toMatchObject(
      {
        code: 'bad-request',
        retriable: false,
      },
    );
    expect(await admin.listGroups()).toContainEqual({
      groupId: group,
      type: 'classic',
      protocolType: '',
      state: 'Empty',
    });
    expect(await admin.describeGroups([group, 'not-there'])).toMatchObject([
      { groupId: group, state: 'Empty', members: [] },
      { groupId: 'not-there', state: 'Dead', members: [] },
    ]);
    await admin.deleteGroups([group]);
    await expect(admin.deleteGroups([group])).rejects.toMatchObject({ code: 'not-found' });
    expect(await admin.listGroupOffsets(group)).toEqual([]);
  });

  it('does what can be done and tells all that could not', async () => {
    const fresh = `${topic}-fresh`;
    const creating = admin.createTopics([
      { name: topic, partitions: 1, replicationFactor: 1 },
      { name: 'a/b', partitions: 1, replicationFactor: 1 },
      { name: fresh, partitions: 1, replicationFactor: 1 },
    ]);
    await expect(creating).rejects.toMatchObject({
      message: expect.stringContaining('(and 1 more failed)'),
      details: {
        failures: [
          { name: expect.any(String), kafkaError: expect.any(String) },
          { name: expect.any(String), kafkaError: expect.any(String) },
        ],
      },
    });
    await waitFor('the good topic', async () => (await admin.describeTopics([fresh])).length === 1);
    const ends = [
      { topic: fresh, partition: 0, offset: 10 },
      { topic, partition: 0, offset: 0 },
    ];
    await expect(admin.deleteRecords(ends)).rejects.toMatchObject({
      details: { failures: [{ kafkaError: expect.any(String) }, { kafkaError: expect.any(String) }] },
    });
    await admin.alterGroupOffsets(`${group}-there`, [{ topic, partition: 0, offset: 1 }]);
    await expect(admin.deleteGroups([`${group}-none`, `${group}-there`])).rejects.toMatchObject({
      code: 'not-found',
      details: { failures: [{ name: `${group}-none`, kafkaError: 'GROUP_ID_NOT_FOUND' }] },
    });
    expect((await admin.describeGroups([`${group}-there`]))[0]?.state).toBe('Dead');
    await admin.deleteTopics([fresh]);
  });

  it('describes a thousand topics and groups', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `${topic}-none-${index}`);
    expect(await admin.describeTopics([...names, topic])).toMatchObject([{ name: topic }]);
    const groups = await admin.describeGroups(names);
    expect(groups.map(({ groupId }) => groupId)).toEqual(names);
    expect(new Set(groups.map(({ state }) => state))).toEqual(new Set(['Dead']));
  });

  // The embedded broker has groups of the classic kind alone.
  const protocols =
    brokerName === 'Apache Kafka' ? (['classic', 'consumer'] as const) : (['classic'] as const);
  it.each(protocols)('refuses to change offsets of a %s group with members, and says why', async (type) => {
    const busy = `${group}-busy-${type}`;
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    const consumer = client.createConsumer({
      properties: { 'group.id': busy, 'client.id': 'a-member', 'group.protocol': type },
    });
    try {
      consumer.subscribe([topic], { onAssigned() {}, onRevoked() {}, onLost() {} });
      await waitFor('an assignment', async () => {
        await consumer.poll(100);
        return consumer.assignment().length === 3;
      });
      const [described] = await admin.describeGroups([busy]);
      expect(described).toMatchObject({
        type,
        state: 'Stable',
        protocolType: 'consumer',
        members: [{ clientId: 'a-member' }],
      });
      expect(described?.members[0]?.partitions).toHaveLength(3);
      const refusal = { code: 'conflict', message: expect.stringContaining(`group ${busy} has members`) };
      const at = { topic, partition: 0 };
      await expect(admin.alterGroupOffsets(busy, [{ ...at, offset: 0 }])).rejects.toMatchObject(refusal);
      await expect(admin.deleteGroupOffsets(busy, [at])).rejects.toMatchObject(refusal);
      await expect(admin.deleteGroups([busy])).rejects.toMatchObject(refusal);
    } finally {
      await consumer.close(5000);
      await client.close();
    }
    await admin.alterGroupOffsets(busy, [{ topic, partition: 0, offset: 0 }]);
    await admin.deleteGroups([busy]);
  });

  it('stops at once when aborted', async () => {
    await expect(admin.listTopics(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
