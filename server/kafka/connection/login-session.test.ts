import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { heartbeatApi } from '../protocol/generated/heartbeat.js';
import { produceApi } from '../protocol/generated/produce.js';
import { saslAuthenticateApi } from '../protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../protocol/generated/sasl-handshake.js';
import { Connection } from './connection.ts';
import { FakeBroker, type FakeCall } from './fake-broker.ts';
import { FramePool } from './frame-pool.ts';
import { type Authenticator, type LoginChannel, loginAgainAfterMs } from './login.ts';
import { LoginSession } from './login-session.ts';
import { SendGate } from './send-gate.ts';

const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' };
const loginKeys: readonly number[] = [saslHandshakeApi.key, saslAuthenticateApi.key];
let broker: FakeBroker;
let connections: Connection[];
let held: FakeCall[];

beforeEach(async () => {
  connections = [];
  held = [];
  broker = await FakeBroker.start();
  broker.on(saslHandshakeApi.key, (call) => call.answer(saslHandshakeApi, { errorCode: 0, mechanisms: [] }));
  broker.on(saslAuthenticateApi.key, (call) => {
    call.answer(saslAuthenticateApi, { errorCode: 0, errorMessage: null, authBytes: Buffer.alloc(0) });
  });
  broker.on(heartbeatApi.key, (call) => call.answer(heartbeatApi, { errorCode: 0 }));
});

afterEach(async () => {
  for (const connection of connections) connection.close();
  await broker.stop();
});

/** Sessions last as long as `lifetimes` say, in turn; then for ever. */
class TestAuthenticator implements Authenticator {
  readonly #lifetimes: number[];
  logins = 0;
  prepared = 0;
  beforeLogin: () => Promise<void> = async () => undefined;
  onPrepare: () => Promise<void> = async () => undefined;

  constructor(...lifetimes: number[]) {
    this.#lifetimes = lifetimes;
  }

  async prepare(): Promise<void> {
    this.prepared++;
    await this.onPrepare();
  }

  async login(channel: LoginChannel): Promise<number> {
    await this.beforeLogin();
    await channel.request(saslHandshakeApi, { mechanism: 'TEST' });
    await channel.request(saslAuthenticateApi, { authBytes: Buffer.from('me') });
    this.logins++;
    return this.#lifetimes.shift() ?? 0;
  }
}

async function connect(authenticator: Authenticator, requestTimeoutMs = 5000): Promise<Connection> {
  const connection = await Connection.open({
    host: '127.0.0.1',
    port: broker.port,
    clientId: 'test',
    connectTimeoutMs: 5000,
    requestTimeoutMs,
    framePool: new FramePool(),
    authenticator,
  });
  connections.push(connection);
  return connection;
}

/** Keeps asking until the next login is under way or done. */
async function untilRenewed(connection: Connection, authenticator: TestAuthenticator): Promise<void> {
  await waitFor('the next login', async () => {
    await connection.request(heartbeatApi, heartbeat);
    return authenticator.logins === 2;
  });
}

