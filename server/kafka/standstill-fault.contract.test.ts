import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { wantedBrokers } from '../testing/brokers.ts';
import { startProxiedBroker } from '../testing/proxied-broker.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import { NumberSequence } from './testing/number-sequence.ts';

const stillMs = 120_000;
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function standStill(name: ReturnType<typeof wantedBrokers>[number]): Promise<void> {
  const broker = await startProxiedBroker(name);
  open.push(broker.stop);
  const client = openKafkaClient({ properties: { 'bootstrap.servers': broker.bootstrap } });
  open.push(() => client.close());
  const sequence = new NumberSequence(client);
  await sequence.start(3000);
  const connections = broker.proxy.accepted;
  const before = process.memoryUsage().rss;
  await broker.freeze();
  await sleep(stillMs);
  expect(sequence.mostBuffered, name).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(process.memoryUsage().rss - before, name).toBeLessThan(300 * 1024 * 1024);
  // Back-off ends at a second for each of the few connections that are wanted.
  expect(broker.proxy.accepted - connections, name).toBeLessThan((stillMs / 1000) * 5);
  await broker.thaw();
  await sequence.settle(90_000);
  sequence.expectComplete();
}

// Both at once, as most of it is waiting.
test('a broker that stands still for two minutes is caught up with, in bounded memory and without a storm', async () => {
  await Promise.all(wantedBrokers().map(standStill));
}, 300_000);
