import { afterEach, describe, expect, it } from 'vitest';
import { Cluster } from '../cluster/cluster.ts';
import { FakeBroker } from '../connection/fake-broker.ts';
import { createClusterInspection } from '../inspection/inspect-cluster.ts';
import { kafkaErrors } from '../protocol/error-codes.ts';
import { consumerGroupDescribeApi } from '../protocol/generated/consumer-group-describe.js';
import { createTopicsApi } from '../protocol/generated/create-topics.js';
import { deleteGroupsApi } from '../protocol/generated/delete-groups.js';
import { describeClusterApi } from '../protocol/generated/describe-cluster.js';
import { describeGroupsApi } from '../protocol/generated/describe-groups.js';
import { describeTransactionsApi } from '../protocol/generated/describe-transactions.js';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';
import { incrementalAlterConfigsApi } from '../protocol/generated/incremental-alter-configs.js';
import { listTransactionsApi } from '../protocol/generated/list-transactions.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { createAdmin } from './cluster-admin.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A broker that coordinates everything, and an admin that asks it. */
async function start() {
  const broker = await FakeBroker.start();
  open.push(() => broker.stop());
  const cluster = new Cluster({
    properties: { 'bootstrap.servers': broker.bootstrap, 'retry.backoff.ms': '5' },
  });
  open.push(() => cluster.close());
  broker.on(findCoordinatorApi.key, (call) => {
    const { coordinatorKeys } = call.read(findCoordinatorApi);
    const found = { nodeId: 1, host: '127.0.0.1', port: broker.port, errorCode: 0 };
    call.answer(findCoordinatorApi, { coordinators: coordinatorKeys.map((key) => ({ key, ...found })) });
  });
  return { broker, admin: createAdmin(cluster), inspection: createClusterInspection(cluster) };
}

function lacks(broker: FakeBroker, ...apis: readonly { readonly key: number }[]): void {
  const keys = new Set(apis.map(({ key }) => key));
  broker.versions = (broker.versions ?? []).filter(({ apiKey }) => !keys.has(apiKey));
}

describe('admin', () => {
  it('asks the next controller when the first is one no more, and only for what is left', async () => {
    const { broker, admin } = await start();
    const asked: string[][] = [];
    broker.on(createTopicsApi.key, (call) => {
      const names = call.read(createTopicsApi).topics.map(({ name }) => name);
      asked.push(names);
      const errorCode = asked.length === 1 ? kafkaErrors.NOT_CONTROLLER : 0;
      call.answer(createTopicsApi, {
        topics: names.map((name) => ({ name, errorCode: name === 'a' ? 0 : errorCode, topicId: undefined })),
      });
    });
    const before = broker.count(metadataApi.key);
    await admin.createTopics(['a', 'b', 'c'].map((name) => ({ name, partitions: 1, replicationFactor: 1 })));
    expect(asked).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(broker.count(metadataApi.key)).toBeGreaterThan(before);
  });

  it('takes a topic that its own lost attempt has made for made', async () => {
    const { broker, admin } = await start();
    let attempts = 0;
    broker.on(createTopicsApi.key, (call) => {
      attempts++;
      if (attempts === 1) call.socket.destroy();
      else {
        const topics = [{ name: 'a', errorCode: kafkaErrors.TOPIC_ALREADY_EXISTS }];
        call.answer(createTopicsApi, { topics });
      }
    });
    await admin.createTopics([{ name: 'a', partitions: 1, replicationFactor: 1 }]);
    expect(attempts).toBe(2);
  });

  it('finds the coordinator of a group anew when it has moved, and asks only for that group again', async () => {
    const { broker, admin } = await start();
    const asked: string[][] = [];
    broker.on(describeGroupsApi.key, (call) => {
      const { groups } = call.read(describeGroupsApi);
      asked.push([...groups]);
      call.answer(describeGroupsApi, {
        groups: groups.map((groupId) => ({
          ...{ groupId, groupState: 'Stable', protocolType: 'connect', protocolData: '', members: [] },
          errorCode: groupId === 'moved' && asked.length === 1 ? kafkaErrors.NOT_COORDINATOR : 0,
        })),
      });
    });
    const before = broker.count(findCoordinatorApi.key);
    const described = await admin.describeGroups(['stays', 'moved']);
    expect(described.map(({ groupId, state }) => [groupId, state])).toEqual([
      ['stays', 'Stable'],
      ['moved', 'Stable'],
    ]);
    expect(asked).toEqual([['stays', 'moved'], ['moved']]);
    expect(broker.count(findCoordinatorApi.key)).toBe(before + 3);
  });

  it('describes groups that the broker assigns, which the older request calls dead', async () => {
    const { broker, admin } = await start();
    broker.on(describeGroupsApi.key, (call) => {
      const groups = call.read(describeGroupsApi).groups.map((groupId) => ({
        ...{ groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] },
        errorCode: kafkaErrors.GROUP_ID_NOT_FOUND,
      }));
      call.answer(describeGroupsApi, { groups });
    });
    broker.on(consumerGroupDescribeApi.key, (call) => {
      const assignment = {
        topicPartitions: [{ topicId: undefined, topicName: 'orders', partitions: [0, 2] }],
      };
      const member = {
        ...{ memberId: 'm', memberEpoch: 3, clientId: 'c', clientHost: '/10.0.0.1' },
        ...{ subscribedTopicNames: ['orders'], assignment, targetAssignment: assignment },
      };
      const groups = call.read(consumerGroupDescribeApi).groupIds.map((groupId) => ({
        ...{ groupId, groupEpoch: 3, assignmentEpoch: 3, assignorName: 'uniform' },
        errorCode: groupId === 'new' ? 0 : kafkaErrors.GROUP_ID_NOT_FOUND,
        groupState: groupId === 'new' ? 'Stable' : '',
        members: groupId === 'new' ? [member] : [],
      }));
      call.answer(consumerGroupDescribeApi, { throttleTimeMs: 0, groups });
    });
    expect(await admin.describeGroups(['new', 'none'])).toMatchObject([
      {
        groupId: 'new',
        type: 'consumer',
        state: 'Stable',
        members: [
          {
            memberId: 'm',
            partitions: [
              { topic: 'orders', partition: 0 },
              { topic: 'orders', partition: 2 },
            ],
          },
        ],
      },
      { groupId: 'none', type: '', state: 'Dead', members: [] },
    ]);
    lacks(broker, consumerGroupDescribeApi);
    broker.dropConnections();
    expect((await admin.describeGroups(['new']))[0]?.state).toBe('Dead');
  });

  it('deletes the groups that can be deleted, and tells of the others', async () => {
    const { broker, admin } = await start();
    broker.on(deleteGroupsApi.key, (call) => {
      const results = call.read(deleteGroupsApi).groupsNames.map((groupId) => ({
        groupId,
        errorCode: groupId === 'busy' ? kafkaErrors.NON_EMPTY_GROUP : 0,
      }));
      call.answer(deleteGroupsApi, { throttleTimeMs: 0, results });
    });
    await expect(admin.deleteGroups(['busy', 'idle'])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('group busy has members'),
      details: { failures: [{ name: 'busy', kafkaError: 'NON_EMPTY_GROUP' }] },
    });
  });
});

