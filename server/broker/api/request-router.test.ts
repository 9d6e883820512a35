import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientApi } from '../../kafka/protocol/api.ts';
import { addOffsetsToTxnApi } from '../../kafka/protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../../kafka/protocol/generated/add-partitions-to-txn.js';
import { alterConfigsApi } from '../../kafka/protocol/generated/alter-configs.js';
import { alterPartitionReassignmentsApi } from '../../kafka/protocol/generated/alter-partition-reassignments.js';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { consumerGroupDescribeApi } from '../../kafka/protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatApi } from '../../kafka/protocol/generated/consumer-group-heartbeat.js';
import { createAclsApi } from '../../kafka/protocol/generated/create-acls.js';
import { createPartitionsApi } from '../../kafka/protocol/generated/create-partitions.js';
import { createTopicsApi } from '../../kafka/protocol/generated/create-topics.js';
import { deleteAclsApi } from '../../kafka/protocol/generated/delete-acls.js';
import { deleteGroupsApi } from '../../kafka/protocol/generated/delete-groups.js';
import { deleteRecordsApi } from '../../kafka/protocol/generated/delete-records.js';
import { deleteTopicsApi } from '../../kafka/protocol/generated/delete-topics.js';
import { describeAclsApi } from '../../kafka/protocol/generated/describe-acls.js';
import { describeClientQuotasApi } from '../../kafka/protocol/generated/describe-client-quotas.js';
import { describeClusterApi } from '../../kafka/protocol/generated/describe-cluster.js';
import { describeConfigsApi } from '../../kafka/protocol/generated/describe-configs.js';
import { describeGroupsApi } from '../../kafka/protocol/generated/describe-groups.js';
import { describeLogDirsApi } from '../../kafka/protocol/generated/describe-log-dirs.js';
import { describeProducersApi } from '../../kafka/protocol/generated/describe-producers.js';
import { describeTopicPartitionsApi } from '../../kafka/protocol/generated/describe-topic-partitions.js';
import { describeTransactionsApi } from '../../kafka/protocol/generated/describe-transactions.js';
import { describeUserScramCredentialsApi } from '../../kafka/protocol/generated/describe-user-scram-credentials.js';
import { electLeadersApi } from '../../kafka/protocol/generated/elect-leaders.js';
import { endTxnApi } from '../../kafka/protocol/generated/end-txn.js';
import { fetchApi } from '../../kafka/protocol/generated/fetch.js';
import { findCoordinatorApi } from '../../kafka/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../kafka/protocol/generated/heartbeat.js';
import { incrementalAlterConfigsApi } from '../../kafka/protocol/generated/incremental-alter-configs.js';
import { initProducerIdApi } from '../../kafka/protocol/generated/init-producer-id.js';
import { joinGroupApi } from '../../kafka/protocol/generated/join-group.js';
import { leaveGroupApi } from '../../kafka/protocol/generated/leave-group.js';
import { listConfigResourcesApi } from '../../kafka/protocol/generated/list-config-resources.js';
import { listGroupsApi } from '../../kafka/protocol/generated/list-groups.js';
import { listOffsetsApi } from '../../kafka/protocol/generated/list-offsets.js';
import { listPartitionReassignmentsApi } from '../../kafka/protocol/generated/list-partition-reassignments.js';
import { listTransactionsApi } from '../../kafka/protocol/generated/list-transactions.js';
import { metadataApi } from '../../kafka/protocol/generated/metadata.js';
import { offsetCommitApi } from '../../kafka/protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../../kafka/protocol/generated/offset-delete.js';
import { offsetFetchApi } from '../../kafka/protocol/generated/offset-fetch.js';
import { offsetForLeaderEpochApi } from '../../kafka/protocol/generated/offset-for-leader-epoch.js';
import { produceApi } from '../../kafka/protocol/generated/produce.js';
import { saslAuthenticateApi } from '../../kafka/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../kafka/protocol/generated/sasl-handshake.js';
import { syncGroupApi } from '../../kafka/protocol/generated/sync-group.js';
import { txnOffsetCommitApi } from '../../kafka/protocol/generated/txn-offset-commit.js';
import { updateFeaturesApi } from '../../kafka/protocol/generated/update-features.js';
import { sampleBatch } from '../log/sample-batches.ts';
import { SampleClient } from '../network/sample-client.ts';
import { startSampleBroker } from '../sample-broker.ts';
import { anyAcl } from '../testing/any-acl.ts';

