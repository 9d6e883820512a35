import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { FakeBroker } from '../connection/fake-broker.ts';
import type { GroupMemberOptions } from '../ports/group-member.ts';
import { kafkaErrors } from '../protocol/error-codes.ts';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../protocol/generated/heartbeat.js';
import { joinGroupApi } from '../protocol/generated/join-group.js';
import { leaveGroupApi } from '../protocol/generated/leave-group.js';
import { offsetCommitApi } from '../protocol/generated/offset-commit.js';
import { syncGroupApi } from '../protocol/generated/sync-group.js';
import { ClassicGroupMember } from './classic-group-member.ts';
import { startFakeCoordinator } from './fake-coordinator.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
});

/** A coordinator that takes every member as the only one and leader; single answers are replaced by the tests. */
async function startCoordinator(): Promise<{ broker: FakeBroker; joins: string[] }> {
  const broker = await startFakeCoordinator();
  open.push(() => broker.stop());
  const joins: string[] = [];
  broker.on(joinGroupApi.key, (call) => {
    const { memberId, protocols } = call.read(joinGroupApi);
    joins.push(memberId);
    const id = memberId === '' ? `member-${joins.length}` : memberId;
    const metadata = protocols[0]?.metadata ?? Buffer.alloc(0);
    call.answer(joinGroupApi, {
      errorCode: 0,
      generationId: joins.length,
      protocolType: 'test',
      protocolName: protocols[0]?.name ?? null,
      leader: id,
      memberId: id,
      members: [{ memberId: id, metadata }],
    });
  });
  broker.on(syncGroupApi.key, (call) => {
    const [own] = call.read(syncGroupApi).assignments;
    call.answer(syncGroupApi, { errorCode: 0, assignment: own?.assignment ?? Buffer.alloc(0) });
  });
  broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
  broker.on(leaveGroupApi.key, (call) => call.answer(leaveGroupApi, { errorCode: 0, members: [] }));
  return { broker, joins };
}

function startMember(broker: FakeBroker, options: Partial<GroupMemberOptions> = {}) {
  const cluster = new Cluster({
    properties: {
      'bootstrap.servers': broker.bootstrap,
      'retry.backoff.ms': '5',
      'reconnect.backoff.ms': '5',
    },
  });
  const told: string[] = [];
  const member = new ClassicGroupMember(cluster, {
    groupId: 'g',
    protocolType: 'test',
    sessionTimeoutMs: 300,
    rebalanceTimeoutMs: 1000,
    heartbeatIntervalMs: 20,
    protocols: () => [{ name: 'p', metadata: Buffer.from('m') }],
    assign: (_protocol, members) => new Map(members.map(({ memberId }) => [memberId, Buffer.from('work')])),
    onJoinPrepare: (generation, memberId, lost) => {
      told.push(`${lost ? 'lost' : 'ended'} ${memberId} ${generation}`);
    },
    onJoined: ({ generation, memberId }) => {
      told.push(`joined ${memberId} ${generation}`);
    },
    ...options,
  });
  open.push(async () => {
    await member.leave('the test is over', 1000);
    await cluster.close();
  });
  return { member, told, join: (timeoutMs = 5000) => member.ensureActive(AbortSignal.timeout(timeoutMs)) };
}

