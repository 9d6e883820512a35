import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, isConnectError } from '../../errors/connect-error.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Consumer } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Properties } from '../ports/properties.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';

describe.each(await brokers())('the consumer on $name', ({ bootstrap }) => {
  let client: KafkaClient;
  let consumers: Consumer[];

  beforeEach(() => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    consumers = [];
  });

  afterEach(async () => {
    for (const consumer of consumers) await consumer.close(1000);
    await client.close();
  });

  function createConsumer(properties: Properties = {}): Consumer {
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', ...properties },
    });
    consumers.push(consumer);
    return consumer;
  }

  async function createTopic(partitions = 1): Promise<string> {
    const name = `consumer-${randomUUID()}`;
    await client.admin.createTopics([{ name, partitions, replicationFactor: 1 }]);
    return name;
  }

  /** Numbers as values, in turn over the partitions. */
  async function produce(topic: string, partitions: number, from: number, to: number): Promise<void> {
    const errors: Error[] = [];
    const producer = client.createProducer<null>({
      properties: { 'batch.size': '2000', 'batch.growth.max.bytes': '0' },
      onDelivered: ({ error }) => {
        if (error !== null) errors.push(error);
      },
    });
    for (let i = from; i < to; i++) {
      const record = {
        topic,
        partition: i % partitions,
        key: null,
        value: String(i),
        timestamp: 1_000_000 + i,
      };
      while (!producer.append(record, null)) await producer.ready();
    }
    await producer.flush();
    await producer.close(1000);
    expect(errors).toEqual([]);
  }

  /** Polls until `count` records came or nothing comes any more. */
  async function read(consumer: Consumer, count: number, timeoutMs = 20_000): Promise<number[]> {
    const values: number[] = [];
    const deadline = Date.now() + timeoutMs;
    while (values.length < count && Date.now() < deadline) {
      for (const { records } of await consumer.poll(200)) {
        for (const { value } of records) values.push(Number(value));
      }
    }
    return values;
  }

  async function expectSilence(consumer: Consumer): Promise<void> {
    for (let i = 0; i < 3; i++) expect(await consumer.poll(150)).toEqual([]);
  }

  function range(from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, i) => from + i);
  }

  test('reads every partition in order, never more than max.poll.records at a time', async () => {
    const topic = await createTopic(3);
    await produce(topic, 3, 0, 3000);
    const consumer = createConsumer({ 'max.poll.records': '70', 'max.partition.fetch.bytes': '3000' });
    consumer.assign([0, 1, 2].map((partition) => ({ topic, partition })));
    const next = [0, 1, 2];
    let count = 0;
    while (count < 3000) {
      const batches = await consumer.poll(5000);
      expect(batches.length).toBeGreaterThan(0);
      let inPoll = 0;
      for (const { partition, records, nextOffset, highWatermark } of batches) {
        for (const { offset, value, timestamp } of records) {
          expect(offset).toBe(Math.floor((next[partition] as number) / 3));
          expect(Number(value)).toBe(next[partition]);
          expect(timestamp).toBe(1_000_000 + Number(value));
          next[partition] = (next[partition] as number) + 3;
        }
        expect(nextOffset).toBe((records.at(-1)?.offset ?? 0) + 1);
        expect(highWatermark).toBe(1000);
        inPoll += records.length;
      }
      expect(inPoll).toBeLessThanOrEqual(70);
      count += inPoll;
    }
    await expectSilence(consumer);
    expect(await consumer.position({ topic, partition: 1 })).toBe(1000);
  });

  test('gets what is produced while it waits', async () => {
    const topic = await createTopic();
    const consumer = createConsumer();
    consumer.assign([{ topic, partition: 0 }]);
    await expectSilence(consumer);
    const polled = consumer.poll(20_000);
    await produce(topic, 1, 0, 1);
    expect((await polled)[0]?.records[0]?.value?.toString()).toBe('0');
  });

  test.each([
    ['earliest', 0],
    ['latest', 10],
    [`by_duration:PT${Math.floor((Date.now() - 1_000_000) / 1000) - 1}S`, 10],
    ['by_duration:P40000D', 0],
  ])('begins by auto.offset.reset=%s', async (reset, expected) => {
    const topic = await createTopic();
    await produce(topic, 1, 0, 10);
    const consumer = createConsumer({ 'auto.offset.reset': reset });
    consumer.assign([{ topic, partition: 0 }]);
    expect(await consumer.position({ topic, partition: 0 })).toBe(expected);
  });

  test('says so when auto.offset.reset=none leaves it without a position, and goes on after a seek', async () => {
    const topic = await createTopic();
    await produce(topic, 1, 0, 5);
    const consumer = createConsumer({ 'auto.offset.reset': 'none' });
    consumer.assign([{ topic, partition: 0 }]);
    const error = await consumer.poll(10_000).catch((reason: unknown) => reason);
    expect(isConnectError(error) && error.details.kafkaError).toBe('NO_OFFSET_FOR_PARTITION');
    consumer.seek({ topic, partition: 0 }, 3);
    expect(await read(consumer, 2)).toEqual([3, 4]);
    consumer.seek({ topic, partition: 0 }, 99);
    const outOfRange = await waitFor('the error', () =>
      consumer.poll(500).then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    expect(isConnectError(outOfRange) && outOfRange.details.kafkaError).toBe('OFFSET_OUT_OF_RANGE');
  });

  test('begins again by the policy when its position is gone', async () => {
    const topic = await createTopic();
    await produce(topic, 1, 0, 10);
    await client.admin.deleteRecords([{ topic, partition: 0, offset: 6 }]);
    const consumer = createConsumer();
    consumer.assign([{ topic, partition: 0 }]);
    consumer.seek({ topic, partition: 0 }, 2);
    expect(await read(consumer, 4)).toEqual([6, 7, 8, 9]);
  });

  test('seeks back and forth, whatever was fetched ahead', async () => {
    const topic = await createTopic();
    const at = { topic, partition: 0 };
    await produce(topic, 1, 0, 1000);
    const consumer = createConsumer({ 'max.poll.records': '10', 'max.partition.fetch.bytes': '2000' });
    consumer.assign([at]);
    expect(await read(consumer, 20)).toEqual(range(0, 20));
    for (const offset of [500, 3, 997, 250]) {
      consumer.seek(at, offset);
      expect(await consumer.position(at)).toBe(offset);
      expect((await read(consumer, 3)).slice(0, 3)).toEqual(range(offset, offset + 3));
    }
  });

  test('gives nothing of a paused partition until it is resumed', async () => {
    const topic = await createTopic(2);
    const [first, second] = [
      { topic, partition: 0 },
      { topic, partition: 1 },
    ];
    await produce(topic, 2, 0, 100);
    const consumer = createConsumer({ 'max.poll.records': '5' });
    consumer.assign([first, second]);
    await read(consumer, 5);
    consumer.pause([first]);
    const meanwhile = await read(consumer, 50, 3000);
    expect(meanwhile.every((value) => value % 2 === 1)).toBe(true);
    consumer.resume([first]);
    const afterwards = await read(consumer, 95 - meanwhile.length);
    expect(new Set([...meanwhile, ...afterwards]).size).toBe(95);
    expect(codeOf(caught(() => consumer.pause([{ topic, partition: 7 }])))).toBe('illegal-state');
  });

  test('returns early from a poll when woken or aborted', async () => {
    const topic = await createTopic();
    const consumer = createConsumer();
    consumer.assign([{ topic, partition: 0 }]);
    await expectSilence(consumer);
    const started = Date.now();
    const polled = consumer.poll(60_000);
    setImmediate(() => consumer.wakeup());
    expect(await polled).toEqual([]);
    consumer.wakeup();
    expect(await consumer.poll(60_000)).toEqual([]);
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    expect(codeOf(await consumer.poll(60_000, abort.signal).catch((reason: unknown) => reason))).toBe(
      'cancelled',
    );
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test('goes on in a group where the last member committed', async () => {
    const topic = await createTopic(2);
    const group = { 'group.id': randomUUID() };
    await produce(topic, 2, 0, 100);
    const first = createConsumer(group);
    first.subscribe([topic], {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    expect((await read(first, 100)).toSorted((a, b) => a - b)).toEqual(range(0, 100));
    await first.commit([
      { topic, partition: 0, offset: 50, metadata: 'note' },
      { topic, partition: 1, offset: 40 },
    ]);
    await first.close(5000);
    const second = createConsumer(group);
    second.subscribe([topic], {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    expect(await read(second, 10)).toEqual(range(40, 50).map((i) => i * 2 + 1));
    const committed = await second.committed([
      { topic, partition: 0 },
      { topic, partition: 1 },
    ]);
    expect(committed.find(({ partition }) => partition === 0)).toMatchObject({
      offset: 50,
      metadata: 'note',
    });
    await expectSilence(second);
  });

  test('tells its listener within poll of what is assigned, and within close of what is revoked', async () => {
    const topic = await createTopic(2);
    const heard: string[] = [];
    let isPolling = false;
    const note =
      (what: string) =>
      (partitions: readonly TopicPartition[]): void => {
        heard.push(`${what} ${partitions.map(({ partition }) => partition).toSorted()} ${isPolling}`);
      };
    const consumer = createConsumer({ 'group.id': randomUUID() });
    consumer.subscribe([topic], {
      onAssigned: note('assigned'),
      onRevoked: note('revoked'),
      onLost: note('lost'),
    });
    await waitFor('the assignment', async () => {
      isPolling = true;
      await consumer.poll(100);
      isPolling = false;
      return consumer.assignment().length === 2;
    });
    await consumer.close(5000);
    expect(heard).toEqual(['assigned 0,1 true', 'revoked 0,1 false']);
  });

  test('reads topics whose whole name matches a pattern', async () => {
    const prefix = `pattern-${randomUUID()}`;
    for (const name of [`${prefix}-1`, `${prefix}-2`, `x-${prefix}-1`]) {
      await client.admin.createTopics([{ name, partitions: 1, replicationFactor: 1 }]);
    }
    await produce(`${prefix}-1`, 1, 0, 1);
    await produce(`${prefix}-2`, 1, 1, 2);
    await produce(`x-${prefix}-1`, 1, 2, 3);
    const consumer = createConsumer({ 'group.id': randomUUID(), 'metadata.max.age.ms': '200' });
    consumer.subscribe(new RegExp(`${prefix}-\\d`), {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    expect((await read(consumer, 2)).toSorted()).toEqual([0, 1]);
    await consumer.commit([1, 2].map((i) => ({ topic: `${prefix}-${i}`, partition: 0, offset: 1 })));
    await client.admin.createTopics([{ name: `${prefix}-3`, partitions: 1, replicationFactor: 1 }]);
    await produce(`${prefix}-3`, 1, 3, 4);
    expect(await read(consumer, 1)).toEqual([3]);
  });

  test('reads only committed records when asked to', async () => {
    const topic = await createTopic();
    const kafkajs = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
    const producer = kafkajs.producer({
      transactionalId: randomUUID(),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    let value = 0;
    for (const outcome of ['commit', 'abort', 'commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      for (let i = 0; i < 3; i++) {
        await transaction.send({ topic, messages: [{ value: String(value++) }, { value: String(value++) }] });
      }
      await transaction[outcome]();
    }
    await producer.disconnect();
    const at = { topic, partition: 0 };
    const committed = createConsumer({ 'isolation.level': 'read_committed' });
    committed.assign([at]);
    expect(await read(committed, 12)).toEqual([...range(0, 6), ...range(12, 18)]);
    await expectSilence(committed);
    const all = createConsumer();
    all.assign([at]);
    expect(await read(all, 24)).toEqual(range(0, 24));
    const [end] = await client.admin.listOffsets([at], 'latest');
    await waitFor('the position to pass the last marker', async () => {
      await committed.poll(50);
      return (await committed.position(at)) === end?.offset;
    });
  });
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
