import { afterEach, describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { FakeBroker } from '../connection/fake-broker.ts';
import type { Properties } from '../ports/properties.ts';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../protocol/generated/heartbeat.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { Cluster } from './cluster.ts';
import { Metadata } from './metadata.ts';

const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' };
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
});

async function startBroker(port = 0): Promise<FakeBroker> {
  const broker = await FakeBroker.start(port);
  open.push(async () => broker.stop());
  return broker;
}

function client(bootstrap: string, properties: Properties = {}): Cluster {
  const cluster = new Cluster({
    properties: { 'bootstrap.servers': bootstrap, 'retry.backoff.ms': '5', ...properties },
  });
  open.push(() => cluster.close());
  return cluster;
}

async function closedPort(): Promise<number> {
  const broker = await FakeBroker.start();
  const { port } = broker;
  await broker.stop();
  return port;
}

describe('cluster', () => {
  it('finds the cluster through the first bootstrap address that answers', async () => {
    const broker = await startBroker();
    const cluster = client(`127.0.0.1:${await closedPort()},${broker.bootstrap}`);
    await cluster.refresh();
    expect(cluster.metadata.clusterId).toBe('fake');
    expect([...cluster.metadata.brokers.keys()]).toEqual([1]);
  });

  it('names every address that failed when none answers', async () => {
    const [a, b] = [await closedPort(), await closedPort()];
    const cluster = client(`127.0.0.1:${a},127.0.0.1:${b}`);
    const failure: unknown = await cluster.refresh().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable', retriable: true });
    expect(isConnectError(failure) && failure.message).toMatch(new RegExp(`(?=.*:${a})(?=.*:${b})`));
  });

  it('reaches a broker that came up later, within the time it may retry', async () => {
    const port = await closedPort();
    const cluster = client(`127.0.0.1:${port}`, { 'reconnect.backoff.ms': '10' });
    const retried = cluster.retry('refresh metadata', () => cluster.refresh());
    await startBroker(port);
    await retried;
    expect(cluster.metadata.controllerId).toBe(1);
  });

  it('stops retrying when time is up or the signal fires', async () => {
    const cluster = client(`127.0.0.1:${await closedPort()}`);
    const refresh = (): Promise<void> => cluster.refresh();
    await expect(cluster.retry('refresh metadata', refresh, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(
        /^refresh metadata did not succeed within 100 ms: no broker can be reached/,
      ),
    });
    const signal = AbortSignal.timeout(50);
    await expect(cluster.retry('refresh metadata', refresh, { signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('answers callers that ask for the same topics at the same time with one request', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap);
    await Promise.all([
      cluster.refresh(['a']),
      cluster.refresh(['a']),
      cluster.refresh([]),
      cluster.refresh(['b']),
    ]);
    expect(broker.count(metadataApi.key)).toBe(2);
  });

  it('asks for tracked topics in every refresh', async () => {
    const broker = await startBroker();
    const asked: (string | null)[][] = [];
    broker.on(metadataApi.key, (call) => {
      asked.push(call.read(metadataApi).topics?.map((topic) => topic.name) ?? []);
      call.answer(metadataApi, broker.metadata());
    });
    const cluster = client(broker.bootstrap);
    cluster.track(['a', 'b']);
    await cluster.refresh(['c']);
    await cluster.refresh();
    cluster.untrack(['a']);
    await cluster.refresh();
    expect(asked).toEqual([['a', 'b', 'c'], ['a', 'b'], ['b']]);
  });

  it('keeps purposes on connections of their own', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap);
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
    await cluster.request(1, heartbeatApi, heartbeat, { purpose: 'fetch' });
    await cluster.request(1, heartbeatApi, heartbeat, { purpose: 'group g' });
    await cluster.request(1, heartbeatApi, heartbeat, { purpose: 'fetch' });
    expect(broker.sockets.size).toBe(3);
    cluster.dropConnections('group g');
    await waitFor('the connection to go', () => broker.sockets.size === 2);
  });

  it('remembers a coordinator until it fails', async () => {
    const broker = await startBroker();
    broker.on(findCoordinatorApi.key, (call) => {
      const [key = ''] = call.read(findCoordinatorApi).coordinatorKeys;
      call.answer(findCoordinatorApi, {
        coordinators: [
          { key, nodeId: 1, host: '127.0.0.1', port: broker.port, errorCode: 0, errorMessage: null },
        ],
      });
    });
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
    const cluster = client(broker.bootstrap);
    const target = { coordinator: 'group', key: 'g' } as const;
    await cluster.request(target, heartbeatApi, heartbeat);
    await cluster.request(target, heartbeatApi, heartbeat);
    expect(broker.count(findCoordinatorApi.key)).toBe(1);
    broker.on(heartbeatApi.key, (call) => call.socket.destroy());
    await expect(cluster.request(target, heartbeatApi, heartbeat)).rejects.toMatchObject({
      code: 'unavailable',
    });
    broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
    await cluster.request(target, heartbeatApi, heartbeat);
    expect(broker.count(findCoordinatorApi.key)).toBe(2);
  });

  it('takes an empty list of brokers for a refusal, not for a cluster', async () => {
    const broker = await startBroker();
    broker.on(metadataApi.key, (call) => call.answer(metadataApi, { ...broker.metadata(), brokers: [] }));
    await expect(client(broker.bootstrap).refresh()).rejects.toThrow('names no brokers at all');
  });

  it('fails everything with "cancelled" once closed', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap);
    await cluster.refresh();
    const waiting = cluster.request(1, heartbeatApi, heartbeat);
    await waitFor('the request', () => broker.count(heartbeatApi.key) === 1);
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'cancelled' }), cluster.close()]);
    await expect(cluster.request(1, heartbeatApi, heartbeat)).rejects.toMatchObject({ code: 'cancelled' });
    await waitFor('the connections to go', () => broker.sockets.size === 0);
  });

  it('asks who leads after a connection failed', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap);
    await cluster.refresh();
    broker.on(heartbeatApi.key, (call) => call.socket.destroy());
    const updated = cluster.nextMetadata(AbortSignal.timeout(5000));
    await expect(cluster.request(1, heartbeatApi, heartbeat)).rejects.toMatchObject({ code: 'unavailable' });
    await updated;
    expect(broker.count(metadataApi.key)).toBe(2);
  });
});

