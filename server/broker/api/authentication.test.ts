import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { describeConfigsApi } from '../../kafka/protocol/generated/describe-configs.js';
import { metadataApi } from '../../kafka/protocol/generated/metadata.js';
import { saslAuthenticateApi } from '../../kafka/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../kafka/protocol/generated/sasl-handshake.js';
import { waitFor } from '../../testing/wait.ts';
import { SampleClient } from '../network/sample-client.ts';
import { sampleDataDir, startSampleBroker } from '../sample-broker.ts';
import { startBroker } from '../start-broker.ts';

const canary = 'pässword-canary';
const users = { token: canary, other: 'second' };
const allTopics = { topics: null };

async function startWithUsers(settings: Record<string, string> = {}) {
  const lines: string[] = [];
  const { port, bootstrap } = await startSampleBroker({
    sasl: { users },
    settings,
    log: (_level, line) => lines.push(line),
  });
  return { port, bootstrap, lines };
}

function plain(name: string, password: string, claimed = ''): Buffer {
  return Buffer.from(`${claimed}\0${name}\0${password}`);
}

async function authenticate(client: SampleClient, token: Buffer) {
  const handshake = await client.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
  expect(handshake).toMatchObject({ errorCode: 0, mechanisms: ['PLAIN'] });
  return await client.request(saslAuthenticateApi, 2, { authBytes: token });
}