let client: SampleClient;
let topicId: string;
let listed: Map<number, { readonly minVersion: number; readonly maxVersion: number }>;
const asked = new Set<number>();

beforeEach(async () => {
  const { port } = await startSampleBroker();
  client = await SampleClient.connect(port);
  const { apiKeys } = await client.request(apiVersionsApi, 0, {});
  listed = new Map(apiKeys.map(({ apiKey, ...versions }) => [apiKey, versions]));
  const { topics } = await client.request(createTopicsApi, 7, {
    topics: [{ name: 't', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1000,
  });
  topicId = topics[0]?.topicId ?? '';
});

/** Asks in every version that the broker lists. */
async function ask<Input, Response>(
  api: ClientApi<Input, Response>,
  body: (version: number) => Input,
  check: (response: Response, version: number) => void = () => undefined,
): Promise<void> {
  const versions = listed.get(api.key);
  expect(versions, api.name).toBeDefined();
  asked.add(api.key);
  const from = Math.max(api.minVersion, versions?.minVersion ?? 0);
  for (let version = from; version <= (versions?.maxVersion ?? -1); version++) {
    try {
      check(await client.request(api, version, body(version)), version);
    } catch (error) {
      throw new Error(`${api.name} version ${version}`, { cause: error });
    }
  }
}

const producer = { producerId: 0n, producerEpoch: 0 };

describe('every listed version of every API', () => {
  it('is answered for what there is and what there is not', async () => {
    const name = (version: number, firstWithIds: number, text: string) =>
      version >= firstWithIds
        ? { topicId: text === 't' ? topicId : 'BAAAAAAAAAAAAAAAAAAAAA' }
        : { name: text };

    await ask(apiVersionsApi, (version) =>
      version >= 3 ? { clientSoftwareName: 'sample', clientSoftwareVersion: '1' } : {},
    );
    for (const topic of ['t', 'none']) {
      await ask(
        produceApi,
        (version) => ({
          acks: -1,
          timeoutMs: 100,
          topicData: [
            { ...name(version, 13, topic), partitionData: [{ index: 0, records: sampleBatch([{}]) }] },
          ],
        }),
        ({ responses }) => {
          expect(responses[0]?.partitionResponses[0]?.errorCode === 0).toBe(topic === 't');
        },
      );
      await ask(
        fetchApi,
        (version) => ({
          maxWaitMs: 0,
          minBytes: 1,
          topics: [
            {
              ...(version >= 13 ? name(version, 13, topic) : { topic }),
              partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }],
            },
          ],
        }),
        ({ responses }) => {
          const [partition] = responses[0]?.partitions ?? [];
          expect(partition?.errorCode === 0).toBe(topic === 't');
          expect((partition?.records?.length ?? 0) > 0).toBe(topic === 't');
        },
      );
      for (const timestamp of [-1, -2, -3, -4, 0]) {
        await ask(
          listOffsetsApi,
          () => ({
            replicaId: -1,
            topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }],
          }),
          ({ topics }, version) => {
            const [partition] = topics[0]?.partitions ?? [];
            // Older versions know fewer places.
            const isKnown = version >= (timestamp === -3 ? 7 : timestamp === -4 ? 8 : 1);
            expect(partition?.errorCode).toBe(topic !== 't' ? 3 : isKnown ? 0 : 35);
            if (topic === 't' && isKnown) expect(partition?.offset).toBeGreaterThanOrEqual(0);
          },
        );
      }
      await ask(offsetForLeaderEpochApi, (version) => ({
        ...(version >= 3 ? { replicaId: -1 } : {}),
        topics: [{ topic, partitions: [{ partition: 0, leaderEpoch: 0 }] }],
      }));
      await ask(deleteRecordsApi, () => ({
        topics: [{ name: topic, partitions: [{ partitionIndex: 1, offset: -1 }] }],
        timeoutMs: 100,
      }));
      await ask(createPartitionsApi, () => ({
        topics: [{ name: topic, count: 1, assignments: null }],
        timeoutMs: 100,
        validateOnly: false,
      }));
      await ask(describeProducersApi, () => ({ topics: [{ name: topic, partitionIndexes: [0] }] }));
      await ask(describeTopicPartitionsApi, () => ({ topics: [{ name: topic }] }));
      await ask(offsetCommitApi, (version) => ({
        groupId: 'g',
        topics: [
          {
            ...name(version, 10, topic),
            partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'm' }],
          },
        ],
      }));
      await ask(
        offsetFetchApi,
        (version) =>
          version >= 8
            ? { groups: [{ groupId: 'g', topics: [{ ...name(version, 10, topic), partitionIndexes: [0] }] }] }
            : { groupId: 'g', topics: [{ name: topic, partitionIndexes: [0] }] },
        ({ topics, groups }) => {
          const [partition] = (groups[0]?.topics ?? topics)[0]?.partitions ?? [];
          expect(partition?.committedOffset).toBe(topic === 't' ? 5 : -1);
        },
      );
      await ask(offsetDeleteApi, () => ({
        groupId: 'other',
        topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }],
      }));
    }
    await ask(offsetFetchApi, (version) =>
      version >= 8
        ? { groups: [{ groupId: 'g', topics: null }] }
        : { groupId: 'g', topics: version >= 2 ? null : [] },
    );
  });

  it('is answered for the cluster, topics and configs', async () => {
    await ask(
      metadataApi,
      (version) => ({ topics: version === 0 ? [] : null }),
      (answer) => {
        expect(answer.topics.map((topic) => topic.name)).toEqual(['t']);
      },
    );
    await ask(
      describeClusterApi,
      () => ({}),
      ({ brokers }) => {
        expect(brokers).toHaveLength(1);
      },
    );
    await ask(
      createTopicsApi,
      (version) => ({
        topics: [
          { name: `new-${version}`, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] },
        ],
        timeoutMs: 100,
      }),
      ({ topics }) => {
        expect(topics[0]?.errorCode).toBe(0);
      },
    );
    await ask(deleteTopicsApi, (version) =>
      version >= 6
        ? { topics: [{ name: `new-${version}` }], timeoutMs: 100 }
        : { topicNames: [`new-${version}`, 'none'], timeoutMs: 100 },
    );
    const resources = [
      { resourceType: 2, resourceName: 't', configurationKeys: null },
      { resourceType: 4, resourceName: '1', configurationKeys: null },
      { resourceType: 2, resourceName: 'none', configurationKeys: null },
    ];
    await ask(
      describeConfigsApi,
      () => ({ resources }),
      ({ results }) => {
        expect(results.map(({ errorCode, configs }) => [errorCode, configs.length > 10])).toEqual([
          [0, true],
          [0, true],
          [3, false],
        ]);
      },
    );
    await ask(alterConfigsApi, () => ({
      resources: [{ resourceType: 2, resourceName: 't', configs: [{ name: 'retention.ms', value: '5' }] }],
      validateOnly: false,
    }));
    await ask(incrementalAlterConfigsApi, () => ({
      resources: [
        {
          resourceType: 2,
          resourceName: 't',
          configs: [{ name: 'retention.ms', configOperation: 1, value: null }],
        },
      ],
      validateOnly: false,
    }));
    await ask(listConfigResourcesApi, () => ({}));
    await ask(describeAclsApi, () => anyAcl);
    await ask(describeLogDirsApi, () => ({ topics: null }));
    await ask(listPartitionReassignmentsApi, () => ({ topics: null }));
    await ask(alterPartitionReassignmentsApi, () => ({
      topics: [
        {
          name: 't',
          partitions: [
            { partitionIndex: 0, replicas: null },
            { partitionIndex: 0, replicas: [1] },
            { partitionIndex: 0, replicas: [2] },
            { partitionIndex: 9, replicas: [1] },
          ],
        },
      ],
    }));
    await ask(createAclsApi, () => ({
      creations: [
        {
          resourceType: 2,
          resourceName: 't',
          principal: 'User:a',
          host: '*',
          operation: 3,
          permissionType: 3,
        },
      ],
    }));
    await ask(deleteAclsApi, () => ({ filters: [anyAcl] }));
    await ask(describeClientQuotasApi, () => ({ components: [], strict: false }));
    await ask(describeUserScramCredentialsApi, () => ({ users: [{ name: 'nobody' }] }));
    await ask(updateFeaturesApi, (version) => ({
      featureUpdates: [
        { feature: 'transaction.version', maxVersionLevel: 1, ...(version >= 1 ? { upgradeType: 2 } : {}) },
      ],
    }));
    await ask(saslHandshakeApi, () => ({ mechanism: 'PLAIN' }));
    await ask(saslAuthenticateApi, () => ({ authBytes: Buffer.alloc(0) }));
    await ask(electLeadersApi, () => ({ topicPartitions: [{ topic: 't', partitions: [0, 9] }] }));
  });

  it('is answered for groups and transactions', async () => {
    await ask(
      findCoordinatorApi,
      (version) => (version >= 4 ? { coordinatorKeys: ['g', 'h'] } : { key: 'g' }),
      (answer, version) => {
        if (version >= 4) expect(answer.coordinators.map(({ nodeId }) => nodeId)).toEqual([1, 1]);
        else expect(answer.nodeId).toBe(1);
      },
    );
    await ask(
      joinGroupApi,
      (version) => ({
        groupId: `g${version}`,
        sessionTimeoutMs: 10_000,
        ...(version >= 1 ? { rebalanceTimeoutMs: 10_000 } : {}),
        memberId: '',
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: Buffer.from('x') }],
      }),
      ({ errorCode, memberId }, version) => {
        expect(errorCode).toBe(version >= 4 ? 79 : 0);
        expect(memberId).toMatch(/^sample-/);
      },
    );
    const member = { groupId: 'g0', memberId: 'stranger' };
    await ask(
      syncGroupApi,
      (version) => ({
        ...member,
        generationId: 1,
        assignments: [],
        ...(version >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}),
      }),
      ({ errorCode }) => {
        expect(errorCode).toBe(25);
      },
    );
    await ask(
      heartbeatApi,
      () => ({ ...member, generationId: 1 }),
      ({ errorCode }) => {
        expect(errorCode).toBe(25);
      },
    );
    await ask(leaveGroupApi, (version) =>
      version >= 3 ? { groupId: 'g0', members: [{ memberId: 'stranger' }] } : member,
    );
    await ask(
      consumerGroupHeartbeatApi,
      (version) => ({
        groupId: `c${version}`,
        memberId: 'm',
        memberEpoch: 0,
        rebalanceTimeoutMs: 1000,
        subscribedTopicNames: ['t'],
        topicPartitions: [],
      }),
      ({ errorCode, memberEpoch, assignment }) => {
        expect(errorCode).toBe(0);
        expect(memberEpoch).toBeGreaterThan(0);
        expect(assignment?.topicPartitions).toEqual([{ topicId, partitions: [0, 1] }]);
      },
    );
    await ask(
      consumerGroupDescribeApi,
      () => ({ groupIds: ['c0', 'none'], includeAuthorizedOperations: false }),
      ({ groups }) => {
        expect(groups).toMatchObject([{ errorCode: 0, groupState: 'Stable' }, { errorCode: 69 }]);
      },
    );
    await ask(listGroupsApi, () => ({}));
    await ask(describeGroupsApi, () => ({ groups: ['g0', 'none'] }));
    await ask(
      deleteGroupsApi,
      () => ({ groupsNames: ['g0', 'none'] }),
      ({ results }) => {
        expect(results.map(({ errorCode }) => errorCode)).toEqual([68, 69]);
      },
    );
    await ask(initProducerIdApi, () => ({ transactionalId: null, transactionTimeoutMs: 1000 }));
    await ask(
      initProducerIdApi,
      () => ({ transactionalId: 'tx', transactionTimeoutMs: 1000 }),
      ({ errorCode }) => {
        expect(errorCode).toBe(0);
      },
    );
    await ask(addPartitionsToTxnApi, () => ({
      v3AndBelowTransactionalId: 'unknown',
      v3AndBelowProducerId: 0n,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [{ name: 't', partitions: [0] }],
    }));
    await ask(addOffsetsToTxnApi, () => ({ transactionalId: 'unknown', groupId: 'g', ...producer }));
    await ask(txnOffsetCommitApi, () => ({
      transactionalId: 'unknown',
      groupId: 'g',
      ...producer,
      topics: [
        { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }] },
      ],
    }));
    await ask(endTxnApi, () => ({ transactionalId: 'unknown', committed: true, ...producer }));
    await ask(listTransactionsApi, () => ({ stateFilters: [], producerIdFilters: [] }));
    await ask(describeTransactionsApi, () => ({ transactionalIds: ['tx', 'none'] }));
  });

  it('was asked for by these tests', () => {
    expect([...listed.keys()].filter((key) => !asked.has(key))).toEqual([]);
  });
});
