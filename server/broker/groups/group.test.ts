import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kafkaErrorOf } from '../../kafka/protocol/error-codes.ts';
import { Group, type GroupRules } from './group.ts';
import type { JoinAnswer, JoinOrder, SyncAnswer } from './group-member.ts';

const session = 10_000;
const rebalance = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function newGroup(rules: Partial<GroupRules> = {}): Group {
  return new Group('g', { initialRebalanceDelayMs: 0, maxSize: 100, save: () => undefined, ...rules });
}

function order(traits: Partial<JoinOrder> = {}): JoinOrder {
  return {
    memberId: '',
    groupInstanceId: null,
    clientId: 'client',
    clientHost: '/127.0.0.1',
    sessionTimeoutMs: session,
    rebalanceTimeoutMs: rebalance,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.from('m') }],
    requiresKnownMemberId: true,
    supportsSkippingAssignment: true,
    ...traits,
  };
}

function nameOf(answer: { readonly errorCode: number }): string {
  return kafkaErrorOf(answer.errorCode).name;
}

/** Joins as clients do: once for a member id, then with it. */
async function join(
  group: Group,
  traits: Partial<JoinOrder> = {},
): Promise<{ memberId: string; joined: Promise<JoinAnswer> }> {
  const first = await group.join(order(traits));
  expect(nameOf(first)).toBe('MEMBER_ID_REQUIRED');
  const joined = Promise.resolve(group.join(order({ ...traits, memberId: first.memberId })));
  return { memberId: first.memberId, joined };
}

function sync(
  group: Group,
  memberId: string,
  generation: number,
  assignments: Record<string, string> = {},
): Promise<SyncAnswer> | SyncAnswer {
  return group.sync({
    memberId,
    groupInstanceId: null,
    generation,
    protocolType: 'consumer',
    protocol: 'range',
    assignments: new Map(Object.entries(assignments).map(([id, text]) => [id, Buffer.from(text)])),
  });
}

/** A stable group of one member. */
async function stableGroup(rules: Partial<GroupRules> = {}): Promise<{ group: Group; leader: string }> {
  const group = newGroup(rules);
  const { memberId, joined } = await join(group);
  const { generation } = await joined;
  expect(nameOf(await sync(group, memberId, generation, { [memberId]: 'all' }))).toBe('NONE');
  return { group, leader: memberId };
}

/** A stable group of two members. */
async function stablePair(): Promise<{ group: Group; leader: string; follower: string; generation: number }> {
  const { group, leader } = await stableGroup();
  const { memberId: follower, joined } = await join(group);
  const rejoined = group.join(order({ memberId: leader }));
  const [{ generation }] = await Promise.all([rejoined, joined]);
  const waiting = sync(group, follower, generation);
  await sync(group, leader, generation, { [leader]: 'one', [follower]: 'two' });
  expect((await waiting).assignment.toString()).toBe('two');
  return { group, leader, follower, generation };
}

