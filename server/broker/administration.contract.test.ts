import { describe, expect, it } from 'vitest';
import type { ClientApi } from '../kafka/protocol/api.ts';
import { alterConfigsApi } from '../kafka/protocol/generated/alter-configs.js';
import { alterPartitionReassignmentsApi } from '../kafka/protocol/generated/alter-partition-reassignments.js';
import { createAclsApi } from '../kafka/protocol/generated/create-acls.js';
import { createPartitionsApi } from '../kafka/protocol/generated/create-partitions.js';
import { createTopicsApi } from '../kafka/protocol/generated/create-topics.js';
import { deleteAclsApi } from '../kafka/protocol/generated/delete-acls.js';
import { deleteGroupsApi } from '../kafka/protocol/generated/delete-groups.js';
import { deleteTopicsApi } from '../kafka/protocol/generated/delete-topics.js';
import { describeAclsApi } from '../kafka/protocol/generated/describe-acls.js';
import { describeClientQuotasApi } from '../kafka/protocol/generated/describe-client-quotas.js';
import { describeClusterApi } from '../kafka/protocol/generated/describe-cluster.js';
import { describeConfigsApi } from '../kafka/protocol/generated/describe-configs.js';
import { describeGroupsApi } from '../kafka/protocol/generated/describe-groups.js';
import { describeTopicPartitionsApi } from '../kafka/protocol/generated/describe-topic-partitions.js';
import { describeUserScramCredentialsApi } from '../kafka/protocol/generated/describe-user-scram-credentials.js';
import { electLeadersApi } from '../kafka/protocol/generated/elect-leaders.js';
import { heartbeatApi } from '../kafka/protocol/generated/heartbeat.js';
import { incrementalAlterConfigsApi } from '../kafka/protocol/generated/incremental-alter-configs.js';
import { joinGroupApi } from '../kafka/protocol/generated/join-group.js';
import { leaveGroupApi } from '../kafka/protocol/generated/leave-group.js';
import { listPartitionReassignmentsApi } from '../kafka/protocol/generated/list-partition-reassignments.js';
import { metadataApi } from '../kafka/protocol/generated/metadata.js';
import { offsetCommitApi } from '../kafka/protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../kafka/protocol/generated/offset-delete.js';
import { saslAuthenticateApi } from '../kafka/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../kafka/protocol/generated/sasl-handshake.js';
import { syncGroupApi } from '../kafka/protocol/generated/sync-group.js';
import { updateFeaturesApi } from '../kafka/protocol/generated/update-features.js';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { anyAcl } from './testing/any-acl.ts';
import { askUntilSettled, awaitCoordinator, openWireDesk } from './testing/wire-desk.ts';

/** What administrators are told, word for word where Java's tools show it. */

const onAcl = {
  resourceType: 2,
  resourceName: 't',
  principal: 'User:a',
  host: '*',
  operation: 3,
  permissionType: 3,
};
const [topicResource, brokerResource] = [2, 4];
/** All operations on topics, groups and the cluster, as bits. */
const everything = { topic: 3576, group: 3400, cluster: 8096 };
const ok = { errorCode: 0 };

