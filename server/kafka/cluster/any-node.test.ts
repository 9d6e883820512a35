import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait.ts';
import { FakeBroker } from '../connection/fake-broker.ts';
import type { Properties } from '../ports/properties.ts';
import { kafkaErrors } from '../protocol/error-codes.ts';
import { metadataApi } from '../protocol/generated/metadata.js';
import { Cluster } from './cluster.ts';

const open: (() => Promise<void>)[] = [];
const logged: string[] = [];

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
  logged.length = 0;
});

async function startBroker(): Promise<FakeBroker> {
  const broker = await FakeBroker.start();
  let isRunning = true;
  open.push(async () => {
    if (isRunning) await broker.stop();
  });
  return Object.assign(broker, {
    stop: async () => {
      isRunning = false;
      await FakeBroker.prototype.stop.call(broker);
    },
  });
}

/** A bootstrap server that names another broker as the only one. */
async function startSeed(first: FakeBroker): Promise<{ seed: FakeBroker; name(broker: FakeBroker): void }> {
  const seed = await startBroker();
  let named = first;
  seed.on(metadataApi.key, (call) => call.answer(metadataApi, { ...named.metadata(), clusterId: 'seen' }));
  return {
    seed,
    name: (broker) => {
      named = broker;
    },
  };
}

function client(bootstrap: string, properties: Properties = {}): Cluster {
  const cluster = new Cluster({
    properties: {
      'bootstrap.servers': bootstrap,
      'retry.backoff.ms': '5',
      'reconnect.backoff.ms': '5',
      'default.api.timeout.ms': '10000',
      ...properties,
    },
    log: (level, message) => logged.push(`${level} ${message}`),
  });
  open.push(() => cluster.close());
  return cluster;
}

/** Until the connection that metadata first came by is gone, so that the named node has to be asked. */
async function leaveSeed(seed: FakeBroker): Promise<void> {
  seed.dropConnections();
  await waitFor('the bootstrap connection to go', () => seed.sockets.size === 0);
}

describe('a client whose brokers have all moved', () => {
  it('finds them through the bootstrap servers', async () => {
    const [old, now] = [await startBroker(), await startBroker()];
    const { seed, name } = await startSeed(old);
    const cluster = client(seed.bootstrap);
    await cluster.refresh();
    await leaveSeed(seed);
    await old.stop();
    name(now);
    await cluster.retry('refresh metadata', () => cluster.refresh());
    expect(cluster.metadata.brokers.get(1)?.port).toBe(now.port);
  });

  it('does not ask the bootstrap servers again with metadata.recovery.strategy=none', async () => {
    const old = await startBroker();
    const { seed } = await startSeed(old);
    const cluster = client(seed.bootstrap, { 'metadata.recovery.strategy': 'none' });
    await cluster.refresh();
    await leaveSeed(seed);
    await old.stop();
    const before = seed.calls.length;
    await expect(cluster.refresh()).rejects.toThrow('no broker can be reached');
    expect(seed.calls).toHaveLength(before);
  });

  it('begins again when brokers answer nothing for metadata.recovery.rebootstrap.trigger.ms', async () => {
    const [mute, now] = [await startBroker(), await startBroker()];
    mute.on(metadataApi.key, () => undefined);
    const { seed, name } = await startSeed(mute);
    const cluster = client(seed.bootstrap, {
      'request.timeout.ms': '400',
      'metadata.recovery.rebootstrap.trigger.ms': '500',
    });
    await cluster.retry('refresh metadata', () => cluster.refresh());
    await leaveSeed(seed);
    name(now);
    await cluster.retry('refresh metadata', () => cluster.refresh());
    expect(cluster.metadata.brokers.get(1)?.port).toBe(now.port);
    expect(mute.count(metadataApi.key)).toBeGreaterThan(0);
    expect(logged).toContain('info beginning again with bootstrap.servers: no metadata came for 500 ms');
  });

  it('begins again when a broker asks for it', async () => {
    const [stale, now] = [await startBroker(), await startBroker()];
    stale.on(metadataApi.key, (call) =>
      call.answer(metadataApi, { ...stale.metadata(), errorCode: kafkaErrors.REBOOTSTRAP_REQUIRED }),
    );
    const { seed, name } = await startSeed(stale);
    const cluster = client(seed.bootstrap);
    await cluster.refresh();
    await leaveSeed(seed);
    name(now);
    await cluster.refresh();
    expect(cluster.metadata.brokers.get(1)?.port).toBe(now.port);
    expect(logged).toContain('info beginning again with bootstrap.servers: a broker asks for it');
  });

  it('comes back to the caller when the bootstrap servers ask for a new beginning as well', async () => {
    const seed = await startBroker();
    seed.on(metadataApi.key, (call) =>
      call.answer(metadataApi, { ...seed.metadata(), errorCode: kafkaErrors.REBOOTSTRAP_REQUIRED }),
    );
    await expect(client(seed.bootstrap).refresh()).rejects.toMatchObject({
      code: 'unavailable',
      retriable: true,
    });
    expect(seed.count(metadataApi.key)).toBe(2);
  });
});
