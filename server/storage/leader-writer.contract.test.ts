import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { isRetriable } from '../errors/connect-error.ts';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { brokers } from '../testing/brokers.ts';
import { KafkaConfigStore } from './kafka-config-store.ts';
import { testTopic } from './testing/kafkas-under-test.ts';
import { RecordedConfigChanges } from './testing/recorded-config-changes.ts';

const signal = AbortSignal.timeout(120_000);

describe.each(await brokers())('the right to write configs on $name', ({ bootstrap }) => {
  const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
  afterAll(() => client.close());

  /** Workers of one group, started. */
  async function workers(count: number): Promise<readonly KafkaConfigStore[]> {
    const topic = testTopic('config', 1);
    const transactionalId = `connect-cluster-${randomUUID()}`;
    const stores = Array.from(
      { length: count },
      () =>
        new KafkaConfigStore({
          kafka: client,
          topic,
          log: () => {},
          consumerProperties: { 'isolation.level': 'read_committed' },
          createLeaderProducer: () =>
            client.createTransactionalProducer<null>({
              properties: { 'transactional.id': transactionalId, 'enable.idempotence': 'true' },
              onDelivered: () => {},
            }),
        }),
    );
    for (const store of stores) await store.start(signal, new RecordedConfigChanges());
    return stores;
  }

  test('belongs to who claimed it last; the one before can change nothing until it claims again', async () => {
    const [old, fresh] = await workers(2);
    if (old === undefined || fresh === undefined) throw new Error('there are two');
    expect(await old.claimWritePrivileges(signal)).toBe(true);
    expect(await old.claimWritePrivileges(signal)).toBe(false);
    await old.putConnectorConfig('a', { by: 'old' }, 'PAUSED');
    await old.putTaskConfigs('a', [{ t: '0' }]);
    await old.putTaskCount('a', 1);

    expect(await fresh.claimWritePrivileges(signal)).toBe(true);
    await fresh.refresh(signal);
    expect(fresh.snapshot().connectorConfig('a')).toEqual({ by: 'old' });
    const failure = await old
      .putConnectorConfig('a', { by: 'zombie' }, null)
      .catch((error: unknown) => error);
    expect(String(failure)).toContain('Failed to write to config topic');
    expect(String(failure)).toContain('can be safely retried');
    expect(isRetriable(failure)).toBe(true);
    await expect(old.removeConnectorConfig('a')).rejects.toThrow('Failed to write to config topic');
    await fresh.refresh(signal);
    expect(fresh.snapshot().connectorConfig('a')).toEqual({ by: 'old' });

    await old.putTargetState('a', 'STARTED');
    await fresh.refresh(signal);
    expect(fresh.snapshot().targetState('a')).toBe('STARTED');

    expect(await old.claimWritePrivileges(signal)).toBe(true);
    await old.removeConnectorConfig('a');
    await fresh.refresh(signal);
    expect(fresh.snapshot().connectors()).toEqual([]);
    await Promise.all([old.stop(), fresh.stop()]);
  }, 120_000);

  test('is not needed once it is released: writes go as they do without it', async () => {
    const [store] = await workers(1);
    if (store === undefined) throw new Error('there is one');
    await store.claimWritePrivileges(signal);
    await store.releaseWritePrivileges();
    await store.putConnectorConfig('a', {}, null);
    expect(store.snapshot().connectors()).toEqual(['a']);
    await store.stop();
  }, 120_000);
});
