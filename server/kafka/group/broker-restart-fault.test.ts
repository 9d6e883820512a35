import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startBrokerThread } from '../../broker/start-broker.ts';
import { createAdmin } from '../admin/cluster-admin.ts';
import { Cluster } from '../cluster/cluster.ts';
import { ClassicGroupMember } from './classic-group-member.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
});

describe('a client of a broker that restarts', () => {
  it('finds it again, and its group member goes on where it was', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-restart-'));
    open.push(() => rm(dataDir, { recursive: true, force: true }));
    const first = await startBrokerThread({ port: 0, dataDir });
    const { port } = first;
    const cluster = new Cluster({
      properties: { 'bootstrap.servers': first.bootstrap, 'reconnect.backoff.max.ms': '100' },
    });
    const told: string[] = [];
    const member = new ClassicGroupMember(cluster, {
      groupId: 'workers',
      protocolType: 'test',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      heartbeatIntervalMs: 50,
      protocols: () => [{ name: 'p', metadata: Buffer.alloc(0) }],
      assign: (_protocol, members) => new Map(members.map(({ memberId }) => [memberId, Buffer.from('w')])),
      onJoinPrepare: (_generation, _memberId, lost) => {
        told.push(lost ? 'lost' : 'ended');
      },
      onJoined: () => {
        told.push('joined');
      },
    });
    open.push(
      () => first.stop(),
      () => cluster.close(),
      () => member.leave('the test is over', 2000),
    );
    await createAdmin(cluster).createTopics([{ name: 'state', partitions: 1, replicationFactor: 1 }]);
    await member.ensureActive(AbortSignal.timeout(20_000));
    await member.commitOffsets([{ topic: 'state', partition: 0, offset: 41 }]);
    await first.stop();
    const meanwhile = createAdmin(cluster).describeCluster();
    const second = await startBrokerThread({ port, dataDir });
    open.splice(1, 0, () => second.stop());
    expect((await meanwhile).brokers).toHaveLength(1);
    // The broker remembers its groups, so the member is still in; it has only been out of reach for a while.
    await member.ensureActive(AbortSignal.timeout(20_000));
    await member.commitOffsets([{ topic: 'state', partition: 0, offset: 42 }]);
    expect(told).toEqual(['joined']);
    const offsets = await member.fetchOffsets([{ topic: 'state', partition: 0 }]);
    expect(offsets).toMatchObject([{ offset: 42 }]);
  });
});
