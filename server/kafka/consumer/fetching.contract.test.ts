import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import { compressionTypes } from '../compression/compression.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Consumer } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Producer, TransactionalProducer } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import { fetchApi } from '../protocol/generated/fetch.js';
import { lastBatchWithin, lastOffsetAt } from '../record-batch/batch-layout.ts';
import { FetchSession, type FetchTarget, noTopicId } from './fetch-session.ts';

describe.each(await brokers())('fetching from $name', ({ bootstrap }) => {
  let client: KafkaClient;
  let topic: string;
  let closing: (() => Promise<void>)[];

  beforeEach(async () => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap, 'retry.backoff.ms': '20' } });
    topic = `fetching-${randomUUID()}`;
    closing = [() => client.close()];
    await createTopic();
  });

  afterEach(async () => {
    for (const close of closing.toReversed()) await close();
  });

  async function createTopic(partitions = 3): Promise<void> {
    await client.admin.createTopics([{ name: topic, partitions, replicationFactor: 1 }]);
  }

  function createConsumer(properties: Properties = {}): Consumer {
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', ...properties },
    });
    closing.push(() => consumer.close(1000));
    consumer.assign([{ topic, partition: 0 }]);
    return consumer;
  }

  async function openTransactions(): Promise<TransactionalProducer<null>> {
    const producer = client.createTransactionalProducer<null>({
      properties: { 'transactional.id': randomUUID(), 'linger.ms': '0', 'batch.size': '1000' },
      onDelivered: () => undefined,
    });
    closing.push(() => producer.close(1000));
    await producer.initTransactions();
    return producer;
  }

  /** Flushed, but not committed. */
  async function send(producer: Producer<null>, values: readonly string[], partition = 0): Promise<void> {
    for (const value of values) {
      while (!producer.append({ topic, partition, key: null, value }, null)) await producer.ready();
    }
    await producer.flush();
  }

  async function produce(values: readonly string[], properties: Properties = {}): Promise<void> {
    const producer = client.createProducer<null>({ properties, onDelivered: () => undefined });
    await send(producer, values);
    await producer.close(5000);
  }

  async function read(consumer: Consumer, count: number): Promise<string[]> {
    const values: string[] = [];
    await waitFor(`${count} records`, async () => {
      for (const { records } of await consumer.poll(200))
        values.push(...records.map(({ value }) => String(value)));
      return values.length >= count;
    });
    return values;
  }

  async function silence(consumer: Consumer): Promise<void> {
    for (let i = 0; i < 3; i++) expect(await consumer.poll(100)).toEqual([]);
  }

  async function failedPoll(consumer: Consumer): Promise<unknown> {
    return await waitFor('an error', () =>
      consumer.poll(200).then(
        () => undefined,
        (error: unknown) => isConnectError(error) && error.details,
      ),
    );
  }

  function numbered(prefix: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) => `${prefix}${i} ${'x'.repeat(200)}`);
  }

  test('gives what was committed of transactions that run through each other, over many fetches', async () => {
    const [first, second] = [await openTransactions(), await openTransactions()];
    const expected: string[] = [];
    for (let round = 0; round < 6; round++) {
      first.beginTransaction();
      second.beginTransaction();
      const kept = numbered(`kept ${round} `, 20);
      for (let i = 0; i < 20; i += 5) {
        await send(first, kept.slice(i, i + 5));
        await send(second, numbered(`dropped ${round} ${i} `, 5));
      }
      expected.push(...kept);
      // The aborted one ends first, last, and not at all in turn; an earlier one of its kind was aborted as well.
      if (round % 2 === 0) await second.abortTransaction();
      await first.commitTransaction();
      if (round % 2 === 1) await second.abortTransaction();
    }
    const committed = createConsumer({
      'isolation.level': 'read_committed',
      'max.partition.fetch.bytes': '2000',
      'max.poll.records': '7',
    });
    expect(await read(committed, expected.length)).toEqual(expected);
    const [end] = await client.admin.listOffsets([{ topic, partition: 0 }], 'latest');
    await waitFor('the position behind the last marker', async () => {
      expect(await committed.poll(50)).toEqual([]);
      return (await committed.position({ topic, partition: 0 })) >= (end?.offset ?? 0);
    });
    expect(await read(createConsumer(), 240)).toHaveLength(240);
  });

  test('gives nothing behind the beginning of an open transaction until that has ended', async () => {
    const open = await openTransactions();
    await produce(['before']);
    open.beginTransaction();
    await send(open, ['open']);
    await produce(['behind']);
    const committed = createConsumer({ 'isolation.level': 'read_committed' });
    expect(await read(committed, 1)).toEqual(['before']);
    await silence(committed);
    expect(await committed.position({ topic, partition: 0 })).toBe(1);
    expect(await read(createConsumer(), 3)).toEqual(['before', 'open', 'behind']);
    await open.abortTransaction();
    expect(await read(committed, 1)).toEqual(['behind']);
    open.beginTransaction();
    await send(open, ['last']);
    await silence(committed);
    await open.commitTransaction();
    expect(await read(committed, 1)).toEqual(['last']);
  });

  test.each(compressionTypes)('gives back every record that was compressed with %s', async (type) => {
    const values = numbered(type, 3000);
    const growth = { 'batch.growth.max.bytes': '100000', 'linger.ms': '20' };
    await produce(values, { 'compression.type': type, 'compression.lz4.level': '12', ...growth });
    expect(await read(createConsumer(), 3000)).toEqual(values);
  });

  test('goes on by auto.offset.reset when the topic was deleted and made anew', async () => {
    await produce(numbered('old', 10));
    const consumer = createConsumer({ 'metadata.max.age.ms': '500' });
    expect(await read(consumer, 10)).toHaveLength(10);
    await client.admin.deleteTopics([topic]);
    await waitFor('the topic to be made anew', () => createTopic().then(() => true));
    await produce(numbered('new', 20));
    expect(await read(consumer, 20)).toEqual(numbered('new', 20));
  });

  test('does not go on unasked when the topic was deleted and made anew', async () => {
    await produce(numbered('old', 10));
    const consumer = createConsumer({ 'auto.offset.reset': 'none', 'metadata.max.age.ms': '500' });
    consumer.seek({ topic, partition: 0 }, 0);
    expect(await read(consumer, 10)).toHaveLength(10);
    await client.admin.deleteTopics([topic]);
    await waitFor('the topic to be made anew', () => createTopic().then(() => true));
    await produce(numbered('new', 20));
    expect(await failedPoll(consumer)).toMatchObject({
      kafkaError: 'OFFSET_OUT_OF_RANGE',
      topic,
      partition: 0,
      offset: 10,
    });
  });

  test('commits the leader epoch of what was read', async () => {
    await produce(numbered('v', 10));
    const consumer = createConsumer({ 'group.id': randomUUID() });
    expect(await read(consumer, 10)).toHaveLength(10);
    await consumer.commit([{ topic, partition: 0, offset: 5 }]);
    expect(await consumer.committed([{ topic, partition: 0 }])).toMatchObject([
      { offset: 5, leaderEpoch: 0 },
    ]);
  });

  test.each([fetchApi.maxVersion, 12])(
    'is told only what is new within a session, in version %i',
    async (maxVersion) => {
      const cluster = new Cluster({ properties: { 'bootstrap.servers': bootstrap } });
      closing.push(() => cluster.close());
      await cluster.refresh([topic]);
      const session = new FetchSession();
      const node = cluster.leader(topic, 0);
      const offsets = [0, 0, 0];
      const fetch = async (partitions: readonly number[]): Promise<string[]> => {
        const targets = partitions.map((partition): FetchTarget => {
          const topicId = cluster.topic(topic)?.id ?? noTopicId;
          const fetchOffset = offsets[partition] ?? 0;
          const sizes = { partitionMaxBytes: 100_000, currentLeaderEpoch: 0, lastFetchedEpoch: -1 };
          return { topic, topicId, partition, fetchOffset, ...sizes };
        });
        const base = { maxWaitMs: 50, minBytes: 1, maxBytes: 1_000_000, isolationLevel: 0 };
        const body = (version: number) => ({ ...base, ...session.next(targets, version) });
        const { errorCode, sessionId, responses } = await cluster.request(node, fetchApi, body, {
          maxVersion,
        });
        expect(session.accept(errorCode, sessionId)).toBe(true);
        return responses.flatMap((answer) =>
          answer.partitions.map(({ partitionIndex, records, errorCode: error }) => {
            const last = records === null ? -1 : lastBatchWithin(records, 0, records.length);
            if (last >= 0 && records !== null) offsets[partitionIndex] = lastOffsetAt(records, last) + 1;
            return `${partitionIndex}: ${error} ${last >= 0}`;
          }),
        );
      };
      const producer = client.createProducer<null>({ properties: {}, onDelivered: () => undefined });
      closing.push(() => producer.close(1000));
      const partitions = [0, 1, 2].map((partition) => ({ topic, partition }));
      // Until all of them have a leader.
      await client.admin.listOffsets(partitions, 'latest');
      expect(await fetch([0, 1, 2])).toEqual(['0: 0 false', '1: 0 false', '2: 0 false']);
      expect(session.id).toBeGreaterThan(0);
      await send(producer, ['a'], 1);
      expect(await fetch([0, 1, 2])).toEqual(['1: 0 true']);
      expect(await fetch([0, 1, 2])).toEqual([]);
      await send(producer, ['b'], 2);
      expect(await fetch([0, 1])).toEqual([]);
      expect(await fetch([0, 1, 2])).toEqual(['2: 0 true']);
      session.restart();
      expect(await fetch([0, 1, 2])).toHaveLength(3);
    },
  );
});
