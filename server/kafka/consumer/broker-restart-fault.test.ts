import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startBrokerThread } from '../../broker/start-broker.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Properties } from '../ports/properties.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
});

describe('a consumer whose broker restarts', () => {
  test.each(['classic', 'consumer'])('is back in its %s group, reads on and commits', async (protocol) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-restart-'));
    open.push(() => rm(dataDir, { recursive: true, force: true }));
    let broker = await startBrokerThread({ port: 0, dataDir });
    open.push(() => broker.stop());
    const { port } = broker;
    const quick = { 'reconnect.backoff.max.ms': '100', 'retry.backoff.max.ms': '100' };
    const client = openKafkaClient({ properties: { 'bootstrap.servers': broker.bootstrap, ...quick } });
    open.push(() => client.close());
    await client.admin.createTopics([{ name: 't', partitions: 2, replicationFactor: 1 }]);
    const producer = client.createProducer<null>({ properties: {}, onDelivered: () => undefined });
    open.push(() => producer.close(1000));
    const send = async (value: string): Promise<void> => {
      while (!producer.append({ topic: 't', partition: 1, key: null, value }, null)) await producer.ready();
      await producer.flush();
    };
    const session: Properties = protocol === 'classic' ? { 'heartbeat.interval.ms': '100' } : {};
    const properties = { 'group.id': 'g', 'auto.offset.reset': 'earliest', 'group.protocol': protocol };
    const consumer = client.createConsumer({ properties: { ...properties, ...session } });
    open.push(() => consumer.close(5000));
    const held = new Set<number>();
    const forget = (partitions: readonly TopicPartition[]): void => {
      for (const { partition } of partitions) held.delete(partition);
    };
    consumer.subscribe(['t'], {
      onAssigned: (partitions) => {
        for (const { partition } of partitions) held.add(partition);
      },
      onRevoked: forget,
      onLost: forget,
    });
    const values: string[] = [];
    const readUntil = async (last: string): Promise<void> => {
      await waitFor(`the value ${last}`, async () => {
        for (const { records } of await consumer.poll(100)) {
          for (const { value } of records) values.push(String(value));
        }
        return values.at(-1) === last;
      });
    };
    await send('before');
    await readUntil('before');
    await consumer.commit([{ topic: 't', partition: 1, offset: 1 }]);
    await broker.stop();
    for (let i = 0; i < 3; i++) expect(await consumer.poll(50)).toEqual([]);
    broker = await startBrokerThread({ port, dataDir });
    await send('after');
    await readUntil('after');
    await waitFor('the commit', async () => {
      await consumer.poll(50);
      await consumer.commit([{ topic: 't', partition: 1, offset: 2 }]);
      return true;
    });
    expect(values).toEqual(['before', 'after']);
    expect([...held].toSorted()).toEqual([0, 1]);
    expect(await consumer.committed([{ topic: 't', partition: 1 }])).toMatchObject([{ offset: 2 }]);
  });
});
