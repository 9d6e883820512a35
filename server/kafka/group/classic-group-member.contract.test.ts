import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { createAdmin } from '../admin/cluster-admin.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { GroupMemberOptions, JoinedRound } from '../ports/group-member.ts';
import { leaveGroupApi } from '../protocol/generated/leave-group.js';
import { ClassicGroupMember } from './classic-group-member.ts';

interface Actor {
  readonly member: ClassicGroupMember;
  readonly rounds: JoinedRound[];
  readonly ended: { generation: number; lost: boolean }[];
  /** Answers rebalances as they come, as a herder's loop would. */
  follow(): void;
  stop(): Promise<void>;
}

describe.each(await brokers())('group member on $name', ({ bootstrap }) => {
  const cluster = new Cluster({ properties: { 'bootstrap.servers': bootstrap } });
  const actors: Actor[] = [];

  afterEach(async () => {
    for (const actor of actors.splice(0)) await actor.stop();
  });

  afterAll(async () => {
    await cluster.close();
  });

  function actor(groupId: string, options: Partial<GroupMemberOptions> = {}): Actor {
    const rounds: JoinedRound[] = [];
    const ended: { generation: number; lost: boolean }[] = [];
    const member = new ClassicGroupMember(cluster, {
      groupId,
      protocolType: 'contract',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 20_000,
      heartbeatIntervalMs: 100,
      protocols: () => [{ name: 'plain', metadata: Buffer.from('hello') }],
      assign: (_protocol, members, leaderId, generation) =>
        new Map(
          members.map(({ memberId, metadata }) => [
            memberId,
            Buffer.from(
              `${memberId === leaderId ? 'leader' : 'follower'} ${generation} ${members.length} ${metadata}`,
            ),
          ]),
        ),
      onJoinPrepare: (generation, _memberId, lost) => {
        ended.push({ generation, lost });
      },
      onJoined: (round) => {
        rounds.push(round);
      },
      ...options,
    });
    const stopping = new AbortController();
    let following = Promise.resolve();
    const made: Actor = {
      member,
      rounds,
      ended,
      follow() {
        following = (async () => {
          while (!stopping.signal.aborted) {
            const rejoin = new Promise<void>((resolve) => {
              member.onRejoinNeeded(resolve);
              stopping.signal.addEventListener('abort', () => resolve(), { once: true });
            });
            await member.ensureActive(stopping.signal).catch((error: unknown) => {
              if (!stopping.signal.aborted) throw error;
            });
            if (!member.rejoinNeeded) await rejoin;
          }
        })();
      },
      async stop() {
        stopping.abort();
        await following;
        await member.leave('the test is over', 5000);
      },
    };
    actors.push(made);
    return made;
  }

  it('leads a group of its own and gets what it assigned', async () => {
    const alone = actor(`alone-${randomUUID()}`);
    await alone.member.ensureActive(AbortSignal.timeout(20_000));
    expect(alone.rounds).toHaveLength(1);
    const [round] = alone.rounds;
    expect(round).toMatchObject({ generation: 1, protocol: 'plain', leaderId: alone.member.memberId });
    expect(round?.assignment.toString()).toBe('leader 1 1 hello');
    expect(alone.member.generation).toBe(1);
    expect(alone.member.rejoinNeeded).toBe(false);
    expect(alone.ended).toEqual([]);
  });

  it('rebalances when a second member comes and when it leaves', async () => {
    const groupId = `pair-${randomUUID()}`;
    const first = actor(groupId);
    await first.member.ensureActive(AbortSignal.timeout(20_000));
    first.follow();
    const second = actor(groupId, {
      clientId: 'second-client',
      protocols: () => [{ name: 'plain', metadata: Buffer.from('second') }],
    });
    await second.member.ensureActive(AbortSignal.timeout(20_000));
    await waitFor(
      'the first in the same round',
      () => first.rounds.at(-1)?.generation === second.rounds.at(-1)?.generation,
    );
    const generation = second.member.generation;
    expect(first.rounds.at(-1)?.assignment.toString()).toBe(`leader ${generation} 2 hello`);
    expect(second.rounds.at(-1)?.assignment.toString()).toBe(`follower ${generation} 2 second`);
    expect(second.rounds.at(-1)?.leaderId).toBe(first.member.memberId);
    expect(first.ended[0]).toEqual({ generation: 1, lost: false });
    const described = await createAdmin(cluster).describeGroups([groupId]);
    expect(described).toMatchObject([{ state: 'Stable', protocolType: 'contract' }]);
    expect(described[0]?.members.map((m) => m.metadata.toString()).toSorted()).toEqual(['hello', 'second']);
    expect(described[0]?.members.map((m) => m.clientId).toSorted()).toEqual(['', 'second-client']);

    await second.member.leave('enough', 5000);
    await waitFor(
      'the first alone',
      () => first.rounds.at(-1)?.assignment.toString().includes(' 1 hello') === true,
    );
    expect(second.member.memberId).toBe('');
  });

  it('comes back into the group it left', async () => {
    const one = actor(`again-${randomUUID()}`);
    await one.member.ensureActive(AbortSignal.timeout(20_000));
    await one.member.leave('for a while', 5000);
    expect(one.member.rejoinNeeded).toBe(true);
    await one.member.ensureActive(AbortSignal.timeout(20_000));
    expect(one.rounds).toHaveLength(2);
    expect(one.ended).toEqual([]);
  });

  it('joins again at once when asked from within a round', async () => {
    const one: Actor = actor(`asked-${randomUUID()}`, {
      onJoined: (round) => {
        one.rounds.push(round);
        if (one.rounds.length === 1) one.member.requestRejoin('work was given up');
      },
    });
    await one.member.ensureActive(AbortSignal.timeout(20_000));
    expect(one.rounds.map((round) => round.generation)).toEqual([1, 2]);
    expect(one.ended).toEqual([{ generation: 1, lost: false }]);
  });

  it('agrees on a protocol that every member offers', async () => {
    const groupId = `protocols-${randomUUID()}`;
    const both = (): { name: string; metadata: Buffer }[] => [
      { name: 'new', metadata: Buffer.from('n') },
      { name: 'old', metadata: Buffer.from('o') },
    ];
    const first = actor(groupId, { protocols: both });
    await first.member.ensureActive(AbortSignal.timeout(20_000));
    expect(first.rounds[0]?.protocol).toBe('new');
    first.follow();
    const second = actor(groupId, { protocols: () => [{ name: 'old', metadata: Buffer.from('o') }] });
    await second.member.ensureActive(AbortSignal.timeout(20_000));
    expect(second.rounds.at(-1)?.protocol).toBe('old');
    const third = actor(groupId, { protocols: () => [{ name: 'other', metadata: Buffer.from('x') }] });
    await expect(third.member.ensureActive(AbortSignal.timeout(20_000))).rejects.toMatchObject({
      details: { kafkaError: 'INCONSISTENT_GROUP_PROTOCOL' },
    });
  });

  it('learns that it was expelled, tells so, and joins as a new member', async () => {
    const groupId = `expelled-${randomUUID()}`;
    const first = actor(groupId);
    await first.member.ensureActive(AbortSignal.timeout(20_000));
    const memberId = first.member.memberId;
    // Its id leaving through another door is what an expelled member looks like from inside.
    await cluster.request({ coordinator: 'group', key: groupId }, leaveGroupApi, {
      groupId,
      members: [{ memberId }],
    });
    await waitFor('the member to notice', () => first.member.rejoinNeeded);
    await first.member.ensureActive(AbortSignal.timeout(20_000));
    expect(first.ended).toEqual([{ generation: 1, lost: true }]);
    expect(first.member.memberId).not.toBe(memberId);
  });

  it('commits and fetches offsets as a member, and is refused once its generation is over', async () => {
    const groupId = `commits-${randomUUID()}`;
    const topic = `commits-${randomUUID()}`;
    await createAdmin(cluster).createTopics([{ name: topic, partitions: 2, replicationFactor: 1 }]);
    const one = actor(groupId);
    await one.member.ensureActive(AbortSignal.timeout(20_000));
    await one.member.commitOffsets([{ topic, partition: 1, offset: 12 }]);
    const partitions = [0, 1].map((partition) => ({ topic, partition }));
    expect(await one.member.fetchOffsets(partitions)).toEqual([
      { topic, partition: 1, offset: 12, metadata: '' },
    ]);
    const outsider = createAdmin(cluster).alterGroupOffsets(groupId, [{ topic, partition: 0, offset: 1 }]);
    await expect(outsider).rejects.toMatchObject({ code: 'conflict' });
    await cluster.request({ coordinator: 'group', key: groupId }, leaveGroupApi, {
      groupId,
      members: [{ memberId: one.member.memberId }],
    });
    await expect(one.member.commitOffsets([{ topic, partition: 1, offset: 13 }])).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(one.member.rejoinNeeded).toBe(true);
  });

  it('stops waiting in a join when aborted, and can still leave', async () => {
    const groupId = `abort-${randomUUID()}`;
    const first = actor(groupId);
    await first.member.ensureActive(AbortSignal.timeout(20_000));
    // The first member does not answer the rebalance, so the second waits in its join.
    const second = actor(groupId);
    await expect(second.member.ensureActive(AbortSignal.timeout(500))).rejects.toMatchObject({
      code: 'cancelled',
    });
    const started = performance.now();
    await second.member.leave('gave up', 5000);
    expect(performance.now() - started).toBeLessThan(3000);
    await first.member.ensureActive(AbortSignal.timeout(20_000));
    expect(first.rounds.at(-1)?.assignment.toString()).toContain(' 1 hello');
  });
});
