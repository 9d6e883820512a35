import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import type { ProducerRecord } from '../../kafka/ports/producer.ts';
import { startApacheKafka } from '../../testing/apache-kafka/broker.ts';
import { waitFor } from '../../testing/wait.ts';
import { startBroker } from '../start-broker.ts';

/** What topic configs make of a log: the same on the embedded broker and on Apache Kafka, both in a hurry. */

const settings = { 'log.retention.check.interval.ms': '200', 'log.cleaner.backoff.ms': '200' };
/** The least that Apache Kafka takes. */
const segmentBytes = '1048576';
const kib = 1024;

const starters = {
  'embedded broker': async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-rules-'));
    const broker = await startBroker({ port: 0, dataDir, settings });
    const stop = async (): Promise<void> => {
      await broker.stop();
      await rm(dataDir, { recursive: true, force: true });
    };
    return { bootstrap: broker.bootstrap, stop };
  },
  'Apache Kafka': async () => await startApacheKafka({ ...settings, 'log.initial.task.delay.ms': '200' }),
};

describe.each(Object.entries(starters))('on %s', (_name, start) => {
  let stop = async (): Promise<void> => undefined;
  let client: KafkaClient;
  let count = 0;

  beforeAll(async () => {
    const broker = await start();
    client = openKafkaClient({ properties: { 'bootstrap.servers': broker.bootstrap } });
    stop = async () => {
      await client.close();
      await broker.stop();
    };
  }, 150_000);
  afterAll(async () => await stop());

  async function createTopic(configs: Readonly<Record<string, string>>): Promise<string> {
    const name = `rules-${count++}`;
    await client.admin.createTopics([{ name, partitions: 1, replicationFactor: 1, configs }]);
    return name;
  }

  type SampleRecord = Omit<ProducerRecord, 'topic' | 'partition'>;

  /** One batch for each record, so that segments are the same everywhere. */
  async function write(topic: string, records: readonly SampleRecord[]): Promise<void> {
    let failure: Error | null = null;
    const producer = client.createProducer<null>({
      properties: {},
      onDelivered: ({ error }) => {
        failure ??= error;
      },
    });
    for (const record of records) {
      while (!producer.append({ topic, partition: 0, ...record }, null)) await producer.ready();
      await producer.flush();
    }
    await producer.close(5000);
    if (failure !== null) throw failure;
  }

  async function writeInTransaction(topic: string, record: SampleRecord, isCommit: boolean): Promise<void> {
    const producer = client.createTransactionalProducer<null>({
      properties: { 'transactional.id': `${topic}-${isCommit}` },
      onDelivered: () => undefined,
    });
    await producer.initTransactions();
    producer.beginTransaction();
    while (!producer.append({ topic, partition: 0, ...record }, null)) await producer.ready();
    await producer.flush();
    if (isCommit) await producer.commitTransaction();
    else await producer.abortTransaction();
    await producer.close(5000);
  }

  async function offset(
    topic: string,
    spec: 'earliest' | 'latest' | { readonly timestamp: number },
  ): Promise<{ readonly offset: number; readonly timestamp: number }> {
    const [found] = await client.admin.listOffsets([{ topic, partition: 0 }], spec);
    return { offset: found?.offset ?? -1, timestamp: found?.timestamp ?? -1 };
  }

  /** Offsets, keys and values from the start to the end. */
  async function readAll(topic: string, isolation: 'read_committed' | 'read_uncommitted') {
    const end = (await offset(topic, 'latest')).offset;
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', 'isolation.level': isolation },
    });
    consumer.assign([{ topic, partition: 0 }]);
    const found: { offset: number; key: string | undefined; value: string | undefined }[] = [];
    const deadline = Date.now() + 20_000;
    for (let position = 0; position < end && Date.now() < deadline; ) {
      for (const batch of await consumer.poll(1000)) {
        for (const { offset: at, key, value } of batch.records)
          found.push({ offset: at, key: key?.toString(), value: value?.toString('utf8', 0, 10) });
        position = batch.nextOffset;
      }
      position = await consumer.position({ topic, partition: 0 });
    }
    await consumer.close(1000);
    return found;
  }

  const filler = (n: number): SampleRecord => ({ key: `filler-${n}`, value: 'f'.repeat(100 * kib) });

  it('keeps the latest record of each key, drops tombstones and aborted records, at unchanged offsets', {
    timeout: 90_000,
  }, async () => {
    const topic = await createTopic({
      'cleanup.policy': 'compact',
      'segment.bytes': segmentBytes,
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': '100',
    });
    await write(topic, [
      { key: 'a', value: 'a0' },
      { key: 'b', value: 'b1' },
      { key: 'a', value: 'a2' },
      { key: 'b', value: null },
      { key: 'c', value: 'c4' },
    ]);
    await writeInTransaction(topic, { key: 'd', value: 'd5' }, true);
    await writeInTransaction(topic, { key: 'c', value: 'aborted' }, false);
    await writeInTransaction(topic, { key: 'e', value: 'e9' }, true);
    await write(topic, [{ key: 'e', value: 'e11' }]);
    const expected = [
      { offset: 2, key: 'a', value: 'a2' },
      { offset: 4, key: 'c', value: 'c4' },
      { offset: 5, key: 'd', value: 'd5' },
      { offset: 11, key: 'e', value: 'e11' },
    ];
    let n = 0;
    // Tombstones go in a later pass than what they delete, and a pass needs new records.
    await waitFor(
      'the topic to be compacted',
      async () => {
        await write(
          topic,
          Array.from({ length: 11 }, () => filler(n++ % 11)),
        );
        const records = await readAll(topic, 'read_uncommitted');
        const kept = records.filter(({ key }) => key?.startsWith('filler') === false);
        return JSON.stringify(kept) === JSON.stringify(expected);
      },
      60_000,
    );
    const committed = await readAll(topic, 'read_committed');
    expect(committed.filter(({ key }) => key?.startsWith('filler') === false)).toEqual(expected);
    const fillers = committed.filter(({ key }) => key?.startsWith('filler'));
    expect(new Set(fillers.map(({ key }) => key)).size).toBe(11);
    expect(await offset(topic, 'earliest')).toMatchObject({ offset: 0 });
  });

  it('drops whole segments beyond retention.bytes', { timeout: 60_000 }, async () => {
    const topic = await createTopic({
      'segment.bytes': segmentBytes,
      'retention.bytes': String(2.5 * 1024 * kib),
    });
    await write(
      topic,
      Array.from({ length: 50 }, (_, n) => filler(n)),
    );
    // Ten of these make a segment; the last five stay alone as long as two and a half MiB are not exceeded.
    await waitFor(
      'the oldest segments to go',
      async () => (await offset(topic, 'earliest')).offset === 20,
      30_000,
    );
    expect(await offset(topic, 'latest')).toMatchObject({ offset: 50 });
  });

  it('begins a segment when records span more than segment.ms, and drops what is older than retention.ms', {
    timeout: 60_000,
  }, async () => {
    const topic = await createTopic({ 'segment.ms': '60000', 'retention.ms': '3600000' });
    const now = Date.now();
    const old = now - 7_200_000;
    await write(topic, [
      { key: null, value: 'old', timestamp: old },
      { key: null, value: 'old', timestamp: old + 1000 },
      { key: null, value: 'old', timestamp: old + 50_000 },
      { key: null, value: 'new', timestamp: now },
    ]);
    await waitFor(
      'the old records to go',
      async () => (await offset(topic, 'earliest')).offset === 3,
      30_000,
    );
    expect(await readAll(topic, 'read_committed')).toMatchObject([{ offset: 3, value: 'new' }]);
  });

  it('finds offsets by time, and the greatest time', async () => {
    const topic = await createTopic({});
    const base = Date.now() - 100_000;
    await write(
      topic,
      [1000, 4000, 2000, 4000, 3000].map((after) => ({ key: null, value: 'v', timestamp: base + after })),
    );
    const at = async (timestamp: number) => await offset(topic, { timestamp });
    expect(await at(base)).toEqual({ offset: 0, timestamp: base + 1000 });
    expect(await at(base + 1001)).toEqual({ offset: 1, timestamp: base + 4000 });
    expect(await at(base + 4001)).toEqual({ offset: -1, timestamp: -1 });
    // -3 asks for the record with the greatest timestamp.
    expect(await at(-3)).toEqual({ offset: 1, timestamp: base + 4000 });
    await client.admin.deleteRecords([{ topic, partition: 0, offset: 2 }]);
    expect(await at(base)).toEqual({ offset: 2, timestamp: base + 2000 });
    expect(await offset(topic, 'earliest')).toMatchObject({ offset: 2 });
    expect(await readAll(topic, 'read_committed')).toHaveLength(3);
  });

  it('gives records the time of the broker where message.timestamp.type is LogAppendTime', async () => {
    const topic = await createTopic({ 'message.timestamp.type': 'LogAppendTime' });
    const before = Date.now();
    await write(topic, [{ key: null, value: 'v', timestamp: before - 5_000_000 }]);
    const { timestamp } = await offset(topic, { timestamp: -3 });
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(await offset(topic, { timestamp: before })).toEqual({ offset: 0, timestamp });
    const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest' } });
    consumer.assign([{ topic, partition: 0 }]);
    const record = await waitFor('the record', async () => (await consumer.poll(500))[0]?.records[0]);
    expect([record.timestamp, record.timestampType]).toEqual([timestamp, 'LogAppendTime']);
    await consumer.close(1000);
  });

  it('refuses batches beyond max.message.bytes, and times too far from its own', async () => {
    const refusal = async (topic: string, record: SampleRecord): Promise<unknown> => {
      const failure: unknown = await write(topic, [record]).catch((error: unknown) => error);
      return isConnectError(failure) ? failure.details.kafkaError : failure;
    };
    const small = await createTopic({ 'max.message.bytes': '500' });
    expect(await refusal(small, { key: null, value: 'v'.repeat(500) })).toBe('MESSAGE_TOO_LARGE');
    expect(await refusal(small, { key: null, value: 'v'.repeat(300) })).toBeUndefined();
    const strict = await createTopic({ 'message.timestamp.before.max.ms': '60000' });
    expect(await refusal(strict, { key: null, value: 'v', timestamp: Date.now() - 120_000 })).toBe(
      'INVALID_TIMESTAMP',
    );
    expect(await refusal(strict, { key: null, value: 'v', timestamp: Date.now() + 7_200_000 })).toBe(
      'INVALID_TIMESTAMP',
    );
    expect(await offset(strict, 'latest')).toMatchObject({ offset: 0 });
    const compacted = await createTopic({ 'cleanup.policy': 'compact' });
    expect(await refusal(compacted, { key: null, value: 'v' })).toBe('INVALID_RECORD');
  });
});