describe('metadata', () => {
  function response(leader: number, leaderEpoch: number, topicId = 'AAAAAAAAAAAAAAAAAAAAAQ') {
    const partition = {
      errorCode: 0,
      partitionIndex: 0,
      leaderId: leader,
      leaderEpoch,
      replicaNodes: [],
      isrNodes: [],
      offlineReplicas: [],
    };
    const topic = {
      errorCode: 0,
      name: 't',
      topicId,
      isInternal: false,
      topicAuthorizedOperations: 0,
      partitions: [partition],
    };
    const rest = {
      throttleTimeMs: 0,
      clusterId: 'c',
      controllerId: 1,
      clusterAuthorizedOperations: 0,
      errorCode: 0,
    };
    return { ...rest, brokers: [{ nodeId: 1, host: 'h', port: 1, rack: null }], topics: [topic] };
  }

  it('does not go back to a leader of an earlier epoch, except for a topic that was made anew', () => {
    const metadata = new Metadata();
    const leader = (): number | undefined => metadata.topics.get('t')?.partitions[0]?.leader;
    metadata.update(response(1, 5), ['t']);
    metadata.update(response(2, 4), ['t']);
    expect(leader()).toBe(1);
    metadata.update(response(3, 0, 'AAAAAAAAAAAAAAAAAAAAAg'), ['t']);
    expect(leader()).toBe(3);
  });

  it('forgets topics that a whole listing no longer holds', () => {
    const metadata = new Metadata();
    metadata.update(response(1, 5), ['t']);
    metadata.update({ ...response(1, 5), topics: [] }, ['u']);
    expect([...metadata.topics.keys()]).toEqual(['t']);
    metadata.update({ ...response(1, 5), topics: [] }, null);
    expect([...metadata.topics.keys()]).toEqual([]);
  });
});
