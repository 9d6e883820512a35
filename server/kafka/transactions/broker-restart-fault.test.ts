import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningBroker } from '../../broker/start-broker.ts';
import { startBrokerThread } from '../../broker/start-broker.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import { readNumbers, TransactionChecker } from './testing/transaction-checker.ts';

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

describe('while its broker restarts again and again', () => {
  test('an idempotent producer stores every record once and in order', { timeout: 180_000 }, async () => {
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
        await waitFor('some records to be stored', () => stored > i * 300, 60_000);
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
      if (sent - stored > 2000) await waitFor('records to be stored', () => sent - stored < 1000, 60_000);
    }
    await restarting;
    await producer.flush();
    expect(errors).toEqual([]);
    expect(await readNumbers(client, topic)).toEqual(Array.from({ length: sent }, (_, i) => i));
    await producer.close(1000);
  });

  test('transactions are committed whole or not at all', { timeout: 180_000 }, async () => {
    const checker = new TransactionChecker(client, topic, 'restarts');
    const restarting = (async () => {
      for (let i = 1; i <= 3; i++) {
        await waitFor('some transactions', () => checker.done > i * 5, 60_000);
        await restart();
      }
    })();
    await checker.run(30);
    await restarting;
    expect(checker.committed.length).toBeGreaterThan(15);
    await checker.check();
  });
});
