import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokerNames } from '../../testing/brokers.ts';
import { type ProxiedBroker, startProxiedBroker } from '../../testing/proxied-broker.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import { TransactionChecker } from './testing/transaction-checker.ts';
import { transactionSuite } from './testing/transaction-suite.ts';

const feature = Buffer.from('transaction.version');

/** Lets a client see a cluster that has not been told of transaction.version 2. */
function hideFeature(chunk: Buffer): Buffer {
  for (let at = chunk.indexOf(feature); at !== -1; at = chunk.indexOf(feature, at + 1)) {
    chunk.write('T', at);
  }
  return chunk;
}

describe.each(brokerNames)('through a proxy before %s', (name) => {
  let broker: ProxiedBroker;

  beforeAll(async () => {
    broker = await startProxiedBroker(name);
  }, 120_000);

  afterAll(async () => {
    await broker.stop();
  });

  async function withClient(use: (client: KafkaClient, topic: string) => Promise<void>): Promise<void> {
    const client = openKafkaClient({
      properties: {
        'bootstrap.servers': broker.bootstrap,
        'request.timeout.ms': '1000',
        'retry.backoff.ms': '20',
        'retry.backoff.max.ms': '100',
        'reconnect.backoff.ms': '10',
        'reconnect.backoff.max.ms': '50',
      },
    });
    const topic = `cuts-${randomUUID()}`;
    await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
    try {
      await use(client, topic);
    } finally {
      await client.close();
    }
  }

  /** After each transaction or two, cuts every connection at some point of the next, half the times unanswered. */
  async function breakConnections(checker: TransactionChecker, signal: AbortSignal): Promise<number> {
    let cuts = 0;
    for (let seen = 0; !signal.aborted; seen = checker.done) {
      while (checker.done === seen && !signal.aborted) await sleep(5);
      await sleep(Math.random() * 40);
      const isHeldBack = Math.random() < 0.5;
      if (isHeldBack) {
        broker.proxy.inject('to client', { isSilent: true });
        await sleep(20);
      }
      broker.proxy.cut();
      if (isHeldBack) broker.proxy.inject('to client', isOld ? { rewrite: hideFeature } : {});
      cuts++;
    }
    return cuts;
  }

  let isOld = false;

  describe.each([2, 1])('transactions of transaction.version %s', (version) => {
    beforeAll(() => {
      isOld = version === 1;
      broker.proxy.inject('to client', isOld ? { rewrite: hideFeature } : {});
    });

    test('are committed whole or not at all while connections break', { timeout: 90_000 }, async () => {
      await withClient(async (client, topic) => {
        const checker = new TransactionChecker(client, topic, randomUUID());
        const stopping = new AbortController();
        const breaking = breakConnections(checker, stopping.signal);
        await checker.run(40);
        stopping.abort();
        expect(await breaking).toBeGreaterThan(3);
        expect(checker.committed.length).toBeGreaterThan(10);
        await checker.check();
      });
    });

    // What a real cluster does at this level is tried with a cluster of this level.
    if (version === 1 && name === 'embedded broker') transactionSuite(() => broker.bootstrap);
  });
});