describe('a group', () => {
  it('makes its first member the leader and gives it its assignment', async () => {
    const group = newGroup();
    const { memberId, joined } = await join(group);
    const answer = await joined;
    expect(answer).toMatchObject({ generation: 1, leaderId: memberId, memberId, protocol: 'range' });
    expect(answer.members).toEqual([{ memberId, groupInstanceId: null, metadata: Buffer.from('m') }]);
    const synced = await sync(group, memberId, 1, { [memberId]: 'all' });
    expect(synced.assignment.toString()).toBe('all');
    expect(group.state).toBe('Stable');
  });

  it('rebalances when a member comes, and gives members left out of the assignment empty bytes', async () => {
    const { group, leader } = await stableGroup();
    const { memberId, joined } = await join(group);
    expect(group.state).toBe('PreparingRebalance');
    expect(group.heartbeat(leader, null, 1)).toBe('REBALANCE_IN_PROGRESS');
    const leaderAnswer = await group.join(order({ memberId: leader }));
    expect(leaderAnswer.members.map((member) => member.memberId)).toEqual([leader, memberId]);
    expect((await joined).members).toEqual([]);
    const follower = sync(group, memberId, 2);
    await sync(group, leader, 2, { [leader]: 'all' });
    expect((await follower).assignment).toHaveLength(0);
  });

  it('lets old clients in without a round for the member id', async () => {
    const answer = await newGroup().join(order({ requiresKnownMemberId: false }));
    expect(answer).toMatchObject({ errorCode: 0, generation: 1 });
  });

  it('waits for more members of a fresh group, again as they come, but not beyond the rebalance timeout', async () => {
    const group = newGroup({ initialRebalanceDelayMs: 1000 });
    const first = await join(group, { rebalanceTimeoutMs: 2500 });
    await vi.advanceTimersByTimeAsync(900);
    const second = await join(group, { rebalanceTimeoutMs: 2500 });
    await vi.advanceTimersByTimeAsync(900);
    expect(group.state).toBe('PreparingRebalance');
    await vi.advanceTimersByTimeAsync(200);
    const [leader] = await Promise.all([first.joined, second.joined]);
    expect(leader.members).toHaveLength(2);
  });

  it('drops members that do not rejoin within the rebalance timeout', async () => {
    const { group, leader, follower } = await stablePair();
    const rejoined = Promise.resolve(group.join(order({ memberId: leader })));
    // The other one is alive but does not come.
    for (let waited = 0; waited < rebalance; waited += 5000) {
      expect(group.heartbeat(follower, null, 2)).toBe('REBALANCE_IN_PROGRESS');
      await vi.advanceTimersByTimeAsync(5000);
    }
    expect((await rejoined).members.map(({ memberId }) => memberId)).toEqual([leader]);
    expect(group.heartbeat(follower, null, 3)).toBe('UNKNOWN_MEMBER_ID');
  });

  it('drops members that fell silent, and is empty when the last one is gone', async () => {
    const saves: string[] = [];
    const { group, leader } = await stableGroup({ save: ({ state }) => saves.push(state) });
    await vi.advanceTimersByTimeAsync(session - 1);
    expect(group.heartbeat(leader, null, 1)).toBe('NONE');
    await vi.advanceTimersByTimeAsync(session - 1);
    expect(group.state).toBe('Stable');
    await vi.advanceTimersByTimeAsync(2);
    expect(group.state).toBe('Empty');
    expect(group.generation).toBe(2);
    expect(saves).toEqual(['Stable', 'Empty']);
  });

  it('does not blame members for a broker that stood still', async () => {
    const { group, leader } = await stableGroup();
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(session + 1);
    expect(group.heartbeat(leader, null, 1)).toBe('NONE');
    await vi.advanceTimersByTimeAsync(session + 1);
    expect(group.state).toBe('Empty');
  });

  it('drops members that joined and never asked for their assignment', async () => {
    const { group, leader, follower, generation } = await stablePair();
    const joins = [group.join(order({ memberId: leader })), group.join(order({ memberId: follower }))];
    await Promise.all(joins);
    const leaderSync = Promise.resolve(
      sync(group, leader, generation + 1, { [leader]: 'x', [follower]: 'y' }),
    );
    expect(nameOf(await leaderSync)).toBe('NONE');
    await vi.advanceTimersByTimeAsync(session + 1);
    expect(group.members.map(({ memberId }) => memberId)).toEqual([]);
  });

  it('forgets a member id that was given out and never used', async () => {
    const group = newGroup();
    const { memberId } = await group.join(order());
    expect(group.isIdle).toBe(false);
    await vi.advanceTimersByTimeAsync(session + 1);
    expect(group.isIdle).toBe(true);
    expect(nameOf(await group.join(order({ memberId })))).toBe('UNKNOWN_MEMBER_ID');
  });

  it('chooses the protocol that all know and most prefer', async () => {
    const protocols = (...names: string[]) => names.map((name) => ({ name, metadata: Buffer.from(name) }));
    const group = newGroup({ initialRebalanceDelayMs: 100 });
    const joins = await Promise.all([
      join(group, { protocols: protocols('a', 'b', 'c') }),
      join(group, { protocols: protocols('c', 'b') }),
      join(group, { protocols: protocols('b', 'c') }),
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    const answers = await Promise.all(joins.map(({ joined }) => joined));
    expect(new Set(answers.map(({ protocol }) => protocol))).toEqual(new Set(['b']));
    expect(answers[0]?.members.map(({ metadata }) => metadata.toString())).toEqual(['b', 'b', 'b']);
    const stranger = group.join(order({ protocols: protocols('a') }));
    expect(nameOf(await stranger)).toBe('INCONSISTENT_GROUP_PROTOCOL');
    const otherType = group.join(order({ protocolType: 'connect', protocols: protocols('b') }));
    expect(nameOf(await otherType)).toBe('INCONSISTENT_GROUP_PROTOCOL');
  });

  it('refuses strangers, old generations and foreign protocols', async () => {
    const { group, leader } = await stableGroup();
    expect(group.heartbeat('nobody', null, 1)).toBe('UNKNOWN_MEMBER_ID');
    expect(group.heartbeat(leader, null, 0)).toBe('ILLEGAL_GENERATION');
    expect(nameOf(await sync(group, leader, 7))).toBe('ILLEGAL_GENERATION');
    const foreign = group.sync({
      memberId: leader,
      groupInstanceId: null,
      generation: 1,
      protocolType: 'connect',
      protocol: 'range',
      assignments: new Map(),
    });
    expect(nameOf(await foreign)).toBe('INCONSISTENT_GROUP_PROTOCOL');
    expect(group.commitError(leader, null, 1)).toBeNull();
    expect(group.commitError(leader, null, 0)).toBe('ILLEGAL_GENERATION');
    expect(group.commitError('', null, -1)).toBe('UNKNOWN_MEMBER_ID');
    expect(newGroup().commitError('', null, -1)).toBeNull();
  });

  it('answers a follower that asks again without need at once, and rebalances when the leader asks', async () => {
    const { group, leader, follower, generation } = await stablePair();
    expect(await group.join(order({ memberId: follower }))).toMatchObject({ errorCode: 0, generation });
    expect(group.state).toBe('Stable');
    void group.join(order({ memberId: leader }));
    expect(group.state).toBe('PreparingRebalance');
  });

  it('rebalances when a follower changes what it says', async () => {
    const { group, follower } = await stablePair();
    void group.join(
      order({ memberId: follower, protocols: [{ name: 'range', metadata: Buffer.from('new') }] }),
    );
    expect(group.state).toBe('PreparingRebalance');
  });

  it('tells waiting followers to rejoin when someone comes before the leader assigned', async () => {
    const { group, leader, follower, generation } = await stablePair();
    await Promise.all([group.join(order({ memberId: leader })), group.join(order({ memberId: follower }))]);
    const waiting = sync(group, follower, generation + 1);
    const { joined } = await join(group);
    expect(nameOf(await waiting)).toBe('REBALANCE_IN_PROGRESS');
    expect(group.commitError(leader, null, generation + 1)).toBeNull();
    void joined;
  });

  it('goes on with the others when a member leaves, under a new leader if need be', async () => {
    const { group, leader, follower } = await stablePair();
    expect(group.leave(leader, null)).toBe('NONE');
    expect(group.leave(leader, null)).toBe('UNKNOWN_MEMBER_ID');
    const answer = await group.join(order({ memberId: follower }));
    expect(answer).toMatchObject({ leaderId: follower, generation: 3 });
    expect(group.leave(follower, null)).toBe('NONE');
    expect(group.state).toBe('Empty');
  });

  it('takes no more members than allowed', async () => {
    const { group } = await stableGroup({ maxSize: 1 });
    expect(nameOf(await group.join(order()))).toBe('GROUP_MAX_SIZE_REACHED');
  });

  it('takes up after a restart where it was, and waits a whole session for its members', async () => {
    const { group, leader } = await stableGroup();
    const restored = newGroup();
    restored.restore(group.snapshot());
    group.close();
    expect(restored).toMatchObject({ state: 'Stable', generation: 1, protocol: 'range' });
    expect(restored.heartbeat(leader, null, 1)).toBe('NONE');
    expect((await sync(restored, leader, 1)).assignment.toString()).toBe('all');
    await vi.advanceTimersByTimeAsync(session + 1);
    expect(restored.state).toBe('Empty');
  });

  it('tells all that wait when the broker stops', async () => {
    const { group } = await stableGroup();
    const { joined } = await join(group);
    group.close();
    expect(nameOf(await joined)).toBe('COORDINATOR_NOT_AVAILABLE');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('static members', () => {
  const instance = { groupInstanceId: 'i1' };

  async function stableStatic(): Promise<{ group: Group; memberId: string }> {
    const group = newGroup();
    const { memberId, generation } = await group.join(order(instance));
    const synced = await group.sync({
      memberId,
      ...instance,
      generation,
      protocolType: 'consumer',
      protocol: 'range',
      assignments: new Map([[memberId, Buffer.from('all')]]),
    });
    expect(nameOf(synced)).toBe('NONE');
    return { group, memberId };
  }

  it('come back without a rebalance, and fence their former selves', async () => {
    const { group, memberId } = await stableStatic();
    const back = await group.join(order(instance));
    expect(back).toMatchObject({ errorCode: 0, generation: 1, skipAssignment: true });
    expect(back.memberId).not.toBe(memberId);
    expect(group.state).toBe('Stable');
    expect(group.heartbeat(memberId, 'i1', 1)).toBe('FENCED_INSTANCE_ID');
    expect(group.heartbeat(back.memberId, 'i1', 1)).toBe('NONE');
  });

  it('that led are told of the former leader when they cannot skip the assignment', async () => {
    const { group, memberId } = await stableStatic();
    const back = await group.join(order({ ...instance, supportsSkippingAssignment: false }));
    expect(back).toMatchObject({ leaderId: memberId, members: [], skipAssignment: false });
  });

  it('rebalance when they come back with something else to say', async () => {
    const { group } = await stableStatic();
    const back = await group.join(
      order({ ...instance, protocols: [{ name: 'range', metadata: Buffer.from('new') }] }),
    );
    expect(back).toMatchObject({ errorCode: 0, generation: 2 });
  });

  it('can be removed by their instance id alone', async () => {
    const { group } = await stableStatic();
    expect(group.leave('', 'other')).toBe('UNKNOWN_MEMBER_ID');
    expect(group.leave('', 'i1')).toBe('NONE');
    expect(group.state).toBe('Empty');
  });

  it('keep their place in a rebalance they sleep through', async () => {
    const short = { rebalanceTimeoutMs: 3000 };
    const group = newGroup();
    const { memberId } = await group.join(order({ ...instance, ...short }));
    const synced = group.sync({
      memberId,
      ...instance,
      generation: 1,
      protocolType: null,
      protocol: null,
      assignments: new Map(),
    });
    expect(nameOf(await synced)).toBe('NONE');
    const { joined } = await join(group, short);
    await vi.advanceTimersByTimeAsync(3001);
    const answer = await joined;
    expect(answer.members.map((member) => member.groupInstanceId)).toEqual(['i1', null]);
    await vi.advanceTimersByTimeAsync(session);
    expect(group.members.map((member) => member.groupInstanceId)).not.toContain('i1');
  });
});
