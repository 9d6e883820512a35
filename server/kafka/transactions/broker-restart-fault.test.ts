import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningBroker } from '../../broker/start-broker.ts';
import { startBrokerThread } from '../../broker/start-broker.ts';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { TransactionalProducer } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';

let dataDir: string;
let broker: RunningBroker;
let client: KafkaClient;
const topic = 'restarts';

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'millrace-restart-'));
  broker = await startBrokerThread({ port: 0, dataDir });
  client = openKafkaClient({
    properties: {
      'bootstrap.servers': broker.bootstrap,
      'retry.backoff.ms': '20',
      'retry.backoff.max.ms': '100',
      'reconnect.backoff.max.ms': '100',
    },
  });
  await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
});

afterEach(async () => {
  await client.close();
  await broker.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  const { port } = broker;
  await broker.stop();
  broker = await startBrokerThread({ port, dataDir });
}

async function readAll(properties: Properties): Promise<number[]> {
  const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest', ...properties } });
  const place = { topic, partition: 0 };
  consumer.assign([place]);
  const [end] = await client.admin.listOffsets([place], 'latest');
  const values: number[] = [];
  await waitFor('the end of the topic', async () => {
    for (const { records } of await consumer.poll(200)) {
      values.push(...records.map(({ value }) => Number(value)));
    }
    return (await consumer.position(place)) >= (end?.offset ?? 0);
  });
  await consumer.close(1000);
  return values;
}

describe('while its broker restarts again and again', () => {
  test('an idempotent producer stores every record once and in order', async () => {
    const errors: Error[] = [];
    let stored = 0;
    const producer = client.createProducer<number>({
      properties: { 'batch.size': '300', 'linger.ms': '1' },
      onDelivered({ tokens, error }) {
        stored += tokens.length;
        if (error !== null) errors.push(error);
      },
    });
    const restarting = (async () => {
      for (let i = 1; i <= 3; i++) {
        await waitFor('some records to be stored', () => stored > i * 300);
        await restart();
      }
    })();
    let isOver = false;
    void restarting.finally(() => {
      isOver = true;
    });
    let sent = 0;
    while (!isOver) {
      for (let i = 0; i < 20; i++, sent++) {
        while (!producer.append({ topic, key: null, value: String(sent) }, sent)) await producer.ready();
      }
      await new Promise((done) => setImmediate(done));
      if (sent - stored > 2000) await waitFor('records to be stored', () => sent - stored < 1000);
    }
    await restarting;
    await producer.flush();
    expect(errors).toEqual([]);
    expect(await readAll({})).toEqual(Array.from({ length: sent }, (_, i) => i));
    await producer.close(1000);
  });

  test('transactions are committed whole or not at all', { timeout: 60_000 }, async () => {
    const open = async (): Promise<TransactionalProducer<null>> => {
      const producer = client.createTransactionalProducer<null>({
        properties: { 'transactional.id': 'restarts', 'linger.ms': '0', 'batch.size': '200' },
        onDelivered: () => undefined,
      });
      await producer.initTransactions();
      return producer;
    };
    let producer = await open();
    let done = 0;
    const restarting = (async () => {
      for (let i = 1; i <= 3; i++) {
        await waitFor('some transactions', () => done > i * 5);
        await restart();
      }
    })();
    const transactions = 30;
    const committed: number[] = [];
    const doubtful = new Set<number>();
    for (let i = 0; i < transactions; i++) {
      try {
        producer.beginTransaction();
        for (let j = 0; j < 50; j++) {
          while (!producer.append({ topic, key: null, value: String(i) }, null)) await producer.ready();
        }
        await producer.commitTransaction();
        committed.push(i);
      } catch (error) {
        if (isConnectError(error) && error.details.isOutcomeUnknown === true) doubtful.add(i);
        if (!producer.isFatal) await producer.abortTransaction();
        else {
          await producer.close(0);
          producer = await open();
        }
      }
      done++;
    }
    await restarting;
    expect(committed.length).toBeGreaterThan(transactions / 2);
    const seen = await readAll({ 'isolation.level': 'read_committed' });
    const expected = [...new Set(seen)].flatMap((i) => Array.from({ length: 50 }, () => i));
    expect(seen).toEqual(expected);
    expect([...new Set(seen)].filter((i) => !doubtful.has(i))).toEqual(committed);
    await producer.close(1000);
  });
});
