import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { KafkaOffsetStore } from '../storage/kafka-offset-store.ts';
import { testTopic } from '../storage/testing/kafkas-under-test.ts';
import { brokers } from '../testing/brokers.ts';
import { transactionalIdOf } from './client-properties.ts';
import { ConnectorOffsetStores } from './connector-offset-stores.ts';

const signal = AbortSignal.timeout(300_000);
const partition = { file: 'a' };

describe.each(await brokers())('offsets of source connectors on $name', ({ bootstrap }) => {
  const properties = { 'bootstrap.servers': bootstrap };
  const client = openKafkaClient({ properties });
  const started: KafkaOffsetStore[] = [];
  afterEach(() => Promise.all(started.splice(0).map((store) => store.stop())));
  afterAll(() => client.close());

  async function scene(isExactlyOnceEnabled: boolean) {
    const offsetsTopic = testTopic('offset', 2);
    const workers = new KafkaOffsetStore(client, offsetsTopic, () => {}, {
      consumerProperties: { 'isolation.level': 'read_committed' },
    });
    started.push(workers);
    await workers.start(signal);
    const group = { id: randomUUID(), isExactlyOnceEnabled, offsetsTopic };
    const stores = new ConnectorOffsetStores({
      offsetStore: workers,
      group,
      workerSettings: properties,
      openKafkaClient: (given) => openKafkaClient({ properties: given }),
      log: () => {},
    });
    return { workers, stores, group };
  }

  it('are kept in a topic of the connector’s own, above what the worker has', async () => {
    const { workers, stores } = await scene(false);
    const settings = { 'offsets.storage.topic': `own-${randomUUID()}` };
    await workers.write('x', [{ partition, offset: { n: 1 } }], signal);
    const reader = stores.reader('x', settings);
    expect(await reader.offset(partition)).toEqual({ n: 1 });
    await stores.withStore(
      'x',
      settings,
      async (store) => {
        await store.write('x', [{ partition, offset: { n: 2 } }], signal);
        await store.write('other', [{ partition, offset: { n: 9 } }], signal);
        expect(await store.read('x', [partition])).toEqual([{ n: 2 }]);
      },
      signal,
    );
    expect(await reader.offset(partition)).toEqual({ n: 2 });
    await reader.close();
    expect(await client.admin.describeTopicConfig(settings['offsets.storage.topic'])).toContainEqual(
      expect.objectContaining({ name: 'cleanup.policy', value: 'compact' }),
    );
  }, 120_000);

  it('are changed in a transaction that keeps a task which still lives from writing', async () => {
    const { stores, group } = await scene(true);
    const zombie = client.createTransactionalProducer<null>({
      properties: {
        'transactional.id': transactionalIdOf(group.id, { connector: 'x', task: 0 }),
        'enable.idempotence': 'true',
      },
      onDelivered: () => {},
    });
    await zombie.initTransactions(signal);
    zombie.beginTransaction();
    const { name } = group.offsetsTopic;
    while (!zombie.append({ topic: name, key: '["x",{"file":"a"}]', value: '{"n":666}' }, null)) {
      await zombie.ready(signal);
    }
    await zombie.flush(signal);
    const all = await stores.withStore(
      'x',
      {},
      async (store) => {
        await store.write('x', [{ partition, offset: { n: 3 } }], signal);
        return store.all('x', signal);
      },
      signal,
    );
    expect(all).toEqual([{ partition, offset: { n: 3 } }]);
    await expect(zombie.commitTransaction(signal)).rejects.toThrow();
    await zombie.close(5_000);
    expect(await stores.withStore('x', {}, (store) => store.all('x', signal), signal)).toEqual(all);
  }, 120_000);
});