describe('what old brokers lack', () => {
  it('is refused with the version of Kafka that is needed', async () => {
    const { broker, admin, inspection } = await start();
    lacks(broker, incrementalAlterConfigsApi, listTransactionsApi, describeTransactionsApi);
    const absent = (version: string) => ({
      code: 'kafka',
      message: expect.stringContaining(`Apache Kafka ${version} or later`),
      details: { kafkaError: 'UNSUPPORTED_VERSION' },
    });
    await expect(admin.alterTopicConfig('t', { 'retention.ms': '1' })).rejects.toMatchObject(absent('2.3'));
    await expect(inspection.listTransactions()).rejects.toMatchObject(absent('3.0'));
    await expect(inspection.describeTransactions(['x'])).rejects.toMatchObject(absent('3.0'));
  });

  it('is not told of permissions: the answer says that the broker does not say', async () => {
    const { broker, inspection } = await start();
    lacks(broker, describeClusterApi);
    broker.versions = (broker.versions ?? []).map((api) =>
      api.apiKey === metadataApi.key
        ? { ...api, maxVersion: 7 }
        : api.apiKey === describeGroupsApi.key
          ? { ...api, maxVersion: 2 }
          : api,
    );
    broker.on(metadataApi.key, (call) => {
      const topics = (call.read(metadataApi).topics ?? []).map(({ name }) => ({
        ...{ name, errorCode: 0, isInternal: false, partitions: [] },
      }));
      call.answer(metadataApi, { ...broker.metadata(), topics });
    });
    broker.on(describeGroupsApi.key, (call) => {
      const groups = call.read(describeGroupsApi).groups.map((groupId) => ({
        ...{ groupId, errorCode: 0, groupState: 'Empty', protocolType: '', protocolData: '', members: [] },
      }));
      call.answer(describeGroupsApi, { groups });
    });
    const allowed = await inspection.authorizedOperations({ topics: ['t'], groups: ['g'] });
    expect(allowed.cluster).toBeNull();
    expect(allowed.topics).toEqual(new Map([['t', null]]));
    expect(allowed.groups).toEqual(new Map([['g', null]]));
  });
});
