import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { consumerGroupDescribeApi } from '../kafka/protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatApi } from '../kafka/protocol/generated/consumer-group-heartbeat.js';
import { describeGroupsApi } from '../kafka/protocol/generated/describe-groups.js';
import { joinGroupApi } from '../kafka/protocol/generated/join-group.js';
import { listGroupsApi } from '../kafka/protocol/generated/list-groups.js';
import { offsetCommitApi } from '../kafka/protocol/generated/offset-commit.js';
import { offsetFetchApi } from '../kafka/protocol/generated/offset-fetch.js';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { askUntilSettled, awaitCoordinator, errorName, openWireDesk } from './testing/wire-desk.ts';

/** What members of groups whose coordinator assigns are told, answer by answer. */

const newId = () => randomBytes(16).toString('base64url');

describe.each(await brokers())('groups of KIP-848 on $name', ({ bootstrap }) => {
  async function open() {
    const desk = await openWireDesk(bootstrap, 4);
    await awaitCoordinator(desk, 0);
    const { client, topic, topicId, unique: groupId } = desk;
    const beat = async (memberId: string, memberEpoch: number, traits: object = {}) => {
      const joining = { rebalanceTimeoutMs: 5000, subscribedTopicNames: [topic], topicPartitions: [] };
      const request = { groupId, memberId, memberEpoch, ...(memberEpoch === 0 ? joining : {}), ...traits };
      const answer = await askUntilSettled(
        () => client.request(consumerGroupHeartbeatApi, 1, request),
        ({ errorCode }) => errorCode,
      );
      if (answer.errorCode !== 0) return errorName(answer.errorCode);
      const { assignment } = answer;
      const told = assignment?.topicPartitions.flatMap((given) => given.partitions).join() ?? 'same';
      return `${answer.memberEpoch}: ${told}`;
    };
    const owning = (...partitions: number[]) => ({ topicPartitions: [{ topicId, partitions }] });
    return { client, topic, groupId, beat, owning };
  }

  it('take partitions from one for another', async () => {
    const { client, groupId, beat, owning, topic } = await open();
    const [a, b] = [newId(), newId()];
    const state = async () => {
      const request = { groupIds: [groupId], includeAuthorizedOperations: false };
      return (await client.request(consumerGroupDescribeApi, 1, request)).groups[0];
    };
    const [first = ''] = (await beat(a, 0)).split(':');
    expect(await beat(a, Number(first), owning(0, 1, 2, 3))).toBe(`${first}: same`);
    expect((await state())?.groupState).toBe('Stable');
    let second = '0';
    // Kafka shares out anew once a second at most.
    await waitFor('a share for the second', async () => {
      [second = ''] = (await beat(b, Number(second))).split(':');
      return Number(second) > Number(first);
    });
    const given = await beat(a, Number(first));
    expect(given).toMatch(new RegExp(`^${first}: \\d,\\d$`));
    expect(await state()).toMatchObject({ groupState: 'Reconciling', assignorName: 'uniform' });
    const kept = given
      .slice(given.indexOf(' ') + 1)
      .split(',')
      .map(Number);
    expect(await beat(a, Number(first), owning(...kept))).toMatch(`${second}: `);
    const others = [0, 1, 2, 3].filter((partition) => !kept.includes(partition));
    expect(await beat(b, Number(second))).toBe(`${second}: ${others.join()}`);
    const described = await state();
    expect(described).toMatchObject({ groupState: 'Stable', groupEpoch: Number(second) });
    const member = described?.members.find(({ memberId }) => memberId === b);
    expect(member).toMatchObject({
      memberEpoch: Number(second),
      subscribedTopicNames: [topic],
      assignment: { topicPartitions: [{ topicName: topic, partitions: others }] },
      targetAssignment: { topicPartitions: [{ topicName: topic, partitions: others }] },
    });
    expect(await beat(b, -1)).toBe('-1: same');
    expect(await beat(b, Number(second))).toBe('UNKNOWN_MEMBER_ID');
  });

  it('refuse what a heartbeat must not say', async () => {
    const { beat } = await open();
    const id = newId();
    expect(await beat('', 0)).toBe('INVALID_REQUEST');
    expect(await beat(id, -3)).toBe('INVALID_REQUEST');
    expect(await beat(id, -2)).toBe('INVALID_REQUEST');
    expect(await beat(id, 0, { groupId: '' })).toBe('INVALID_REQUEST');
    expect(await beat(id, 0, { topicPartitions: null })).toBe('INVALID_REQUEST');
    expect(await beat(id, 0, { rebalanceTimeoutMs: -1 })).toBe('INVALID_REQUEST');
    expect(await beat(id, 0, { subscribedTopicNames: null })).toBe('INVALID_REQUEST');
    expect(await beat(id, 0, { serverAssignor: 'mine' })).toBe('UNSUPPORTED_ASSIGNOR');
    const [epoch = ''] = (await beat(id, 0)).split(':');
    expect(await beat(id, Number(epoch) + 5)).toBe('FENCED_MEMBER_EPOCH');
    expect(await beat(newId(), Number(epoch))).toBe('UNKNOWN_MEMBER_ID');
  });

  it('are told from classic ones', async () => {
    const { client, groupId, topic, beat } = await open();
    const id = newId();
    const [epoch = ''] = (await beat(id, 0)).split(':');
    const { groups: listed } = await client.request(listGroupsApi, 5, { typesFilter: ['consumer'] });
    expect(listed.find((group) => group.groupId === groupId)).toMatchObject({
      protocolType: 'consumer',
      groupType: 'consumer',
    });
    const classic = await client.request(describeGroupsApi, 6, { groups: [groupId] });
    expect(errorName(classic.groups[0]?.errorCode)).toBe('GROUP_ID_NOT_FOUND');
    const joining = await client.request(joinGroupApi, 9, {
      groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'connect',
      protocols: [{ name: 'range', metadata: Buffer.from('x') }],
    });
    expect(errorName(joining.errorCode)).toBe('INCONSISTENT_GROUP_PROTOCOL');
    const partitions = [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'm' }];
    const commit = async (memberId: string, memberEpoch: number) => {
      const topics = [{ name: topic, partitions }];
      const body = { groupId, memberId, generationIdOrMemberEpoch: memberEpoch, topics };
      const answer = await client.request(offsetCommitApi, 9, body);
      return errorName(answer.topics[0]?.partitions[0]?.errorCode);
    };
    expect(await commit(id, Number(epoch))).toBe('NONE');
    expect(await commit(id, Number(epoch) + 1)).toBe('STALE_MEMBER_EPOCH');
    expect(await commit('', -1)).toBe('UNKNOWN_MEMBER_ID');
    const fetch = async (memberId: string | null, memberEpoch: number) => {
      const topics = [{ name: topic, partitionIndexes: [0] }];
      const answer = await client.request(offsetFetchApi, 9, {
        groups: [{ groupId, memberId, memberEpoch, topics }],
      });
      const [group] = answer.groups;
      return group?.errorCode === 0
        ? group.topics[0]?.partitions[0]?.committedOffset
        : errorName(group?.errorCode);
    };
    expect(await fetch(null, -1)).toBe(5);
    expect(await fetch(id, Number(epoch))).toBe(5);
    expect(await fetch(id, Number(epoch) + 1)).toBe('STALE_MEMBER_EPOCH');
    expect(await fetch('stranger', 1)).toBe('UNKNOWN_MEMBER_ID');
    const described = await client.request(consumerGroupDescribeApi, 1, {
      groupIds: [`${groupId}-none`],
      includeAuthorizedOperations: false,
    });
    expect(errorName(described.groups[0]?.errorCode)).toBe('GROUP_ID_NOT_FOUND');
  });
});
