import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { BrowseRequest } from '../ports/topic-browser.ts';
import { openTopicBrowser } from './open-topic-browser.ts';

describe.each(await brokers())('topic browser on $name', ({ bootstrap }) => {
  const properties = { 'bootstrap.servers': bootstrap };
  const client = openKafkaClient({ properties });
  const browser = openTopicBrowser({ properties });
  const topic = `browsed-${randomUUID()}`;
  const warnings: string[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning.name);

  beforeAll(async () => {
    process.on('warning', onWarning);
    const configs = { 'retention.ms': '86400000' };
    await client.admin.createTopics([{ name: topic, partitions: 2, replicationFactor: 1, configs }]);
    await waitFor('the topic', async () => (await client.admin.describeTopics([topic])).length === 1);
    const entries = Array.from({ length: 30 }, (_, index) => ({
      partition: index % 2,
      timestamp: 1_000_000 + index,
      value: `value ${index}`,
    }));
    await produce(client, topic, entries);
  });

  afterAll(async () => {
    process.off('warning', onWarning);
    await browser.close();
    await client.close();
  });

  function read(request: Partial<BrowseRequest> & Pick<BrowseRequest, 'from'>) {
    const limits = { limit: 100, maxBytes: 1_000_000, timeoutMs: 10_000 };
    return browser.records({ topic, ...limits, ...request });
  }

  const valuesOf = ({ records }: Awaited<ReturnType<typeof read>>) =>
    records.map(({ value }) => Number(String(value).replace('value ', '')));

  it('lists topics with their size', async () => {
    const topics = await browser.topics();
    expect(topics).toContainEqual({ name: topic, internal: false, partitions: 2, replicationFactor: 1 });
    expect(topics.map(({ name }) => name)).toEqual(topics.map(({ name }) => name).toSorted());
  });

  it('tells partitions with their offsets, and configs with where they come from', async () => {
    const detail = await browser.topic(topic);
    expect(detail.partitionDetails).toMatchObject([
      { partition: 0, earliestOffset: 0, latestOffset: 15 },
      { partition: 1, earliestOffset: 0, latestOffset: 15 },
    ]);
    const [first] = detail.partitionDetails;
    expect(first?.isr).toEqual([first?.leader]);
    const configs = new Map(detail.configs.map((entry) => [entry.name, entry]));
    expect(configs.get('retention.ms')).toMatchObject({ value: '86400000', isOwn: true, isDefault: false });
    expect(configs.get('cleanup.policy')).toMatchObject({ value: 'delete', isOwn: false, isDefault: true });
  });

  it('does not know what is not there, and makes nothing by asking', async () => {
    const absent = `${topic}-absent`;
    await expect(browser.topic(absent)).rejects.toMatchObject({ code: 'not-found' });
    await expect(read({ topic: absent, from: 'earliest' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(read({ from: 'earliest', partition: 7 })).rejects.toMatchObject({ code: 'not-found' });
    expect((await browser.topics()).map(({ name }) => name)).not.toContain(absent);
  });

  it('reads all records in order of time, with keys and headers', async () => {
    const read30 = await read({ from: 'earliest' });
    expect(read30.ended).toBe('end of topic');
    expect(valuesOf(read30)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(read30.records[3]).toMatchObject({
      topic,
      partition: 1,
      offset: 1,
      timestamp: 1_000_003,
      timestampType: 'CreateTime',
      key: Buffer.from('key'),
      headers: [{ key: 'h', value: Uint8Array.from([1]) }],
    });
  });

  it('peeks at the newest first', async () => {
    expect(valuesOf(await read({ from: { last: 5 }, limit: 5 }))).toEqual([29, 28, 27, 26, 25]);
    const one = await read({ from: { last: 3 }, partition: 0 });
    expect(one.ended).toBe('end of topic');
    expect(valuesOf(one)).toEqual([28, 26, 24]);
    expect(valuesOf(await read({ from: { last: 1000 }, limit: 1000 }))).toHaveLength(30);
  });

  it('starts at an offset or at a time', async () => {
    expect(valuesOf(await read({ from: { offset: 13 }, partition: 1 }))).toEqual([27, 29]);
    expect(valuesOf(await read({ from: { timestamp: 1_000_027 } }))).toEqual([27, 28, 29]);
    const beyond = { records: [], ended: 'end of topic' };
    expect(await read({ from: { offset: 99 }, partition: 1 })).toEqual(beyond);
    expect(await read({ from: { timestamp: 2_000_000 } })).toEqual(beyond);
  });

  it('stops at the limit and at the bytes', async () => {
    const limited = await read({ from: 'earliest', partition: 0, limit: 4 });
    expect({ values: valuesOf(limited), ended: limited.ended }).toEqual({
      values: [0, 2, 4, 6],
      ended: 'limit',
    });
    const small = await read({ from: 'earliest', partition: 0, maxBytes: 20 });
    expect({ values: valuesOf(small), ended: small.ended }).toEqual({ values: [0, 2], ended: 'bytes' });
  });

  it('gives the newest even when there are more bytes than may be read', async () => {
    const newest = await read({ from: { last: 15 }, partition: 0, maxBytes: 40 });
    expect({ values: valuesOf(newest), ended: newest.ended }).toEqual({ values: [28, 26], ended: 'bytes' });
    const one = await read({ from: { last: 15 }, partition: 0, maxBytes: 1 });
    expect({ values: valuesOf(one), ended: one.ended }).toEqual({ values: [28], ended: 'bytes' });
  });

  it.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { maxBytes: 0 }, { timeoutMs: Number.NaN }])(
    'refuses %j',
    async (limits) => {
      await expect(read({ from: 'earliest', ...limits })).rejects.toMatchObject({ code: 'bad-request' });
    },
  );

  it('begins at what is left when the start was deleted', async () => {
    const name = `${topic}-cut`;
    await client.admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }]);
    await waitFor('the topic', async () => (await client.admin.describeTopics([name])).length === 1);
    await produce(
      client,
      name,
      [1, 2, 3].map((value) => ({ partition: 0, timestamp: value, value: `value ${value}` })),
    );
    await client.admin.deleteRecords([{ topic: name, partition: 0, offset: 2 }]);
    const left = await read({ topic: name, from: { offset: 0 } });
    expect(left.records.map(({ offset }) => offset)).toEqual([2]);
  });

  it('looks further back where markers of transactions stand between records, and shows none of aborted ones', async () => {
    const name = `${topic}-transactions`;
    await client.admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }]);
    await waitFor('the topic', async () => (await client.admin.describeTopics([name])).length === 1);
    const producer = client.createTransactionalProducer<null>({
      properties: { 'transactional.id': name },
      onDelivered: () => undefined,
    });
    await producer.initTransactions();
    for (let index = 0; index < 12; index++) {
      producer.beginTransaction();
      const record = { topic: name, partition: 0, key: null, value: `value ${index}` };
      while (!producer.append(record, null)) await producer.ready();
      if (index % 2 === 0) await producer.commitTransaction();
      else await producer.abortTransaction();
    }
    await producer.close(5000);
    expect(valuesOf(await read({ topic: name, from: { last: 3 }, limit: 3 }))).toEqual([10, 8, 6]);
    expect(valuesOf(await read({ topic: name, from: { last: 4 } }))).toEqual([10, 8, 6, 4]);
    expect(valuesOf(await read({ topic: name, from: { last: 100 } }))).toEqual([10, 8, 6, 4, 2, 0]);
    const all = await read({ topic: name, from: 'earliest' });
    expect({ values: valuesOf(all), ended: all.ended }).toEqual({
      values: [0, 2, 4, 6, 8, 10],
      ended: 'end of topic',
    });
  });

  it('ends when the caller gives up, and takes no more looks than it can bear', async () => {
    await expect(browser.topics(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const looks = await Promise.allSettled(Array.from({ length: 9 }, () => browser.topics()));
    expect(looks.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'unavailable' } },
    ]);
  });

  it('lets no warning through', () => {
    expect(warnings).toEqual([]);
  });
});

async function produce(
  client: KafkaClient,
  topic: string,
  entries: readonly { readonly partition: number; readonly timestamp: number; readonly value: string }[],
): Promise<void> {
  let delivered = 0;
  const producer = client.createProducer<null>({
    properties: {},
    onDelivered: ({ tokens, error }) => {
      if (error === null) delivered += tokens.length;
    },
  });
  const headers = [{ key: 'h', value: Uint8Array.from([1]) }];
  for (const entry of entries) {
    while (!producer.append({ topic, key: 'key', headers, ...entry }, null)) await producer.ready();
  }
  await waitFor('the records', () => delivered === entries.length);
  await producer.close(5000);
}