describe('a broker with users', () => {
  it('serves who proves to be one of them', async () => {
    const { port } = await startWithUsers();
    const client = await SampleClient.connect(port);
    expect((await client.request(apiVersionsApi, 0, {})).errorCode).toBe(0);
    const answer = await authenticate(client, plain('token', canary));
    expect(answer).toMatchObject({ errorCode: 0, errorMessage: null, sessionLifetimeMs: 0 });
    expect((await client.request(metadataApi, 12, allTopics)).brokers).toHaveLength(1);
    // There is nothing more to prove.
    const again = await client.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
    expect(again.errorCode).toBe(kafkaErrors.ILLEGAL_SASL_STATE);
    const late = await client.request(saslAuthenticateApi, 2, { authBytes: plain('token', canary) });
    expect(late.errorCode).toBe(kafkaErrors.ILLEGAL_SASL_STATE);
    const resources = [{ resourceType: 4, resourceName: '1', configurationKeys: ['listeners'] }];
    const { results } = await client.request(describeConfigsApi, 4, { resources });
    expect(results[0]?.configs[0]?.value).toBe(`SASL_PLAINTEXT://127.0.0.1:${port}`);
  });

  it('answers nothing but what authentication needs before it is done', async () => {
    const { port, lines } = await startWithUsers();
    const early = await SampleClient.connect(port);
    early.send(metadataApi, 12, allTopics);
    await early.closed();
    const halfway = await SampleClient.connect(port);
    await halfway.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
    halfway.send(metadataApi, 12, allTopics);
    await halfway.closed();
    const unasked = await SampleClient.connect(port);
    unasked.send(saslAuthenticateApi, 2, { authBytes: plain('token', canary) });
    await unasked.closed();
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/before authentication with SASL PLAIN/);
  });

  it.each([
    ['a wrong password', plain('token', 'wrong'), 'Authentication failed: Invalid username or password'],
    ['an unknown user', plain('nobody', canary), 'Authentication failed: Invalid username or password'],
    ['no user', plain('', canary), 'Authentication failed: username not specified'],
    ['no password', plain('token', ''), 'Authentication failed: password not specified'],
    ['another identity', plain('token', canary, 'root'), 'authorization id that is different from username'],
    ['no token of PLAIN', Buffer.from('token'), 'expected 3 tokens, got 1'],
  ])('refuses %s in Kafka’s words, after a while, and closes', async (_what, token, message) => {
    const { port, lines } = await startWithUsers({ 'connection.failed.authentication.delay.ms': '80' });
    const client = await SampleClient.connect(port);
    const startedAt = performance.now();
    const answer = await authenticate(client, token);
    expect(performance.now() - startedAt).toBeGreaterThan(70);
    expect(answer.errorCode).toBe(kafkaErrors.SASL_AUTHENTICATION_FAILED);
    expect(answer.errorMessage).toContain(message);
    expect(answer.errorMessage).not.toContain(canary);
    await client.closed();
    expect(lines.join()).not.toContain(canary);
  });

  it('names its mechanism to who asks for another, and closes', async () => {
    const { port } = await startWithUsers();
    const client = await SampleClient.connect(port);
    const answer = await client.request(saslHandshakeApi, 1, { mechanism: 'SCRAM-SHA-256' });
    expect(answer).toEqual({ errorCode: kafkaErrors.UNSUPPORTED_SASL_MECHANISM, mechanisms: ['PLAIN'] });
    await client.closed();
  });

  it('takes bare tokens from clients of old', async () => {
    const { port } = await startWithUsers();
    const client = await SampleClient.connect(port);
    await client.request(saslHandshakeApi, 0, { mechanism: 'PLAIN' });
    client.sendRaw(plain('other', 'second'));
    expect(await client.receiveRaw()).toHaveLength(0);
    expect((await client.request(metadataApi, 12, allTopics)).brokers).toHaveLength(1);
    const wrong = await SampleClient.connect(port);
    await wrong.request(saslHandshakeApi, 0, { mechanism: 'PLAIN' });
    wrong.sendRaw(plain('other', 'wrong'));
    await wrong.closed();
  });

  it('takes no large requests from strangers, and the usual ones from users', async () => {
    const { port, lines } = await startWithUsers({ 'sasl.server.max.receive.size': '1000' });
    const stranger = await SampleClient.connect(port);
    stranger.sendRaw(Buffer.alloc(1001));
    await stranger.closed();
    expect(lines[0]).toContain('1001 bytes (at most 1000 are taken)');
    const user = await SampleClient.connect(port);
    await authenticate(user, plain('token', canary));
    const many = Array.from({ length: 500 }, (_, n) => ({ name: `topic-${n}` }));
    expect((await user.request(metadataApi, 12, { topics: many })).topics).toHaveLength(500);
  });

  it('wants to be convinced anew when a session is over', async () => {
    const { port, lines } = await startWithUsers({ 'connections.max.reauth.ms': '1500' });
    const [faithful, forgetful] = [await SampleClient.connect(port), await SampleClient.connect(port)];
    for (const client of [faithful, forgetful]) {
      expect(await authenticate(client, plain('token', canary))).toMatchObject({ sessionLifetimeMs: 1500 });
    }
    const tooSoon = await faithful.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
    expect(tooSoon.errorCode).toBe(kafkaErrors.ILLEGAL_SASL_STATE);
    await waitFor('a second to pass', async () => {
      const { errorCode } = await faithful.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
      return errorCode === 0;
    });
    const renewed = await faithful.request(saslAuthenticateApi, 2, { authBytes: plain('token', canary) });
    expect(renewed).toMatchObject({ errorCode: 0, sessionLifetimeMs: 1500 });
    await waitFor('the forgetful one to be cut off', async () => {
      forgetful.send(metadataApi, 12, allTopics);
      return await forgetful.receive().then(
        () => false,
        () => true,
      );
    });
    expect(lines.join()).toContain('the session of user token expired');
    expect((await faithful.request(metadataApi, 12, allTopics)).brokers).toHaveLength(1);
  });

  it('lets nobody become somebody else on the way', async () => {
    const { port } = await startWithUsers({ 'connections.max.reauth.ms': '60000' });
    const client = await SampleClient.connect(port);
    await authenticate(client, plain('token', canary));
    await waitFor('a second to pass', async () => {
      const { errorCode } = await client.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
      return errorCode === 0;
    });
    const answer = await client.request(saslAuthenticateApi, 2, { authBytes: plain('other', 'second') });
    expect(answer.errorCode).toBe(kafkaErrors.SASL_AUTHENTICATION_FAILED);
    expect(answer.errorMessage).toContain('Cannot change principals during re-authentication');
    await client.closed();
  });

  it('works with other clients, over re-authentications', async () => {
    const { bootstrap } = await startWithUsers({ 'connections.max.reauth.ms': '2000' });
    const kafka = (password: string) =>
      new Kafka({
        brokers: [bootstrap],
        logLevel: logLevel.NOTHING,
        retry: { retries: 0 },
        reauthenticationThreshold: 900,
        sasl: { mechanism: 'plain', username: 'token', password },
      });
    await expect(kafka('wrong').admin().connect()).rejects.toThrow('Invalid username or password');
    const producer = kafka(canary).producer();
    await producer.connect();
    const endsAt = Date.now() + 4500;
    let sent = 0;
    while (Date.now() < endsAt) {
      await producer.send({ topic: 't', messages: [{ value: `${sent++}` }] });
    }
    await producer.disconnect();
    expect(sent).toBeGreaterThan(10);
  });

  it.each([
    [{ '': 'x' }, 'has no name'],
    [{ alice: '' }, 'alice has no password'],
    [{}, 'no users'],
  ])('names what is wrong with its users: %o', async (broken, message) => {
    const started = startBroker({ port: 0, dataDir: sampleDataDir(), sasl: { users: broken } });
    await expect(started).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(message),
    });
  });
});

it('a broker without users says that there is nothing to prove', async () => {
  const { port } = await startSampleBroker();
  const client = await SampleClient.connect(port);
  const { errorCode } = await client.request(saslHandshakeApi, 1, { mechanism: 'PLAIN' });
  expect(errorCode).toBe(kafkaErrors.ILLEGAL_SASL_STATE);
  const answer = await client.request(saslAuthenticateApi, 2, { authBytes: plain('a', 'b') });
  expect(answer.errorCode).toBe(kafkaErrors.ILLEGAL_SASL_STATE);
});
