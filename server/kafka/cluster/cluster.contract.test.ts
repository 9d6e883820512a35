import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import type { Properties } from '../ports/properties.ts';
import { kafkaErrors } from '../protocol/error-codes.ts';
import { fetchApi } from '../protocol/generated/fetch.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { produceApi } from '../protocol/generated/produce.js';
import { Cluster } from './cluster.ts';

describe.each(await brokers())('cluster on $name', ({ bootstrap }) => {
  const open: Cluster[] = [];

  afterEach(async () => {
    for (const cluster of open.splice(0)) await cluster.close();
  });

  function client(properties: Properties = {}): Cluster {
    const cluster = new Cluster({ properties: { 'bootstrap.servers': bootstrap, ...properties } });
    open.push(cluster);
    return cluster;
  }

  it('knows nodes, controller and cluster id after a refresh', async () => {
    const cluster = client();
    await cluster.refresh();
    const { brokers: nodes, clusterId, controllerId } = cluster.metadata;
    expect(clusterId).toMatch(/^[\w-]{22}$/);
    expect(nodes.get(controllerId)).toMatchObject({
      host: '127.0.0.1',
      port: Number(bootstrap.split(':')[1]),
    });
  });

  it.each(['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'])(
    'is found by a name with client.dns.lookup=%s, and again after its connections were idle too long',
    async (lookup) => {
      const cluster = client({
        'bootstrap.servers': bootstrap.replace('127.0.0.1', 'localhost'),
        'client.dns.lookup': lookup,
        'connections.max.idle.ms': '100',
      });
      await cluster.refresh();
      const connection = await cluster.connection('any');
      await waitFor('the connection to be closed', () => !connection.isOpen);
      await cluster.refresh();
      expect(cluster.metadata.brokers.size).toBe(1);
    },
  );

  it('has topics created only when it asks for that', async () => {
    const cluster = client();
    const topic = `auto-${randomUUID()}`;
    await cluster.refresh([topic]);
    expect(cluster.topic(topic)).toMatchObject({
      errorCode: kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION,
      partitions: [],
    });
    expect(cluster.leader(topic, 0)).toBe(-1);
    await waitFor('the topic', async () => {
      await cluster.refresh([topic], { autoCreate: true });
      return cluster.leader(topic, 0) >= 0;
    });
    expect(cluster.topic(topic)).toMatchObject({ errorCode: 0, internal: false });
    expect(cluster.topic(topic)?.id).not.toBe('AAAAAAAAAAAAAAAAAAAAAA');
  });

  it('finds the coordinator of any group, also on a fresh broker', async () => {
    const cluster = client();
    const broker = await cluster.retry('find a coordinator', () =>
      cluster.coordinator('group', `g-${randomUUID()}`),
    );
    expect(broker.port).toBe(Number(bootstrap.split(':')[1]));
  });

  it('speaks every version of Metadata that both sides know', async () => {
    const cluster = client();
    const connection = await cluster.connection('any');
    const offered = connection.offer.versions.get(metadataApi.key);
    const highest = Math.min(offered?.max ?? -1, metadataApi.maxVersion);
    expect(highest).toBeGreaterThanOrEqual(12);
    for (let version = Math.max(1, offered?.min ?? 0); version <= highest; version++) {
      const topics = [{ name: `missing-${randomUUID()}` }];
      const body = version >= 4 ? { topics, allowAutoTopicCreation: false } : { topics: [] };
      const response = await connection.request(metadataApi, body, { maxVersion: version });
      expect(response.brokers).toHaveLength(1);
      expect(response.topics.map((topic) => topic.errorCode)).toEqual(version >= 4 ? [3] : []);
    }
  });

  it('is offered what producers and consumers need', async () => {
    const connection = await client().connection('any');
    expect(connection.versionOf(produceApi)).toBe(11);
    expect(connection.versionOf(fetchApi)).toBe(12);
    // librdkafka reads support for old record formats from this number.
    expect(connection.offer.versions.get(produceApi.key)?.min).toBe(0);
  });

  it('lets a fetch that waits for data not hold up other requests', async () => {
    const cluster = client();
    const topic = `quiet-${randomUUID()}`;
    await waitFor('the topic', async () => {
      await cluster.refresh([topic], { autoCreate: true });
      return cluster.leader(topic, 0) >= 0;
    });
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }];
    const body = { maxWaitMs: 1500, minBytes: 1, topics: [{ topic, partitions }] };
    let isWaiting = true;
    const fetching = cluster
      .requestFramed(cluster.leader(topic, 0), fetchApi, body, { purpose: 'fetch' })
      .finally(() => {
        isWaiting = false;
      });
    await cluster.connection(cluster.leader(topic, 0), 'fetch');
    await cluster.refresh([topic]);
    expect(isWaiting).toBe(true);
    const { response, release } = await fetching;
    expect(response.responses[0]?.partitions[0]).toMatchObject({ errorCode: 0, highWatermark: 0 });
    release();
  });
});
