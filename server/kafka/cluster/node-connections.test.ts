import { afterEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { FakeBroker } from '../connection/fake-broker.ts';
import type { Authenticator } from '../connection/login.ts';
import { plaintextSockets, type SocketFactory } from '../connection/socket.ts';
import type { Properties } from '../ports/properties.ts';
import { heartbeatApi } from '../protocol/generated/heartbeat.js';
import { Cluster } from './cluster.ts';
import type { Resolver } from './host-addresses.ts';
import type { ConnectionExtras } from './node-connections.ts';

const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' };
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of open.splice(0).reverse()) await stop();
});

async function startBroker(): Promise<FakeBroker> {
  const broker = await FakeBroker.start();
  open.push(async () => broker.stop());
  return broker;
}

function client(bootstrap: string, properties: Properties = {}, extras: ConnectionExtras = {}): Cluster {
  const own = { 'bootstrap.servers': bootstrap, 'retry.backoff.ms': '5', ...properties };
  const cluster = new Cluster({ properties: own }, extras);
  open.push(() => cluster.close());
  return cluster;
}

function named(addresses: readonly string[], reverse: Record<string, string> = {}): Resolver {
  return {
    addressesOf: async (host) => (host === 'kafka' ? addresses : Promise.reject(new Error('ENOTFOUND'))),
    nameOf: async (address) => reverse[address] ?? Promise.reject(new Error('ENOTFOUND')),
  };
}

describe('connections to a host with several addresses', () => {
  it('try them all in turn, and begin with the one that answered when another connection is needed', async () => {
    const broker = await startBroker();
    const resolver = named(['127.0.0.9', '127.0.0.8', '127.0.0.1']);
    const tried: (string | undefined)[] = [];
    const sockets: SocketFactory = {
      ...plaintextSockets,
      open(target) {
        tried.push(target.address);
        return plaintextSockets.open(target);
      },
    };
    const cluster = client(`kafka:${broker.port}`, {}, { resolver, sockets });
    expect((await cluster.connection('any', 'control')).broker).toBe(`kafka:${broker.port}`);
    expect(tried).toEqual(['127.0.0.9', '127.0.0.8', '127.0.0.1']);
    await cluster.connection('any', 'fetch');
    expect(tried.slice(3)).toEqual(['127.0.0.1']);
  });

  it('tell what each address answered when none does', async () => {
    const broker = await startBroker();
    const resolver = named(['127.0.0.9', '127.0.0.8']);
    const cluster = client(`kafka:${broker.port}`, {}, { resolver });
    await expect(cluster.refresh()).rejects.toThrow(/127\.0\.0\.9.*127\.0\.0\.8/);
  });

  it('tell that a name is not known, as something that may change', async () => {
    const cluster = client('nowhere:9092', {}, { resolver: named([]) });
    await expect(cluster.refresh()).rejects.toMatchObject({
      code: 'unavailable',
      retriable: true,
      message: 'no broker can be reached: cannot connect to broker nowhere:9092: ENOTFOUND',
    });
  });

  it('go by canonical names when client.dns.lookup says so', async () => {
    const broker = await startBroker();
    const resolver = named(['127.0.0.1'], { '127.0.0.1': 'localhost' });
    const lookups: string[] = [];
    const counting: Resolver = {
      ...resolver,
      addressesOf: async (host) => {
        lookups.push(host);
        return host === 'localhost' ? ['127.0.0.1'] : await resolver.addressesOf(host);
      },
    };
    const properties = { 'client.dns.lookup': 'resolve_canonical_bootstrap_servers_only' };
    const cluster = client(`kafka:${broker.port}`, properties, { resolver: counting });
    expect((await cluster.connection('any')).broker).toBe(`localhost:${broker.port}`);
    expect(lookups).toEqual(['kafka', 'localhost']);
  });
});

describe('idle connections', () => {
  it('are closed after connections.max.idle.ms and opened again when they are needed', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap, { 'connections.max.idle.ms': '60' });
    await cluster.refresh();
    expect(broker.sockets.size).toBe(1);
    await waitFor('the connection to be closed', () => broker.sockets.size === 0);
    await cluster.refresh();
    expect(broker.sockets.size).toBe(1);
  });

  it('stay while an answer is awaited, however long it takes', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap, { 'connections.max.idle.ms': '40' });
    await cluster.refresh();
    const waiting = cluster.request(1, heartbeatApi, heartbeat, { purpose: 'group g' });
    const call = await waitFor('the request', () =>
      broker.calls.find(({ header }) => header.apiKey === heartbeatApi.key),
    );
    await waitFor('the others to be closed', () => broker.sockets.size === 1);
    call.answer(heartbeatApi, { errorCode: 0 });
    expect(await waiting).toMatchObject({ errorCode: 0 });
    await waitFor('the connection to be closed', () => broker.sockets.size === 0);
  });

  it('are never closed when the setting is negative', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap, { 'connections.max.idle.ms': '-1' });
    const connection = await cluster.connection('any');
    expect(connection.isOpen && (await cluster.connection('any')) === connection).toBe(true);
  });
});

describe('connections to a broker that refuses us', () => {
  const refusal = new ConnectError('kafka', 'Authentication failed: Invalid username or password', {
    details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
  });

  function refusing(): { readonly extras: ConnectionExtras; readonly attempts: number[] } {
    const attempts: number[] = [];
    const authenticator: Authenticator = {
      prepare: async () => undefined,
      login: async () => {
        attempts.push(performance.now());
        throw refusal;
      },
    };
    return { extras: { authenticator }, attempts };
  }

  it('fail at once with its reason, and are not tried again until the caller comes back', async () => {
    const broker = await startBroker();
    const { extras, attempts } = refusing();
    const cluster = client(`${broker.bootstrap},${(await startBroker()).bootstrap}`, {}, extras);
    await expect(cluster.retry('refresh metadata', () => cluster.refresh())).rejects.toBe(refusal);
    expect(attempts).toHaveLength(1);
  });

  it('are tried one at a time and ever more slowly, however many callers come back at once', async () => {
    const broker = await startBroker();
    const { extras, attempts } = refusing();
    const properties = { 'reconnect.backoff.ms': '40', 'reconnect.backoff.max.ms': '160' };
    const cluster = client(broker.bootstrap, properties, extras);
    const callers = Array.from({ length: 10 }, async (_, i) => {
      while (attempts.length < 5) {
        await expect(cluster.connection('any', `purpose ${i}`)).rejects.toBe(refusal);
      }
    });
    await Promise.all(callers);
    expect(attempts).toHaveLength(5);
    const waits = attempts.slice(1).map((at, i) => at - (attempts[i] ?? 0));
    for (const [i, least] of [32, 64, 128, 128].entries()) expect(waits[i]).toBeGreaterThanOrEqual(least);
  });

  it('wait for the back-off also when a connection ends right after it was opened', async () => {
    const broker = await startBroker();
    const cluster = client(broker.bootstrap, { 'reconnect.backoff.ms': '100' });
    await cluster.refresh();
    broker.dropConnections();
    await waitFor('the connection to go', () => broker.sockets.size === 0);
    const before = performance.now();
    await cluster.refresh();
    expect(performance.now() - before).toBeGreaterThan(50);
  });
});
