import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { type ApacheKafkaCluster, startApacheKafkaCluster } from '../../testing/apache-kafka/cluster.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Consumer } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Properties } from '../ports/properties.ts';
import type { CommittedOffset } from '../ports/topic-partition.ts';
import { KafkaConsumer } from './kafka-consumer.ts';

/** What only brokers that replicate can show. The tests build on each other's cluster, not on each other. */
describe('two brokers of Apache Kafka', () => {
  let brokers: ApacheKafkaCluster;
  let client: KafkaClient;
  let topic: string;
  let at: { topic: string; partition: number };
  let closing: (() => Promise<void>)[];

  beforeAll(async () => {
    brokers = await startApacheKafkaCluster(2, {
      'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      'unclean.leader.election.enable': 'true',
      'replica.lag.time.max.ms': '3000',
      'broker.session.timeout.ms': '3000',
      'broker.heartbeat.interval.ms': '500',
      'log.cleaner.backoff.ms': '300',
    });
  }, 400_000);

  afterAll(async () => {
    await brokers.stop();
  });

  beforeEach(() => {
    client = openKafkaClient({ properties: connection() });
    topic = `replicas-${randomUUID()}`;
    at = { topic, partition: 0 };
    closing = [() => client.close()];
  });

  afterEach(async () => {
    for (const close of closing.toReversed()) await close();
  });

  function connection(): Properties {
    return {
      'bootstrap.servers': brokers.bootstrap,
      'metadata.max.age.ms': '1000',
      'retry.backoff.ms': '20',
    };
  }

  /** With a replica on each broker. Answers the leader. */
  async function createTopic(configs: Properties = {}): Promise<number> {
    await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 2, configs }]);
    return await waitFor('both replicas', async () => {
      const [partition] = (await client.admin.describeTopics([topic]))[0]?.partitions ?? [];
      return partition?.isr.length === 2 && partition.leader;
    });
  }

  function createConsumer(properties: Properties = {}): Consumer {
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', ...properties },
    });
    closing.push(() => consumer.close(1000));
    consumer.assign([at]);
    return consumer;
  }

  async function produce(from: number, to: number, key: string | null = null): Promise<void> {
    const errors: Error[] = [];
    const producer = client.createProducer<null>({
      properties: { acks: '1', 'enable.idempotence': 'false', 'batch.size': '200' },
      onDelivered: ({ error }) => {
        if (error !== null) errors.push(error);
      },
    });
    for (let i = from; i < to; i++) {
      while (!producer.append({ ...at, key, value: String(i) }, null)) await producer.ready();
    }
    await producer.flush();
    await producer.close(5000);
    expect(errors).toEqual([]);
  }

  async function read(consumer: Consumer, count: number): Promise<number[]> {
    const values: number[] = [];
    await waitFor(
      `${count} records`,
      async () => {
        for (const { records } of await consumer.poll(200))
          values.push(...records.map(({ value }) => Number(value)));
        return values.length >= count;
      },
      60_000,
    );
    return values;
  }

  function range(from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, i) => from + i);
  }

  test('are read from in the rack of the consumer, and from the leader when that replica is gone', async () => {
    const leader = await createTopic();
    const follower = leader === 1 ? 2 : 1;
    await produce(0, 100);
    const cluster = new Cluster({ properties: connection() });
    closing.push(() => cluster.close());
    const asked: number[] = [];
    const properties = {
      ...connection(),
      'auto.offset.reset': 'earliest',
      'client.rack': `rack-${follower}`,
    };
    const original = cluster.requestFramed.bind(cluster);
    cluster.requestFramed = (target, ...rest) => {
      if (typeof target === 'number') asked.push(target);
      return original(target, ...rest);
    };
    const consumer = new KafkaConsumer(cluster, { properties });
    closing.push(() => consumer.close(1000));
    consumer.assign([at]);
    expect(await read(consumer, 100)).toEqual(range(0, 100));
    await produce(100, 200);
    expect(await read(consumer, 100)).toEqual(range(100, 200));
    expect(asked[0]).toBe(leader);
    expect(asked.slice(-1)).toEqual([follower]);
    await brokers.stopBroker(follower);
    try {
      await produce(200, 300);
      expect(await read(consumer, 100)).toEqual(range(200, 300));
      expect(asked.slice(-1)).toEqual([leader]);
    } finally {
      await brokers.startBroker(follower);
    }
  }, 120_000);

  test('let a consumer notice that its committed offset was never reached by the leader epoch', async () => {
    await createTopic();
    const group = { 'group.id': randomUUID() };
    await produce(0, 40);
    const ahead: CommittedOffset = { ...at, offset: 50, leaderEpoch: 0 };
    await createConsumer(group).commit([ahead]);
    const careful = createConsumer({ ...group, 'auto.offset.reset': 'none' });
    const error = await waitFor('the error', () =>
      careful.poll(500).then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    expect(isConnectError(error) && error.details).toMatchObject({
      kafkaError: 'LOG_TRUNCATION',
      ...at,
      offset: 50,
      divergingOffset: 40,
    });
    const consumer = createConsumer(group);
    const seen: number[] = [];
    await waitFor('the position to go back', async () => {
      for (const { records } of await consumer.poll(50))
        seen.push(...records.map(({ value }) => Number(value)));
      return (await consumer.position(at)) === 40;
    });
    expect(seen).toEqual([]);
    await produce(40, 41);
    expect(await read(consumer, 1)).toEqual([40]);
  }, 60_000);

  test('let a consumer notice that the log was cut when a replica that lagged behind became leader', async () => {
    const leader = await createTopic();
    const follower = leader === 1 ? 2 : 1;
    const consumer = createConsumer();
    await produce(0, 10);
    expect(await read(consumer, 10)).toEqual(range(0, 10));
    await brokers.stopBroker(follower);
    // Only the leader has these, and now the consumer.
    await produce(10, 30);
    expect(await read(consumer, 20)).toEqual(range(10, 30));
    await brokers.stopBroker(leader, 'killed');
    await brokers.startBroker(follower);
    await waitFor(
      'the unclean election',
      async () => {
        const [partition] = (await client.admin.describeTopics([topic]))[0]?.partitions ?? [];
        return partition?.leader === follower;
      },
      60_000,
    );
    await produce(1000, 1040);
    // Without epochs, offset 30 would be in the middle of what was written since, and ten records be missed.
    expect(await read(consumer, 40)).toEqual(range(1000, 1040));
    await brokers.startBroker(leader);
  }, 240_000);

  test('give what is left of a compacted log with transactions in it', async () => {
    await createTopic({
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': '100',
    });
    const producer = client.createTransactionalProducer<null>({
      properties: { 'transactional.id': randomUUID(), 'linger.ms': '0' },
      onDelivered: () => undefined,
    });
    closing.push(() => producer.close(1000));
    await producer.initTransactions();
    for (let i = 0; i < 30; i++) {
      producer.beginTransaction();
      for (let key = 0; key < 5; key++) {
        const record = { ...at, key: `k${key}`, value: String(i * 10 + key) };
        while (!producer.append(record, null)) await producer.ready();
      }
      if (i % 3 === 1) await producer.abortTransaction();
      else await producer.commitTransaction();
    }
    const readAll = async (isolation: string): Promise<Map<string, number>> => {
      const [end] = await client.admin.listOffsets([at], 'latest');
      const consumer = createConsumer({ 'isolation.level': isolation });
      const last = new Map<string, number>();
      let count = 0;
      await waitFor('the end', async () => {
        for (const { records } of await consumer.poll(100)) {
          for (const { key, value } of records) last.set(String(key), Number(value));
          count += records.length;
        }
        // The end was that of the replicas: with acks=1 the leader may have given more since.
        return (await consumer.position(at)) >= (end?.offset ?? Number.POSITIVE_INFINITY);
      });
      await consumer.close(1000);
      return last.set('count', count);
    };
    const expected = new Map(range(0, 5).map((key) => [`k${key}`, 290 + key]));
    await waitFor(
      'the log to be compacted',
      async () => {
        // Segments are closed, and so can be compacted, only as something is written.
        await produce(0, 1, 'other');
        const now = await readAll('read_committed');
        now.delete('other');
        const count = now.get('count') ?? 0;
        now.delete('count');
        expect(now).toEqual(expected);
        return count < 60;
      },
      90_000,
    );
  }, 180_000);
});
