import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runJava } from '../testing/apache-kafka/java.ts';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { compressionTypes } from './compression/compression.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import type { KafkaClient } from './ports/kafka-client.ts';

const tools = 'org.apache.kafka.tools';
const slow = 120_000;

describe.each(await brokers())('beside other clients on $name', ({ bootstrap }) => {
  let client: KafkaClient;
  let topic: string;
  const open: (() => Promise<void>)[] = [];

  beforeAll(() => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  });

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  afterAll(async () => {
    await client.close();
  });

  async function createTopic(partitions: number): Promise<void> {
    topic = `others-${randomUUID()}`;
    await client.admin.createTopics([{ name: topic, partitions, replicationFactor: 1 }]);
  }

  async function produce(values: readonly string[], compression: string): Promise<void> {
    const errors: Error[] = [];
    const producer = client.createProducer<null>({
      properties: { 'compression.type': compression },
      onDelivered: ({ error }) => {
        if (error !== null) errors.push(error);
      },
    });
    const headers = [{ key: 'codec', value: Buffer.from(compression) }];
    for (const value of values) {
      while (!producer.append({ topic, key: 'key', value, headers }, null)) await producer.ready();
    }
    await producer.flush();
    await producer.close(1000);
    expect(errors).toEqual([]);
  }

  async function read(count: number): Promise<string[]> {
    const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest' } });
    consumer.assign([{ topic, partition: 0 }]);
    const values: string[] = [];
    await waitFor(`${count} records`, async () => {
      for (const { records } of await consumer.poll(500))
        values.push(...records.map(({ value }) => String(value)));
      return values.length >= count;
    });
    await consumer.close(1000);
    return values;
  }

  function lines(what: string): string[] {
    return Array.from({ length: 500 }, (_, i) => `${what} äöü ${i} ${'.'.repeat(i % 90)}`);
  }

  test.each(['snappy', 'zstd'])('reads what Java wrote with %s', { timeout: slow }, async (compression) => {
    await createTopic(1);
    await runJava(`${tools}.ProducerPerformance`, [
      ...['--topic', topic, '--num-records', '2000', '--record-size', '300', '--throughput', '-1'],
      ...['--bootstrap-server', bootstrap, '--command-property', `compression.type=${compression}`],
    ]);
    const values = await read(2000);
    expect(values).toHaveLength(2000);
    expect(new Set(values.map((value) => value.length))).toEqual(new Set([300]));
  });

  test('writes what Java reads, in every compression', { timeout: slow }, async () => {
    await createTopic(1);
    const expected = compressionTypes.flatMap(lines);
    for (const compression of compressionTypes) await produce(lines(compression), compression);
    const output = await runJava(`${tools}.consumer.ConsoleConsumer`, [
      ...['--bootstrap-server', bootstrap, '--topic', topic, '--from-beginning', '--partition', '0'],
      ...['--max-messages', String(expected.length), '--timeout-ms', '30000'],
    ]);
    expect(output.trimEnd().split('\n')).toEqual(expected);
  });

  test.each(['none', 'gzip'])(
    'reads what kafkajs wrote, and writes what it reads, with %s',
    async (compression) => {
      await createTopic(1);
      const kafkajs = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
      const producer = kafkajs.producer();
      await producer.connect();
      await producer.send({
        topic,
        compression: compression === 'gzip' ? 1 : 0,
        messages: lines('kafkajs').map((value) => ({ value, headers: { h: 'v' } })),
      });
      await producer.disconnect();
      await produce(lines('millrace'), compression);
      expect(await read(1000)).toEqual([...lines('kafkajs'), ...lines('millrace')]);
      const consumer = kafkajs.consumer({ groupId: randomUUID() });
      open.push(() => consumer.disconnect());
      const values: string[] = [];
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          values.push(String(message.value));
        },
      });
      await waitFor('kafkajs to read all', () => values.length >= 1000);
      expect(values).toEqual([...lines('kafkajs'), ...lines('millrace')]);
    },
  );
});