describe('group member', () => {
  it('comes back with the id that the broker gave it', async () => {
    const { broker, joins } = await startCoordinator();
    const ids: string[] = [];
    broker.on(joinGroupApi.key, (call) => {
      const { memberId } = call.read(joinGroupApi);
      ids.push(memberId);
      const required = memberId === '';
      call.answer(joinGroupApi, {
        errorCode: required ? kafkaErrors.MEMBER_ID_REQUIRED : 0,
        generationId: required ? -1 : 1,
        protocolName: required ? null : 'p',
        leader: required ? '' : 'other',
        memberId: 'given',
        members: [],
      });
    });
    const { join, told } = startMember(broker);
    await join();
    expect(ids).toEqual(['', 'given']);
    expect(joins).toEqual([]);
    expect(told).toEqual(['joined given 1']);
  });

  it('keeps its id and tells of an ended generation when the group rebalances', async () => {
    const { broker, joins } = await startCoordinator();
    const { member, told, join } = startMember(broker);
    await join();
    broker.on(heartbeatApi.key, (call) =>
      call.answer(heartbeatApi, { errorCode: kafkaErrors.REBALANCE_IN_PROGRESS }),
    );
    let woken = 0;
    member.onRejoinNeeded(() => woken++);
    await waitFor('the rebalance', () => member.rejoinNeeded);
    expect(woken).toBe(1);
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
    await join();
    expect(joins).toEqual(['', 'member-1']);
    expect(told).toEqual(['joined member-1 1', 'ended member-1 1', 'joined member-1 2']);
  });

  it.each([
    ['UNKNOWN_MEMBER_ID', '', 'member-2'],
    ['ILLEGAL_GENERATION', 'member-1', 'member-1'],
  ] as const)('tells of a lost generation after %s and joins again', async (error, joinsAs, becomes) => {
    const { broker, joins } = await startCoordinator();
    const { member, told, join } = startMember(broker);
    await join();
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: kafkaErrors[error] }));
    await waitFor('the loss', () => member.rejoinNeeded);
    expect(member.generation).toBe(-1);
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
    await join();
    expect(joins[1]).toBe(joinsAs);
    expect(told).toEqual(['joined member-1 1', 'lost member-1 1', `joined ${becomes} 2`]);
  });

  it('gives its work up when the coordinator is silent for a whole session', async () => {
    const { broker } = await startCoordinator();
    const { member, told, join } = startMember(broker);
    await join();
    const since = performance.now();
    await broker.stop();
    open.splice(0, 1);
    await waitFor('the loss', () => member.rejoinNeeded);
    expect(performance.now() - since).toBeGreaterThan(250);
    await expect(join(200)).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toEqual(['joined member-1 1', 'lost member-1 1']);
  });

  it('gives work up that it kept for a rejoin which the coordinator never answers', async () => {
    const { broker } = await startCoordinator();
    const { member, told, join } = startMember(broker);
    await join();
    member.requestRejoin('there is more to do');
    await broker.stop();
    open.splice(0, 1);
    await expect(join(1500)).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toEqual(['joined member-1 1', 'ended member-1 1', 'lost member-1 1']);
  });

  it('hears between its "ended" and the next join that the broker expelled it', async () => {
    const { broker, joins } = await startCoordinator();
    const { member, told, join } = startMember(broker);
    await join();
    member.requestRejoin('there is more to do');
    let refused = false;
    broker.on(joinGroupApi.key, (call) => {
      const { memberId } = call.read(joinGroupApi);
      refused = true;
      const isOld = memberId === 'member-1';
      call.answer(joinGroupApi, {
        errorCode: isOld ? kafkaErrors.UNKNOWN_MEMBER_ID : 0,
        generationId: 7,
        protocolName: 'p',
        leader: 'other',
        memberId: isOld ? '' : 'fresh',
        members: [],
      });
    });
    await join();
    expect([refused, joins.length]).toEqual([true, 1]);
    expect(told).toEqual(['joined member-1 1', 'ended member-1 1', 'lost member-1 1', 'joined fresh 7']);
  });

  it('goes on with heartbeats while it waits for a slow leader', async () => {
    const { broker } = await startCoordinator();
    const beats: number[] = [];
    let answer = (): void => undefined;
    broker.on(syncGroupApi.key, (call) => {
      answer = () => call.answer(syncGroupApi, { errorCode: 0, assignment: Buffer.from('late') });
    });
    broker.on(heartbeatApi.key, (call) => {
      beats.push(call.read(heartbeatApi).generationId);
      call.answer(heartbeatApi, { errorCode: 0 });
    });
    const { join, told } = startMember(broker);
    const joining = join();
    await waitFor('heartbeats', () => beats.length >= 3);
    answer();
    await joining;
    expect(beats[0]).toBe(1);
    expect(told).toEqual(['joined member-1 1']);
  });

  it('refuses to commit while it is not part of the group', async () => {
    const { broker } = await startCoordinator();
    const { member } = startMember(broker);
    await expect(member.commitOffsets([{ topic: 't', partition: 0, offset: 1 }])).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('never takes the place back from another that has its instance id now', async () => {
    const { broker, joins } = await startCoordinator();
    const { member, told, join } = startMember(broker, { groupInstanceId: 'static' });
    await join();
    const fenced = kafkaErrors.FENCED_INSTANCE_ID;
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: fenced }));
    broker.on(joinGroupApi.key, (call) => {
      joins.push(call.read(joinGroupApi).memberId);
      const round = { generationId: -1, protocolName: null, leader: '', memberId: '', members: [] };
      call.answer(joinGroupApi, { errorCode: fenced, ...round });
    });
    await waitFor('the error', () => member.rejoinNeeded);
    for (let i = 0; i < 2; i++) {
      await expect(join()).rejects.toMatchObject({ details: { kafkaError: 'FENCED_INSTANCE_ID' } });
    }
    expect(told).toEqual(['joined member-1 1', 'lost member-1 1']);
    expect(joins.slice(1)).not.toContain('');
  });

  it.each([
    ['REBALANCE_IN_PROGRESS', 'conflict', 1, ['ended member-1 1']],
    ['ILLEGAL_GENERATION', 'conflict', -1, ['lost member-1 1']],
    ['UNKNOWN_MEMBER_ID', 'conflict', -1, ['lost member-1 1']],
    ['FENCED_INSTANCE_ID', 'conflict', -1, ['lost member-1 1']],
  ] as const)('learns from a commit that met %s', async (name, code, generation, expected) => {
    const { broker } = await startCoordinator();
    const { member, told, join } = startMember(broker, { heartbeatIntervalMs: 60_000 });
    await join();
    broker.on(offsetCommitApi.key, (call) => {
      const errorCode = kafkaErrors[name];
      const partitions = [1, 2].map((partitionIndex) => ({ partitionIndex, errorCode }));
      call.answer(offsetCommitApi, { topics: [{ name: 't', partitions }] });
    });
    const committed = member.commitOffsets([1, 2].map((partition) => ({ topic: 't', partition, offset: 1 })));
    await expect(committed).rejects.toMatchObject({ code, details: { kafkaError: name } });
    await expect(committed).rejects.toThrow('commit offsets of t-1, t-2 for group g');
    expect([member.rejoinNeeded, member.generation]).toEqual([true, generation]);
    await (name === 'FENCED_INSTANCE_ID' ? expect(join()).rejects.toMatchObject({ code }) : join());
    expect(told.slice(1, 2)).toEqual(expected);
  });

  it('does not join once more for a commit that its own round refuses', async () => {
    const { broker, joins } = await startCoordinator();
    let finish = (): void => undefined;
    broker.on(syncGroupApi.key, (call) => {
      finish = () => call.answer(syncGroupApi, { errorCode: 0, assignment: Buffer.from('work') });
    });
    broker.on(offsetCommitApi.key, (call) => {
      const partitions = [{ partitionIndex: 0, errorCode: kafkaErrors.REBALANCE_IN_PROGRESS }];
      call.answer(offsetCommitApi, { topics: [{ name: 't', partitions }] });
    });
    const { member, join } = startMember(broker);
    const joining = join();
    await waitFor('the sync', () => broker.count(syncGroupApi.key) === 1);
    const committed = member.commitOffsets([{ topic: 't', partition: 0, offset: 1 }]);
    await expect(committed).rejects.toMatchObject({ code: 'conflict' });
    finish();
    await joining;
    expect([joins.length, member.rejoinNeeded]).toEqual([1, false]);
  });

  it('commits again where a moving coordinator answers', async () => {
    const { broker } = await startCoordinator();
    const { member, join } = startMember(broker);
    await join();
    const answers = [kafkaErrors.NOT_COORDINATOR, kafkaErrors.COORDINATOR_LOAD_IN_PROGRESS];
    broker.on(offsetCommitApi.key, (call) => {
      const partitions = [{ partitionIndex: 0, errorCode: answers.shift() ?? 0 }];
      call.answer(offsetCommitApi, { topics: [{ name: 't', partitions }] });
    });
    await member.commitOffsets([{ topic: 't', partition: 0, offset: 1 }]);
    expect(broker.count(offsetCommitApi.key)).toBe(3);
    expect(broker.count(findCoordinatorApi.key)).toBe(2);
  });

  it('waits for a coordinator that loads or moves', async () => {
    const { broker } = await startCoordinator();
    const answers = [
      kafkaErrors.COORDINATOR_LOAD_IN_PROGRESS,
      kafkaErrors.NOT_COORDINATOR,
      kafkaErrors.REBALANCE_IN_PROGRESS,
    ];
    let calls = 0;
    broker.on(joinGroupApi.key, (call) => {
      const errorCode = answers[calls++] ?? 0;
      const round = { protocolName: 'p', leader: 'other', memberId: 'm', members: [] };
      call.answer(joinGroupApi, { errorCode, generationId: 3, ...round });
    });
    const { join, told } = startMember(broker);
    await join();
    expect(told).toEqual(['joined m 3']);
    expect(calls).toBe(4);
    expect(broker.count(findCoordinatorApi.key)).toBe(2);
  });

  it('refuses an assignment that forgets a member', async () => {
    const { broker } = await startCoordinator();
    const { join } = startMember(broker, { assign: () => new Map() });
    await expect(join()).rejects.toThrow('the assignment of group g lacks member member-1');
    expect(broker.count(syncGroupApi.key)).toBe(0);
  });

  it.each([
    [null, 'default', [null]],
    [null, 'leave', [null]],
    [null, 'remain', []],
    ['i', 'default', []],
    ['i', 'leave', ['i']],
    ['i', 'remain', []],
  ] as const)(
    'with instance id %s says good-bye by %s to %j',
    async (groupInstanceId, operation, expected) => {
      const { broker } = await startCoordinator();
      const left: unknown[] = [];
      broker.on(leaveGroupApi.key, (call) => {
        const [leaver] = call.read(leaveGroupApi).members;
        expect(leaver?.reason).toBe('going home');
        left.push(leaver?.groupInstanceId);
        call.answer(leaveGroupApi, { errorCode: 0, members: [] });
      });
      const { member, join } = startMember(broker, { groupInstanceId });
      await join();
      await member.leave('going home', 1000, operation);
      expect(left).toEqual(expected);
      expect(member).toMatchObject({ memberId: '', generation: -1, rejoinNeeded: true });
    },
  );
});