describe.each(await brokers())('administration on $name', ({ bootstrap }) => {
  async function open() {
    const desk = await openWireDesk(bootstrap);
    const ask = async <Input, Response>(api: ClientApi<Input, Response>, body: Input): Promise<Response> =>
      await desk.client.request(api, api.maxVersion, body);
    return { ...desk, ask };
  }

  it('tells without authorizer that everything is allowed, and that there are no ACLs', async () => {
    const { client, topic, unique, ask } = await open();
    await awaitCoordinator({ client, topic, topicId: '', unique }, 0);
    const metadata = await client.request(metadataApi, 10, {
      topics: [{ name: topic }, { name: 'not there' }],
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: true,
      includeClusterAuthorizedOperations: true,
    });
    expect(metadata.clusterAuthorizedOperations).toBe(everything.cluster);
    expect(metadata.topics).toMatchObject([
      { ...ok, name: topic, topicAuthorizedOperations: everything.topic },
      { errorCode: 17, name: 'not there', topicAuthorizedOperations: everything.topic },
    ]);
    const cluster = await ask(describeClusterApi, { includeClusterAuthorizedOperations: true });
    expect(cluster.clusterAuthorizedOperations).toBe(everything.cluster);
    const pages = await ask(describeTopicPartitionsApi, {
      topics: [{ name: topic }],
      responsePartitionLimit: 1,
    });
    expect(pages).toMatchObject({
      topics: [{ topicAuthorizedOperations: everything.topic, partitions: [{ partitionIndex: 0 }] }],
      nextCursor: { topicName: topic, partitionIndex: 1 },
    });
    const described = { groups: [unique], includeAuthorizedOperations: true };
    const { groups } = await askUntilSettled(
      () => client.request(describeGroupsApi, 5, described),
      (answer) => answer.groups[0]?.errorCode,
    );
    expect(groups).toMatchObject([{ groupState: 'Dead', authorizedOperations: everything.group }]);
    const disabled = { errorCode: 54, errorMessage: expect.stringContaining('No Authorizer is configured') };
    expect(await ask(describeAclsApi, anyAcl)).toMatchObject(disabled);
    expect(await ask(createAclsApi, { creations: [onAcl] })).toMatchObject({ results: [disabled] });
    expect(await ask(deleteAclsApi, { filters: [anyAcl] })).toMatchObject({ filterResults: [disabled] });
  });

  it('has no quotas, SCRAM users, reassignments and elections, and nothing to authenticate', async () => {
    const { topic, ask } = await open();
    const quotas = await ask(describeClientQuotasApi, { components: [], strict: false });
    expect(quotas).toMatchObject({ ...ok, entries: [] });
    expect(await ask(describeUserScramCredentialsApi, { users: null })).toMatchObject({ ...ok, results: [] });
    expect(await ask(describeUserScramCredentialsApi, { users: [{ name: 'nobody' }] })).toMatchObject({
      results: [
        {
          errorCode: 91,
          errorMessage: 'Attempt to describe a user credential that does not exist: nobody',
        },
      ],
    });
    const partitions = [
      { partitionIndex: 0, replicas: null },
      { partitionIndex: 1, replicas: [1] },
      { partitionIndex: 9, replicas: [1] },
    ];
    const moved = await ask(alterPartitionReassignmentsApi, { topics: [{ name: topic, partitions }] });
    expect(moved.responses[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual([85, 0, 3]);
    expect(await ask(listPartitionReassignmentsApi, { topics: null })).toMatchObject({ ...ok, topics: [] });
    const elected = await ask(electLeadersApi, { topicPartitions: [{ topic, partitions: [0, 9] }] });
    expect(elected.replicaElectionResults[0]?.partitionResult).toEqual([
      { partitionId: 0, errorCode: 84, errorMessage: 'Leader election not needed for topic partition.' },
      { partitionId: 9, errorCode: 3, errorMessage: `No such partition as ${topic}-9` },
    ]);
    expect(await ask(saslHandshakeApi, { mechanism: 'PLAIN' })).toEqual({ errorCode: 34, mechanisms: [] });
    expect(await ask(saslAuthenticateApi, { authBytes: Buffer.from('x') })).toMatchObject({ errorCode: 34 });
    const update = (feature: string, maxVersionLevel: number) => ({
      featureUpdates: [{ feature, maxVersionLevel, upgradeType: 1 }],
    });
    expect(await ask(updateFeaturesApi, update('transaction.version', 2))).toMatchObject(ok);
    expect(await ask(updateFeaturesApi, update('no.feature', 2))).toMatchObject({ errorCode: 95 });
  });

  it('names what is wrong with topics', async () => {
    const { topic, ask } = await open();
    const wanted = (name: string, traits: object = {}) => ({
      name,
      numPartitions: 1,
      replicationFactor: 1,
      assignments: [],
      configs: [],
      ...traits,
    });
    const created = await ask(createTopicsApi, {
      timeoutMs: 5000,
      validateOnly: true,
      topics: [
        wanted(topic),
        wanted('bad name'),
        wanted('a1', { numPartitions: 0 }),
        wanted('a2', { replicationFactor: 3 }),
        wanted('a3', { configs: [{ name: 'no.config', value: '1' }] }),
        wanted('a4', { configs: [{ name: 'retention.ms', value: 'x' }] }),
        wanted('a5', { configs: [{ name: 'cleanup.policy', value: null }] }),
        wanted('a6', { configs: [{ name: 'cleanup.policy', value: 'compact' }] }),
      ],
    });
    const byName = new Map(created.topics.map((answer) => [answer.name, answer]));
    expect(byName.get(topic)).toMatchObject({
      errorCode: 36,
      errorMessage: `Topic '${topic}' already exists.`,
    });
    expect(byName.get('bad name')).toMatchObject({ errorCode: 17 });
    expect(byName.get('a1')).toMatchObject({
      errorCode: 37,
      errorMessage: 'Number of partitions was set to an invalid non-positive value.',
    });
    expect(byName.get('a2')).toMatchObject({ errorCode: 38 });
    expect(byName.get('a3')).toMatchObject({
      errorCode: 40,
      errorMessage: 'Unknown topic config name: no.config',
    });
    expect(byName.get('a4')).toMatchObject({ errorCode: 40 });
    expect(byName.get('a5')).toMatchObject({ errorCode: 40 });
    const [config] = byName.get('a6')?.configs?.filter(({ name }) => name === 'cleanup.policy') ?? [];
    expect(config).toMatchObject({ value: 'compact', configSource: 1 });
    const grown = await ask(createPartitionsApi, {
      timeoutMs: 5000,
      validateOnly: false,
      topics: [
        { name: topic, count: 1, assignments: null },
        { name: 'not-there', count: 3, assignments: null },
      ],
    });
    const grownByName = new Map(grown.results.map((answer) => [answer.name, answer]));
    expect([grownByName.get(topic), grownByName.get('not-there')]).toMatchObject([
      {
        errorCode: 37,
        errorMessage: `The topic ${topic} currently has 2 partition(s); 1 would not be an increase.`,
      },
      { errorCode: 3 },
    ]);
    const same = [{ name: topic, count: 2, assignments: null }];
    const grownBy0 = await ask(createPartitionsApi, { timeoutMs: 5000, validateOnly: true, topics: same });
    expect(grownBy0.results).toMatchObject([
      { errorCode: 37, errorMessage: 'Topic already has 2 partition(s).' },
    ]);
    const topicId = 'BAAAAAAAAAAAAAAAAAAAAA';
    const topics = [{ name: 'not-there' }, { name: null, topicId }];
    const deleted = await ask(deleteTopicsApi, { timeoutMs: 5000, topics });
    // Kafka shuffles these answers.
    expect(deleted.responses.toSorted((a, b) => a.errorCode - b.errorCode)).toMatchObject([
      { errorCode: 3, errorMessage: 'This server does not host this topic-partition.' },
      { errorCode: 100, errorMessage: 'This server does not host this topic ID.' },
    ]);
  });

  it('changes configs of topics one by one or all at once', async () => {
    const { topic, ask } = await open();
    const about = { resourceType: topicResource, resourceName: topic };
    const change = async (
      configs: readonly { name: string; configOperation: number; value: string | null }[],
    ) => {
      const resources = [{ ...about, configs }];
      const { responses } = await ask(incrementalAlterConfigsApi, { resources, validateOnly: false });
      return responses[0]?.errorCode;
    };
    const own = async () => {
      const { results } = await ask(describeConfigsApi, {
        resources: [{ ...about, configurationKeys: null }],
      });
      const set = results[0]?.configs.filter(({ configSource }) => configSource === 1) ?? [];
      return Object.fromEntries(set.map(({ name, value }) => [name, value]));
    };
    expect(await change([{ name: 'retention.ms', configOperation: 0, value: '5000' }])).toBe(0);
    expect(await change([{ name: 'cleanup.policy', configOperation: 2, value: 'compact' }])).toBe(0);
    const both = { 'retention.ms': '5000', 'cleanup.policy': 'delete,compact' };
    await waitFor('the changes', async () => JSON.stringify(await own()).length > 50);
    expect(await own()).toEqual(both);
    expect(await change([{ name: 'retention.ms', configOperation: 0, value: 'x' }])).toBe(40);
    expect(await change([{ name: 'retention.ms', configOperation: 2, value: '1' }])).toBe(40);
    const resources = [{ ...about, configs: [{ name: 'segment.bytes', value: '2000000' }] }];
    await ask(alterConfigsApi, { resources, validateOnly: true });
    expect(await own()).toEqual(both);
    await ask(alterConfigsApi, { resources, validateOnly: false });
    await waitFor('the changes', async () => (await own())['segment.bytes'] === '2000000');
    expect(await own()).toEqual({ 'segment.bytes': '2000000' });
  });

  it('changes settings of the broker that may change while it runs', async () => {
    const { ask } = await open();
    const setting = 'log.retention.bytes';
    const change = async (
      resourceName: string,
      configOperation: number,
      name: string,
      value: string | null,
    ) => {
      const resources = [
        { resourceType: brokerResource, resourceName, configs: [{ name, configOperation, value }] },
      ];
      const { responses } = await ask(incrementalAlterConfigsApi, { resources, validateOnly: false });
      return responses[0]?.errorCode;
    };
    const present = async () => {
      const resources = [{ resourceType: brokerResource, resourceName: '1', configurationKeys: [setting] }];
      const { results } = await ask(describeConfigsApi, { resources });
      const [config] = results[0]?.configs ?? [];
      return `${config?.value} from ${config?.configSource}`;
    };
    const becomes = (expected: string) =>
      waitFor(`the setting to be ${expected}`, async () => (await present()) === expected);
    await becomes('-1 from 5');
    expect(await change('', 0, setting, '900000000')).toBe(0);
    await becomes('900000000 from 3');
    expect(await change('1', 0, setting, '800000000')).toBe(0);
    await becomes('800000000 from 2');
    expect(await change('1', 1, setting, null)).toBe(0);
    expect(await change('', 1, setting, null)).toBe(0);
    await becomes('-1 from 5');
    expect(await change('1', 0, 'socket.request.max.bytes', '1000')).toBe(42);
    expect(await change('7', 0, setting, '1')).toBe(42);
    expect(await change('1', 0, setting, 'x')).not.toBe(0);
  });

  it('refuses members and groups that are not there, or no groups at all', async () => {
    const { client, topic, unique, ask } = await open();
    await awaitCoordinator({ client, topic, topicId: '', unique }, 0);
    const joining = (body: object) => ({
      groupId: unique,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('x') }],
      ...body,
    });
    for (const [body, errorCode] of [
      [{ groupId: '' }, 24],
      [{ sessionTimeoutMs: 1 }, 26],
      [{ sessionTimeoutMs: 99_999_999 }, 26],
      [{ protocols: [] }, 23],
      [{ protocolType: '' }, 23],
      [{ memberId: 'stranger' }, 25],
      [{}, 79],
    ] as const) {
      expect(await ask(joinGroupApi, joining(body)), JSON.stringify(body)).toMatchObject({ errorCode });
    }
    const member = { memberId: 'stranger', generationId: 1 };
    const agreed = { protocolType: 'consumer', protocolName: 'range', assignments: [] };
    expect(await ask(heartbeatApi, { groupId: '', ...member })).toMatchObject({ errorCode: 24 });
    expect(await ask(heartbeatApi, { groupId: unique, ...member })).toMatchObject({ errorCode: 25 });
    expect(await ask(syncGroupApi, { groupId: unique, ...member, ...agreed })).toMatchObject({
      errorCode: 25,
    });
    const silent = { ...agreed, protocolName: null };
    expect(await ask(syncGroupApi, { groupId: unique, ...member, ...silent })).toMatchObject({
      errorCode: 23,
    });
    expect(await ask(leaveGroupApi, { groupId: '', members: [] })).toMatchObject({ errorCode: 24 });
    const leaving = await ask(leaveGroupApi, { groupId: unique, members: [{ memberId: 'stranger' }] });
    expect(leaving).toMatchObject({ ...ok, members: [{ errorCode: 25 }] });
    const partitions = [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'm' }];
    const commit = async (groupId: string, version: number, generationIdOrMemberEpoch: number) => {
      const body = { groupId, generationIdOrMemberEpoch, topics: [{ name: topic, partitions }] };
      const { topics } = await client.request(offsetCommitApi, version, body);
      return topics[0]?.partitions[0]?.errorCode;
    };
    const other = `${unique}-other`;
    expect(await commit(other, 8, 3)).toBe(22);
    expect(await commit(other, 9, 3)).toBe(69);
    expect(await commit(other, 9, -1)).toBe(0);
    const erased = { name: topic, partitions: [{ partitionIndex: 0 }, { partitionIndex: 77 }] };
    const deleted = await ask(offsetDeleteApi, { groupId: other, topics: [erased] });
    const codes = new Map(deleted.topics[0]?.partitions.map((it) => [it.partitionIndex, it.errorCode]));
    expect([codes.get(0), codes.get(77)]).toEqual([0, 3]);
    expect(await ask(offsetDeleteApi, { groupId: '', topics: [] })).toMatchObject({ errorCode: 24 });
    expect(await ask(offsetDeleteApi, { groupId: 'none', topics: [] })).toMatchObject({ errorCode: 69 });
    const { results } = await ask(deleteGroupsApi, { groupsNames: ['none'] });
    expect(results).toMatchObject([{ errorCode: 69 }]);
  });
});
