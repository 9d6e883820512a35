import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { FakeBroker } from '../connection/fake-broker.ts';
import { kafkaErrors } from '../protocol/error-codes.ts';
import {
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponseInput,
  consumerGroupHeartbeatApi,
} from '../protocol/generated/consumer-group-heartbeat.js';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';
import { offsetCommitApi } from '../protocol/generated/offset-commit.js';
import { ConsumerGroupMember, type ConsumerGroupMemberOptions } from './consumer-group-member.ts';
import { startFakeCoordinator } from './fake-coordinator.ts';

const open: (() => Promise<void>)[] = [];
const topicId = 'BBBBBBBBBBBBBBBBBBBBBQ';

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
});

type Answer = Partial<ConsumerGroupHeartbeatResponseInput> | 'hang up';

/** A coordinator in whose answers the tests have the say; without one it says yes to all. */
async function startCoordinator() {
  const broker = await startFakeCoordinator();
  open.push(() => broker.stop());
  const beats: ConsumerGroupHeartbeatRequest[] = [];
  const answers: Answer[] = [];
  let epoch = 0;
  broker.on(consumerGroupHeartbeatApi.key, (call) => {
    const beat = call.read(consumerGroupHeartbeatApi);
    beats.push(beat);
    const answer = answers.shift() ?? {};
    if (answer === 'hang up') {
      call.socket.destroy();
      return;
    }
    if (beat.memberEpoch === 0) epoch++;
    const rest = { errorCode: 0, memberEpoch: epoch, heartbeatIntervalMs: 20, ...answer };
    call.answer(consumerGroupHeartbeatApi, rest);
  });
  return { broker, beats, answers };
}

function startMember(broker: FakeBroker, options: Partial<ConsumerGroupMemberOptions> = {}) {
  const cluster = new Cluster({
    properties: {
      'bootstrap.servers': broker.bootstrap,
      'retry.backoff.ms': '5',
      'retry.backoff.max.ms': '5',
      'reconnect.backoff.ms': '5',
    },
  });
  const told: string[] = [];
  const topics = ['t'];
  const member = new ConsumerGroupMember(cluster, {
    groupId: 'g',
    groupInstanceId: null,
    rack: 'r1',
    rebalanceTimeoutMs: 7000,
    serverAssignor: 'uniform',
    topics: () => topics,
    onTarget: (target) => told.push(`target ${JSON.stringify(target)}`),
    onLost: () => told.push('lost'),
    onFatal: ({ code, details }) => told.push(`fatal ${code} ${details.kafkaError}`),
    ...options,
  });
  open.push(async () => {
    await member.leave(1000, 'remain');
    await cluster.close();
  });
  return { member, told };
}

