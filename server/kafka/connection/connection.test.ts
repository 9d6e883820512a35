import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait.ts';
import { apiVersionsApi } from '../protocol/generated/api-versions.js';
import { fetchApi } from '../protocol/generated/fetch.js';
import { heartbeatApi } from '../protocol/generated/heartbeat.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { produceApi } from '../protocol/generated/produce.js';
import { parseSecuritySettings } from '../security/security-settings.ts';
import { readTlsSetup, tlsSockets } from '../security/tls/tls-sockets.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { FakeBroker } from './fake-broker.ts';
import { FramePool } from './frame-pool.ts';

const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' };
const fetch = { maxWaitMs: 1, minBytes: 1, topics: [] };
const open: { stop(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function startBroker(): Promise<FakeBroker> {
  const broker = await FakeBroker.start();
  open.push(broker);
  return broker;
}

async function connect(broker: FakeBroker, options: Partial<ConnectionOptions> = {}): Promise<Connection> {
  const connection = await Connection.open({
    host: '127.0.0.1',
    port: broker.port,
    clientId: 'test',
    connectTimeoutMs: 2000,
    requestTimeoutMs: 5000,
    framePool: new FramePool(),
    ...options,
  });
  open.push({ stop: () => connection.close() });
  return connection;
}

describe('connection', () => {
  it('speaks the highest common version and names itself', async () => {
    const broker = await startBroker();
    broker.versions = [{ apiKey: metadataApi.key, minVersion: 0, maxVersion: 5 }];
    const connection = await connect(broker);
    const response = await connection.request(metadataApi, { topics: null });
    expect(response).toMatchObject({ clusterId: 'fake', brokers: [{ nodeId: 1 }] });
    expect(broker.calls.map((call) => [call.header.apiKey, call.header.apiVersion])).toEqual([
      [18, 3],
      [3, 5],
    ]);
    expect(broker.calls[1]?.header.clientId).toBe('test');
    await expect(connection.request(heartbeatApi, heartbeat)).rejects.toMatchObject({
      code: 'kafka',
      details: { kafkaError: 'UNSUPPORTED_VERSION' },
    });
  });

  it('asks a broker that does not know ApiVersions 3 again with version 0', async () => {
    const broker = await startBroker();
    broker.on(apiVersionsApi.key, (call) => {
      const apiKeys = [{ apiKey: 3, minVersion: 1, maxVersion: 2 }];
      if (call.header.apiVersion === 0) call.answer(apiVersionsApi, { errorCode: 0, apiKeys });
      // Correlation id, then the body in the form of version 0: UNSUPPORTED_VERSION and no APIs.
      else call.socket.write(Buffer.from([0, 0, 0, 10, 0, 0, 0, 0, 0, 35, 0, 0, 0, 0]));
    });
    const connection = await connect(broker);
    expect(connection.versionOf(metadataApi)).toBe(2);
  });

  it('keeps pipelined requests and their answers together', async () => {
    const broker = await startBroker();
    broker.on(heartbeatApi.key, (call) => {
      call.answer(heartbeatApi, { errorCode: call.read(heartbeatApi).generationId });
    });
    const connection = await connect(broker);
    const generations = Array.from({ length: 200 }, (_, i) => i);
    const answers = await Promise.all(
      generations.map((generationId) => connection.request(heartbeatApi, { ...heartbeat, generationId })),
    );
    expect(answers.map((answer) => answer.errorCode)).toEqual(generations);
    expect(connection.inFlight).toBe(0);
  });

  it('closes when a request is not answered in time, and says which one', async () => {
    const broker = await startBroker();
    const connection = await connect(broker);
    const late = connection.request(heartbeatApi, heartbeat, { timeoutMs: 50 });
    const behind = connection.request(heartbeatApi, heartbeat, { timeoutMs: 10_000 });
    await expect(late).rejects.toMatchObject({ code: 'timeout', retriable: true });
    await expect(late).rejects.toThrow('Heartbeat request to broker 127.0.0.1');
    await expect(behind).rejects.toMatchObject({ code: 'unavailable', retriable: true });
    expect(connection.isOpen).toBe(false);
    await expect(connection.request(heartbeatApi, heartbeat)).rejects.toThrow(
      'was not answered within 50 ms',
    );
  });

  it('throws the answer of an aborted request away and stays open', async () => {
    const broker = await startBroker();
    const held: (() => void)[] = [];
    broker.on(heartbeatApi.key, (call) => held.push(() => call.answer(heartbeatApi, { errorCode: 7 })));
    const connection = await connect(broker);
    const abort = new AbortController();
    const first = connection.request(heartbeatApi, heartbeat, { signal: abort.signal });
    const second = connection.request(heartbeatApi, heartbeat);
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await waitFor('both requests', () => held.length === 2);
    for (const answer of held) answer();
    await expect(second).resolves.toMatchObject({ errorCode: 7 });
    expect(connection.isOpen).toBe(true);
  });

  it('fails what is in flight with a retriable error when the broker goes away', async () => {
    const broker = await startBroker();
    const connection = await connect(broker);
    const waiting = connection.request(heartbeatApi, heartbeat);
    let closed = 0;
    connection.onClose(() => closed++);
    await waitFor('the request', () => broker.count(heartbeatApi.key) === 1);
    broker.dropConnections();
    await expect(waiting).rejects.toMatchObject({
      code: 'unavailable',
      retriable: true,
      details: { kafkaError: 'NETWORK_EXCEPTION' },
    });
    await expect(waiting).rejects.toThrow('lost during the Heartbeat request: ');
    expect(closed).toBe(1);
  });

  it('uses a released frame for the next fetch', async () => {
    const broker = await startBroker();
    const records = Buffer.alloc(100_000, 9);
    broker.on(fetchApi.key, (call) => {
      const partitions = [
        { partitionIndex: 0, errorCode: 0, highWatermark: 1, abortedTransactions: null, records },
      ];
      call.answer(fetchApi, { throttleTimeMs: 0, responses: [{ topic: 't', partitions }] });
    });
    const framePool = new FramePool();
    const connection = await connect(broker, { framePool });
    const first = await connection.requestFramed(fetchApi, fetch);
    const view = first.response.responses[0]?.partitions[0]?.records;
    expect(view?.equals(records)).toBe(true);
    expect(framePool.retainedBytes).toBe(0);
    first.release();
    first.release();
    expect(framePool.retainedBytes).toBe(131_072);
    const second = await connection.requestFramed(fetchApi, fetch);
    expect(second.response.responses[0]?.partitions[0]?.records?.buffer).toBe(view?.buffer);
    second.release();
  });

  it('sends without waiting for an answer when there will be none', async () => {
    const broker = await startBroker();
    const connection = await connect(broker);
    await connection.sendOneWay(produceApi, { acks: 0, timeoutMs: 1, topicData: [] });
    await waitFor('the request', () => broker.count(produceApi.key) === 1);
    expect(connection.inFlight).toBe(0);
  });

  it('refuses an answer that nobody asked for', async () => {
    const broker = await startBroker();
    broker.on(heartbeatApi.key, (call) => call.socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 99])));
    const connection = await connect(broker);
    await expect(connection.request(heartbeatApi, heartbeat)).rejects.toThrow('an answer to request 99 came');
    expect(connection.isOpen).toBe(false);
  });

  it('takes no answer that is larger than it may be, whatever its announcement says', async () => {
    const broker = await startBroker();
    for (const size of [0x7fffffff, 101 * 1024 * 1024, -1, 2001]) {
      broker.on(heartbeatApi.key, (call) => {
        const bytes = Buffer.alloc(8);
        bytes.writeInt32BE(size, 0);
        bytes.writeInt32BE(call.header.correlationId, 4);
        call.socket.write(bytes);
      });
      const connection = await connect(broker);
      const before = process.memoryUsage().arrayBuffers;
      const options = size === 2001 ? { maxResponseBytes: 2000 } : {};
      await expect(connection.request(heartbeatApi, heartbeat, options)).rejects.toMatchObject({
        code: 'unavailable',
        retriable: true,
        message: expect.stringContaining("no response of Kafka's protocol"),
      });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
      expect(connection.isOpen).toBe(false);
    }
  });

  it('says that the listener speaks TLS when it does', async () => {
    const broker = await startBroker();
    broker.on(apiVersionsApi.key, (call) => call.socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])));
    await expect(connect(broker)).rejects.toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SSL_HANDSHAKE_FAILED' },
      message: expect.stringContaining('set security.protocol to SSL or SASL_SSL'),
    });
  });

  it('says when nothing answers the TLS handshake', async () => {
    const broker = await startBroker();
    const setup = readTlsSetup(parseSecuritySettings({}));
    const options = { sockets: tlsSockets(setup), connectTimeoutMs: 300 };
    // It waits for the rest of what it takes for a very long request.
    await expect(connect(broker, options)).rejects.toMatchObject({
      code: 'timeout',
      retriable: true,
      message: expect.stringContaining('nothing answers the TLS handshake; see security.protocol'),
    });
  });

  it('hints at security where the broker hangs up without a word', async () => {
    const broker = await startBroker();
    broker.on(heartbeatApi.key, (call) => call.socket.end());
    const connection = await connect(broker);
    await expect(connection.request(heartbeatApi, heartbeat)).rejects.toThrow('wants a SASL login');
    broker.on(apiVersionsApi.key, (call) => call.socket.end());
    await expect(connect(broker)).rejects.toThrow('a listener with TLS may end connections so');
  });

  it('tells a malformed answer by API and broker', async () => {
    const broker = await startBroker();
    broker.on(heartbeatApi.key, (call) => {
      const bytes = Buffer.from([0, 0, 0, 5, 0, 0, 0, 0, 0]);
      bytes.writeInt32BE(call.header.correlationId, 4);
      call.socket.write(bytes);
    });
    const connection = await connect(broker);
    await expect(connection.request(heartbeatApi, heartbeat)).rejects.toThrow(
      'the Heartbeat answer of broker 127.0.0.1',
    );
  });

  it('cannot be opened where nothing listens, where nobody answers, or after an abort', async () => {
    const broker = await startBroker();
    const port = broker.port;
    broker.on(apiVersionsApi.key, () => undefined);
    await expect(connect(broker, { connectTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
      retriable: true,
    });
    const abort = AbortSignal.timeout(50);
    const options = { host: '127.0.0.1', port, clientId: '', connectTimeoutMs: 5000, requestTimeoutMs: 5000 };
    await expect(Connection.open({ ...options, framePool: new FramePool() }, abort)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await broker.stop();
    open.splice(0);
    await expect(Connection.open({ ...options, framePool: new FramePool() })).rejects.toMatchObject({
      code: 'unavailable',
      message: `cannot connect to broker 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it('authenticates before it is handed out', async () => {
    const broker = await startBroker();
    const connection = await connect(broker, {
      authenticator: {
        prepare: async () => undefined,
        login: async (channel) => {
          await channel.request(metadataApi, { topics: null });
          return 0;
        },
      },
    });
    expect(broker.calls.map((call) => call.header.apiKey)).toEqual([18, 3]);
    expect(connection.isOpen).toBe(true);
  });

  it('ends when an answer cannot be read, and what was in flight may be tried again', async () => {
    const broker = await startBroker();
    broker.on(heartbeatApi.key, (call) => {
      if (broker.count(heartbeatApi.key) < 2) return;
      const garbage = Buffer.alloc(9);
      garbage.writeInt32BE(5, 0);
      garbage.writeInt32BE((call.header.correlationId - 1) & 0x7fffffff, 4);
      call.socket.write(garbage);
    });
    const connection = await connect(broker);
    const [first, second] = await Promise.allSettled([
      connection.request(heartbeatApi, heartbeat),
      connection.request(heartbeatApi, heartbeat),
    ]);
    expect(first).toMatchObject({ reason: { code: 'data', retriable: true } });
    expect(second).toMatchObject({ reason: { code: 'unavailable', retriable: true } });
    expect(connection.isOpen).toBe(false);
  });
});
