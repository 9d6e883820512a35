import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { brokers } from '../../testing/brokers.ts';
import { compressionTypes } from '../compression/compression.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { DeliveredBatch, Producer, ProducerRecord } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import { partitionForKey } from './murmur2.ts';

interface Sender {
  readonly producer: Producer<number>;
  readonly delivered: DeliveredBatch<number>[];
}

describe.each(await brokers())('the producer on $name', ({ bootstrap }) => {
  let client: KafkaClient;

  beforeAll(() => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  });

  afterAll(async () => {
    await client.close();
  });

  async function createTopic(partitions = 1, configs: Properties = {}): Promise<string> {
    const name = `producer-${randomUUID()}`;
    await client.admin.createTopics([{ name, partitions, replicationFactor: 1, configs }]);
    return name;
  }

  function createSender(properties: Properties = {}): Sender {
    const delivered: DeliveredBatch<number>[] = [];
    const producer = client.createProducer<number>({
      properties,
      onDelivered: (batch) => delivered.push(batch),
    });
    return { producer, delivered };
  }

  async function send(producer: Producer<number>, records: readonly ProducerRecord[]): Promise<void> {
    for (const [i, record] of records.entries()) {
      while (!producer.append(record, i)) await producer.ready();
    }
    await producer.flush();
  }

  interface Copied {
    readonly partition: number;
    readonly offset: number;
    readonly timestamp: number;
    readonly key: string | null;
    readonly value: string | null;
    readonly headers: ConsumedRecord['headers'];
  }

  /** The first `count` records of a topic. */
  async function read(
    topic: string,
    partitions: number,
    count: number,
    properties: Properties = {},
  ): Promise<Copied[]> {
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', ...properties },
    });
    consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition })));
    const copied: Copied[] = [];
    const deadline = Date.now() + 20_000;
    while (copied.length < count && Date.now() < deadline) {
      for (const { partition, records } of await consumer.poll(1000)) {
        for (const { offset, timestamp, key, value, headers } of records) {
          copied.push({
            partition,
            offset,
            timestamp,
            key: key?.toString() ?? null,
            value: value?.toString() ?? null,
            headers: headers.map((header) => ({
              key: header.key,
              value: header.value === null ? null : Buffer.from(header.value),
            })),
          });
        }
      }
    }
    await consumer.close(1000);
    return copied;
  }

  test.each(compressionTypes)(
    'stores records so that they are read as they were sent, with %s',
    async (compression) => {
      const topic = await createTopic();
      const { producer, delivered } = createSender({ 'compression.type': compression });
      const records = Array.from({ length: 3000 }, (_, i) => ({
        topic,
        timestamp: 1_700_000_000_000 + i,
        key: i % 3 === 0 ? null : `key ${i}`,
        value: i % 7 === 0 ? null : `wert äöü 🚀 ${i} `.repeat(i % 11),
        headers:
          i % 5 === 0
            ? [
                { key: 'h', value: Buffer.from([i % 256]) },
                { key: 'n', value: null },
              ]
            : [],
      }));
      await send(producer, records);
      expect(delivered.every(({ error }) => error === null)).toBe(true);
      expect(
        delivered.flatMap(({ tokens, baseOffset }) => tokens.map((token, i) => baseOffset + i - token)),
      ).toEqual(records.map(() => 0));
      expect(await read(topic, 1, records.length)).toEqual(
        records.map(({ timestamp, key, value, headers }, offset) => ({
          partition: 0,
          offset,
          timestamp,
          key,
          value,
          headers,
        })),
      );
      await producer.close(1000);
    },
  );

  test.each([
    ['acks=all and idempotence', {}],
    [
      'acks=all as Connect has it',
      { 'enable.idempotence': 'false', 'max.in.flight.requests.per.connection': '1' },
    ],
    ['acks=1', { acks: '1' }],
    ['acks=0', { acks: '0' }],
  ])('keeps the order within each of several partitions, with %s', async (_what, properties) => {
    const partitions = 4;
    const topic = await createTopic(partitions);
    // With acks=0 nobody tells that a new topic is not ready yet, so something is stored everywhere first.
    const first = createSender();
    await send(
      first.producer,
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition, key: null, value: '-1' })),
    );
    await first.producer.close(1000);
    const { producer, delivered } = createSender({ 'batch.size': '500', ...properties });
    const records = Array.from({ length: 5000 }, (_, i) => ({
      topic,
      key: `key ${i % 50}`,
      value: String(i),
    }));
    await send(producer, records);
    expect(delivered.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBe(records.length);
    const got = await read(topic, partitions, records.length + partitions);
    expect(got).toHaveLength(records.length + partitions);
    for (let partition = 0; partition < partitions; partition++) {
      const values = got.filter((record) => record.partition === partition).map(({ value }) => Number(value));
      expect(values.length).toBeGreaterThan(1);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
    await producer.close(1000);
  });

  test('splits batches for a topic that takes only small ones', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': '3000' });
    const { producer, delivered } = createSender({ 'batch.size': '1000' });
    const records = Array.from({ length: 200 }, (_, i) => ({
      topic,
      key: null,
      value: `${i} `.padEnd(300, 'x'),
    }));
    await send(producer, records);
    expect(delivered.filter(({ error }) => error !== null)).toEqual([]);
    const got = await read(topic, 1, records.length);
    expect(got.map(({ value }) => value)).toEqual(records.map(({ value }) => value));
    await producer.close(1000);
  });

  test('names the error for a record that the topic does not take', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': '1000' });
    const { producer, delivered } = createSender();
    await send(producer, [{ topic, key: null, value: 'x'.repeat(5000) }]);
    const error = delivered[0]?.error;
    expect(isConnectError(error) && error.details.kafkaError).toBe('MESSAGE_TOO_LARGE');
    await send(producer, [{ topic, key: null, value: 'small' }]);
    expect(delivered[1]?.error).toBeNull();
    await producer.close(1000);
  });

  test('tries again until enough replicas are in sync', async () => {
    const topic = await createTopic(1, { 'min.insync.replicas': '2' });
    const { producer, delivered } = createSender({ 'retry.backoff.ms': '20', 'retry.backoff.max.ms': '50' });
    while (!producer.append({ topic, key: null, value: 'a' }, 0)) await producer.ready();
    const flushed = producer.flush();
    await client.admin.alterTopicConfig(topic, { 'min.insync.replicas': '1' });
    await flushed;
    expect(delivered).toMatchObject([{ baseOffset: 0, error: null }]);
    await producer.close(1000);
  });

  describe('chooses partitions', () => {
    /** Partition of each of thirty records with this key, every one a batch. */
    async function partitionsOf(properties: Properties, key: string | null): Promise<number[]> {
      const topic = await createTopic(3);
      const { producer, delivered } = createSender({ 'batch.size': '0', ...properties });
      const records = Array.from({ length: 30 }, (_, i) => ({ topic, key, value: String(i) }));
      await send(producer, records);
      await producer.close(1000);
      const partitions = new Map(delivered.flatMap((batch) => batch.tokens.map((i) => [i, batch.partition])));
      return records.map((_, i) => partitions.get(i) ?? -1);
    }

    test('in turn', async () => {
      const roundRobin = 'org.apache.kafka.clients.producer.RoundRobinPartitioner';
      const partitions = await partitionsOf({ 'partitioner.class': roundRobin }, 'key');
      const first = partitions[0] ?? -1;
      expect(partitions).toEqual(partitions.map((_, i) => (first + i) % 3));
    });

    test('by the key', async () => {
      const expected = partitionForKey(Buffer.from('key'), 3);
      expect(new Set(await partitionsOf({}, 'key'))).toEqual(new Set([expected]));
    });

    test.each([
      ['without regard to the key', { 'partitioner.ignore.keys': 'true' }, 'key'],
      ['for records without a key', {}, null],
    ])('at random %s', async (_when, properties: Properties, key) => {
      expect(new Set(await partitionsOf(properties, key))).toEqual(new Set([0, 1, 2]));
    });
  });

  test('creates a topic that is not there if the broker is set up to', async () => {
    const topic = `producer-auto-${randomUUID()}`;
    const { producer, delivered } = createSender();
    await send(producer, [{ topic, key: null, value: 'first' }]);
    expect(delivered).toMatchObject([{ topic, baseOffset: 0, error: null }]);
    await producer.close(1000);
  });

  test('tells the time of the broker for a topic that keeps it', async () => {
    const topic = await createTopic(1, { 'message.timestamp.type': 'LogAppendTime' });
    const { producer, delivered } = createSender();
    const before = Date.now();
    await send(producer, [{ topic, key: null, value: 'a', timestamp: 1000 }]);
    const timestamp = delivered[0]?.timestamp ?? -1;
    expect(timestamp).toBeGreaterThanOrEqual(before - 1000);
    expect(await read(topic, 1, 1)).toMatchObject([{ timestamp }]);
    await producer.close(1000);
  });
});