describe('a member by the newer protocol', () => {
  it('tells everything when it joins, and afterwards only what is new', async () => {
    const { broker, beats, answers } = await startCoordinator();
    const target = [{ topicId, partitions: [1, 2] }];
    answers.push({ assignment: { topicPartitions: target } });
    const { member, told } = startMember(broker);
    expect(member.identity).toEqual({ generation: -1, memberId: '' });
    member.join();
    await waitFor('the next heartbeat', () => beats.length >= 2);
    const common = { groupId: 'g', instanceId: null };
    const first = { rackId: 'r1', rebalanceTimeoutMs: 7000, serverAssignor: 'uniform' };
    expect(beats[0]).toMatchObject({ ...common, ...first, memberEpoch: 0, subscribedTopicNames: ['t'] });
    expect(beats[0]?.topicPartitions).toEqual([]);
    expect(beats[0]?.memberId).toMatch(/^[\w-]{22}$/);
    const later = { rackId: null, rebalanceTimeoutMs: -1, serverAssignor: null, subscribedTopicNames: null };
    expect(beats[1]).toMatchObject({ ...common, ...later, memberEpoch: 1, topicPartitions: null });
    expect(told).toEqual([`target ${JSON.stringify(target)}`]);
    expect(member.identity).toEqual({ generation: 1, memberId: beats[0]?.memberId });
    member.acknowledge(target);
    await waitFor('the acknowledgement', () =>
      beats.some(({ topicPartitions }) => topicPartitions?.length === 1),
    );
    const count = beats.length;
    await waitFor('another heartbeat', () => beats.length > count);
    expect(beats.at(-1)?.topicPartitions).toBeNull();
  });

  it('tells everything again when an answer was lost', async () => {
    const { broker, beats, answers } = await startCoordinator();
    const { member } = startMember(broker);
    answers.push({}, 'hang up');
    member.join();
    await waitFor('the heartbeat after', () => beats.length >= 3);
    expect(beats[2]).toMatchObject({ memberEpoch: 1, subscribedTopicNames: ['t'], topicPartitions: [] });
  });

  it('asks for the coordinator anew when that has moved', async () => {
    const { broker, beats, answers } = await startCoordinator();
    const { member } = startMember(broker);
    answers.push({}, { errorCode: kafkaErrors.NOT_COORDINATOR });
    member.join();
    await waitFor('the heartbeat after', () => beats.length >= 3);
    expect(broker.count(findCoordinatorApi.key)).toBe(2);
    expect(beats[2]?.memberEpoch).toBe(1);
  });

  it.each(['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND'] as const)(
    'is lost after %s, silent until its owner has given up, and then joins with the same id',
    async (name) => {
      const { broker, beats, answers } = await startCoordinator();
      const { member, told } = startMember(broker);
      answers.push({}, { errorCode: kafkaErrors[name] });
      member.join();
      await waitFor('the loss', () => told.includes('lost'));
      expect(member.identity.generation).toBe(-1);
      const count = beats.length;
      member.beatSoon();
      await new Promise((resolve) => setImmediate(resolve));
      expect(beats).toHaveLength(count);
      member.join();
      await waitFor('the new epoch', () => member.identity.generation === 2);
      expect(beats[count]).toMatchObject({
        memberEpoch: 0,
        memberId: beats[0]?.memberId,
        topicPartitions: [],
      });
    },
  );

  it.each([
    ['UNRELEASED_INSTANCE_ID', 'fatal conflict UNRELEASED_INSTANCE_ID'],
    ['FENCED_INSTANCE_ID', 'fatal conflict FENCED_INSTANCE_ID'],
    ['UNSUPPORTED_ASSIGNOR', 'fatal kafka UNSUPPORTED_ASSIGNOR'],
    ['GROUP_AUTHORIZATION_FAILED', 'fatal forbidden GROUP_AUTHORIZATION_FAILED'],
    ['UNSUPPORTED_VERSION', 'fatal config UNSUPPORTED_VERSION'],
  ] as const)('is out for good after %s', async (name, expected) => {
    const { broker, beats, answers } = await startCoordinator();
    const { member, told } = startMember(broker);
    answers.push({ errorCode: kafkaErrors[name] });
    member.join();
    await waitFor('the end', () => told.length > 0);
    expect(told).toEqual([expected]);
    expect(beats).toHaveLength(1);
  });

  it('is refused by name where brokers do not offer the protocol', async () => {
    const { broker } = await startCoordinator();
    broker.versions = broker.versions.filter(({ apiKey }) => apiKey !== consumerGroupHeartbeatApi.key);
    const messages: string[] = [];
    const { member } = startMember(broker, { onFatal: ({ message }) => messages.push(message) });
    member.join();
    await waitFor('the refusal', () => messages.length > 0);
    expect(messages[0]).toContain('Set group.protocol=classic');
  });

  it('commits with its epoch, and again when that has become stale', async () => {
    const { broker, answers } = await startCoordinator();
    const { member } = startMember(broker);
    member.join();
    await waitFor('the membership', () => member.identity.generation === 1);
    const epochs: number[] = [];
    broker.on(offsetCommitApi.key, (call) => {
      const { generationIdOrMemberEpoch: epoch } = call.read(offsetCommitApi);
      epochs.push(epoch);
      answers.push({ memberEpoch: 5 });
      const errorCode = epoch === 1 ? kafkaErrors.STALE_MEMBER_EPOCH : 0;
      call.answer(offsetCommitApi, {
        topics: [{ name: 't', partitions: [{ partitionIndex: 0, errorCode }] }],
      });
    });
    await member.commitOffsets([{ topic: 't', partition: 0, offset: 1 }]);
    expect([epochs[0], epochs.at(-1)]).toEqual([1, 5]);
  });

  it('refuses to commit while it is out', async () => {
    const { broker } = await startCoordinator();
    const { member } = startMember(broker);
    const committed = member.commitOffsets([{ topic: 't', partition: 0, offset: 1 }]);
    await expect(committed).rejects.toMatchObject({ code: 'conflict' });
    expect(broker.count(offsetCommitApi.key)).toBe(0);
  });

  it.each([
    [null, 'default', [-1]],
    [null, 'leave', [-1]],
    [null, 'remain', []],
    ['i', 'default', [-2]],
    ['i', 'leave', [-1]],
    ['i', 'remain', [-2]],
  ] as const)(
    'with instance id %s says by %s that it leaves: %j',
    async (groupInstanceId, operation, expected) => {
      const { broker, beats } = await startCoordinator();
      const { member } = startMember(broker, { groupInstanceId });
      member.join();
      await waitFor('the membership', () => member.identity.generation === 1);
      await member.leave(1000, operation);
      expect(beats.map(({ memberEpoch }) => memberEpoch).filter((epoch) => epoch < 0)).toEqual(expected);
      expect(member.identity.generation).toBe(-1);
    },
  );
});
