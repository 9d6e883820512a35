import { describe, expect, it } from 'vitest';
import { compactLog } from '../log/compaction.ts';
import { sampleDataDir } from '../sample-broker.ts';
import { openSampleState } from '../sample-state.ts';
import { offsetsTopic } from '../topics/topic.ts';
import type { TopicPartitionOffset } from './group-offsets.ts';

const day = 86_400_000;

function offset(topic: string, partition: number, value: number): TopicPartitionOffset {
  return {
    topic,
    partition,
    offset: value,
    leaderEpoch: 0,
    metadata: `at ${value}`,
    commitTimestamp: Date.now(),
  };
}

const joinOrder = {
  memberId: '',
  groupInstanceId: null,
  clientId: 'größe',
  clientHost: '/127.0.0.1',
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  protocolType: 'connect',
  protocols: [{ name: 'sessioned', metadata: Buffer.from([1, 2, 3]) }],
  requiresKnownMemberId: false,
  supportsSkippingAssignment: true,
};

describe('the group coordinator', () => {
  it('has every offset again after a crash', () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    for (let n = 0; n < 100; n++) state.groups.commit('g', [offset('t', 0, n), offset('t', 1, n * 2)]);
    state.groups.commit('h', [offset('t', 0, 7)]);
    state.groups.deleteOffsets('g', [{ topic: 't', partition: 1 }]);
    state.crash();
    const { groups } = openSampleState(dataDir);
    expect(groups.offsetsOf('g')?.all()).toMatchObject([
      { topic: 't', partition: 0, offset: 99, metadata: 'at 99' },
    ]);
    expect(groups.offsetsOf('h')?.get('t', 0)?.offset).toBe(7);
    expect(groups.get('g')).toMatchObject({ state: 'Empty', protocolType: '' });
  });

  it('has its groups again after a crash: generation, members and assignments', async () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    const { memberId, generation } = await state.groups.join('g', joinOrder);
    await state.groups.get('g')?.sync({
      memberId,
      groupInstanceId: null,
      generation,
      protocolType: null,
      protocol: null,
      assignments: new Map([[memberId, Buffer.from('mine')]]),
    });
    state.crash();
    const group = openSampleState(dataDir).groups.get('g');
    expect(group).toMatchObject({
      state: 'Stable',
      generation: 1,
      protocolType: 'connect',
      protocol: 'sessioned',
    });
    expect(group?.members).toMatchObject([
      { memberId, clientId: 'größe', assignment: Buffer.from('mine'), sessionTimeoutMs: 10_000 },
    ]);
    expect(group?.heartbeat(memberId, null, 1)).toBe('NONE');
    expect(group?.leave(memberId, null)).toBe('NONE');
  });

  it('keeps counting generations after the last member left and the broker crashed', async () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    const { memberId } = await state.groups.join('g', joinOrder);
    state.groups.get('g')?.leave(memberId, null);
    expect(state.groups.get('g')?.generation).toBe(2);
    state.crash();
    const again = await openSampleState(dataDir).groups.join('g', joinOrder);
    expect(again.generation).toBe(3);
  });

  it('loses nothing when its topic is compacted', async () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    for (let n = 0; n < 500; n++) state.groups.commit('g', [offset('t', n % 7, n)]);
    const log = state.topics.log(offsetsTopic, 0);
    if (log === undefined) throw new Error('no log');
    log.roll();
    const rules = state.topics.get(offsetsTopic)?.rules;
    if (rules === undefined) throw new Error('no topic');
    const { bytes } = log;
    expect(await compactLog(log, rules, Date.now(), new AbortController().signal)).toBe(true);
    expect(log.bytes).toBeLessThan(bytes / 10);
    const before = state.groups.offsetsOf('g')?.all();
    state.crash();
    const after = openSampleState(dataDir).groups.offsetsOf('g')?.all();
    expect(new Map(after?.map((kept) => [kept.partition, kept.offset]))).toEqual(
      new Map(before?.map((kept) => [kept.partition, kept.offset])),
    );
  });

  it('deletes groups nobody is in, for good', async () => {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    state.groups.commit('g', [offset('t', 0, 1)]);
    await state.groups.join('busy', joinOrder);
    expect(state.groups.deleteGroup('busy')).toBe('NON_EMPTY_GROUP');
    expect(state.groups.deleteGroup('none')).toBe('GROUP_ID_NOT_FOUND');
    expect(state.groups.deleteGroup('g')).toBeNull();
    state.crash();
    expect(openSampleState(dataDir).groups.get('g')).toBeUndefined();
  });

  it('forgets offsets of a deleted topic, and of groups that were empty for too long', () => {
    const { groups } = openSampleState(sampleDataDir());
    groups.commit('g', [offset('gone', 0, 1), offset('t', 0, 1)]);
    groups.forgetTopic('gone');
    expect(
      groups
        .offsetsOf('g')
        ?.all()
        .map(({ topic }) => topic),
    ).toEqual(['t']);
    groups.expire(Date.now() + 6 * day);
    expect(groups.get('g')).toBeDefined();
    groups.expire(Date.now() + 8 * day);
    expect(groups.get('g')).toBeUndefined();
  });

  it('refuses commits from generations it does not know', () => {
    const { groups } = openSampleState(sampleDataDir());
    expect(groups.commitError('new', 'm', null, 4)).toBe('ILLEGAL_GENERATION');
    expect(groups.commitError('new', '', null, -1)).toBeNull();
  });

  it('refuses groups without a name and sessions out of bounds', async () => {
    const { groups } = openSampleState(sampleDataDir());
    expect(await groups.join('', joinOrder)).toMatchObject({ errorCode: 24 });
    expect(await groups.join('g', { ...joinOrder, sessionTimeoutMs: 10 })).toMatchObject({ errorCode: 26 });
    expect(await groups.join('g', { ...joinOrder, memberId: 'ghost' })).toMatchObject({ errorCode: 25 });
  });
});
