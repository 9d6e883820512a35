import { afterEach, expect, it } from 'vitest';
import { FakeBroker } from '../connection/fake-broker.ts';
import { kafkaErrors } from '../protocol/error-codes.ts';
import { describeConfigsApi } from '../protocol/generated/describe-configs.js';
import { listOffsetsApi } from '../protocol/generated/list-offsets.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { openTopicBrowser } from './open-topic-browser.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function startBroker(): Promise<FakeBroker> {
  const broker = await FakeBroker.start();
  open.push(() => broker.stop());
  return broker;
}

function browse(bootstrap: string) {
  const browser = openTopicBrowser({
    properties: {
      'bootstrap.servers': bootstrap,
      'request.timeout.ms': '500',
      'default.api.timeout.ms': '500',
      'retry.backoff.ms': '5',
    },
  });
  open.push(() => browser.close());
  return browser;
}

it('shows a topic of which one partition has no leader', async () => {
  const broker = await startBroker();
  const led = { errorCode: 0, partitionIndex: 0, leaderId: 1, replicaNodes: [1], isrNodes: [1] };
  const lost = { ...led, errorCode: kafkaErrors.LEADER_NOT_AVAILABLE, partitionIndex: 1, leaderId: -1 };
  broker.on(metadataApi.key, (call) => {
    const topics = [{ errorCode: 0, name: 'orders', isInternal: false, partitions: [led, lost] }];
    call.answer(metadataApi, { ...broker.metadata(), topics });
  });
  broker.on(listOffsetsApi.key, (call) => {
    const isLatest = call.read(listOffsetsApi).topics[0]?.partitions[0]?.timestamp === -1;
    const partition = { partitionIndex: 0, errorCode: 0, timestamp: -1, offset: isLatest ? 7 : 2 };
    call.answer(listOffsetsApi, { topics: [{ name: 'orders', partitions: [partition] }] });
  });
  broker.on(describeConfigsApi.key, (call) => {
    const result = { errorCode: 0, errorMessage: null, resourceType: 2, resourceName: 'orders', configs: [] };
    call.answer(describeConfigsApi, { throttleTimeMs: 0, results: [result] });
  });
  const browser = browse(broker.bootstrap);
  expect(await browser.topics()).toEqual([
    { name: 'orders', internal: false, partitions: 2, replicationFactor: 1 },
  ]);
  expect((await browser.topic('orders')).partitionDetails).toEqual([
    { partition: 0, leader: 1, replicas: [1], isr: [1], earliestOffset: 2, latestOffset: 7 },
    { partition: 1, leader: -1, replicas: [1], isr: [1], earliestOffset: -1, latestOffset: -1 },
  ]);
  const limits = { limit: 1, maxBytes: 1, timeoutMs: 1000 };
  await expect(
    browser.records({ topic: 'orders', partition: 1, from: 'earliest', ...limits }),
  ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('has no leader') });
});

it('says that no broker can be reached, and closes what it opened', async () => {
  const broker = await FakeBroker.start();
  const { bootstrap } = broker;
  await broker.stop();
  await expect(browse(bootstrap).topics()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^list topics: no broker can be reached: .*ECONNREFUSED/),
  });
});

it('keeps no connection of kafkajs open', async () => {
  const broker = await startBroker();
  await browse(broker.bootstrap).topics();
  await expect.poll(() => broker.sockets.size).toBe(0);
});
