import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { createAdmin } from '../admin/cluster-admin.ts';
import { Cluster } from '../cluster/cluster.ts';
import { createClusterInspection } from './inspect-cluster.ts';

describe.each(await brokers())('inspection of $name', ({ name, bootstrap }) => {
  const cluster = new Cluster({ properties: { 'bootstrap.servers': bootstrap } });
  const inspection = createClusterInspection(cluster);
  const admin = createAdmin(cluster);
  const topic = `inspected-${randomUUID()}`;

  beforeAll(async () => {
    await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
    await waitFor('the topic', async () => (await admin.describeTopics([topic])).length === 1);
  });

  afterAll(async () => {
    await cluster.close();
  });

  it('says that everything is allowed where nobody authorizes, or that the broker does not say', async () => {
    const allowed = await inspection.authorizedOperations({ topics: [topic], groups: ['a-group'] });
    const told = [allowed.cluster, allowed.topics.get(topic), allowed.groups.get('a-group')];
    const answers = [
      expect.arrayContaining(['CREATE', 'DESCRIBE', 'IDEMPOTENT_WRITE']),
      expect.arrayContaining(['ALTER', 'ALTER_CONFIGS', 'CREATE', 'DELETE', 'DESCRIBE', 'READ', 'WRITE']),
      expect.arrayContaining(['READ', 'DELETE', 'DESCRIBE']),
    ];
    expect(told).toEqual(name === 'Apache Kafka' || told[0] !== null ? answers : [null, null, null]);
    expect((await inspection.authorizedOperations({})).topics.size).toBe(0);
  });

  it('leaves names out that cannot be those of topics', async () => {
    const { topics } = await inspection.authorizedOperations({ topics: ['a/b', topic] });
    expect([...topics.keys()]).toEqual([topic]);
  });

  it('says by name that nobody authorizes when asked for access rules', async () => {
    await expect(inspection.describeAcls({})).rejects.toMatchObject({
      details: { kafkaError: 'SECURITY_DISABLED' },
    });
  });

  it('tells transactions and the producers of a partition', async () => {
    const id = `inspected-${randomUUID()}`;
    await admin.fenceProducers([id]);
    const listed = await waitFor('the transactional id', async () =>
      (await inspection.listTransactions()).find(({ transactionalId }) => transactionalId === id),
    );
    expect(listed.state).toBe('Empty');
    expect(await inspection.describeTransactions([id, `${id}-not-there`])).toMatchObject([
      { transactionalId: id, state: 'Empty', producerId: listed.producerId, partitions: [] },
    ]);
    expect(await inspection.describeTransactions([])).toEqual([]);
    expect(await inspection.describeProducers({ topic, partition: 0 })).toEqual([]);
    await expect(inspection.describeProducers({ topic: 'not-there', partition: 0 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('stops at once when aborted', async () => {
    await expect(
      inspection.authorizedOperations({ topics: [topic] }, AbortSignal.abort()),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});