describe('the login of a connection', () => {
  it('comes after ApiVersions and before everything else', async () => {
    const connection = await connect(new TestAuthenticator());
    await connection.request(heartbeatApi, heartbeat);
    expect(broker.calls.map(({ header }) => header.apiKey)).toEqual([18, ...loginKeys, heartbeatApi.key]);
  });

  it('is repeated with nothing else in flight, and what was asked meanwhile is sent afterwards in order', async () => {
    const authenticator = new TestAuthenticator(1);
    const connection = await connect(authenticator);
    let inFlight = 0;
    broker.on(heartbeatApi.key, (call) => {
      inFlight++;
      setImmediate(() => {
        inFlight--;
        call.answer(heartbeatApi, { errorCode: call.read(heartbeatApi).generationId });
      });
    });
    const inFlightAtLogin: number[] = [];
    authenticator.beforeLogin = async () => void inFlightAtLogin.push(inFlight);
    let generationId = 0;
    const failures: unknown[] = [];
    await waitFor('the next login under traffic', async () => {
      const asked = Array.from({ length: 20 }, () => generationId++);
      const answers = await Promise.all(
        asked.map((id) => connection.request(heartbeatApi, { ...heartbeat, generationId: id })),
      ).catch((error: unknown) => {
        failures.push(error);
        return [];
      });
      expect(answers.map(({ errorCode }) => errorCode)).toEqual(asked);
      return authenticator.logins === 2;
    });
    expect(failures).toEqual([]);
    expect(inFlightAtLogin).toEqual([0]);
    expect(connection.inFlight).toBe(0);
    const keys = broker.calls.map(({ header }) => header.apiKey);
    const second = keys.lastIndexOf(saslHandshakeApi.key);
    expect(keys.slice(second, second + 2)).toEqual(loginKeys);
  });

  it('is repeated no sooner than a second after the one before, as brokers want it', async () => {
    const authenticator = new TestAuthenticator(1);
    const connection = await connect(authenticator);
    const startedAt = performance.now();
    await untilRenewed(connection, authenticator);
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
    expect(authenticator.prepared).toBe(2);
  });

  it('ends the connection with its own error when it is refused later', async () => {
    const authenticator = new TestAuthenticator(1);
    const connection = await connect(authenticator);
    const refused = new ConnectError('kafka', 'refused', {
      details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
    });
    authenticator.beforeLogin = async () => {
      throw refused;
    };
    await waitFor('the refusal', async () => {
      const answers = await Promise.allSettled([
        connection.request(heartbeatApi, heartbeat),
        connection.sendOneWay(produceApi, { acks: 0, timeoutMs: 1, topicData: [] }),
        connection.request(heartbeatApi, heartbeat),
      ]);
      const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      for (const reason of reasons) expect(reason).toBe(refused);
      return reasons.length > 0;
    });
    expect(connection.isOpen).toBe(false);
  });

  it('lets callers give up and time run out while they are held back', async () => {
    const authenticator = new TestAuthenticator(1);
    const connection = await connect(authenticator);
    let letIn = (): void => undefined;
    const admitted = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    let isWaiting = false;
    authenticator.beforeLogin = async () => {
      isWaiting = true;
      await admitted;
    };
    await waitFor('the next login', async () => {
      void connection.request(heartbeatApi, heartbeat).catch(() => undefined);
      return isWaiting;
    });
    const abort = new AbortController();
    const givenUp = connection.request(heartbeatApi, heartbeat, { signal: abort.signal });
    const patient = connection.request(heartbeatApi, heartbeat);
    const before = broker.count(heartbeatApi.key);
    abort.abort();
    await expect(givenUp).rejects.toMatchObject({ code: 'cancelled' });
    letIn();
    await patient;
    const others = connection.inFlight;
    expect(others).toBe(0);
    expect(broker.count(heartbeatApi.key)).toBeGreaterThan(before);

    const late = connect(new TestAuthenticator(1), 5000);
    const second = await late;
    broker.on(saslAuthenticateApi.key, (call) => held.push(call));
    const rejected = await waitFor('a request that is not answered in time', async () => {
      const request = second.request(heartbeatApi, heartbeat, { timeoutMs: 150 });
      return await request.then(
        () => null,
        (error: unknown) => ({ error }),
      );
    });
    expect(rejected.error).toMatchObject({ code: 'timeout', retriable: true });
    expect(second.isOpen).toBe(false);
  });

  it('is due after 85 to 95 per cent of the session, as with Java', () => {
    for (let i = 0; i < 100; i++) {
      const ms = loginAgainAfterMs(3_600_000);
      expect(ms).toBeGreaterThanOrEqual(3_060_000);
      expect(ms).toBeLessThanOrEqual(3_420_000);
    }
    expect(loginAgainAfterMs(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the end of a session', () => {
  function sessionOf(lifetimeMs: number) {
    const clock = { now: 0 };
    const gate = new SendGate();
    const failures: unknown[] = [];
    const prepared: { succeed(): void; fail(error: Error): void }[] = [];
    let logins = 0;
    const session = new LoginSession({
      authenticator: {
        prepare: () => new Promise((succeed, fail) => prepared.push({ succeed, fail })),
        login: async () => {
          logins++;
          return lifetimeMs;
        },
      },
      channel: { broker: 'b', request: () => Promise.reject(new Error('not asked')) },
      gate,
      inFlight: () => 0,
      onFailure: (error) => failures.push(error),
      now: () => clock.now,
    });
    const sent: number[] = [];
    function ask(id: number): void {
      session.renewIfDue();
      gate.pass({ send: () => sent.push(id), fail: (error) => failures.push(error) });
    }
    return { session, clock, gate, failures, prepared, sent, ask, logins: () => logins };
  }

  it('holds back what would come too late, on a connection that was idle', async () => {
    const { session, clock, sent, ask, prepared, logins } = sessionOf(10_000);
    await session.login();
    clock.now = 60_000;
    ask(1);
    ask(2);
    expect(sent).toEqual([]);
    prepared[0]?.succeed();
    await waitFor('the login', () => logins() === 2);
    await waitFor('the requests', () => sent.length === 2);
    expect(sent).toEqual([1, 2]);
    expect(prepared).toHaveLength(1);
  });

  it('lets requests pass while a token is fetched, as long as the session lasts', async () => {
    const { session, clock, sent, ask, prepared, failures } = sessionOf(10_000);
    await session.login();
    clock.now = 9600;
    ask(1);
    clock.now = 9690;
    ask(2);
    expect(sent).toEqual([1, 2]);
    clock.now = 9700;
    ask(3);
    expect(sent).toEqual([1, 2]);
    prepared[0]?.succeed();
    await waitFor('the third', () => sent.length === 3);
    expect(failures).toEqual([]);
  });

  it('is not brought forward by a token that cannot be had, and comes with the reason', async () => {
    const { session, clock, sent, ask, prepared, failures } = sessionOf(100_000);
    await session.login();
    clock.now = 95_500;
    ask(1);
    prepared[0]?.fail(new Error('no token'));
    await new Promise((resolve) => setImmediate(resolve));
    ask(2);
    expect(prepared).toHaveLength(1);
    clock.now = 96_600;
    ask(3);
    expect(prepared).toHaveLength(2);
    expect(sent).toEqual([1, 2, 3]);
    clock.now = 97_000;
    ask(4);
    prepared[1]?.fail(new Error('still no token'));
    await waitFor('the failure', () => failures.length === 1);
    expect(sent).toEqual([1, 2, 3]);
    expect(String(failures[0])).toContain('still no token');
  });
});
