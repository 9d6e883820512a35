import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../connection/connection.ts';
import { FakeBroker } from '../../connection/fake-broker.ts';
import { FramePool } from '../../connection/frame-pool.ts';
import { saslAuthenticateApi } from '../../protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../protocol/generated/sasl-handshake.js';
import type { SaslMechanism } from './mechanism.ts';
import { plainMechanism } from './plain.ts';
import { saslLogin } from './sasl-login.ts';
import { scramMechanism } from './scram.ts';

const canary = 'canary-4711';
let broker: FakeBroker;
/** Answers of SaslAuthenticate: bytes, or an error code. */
let answers: (string | number)[];

beforeEach(async () => {
  answers = [];
  broker = await FakeBroker.start();
  broker.on(saslHandshakeApi.key, (call) => call.answer(saslHandshakeApi, { errorCode: 0, mechanisms: [] }));
  broker.on(saslAuthenticateApi.key, (call) => {
    const answer = answers.shift() ?? 'again';
    const [errorCode, text] = typeof answer === 'number' ? [answer, ''] : [0, answer];
    const errorMessage = errorCode === 0 ? null : 'says the broker';
    call.answer(saslAuthenticateApi, { errorCode, errorMessage, authBytes: Buffer.from(text) });
  });
});

afterEach(async () => {
  await broker.stop();
});

async function login(mechanism: SaslMechanism): Promise<unknown> {
  try {
    const connection = await Connection.open({
      host: '127.0.0.1',
      port: broker.port,
      clientId: 'test',
      connectTimeoutMs: 5000,
      requestTimeoutMs: 5000,
      framePool: new FramePool(),
      authenticator: { prepare: async () => undefined, login: (channel) => saslLogin(channel, mechanism) },
    });
    connection.close();
    return 'in';
  } catch (error) {
    expect(String(error)).not.toContain(canary);
    return error;
  }
}

describe('a SASL login', () => {
  it('asks for the mechanism, then sends its message', async () => {
    answers = [''];
    const sent: string[] = [];
    broker.on(saslHandshakeApi.key, (call) => {
      sent.push(call.read(saslHandshakeApi).mechanism);
      call.answer(saslHandshakeApi, { errorCode: 0, mechanisms: ['PLAIN'] });
    });
    broker.on(saslAuthenticateApi.key, (call) => {
      sent.push(call.read(saslAuthenticateApi).authBytes.toString());
      call.answer(saslAuthenticateApi, { errorCode: 0, errorMessage: null, authBytes: Buffer.alloc(0) });
    });
    expect(await login(plainMechanism('me', canary))).toBe('in');
    expect(sent).toEqual(['PLAIN', `\0me\0${canary}`]);
  });

  it('tells refusals by their own codes, and which may pass', async () => {
    answers = [58];
    expect(await login(plainMechanism('me', canary))).toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      message: expect.stringContaining('refuses the login by PLAIN: says the broker'),
    });
    answers = [7];
    expect(await login(plainMechanism('me', canary))).toMatchObject({
      retriable: true,
      details: { kafkaError: 'REQUEST_TIMED_OUT' },
    });
  });

  it('does not believe a broker that skips the proof of SCRAM or never ends', async () => {
    for (const script of [[''], ['again'], ['v=x']]) {
      answers = [...script];
      expect(
        await login(scramMechanism('SCRAM-SHA-256', { username: 'me', password: canary })),
      ).toMatchObject({
        code: 'kafka',
        retriable: false,
        details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      });
    }
    const chatty: SaslMechanism = {
      name: 'CHATTY',
      begin: () => ({ start: () => Buffer.from('a'), next: () => Buffer.from('b') }),
    };
    expect(await login(chatty)).toMatchObject({
      message: expect.stringContaining('does not come to an end'),
    });
  });
});
