import { describe, expect, it } from 'vitest';
import { createTopicsApi } from '../kafka/protocol/generated/create-topics.js';
import { describeTransactionsApi } from '../kafka/protocol/generated/describe-transactions.js';
import { fetchApi } from '../kafka/protocol/generated/fetch.js';
import { initProducerIdApi } from '../kafka/protocol/generated/init-producer-id.js';
import { listOffsetsApi } from '../kafka/protocol/generated/list-offsets.js';
import { produceApi } from '../kafka/protocol/generated/produce.js';
import { waitFor } from '../testing/wait.ts';
import { type SampleTraits, sampleBatch } from './log/sample-batches.ts';
import { SampleClient } from './network/sample-client.ts';
import { startSampleBroker } from './sample-broker.ts';

const settings = { 'log.retention.check.interval.ms': '50', 'log.cleaner.backoff.ms': '50' };

async function connect(): Promise<SampleClient> {
  const { port } = await startSampleBroker({ settings });
  return await SampleClient.connect(port);
}

async function createTopic(
  client: SampleClient,
  name: string,
  configs: Record<string, string>,
): Promise<void> {
  const entries = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
  const { topics } = await client.request(createTopicsApi, 7, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: entries }],
    timeoutMs: 1000,
  });
  expect(topics[0]).toMatchObject({ errorCode: 0 });
}

async function produce(
  client: SampleClient,
  name: string,
  key: string,
  traits: SampleTraits = {},
): Promise<void> {
  const { responses } = await client.request(produceApi, 12, {
    acks: -1,
    transactionalId: traits.isTransactional === true ? 'tx' : null,
    timeoutMs: 1000,
    topicData: [{ name, partitionData: [{ index: 0, records: sampleBatch([{ key }], traits) }] }],
  });
  expect(responses[0]?.partitionResponses[0]).toMatchObject({ errorCode: 0 });
}

async function earliest(client: SampleClient, name: string): Promise<number> {
  const { topics } = await client.request(listOffsetsApi, 7, {
    replicaId: -1,
    topics: [{ name, partitions: [{ partitionIndex: 0, timestamp: -2 }] }],
  });
  return topics[0]?.partitions[0]?.offset ?? -1;
}

async function readableBytes(client: SampleClient, topic: string): Promise<number> {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }];
  const { responses } = await client.request(fetchApi, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    topics: [{ topic, partitions }],
  });
  return responses[0]?.partitions[0]?.records?.length ?? 0;
}

describe('a broker left alone', () => {
  it('drops what is older than its topic keeps', async () => {
    const client = await connect();
    await createTopic(client, 'short', { 'retention.ms': '100' });
    for (let n = 0; n < 5; n++) await produce(client, 'short', 'k');
    await waitFor('the records to go', async () => (await earliest(client, 'short')) === 5);
  });

  it('compacts topics that want it', async () => {
    const client = await connect();
    await createTopic(client, 'state', { 'cleanup.policy': 'compact', 'segment.bytes': '2000' });
    for (let n = 0; n < 100; n++) await produce(client, 'state', `k${n % 3}`);
    await waitFor('the topic to shrink', async () => (await readableBytes(client, 'state')) < 3000);
    expect(await earliest(client, 'state')).toBe(0);
  });

  it('aborts transactions that take too long', async () => {
    const client = await connect();
    await createTopic(client, 'ledger', {});
    const { producerId, producerEpoch } = await client.request(initProducerIdApi, 4, {
      transactionalId: 'tx',
      transactionTimeoutMs: 100,
    });
    await produce(client, 'ledger', 'k', { producerId, epoch: producerEpoch, isTransactional: true });
    await waitFor('the abort', async () => {
      const { transactionStates } = await client.request(describeTransactionsApi, 0, {
        transactionalIds: ['tx'],
      });
      return transactionStates[0]?.transactionState === 'CompleteAbort';
    });
  });
});
