import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { ConsumerGroup, type HeartbeatOrder } from './consumer-group.ts';

let partitions = 4;

beforeEach(() => {
  partitions = 4;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open(): ConsumerGroup {
  const group = new ConsumerGroup('g', {
    sessionMs: 1000,
    maxSize: 3,
    topics: (names) => [...names].map((name) => ({ topicId: name, name, partitions })),
  });
  onTestFinished(() => group.close());
  return group;
}

function order(memberId: string, memberEpoch: number, traits: Partial<HeartbeatOrder> = {}): HeartbeatOrder {
  const isJoining = memberEpoch === 0;
  return {
    memberId,
    memberEpoch,
    instanceId: null,
    rackId: null,
    clientId: 'c',
    clientHost: '/h',
    rebalanceTimeoutMs: isJoining ? 500 : -1,
    subscribedTopicNames: isJoining ? ['t'] : null,
    serverAssignor: null,
    owned: isJoining ? [] : null,
    ...traits,
  };
}

/** A heartbeat; answers the epoch and the partitions, `same` for those told before. */
function beat(
  group: ConsumerGroup,
  memberId: string,
  epoch: number,
  traits: Partial<HeartbeatOrder> = {},
): string {
  try {
    const { memberEpoch, assigned } = group.heartbeat(order(memberId, epoch, traits));
    return `${memberEpoch}: ${assigned === null ? 'same' : (assigned.toTopics()[0]?.partitions.join() ?? 'none')}`;
  } catch (error) {
    if (isConnectError(error)) return error.details.kafkaError ?? error.message;
    throw error;
  }
}

const owning = (...owned: number[]) => ({ owned: [{ topicId: 't', partitions: owned }] });

describe('a group whose coordinator assigns', () => {
  it('takes from one what another is to have, and gives it only when it was given up', () => {
    const group = open();
    expect(beat(group, 'a', 0)).toBe('1: 0,1,2,3');
    expect(group.state).toBe('Stable');
    expect(beat(group, 'a', 1, owning(0, 1, 2, 3))).toBe('1: same');
    expect(beat(group, 'b', 0)).toBe('2: none');
    expect(group.state).toBe('Reconciling');
    expect(beat(group, 'a', 1)).toBe('1: 0,1');
    expect(beat(group, 'b', 2)).toBe('2: same');
    // Still at it.
    expect(beat(group, 'a', 1, owning(0, 1, 2, 3))).toBe('1: same');
    expect(beat(group, 'b', 2)).toBe('2: same');
    expect(beat(group, 'a', 1, owning(0, 1))).toBe('2: same');
    expect(beat(group, 'b', 2)).toBe('2: 2,3');
    expect(group.state).toBe('Stable');
    expect(beat(group, 'b', -1)).toBe('-1: same');
    expect(beat(group, 'a', 2)).toBe('3: 0,1,2,3');
  });

  it('notices changes of topics and of what members want', () => {
    const group = open();
    beat(group, 'a', 0);
    partitions = 5;
    expect(beat(group, 'a', 1, owning(0, 1, 2, 3))).toBe('2: 0,1,2,3,4');
    expect(beat(group, 'a', 2, { subscribedTopicNames: [], ...owning(0, 1, 2, 3, 4) })).toBe('2: none');
    expect(beat(group, 'a', 2, { owned: [] })).toBe('3: same');
  });

  it('expels who is silent for a session, or does not give up in time', () => {
    const group = open();
    beat(group, 'a', 0);
    vi.advanceTimersByTime(900);
    expect(beat(group, 'a', 1)).toBe('1: same');
    expect(beat(group, 'b', 0)).toBe('2: none');
    expect(beat(group, 'a', 1)).toBe('1: 0,1');
    vi.advanceTimersByTime(600);
    expect(beat(group, 'a', 1)).toBe('UNKNOWN_MEMBER_ID');
    expect(beat(group, 'b', 2)).toBe('3: 0,1,2,3');
    vi.advanceTimersByTime(1100);
    expect(group.state).toBe('Empty');
    expect(beat(group, 'b', 3)).toBe('UNKNOWN_MEMBER_ID');
  });

  it('fences epochs that cannot be, and forgives a lost answer', () => {
    const group = open();
    beat(group, 'a', 0);
    partitions = 5;
    expect(beat(group, 'a', 1)).toBe('2: 0,1,2,3,4');
    expect(beat(group, 'a', 1, owning(0, 1, 2, 3))).toBe('2: same');
    expect(beat(group, 'a', 1, owning(0, 9))).toBe('FENCED_MEMBER_EPOCH');
    expect(beat(group, 'a', 1)).toBe('FENCED_MEMBER_EPOCH');
    expect(beat(group, 'a', 7)).toBe('FENCED_MEMBER_EPOCH');
    expect(beat(group, 'a', 0)).toBe('2: 0,1,2,3,4');
    expect(beat(group, 'nobody', 3)).toBe('UNKNOWN_MEMBER_ID');
    expect(beat(group, 'nobody', -1)).toBe('UNKNOWN_MEMBER_ID');
  });

  it('keeps the place of a static member that says it comes back', () => {
    const group = open();
    const one = { instanceId: 'one' };
    expect(beat(group, 'a', 0, one)).toBe('1: 0,1,2,3');
    expect(beat(group, 'b', 0, one)).toBe('UNRELEASED_INSTANCE_ID');
    expect(beat(group, 'a', -2, one)).toBe('-2: same');
    expect(beat(group, 'b', 0, one)).toBe('1: 0,1,2,3');
    expect(beat(group, 'a', 1, one)).toBe('FENCED_INSTANCE_ID');
    expect(beat(group, 'b', -2, one)).toBe('-2: same');
    vi.advanceTimersByTime(1100);
    expect(group.isEmpty).toBe(true);
  });

  it('takes commits of members in their present epoch, and of others only while nobody is in', () => {
    const group = open();
    expect(group.commitError('', null, -1)).toBeNull();
    beat(group, 'a', 0);
    expect(group.commitError('a', null, 1)).toBeNull();
    expect(group.commitError('a', null, 0)).toBe('STALE_MEMBER_EPOCH');
    expect(group.commitError('', null, -1)).toBe('UNKNOWN_MEMBER_ID');
  });

  it('has room for so many, and only the assignors it knows', () => {
    const group = open();
    for (const memberId of ['a', 'b', 'c']) beat(group, memberId, 0, { serverAssignor: 'range' });
    expect(group.assignor).toBe('range');
    expect(beat(group, 'd', 0)).toBe('GROUP_MAX_SIZE_REACHED');
    expect(beat(group, 'a', 1, { serverAssignor: 'mine' })).toBe('UNSUPPORTED_ASSIGNOR');
  });
});
