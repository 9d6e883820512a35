import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeHerder } from '../../../e2e/support/fake-herder.ts';
import { tableSink } from '../../../e2e/support/fake-plugins.ts';
import { call, installFakeWorker } from '../../../e2e/support/fake-worker.ts';
import type { ConfigFormAnswer } from '../../entities/console-plugin.ts';
import { setWorkerHandle } from '../../runtime/worker-handle.ts';
import { hiddenKeysOf } from './secrets.ts';

const secret = 'k7-very-secret';
const reference = ['$', '{file:/run/secrets:db}'].join('');
const stored = {
  name: 'orders',
  'connector.class': tableSink.className,
  'connection.url': 'jdbc:postgresql://db/orders',
  'connection.password': secret,
  'producer.override.sasl.jaas.config': `module required password="${secret}";`,
  'some.api.key': secret,
  'value.converter.basic.auth.user.info': `user:${secret}`,
  'mirror.uri': `mongodb://user:${secret}@host/db`,
  'referenced.password': reference,
  topics: 'orders',
};

let herder: FakeHerder;

beforeEach(() => {
  herder = installFakeWorker();
  herder.add('orders', stored, 1, ['orders']);
});

afterEach(() => setWorkerHandle(null));

async function shownConfig(): Promise<Record<string, string>> {
  return ((await call('/connectors/orders')).json as { config: Record<string, string> }).config;
}

test.each(['/connectors', '/connectors/orders', '/overview', '/connectors/orders/history', '/workers'])(
  'no secret is in the answer of %s',
  async (path) => {
    expect((await call(path)).text).not.toContain(secret);
  },
);

test('keys of kind PASSWORD, keys with the name of a secret and addresses with a password are hidden', async () => {
  expect(await hiddenKeysOf(herder, stored)).toEqual([
    'connection.password',
    'producer.override.sasl.jaas.config',
    'some.api.key',
    'value.converter.basic.auth.user.info',
    'mirror.uri',
  ]);
});

test('a reference is no secret and is shown', async () => {
  expect(await shownConfig()).toMatchObject({
    'referenced.password': reference,
    'connection.url': stored['connection.url'],
  });
});

test('saving a masked config keeps every stored secret', async () => {
  const config = { ...(await shownConfig()), 'batch.size': '10' };
  expect(await call('/connectors/orders/config', { method: 'PUT', body: { config } })).toMatchObject({
    status: 200,
  });
  expect(await herder.connectorConfig('orders')).toEqual({ ...stored, 'batch.size': '10' });
});

test('a typed value replaces the stored secret', async () => {
  const config = { ...(await shownConfig()), 'connection.password': 'new' };
  await call('/connectors/orders/config', { method: 'PUT', body: { config } });
  expect(await herder.connectorConfig('orders')).toMatchObject({ 'connection.password': 'new' });
});

test('a masked text for which nothing is stored is refused with its key', async () => {
  const config = { ...stored, name: 'fresh', 'connection.password': '[hidden]' };
  const created = await call('/connectors', { method: 'POST', body: { config } });
  expect(created).toMatchObject({
    status: 400,
    json: { message: expect.stringContaining('connection.password') },
  });
  const updated = await call('/connectors/orders/config', {
    method: 'PUT',
    body: { config: { ...(await shownConfig()), 'other.password': '[hidden]' } },
  });
  expect(updated).toMatchObject({
    status: 400,
    json: { message: expect.stringContaining('other.password') },
  });
  expect(await herder.connectorConfig('orders')).toEqual(stored);
});

test('a connector cannot be renamed by saving its config', async () => {
  const config = { ...(await shownConfig()), name: 'other' };
  expect(await call('/connectors/orders/config', { method: 'PUT', body: { config } })).toMatchObject({
    status: 400,
    json: { message: expect.stringContaining('name') },
  });
});

async function validate(connector: string | null, config: Record<string, string>) {
  return call(`/plugins/${tableSink.className}/validate`, { method: 'POST', body: { connector, config } });
}

test('validation uses stored secrets and its answer has none', async () => {
  // A secret in a key of kind INT comes back inside the message.
  herder.add('orders', { ...stored, 'batch.size': secret }, 1);
  const { status, text, json } = await validate('orders', {
    ...(await shownConfig()),
    'batch.size': '[hidden]',
  });
  expect(status).toBe(200);
  expect(text).not.toContain(secret);
  expect((json as ConfigFormAnswer).values['batch.size']?.errors[0]).toContain('[hidden]');
});

test('validation of a new connector puts an error at a key that says [hidden]', async () => {
  const { json } = await validate(null, { 'connection.password': '[hidden]' });
  expect((json as ConfigFormAnswer).values['connection.password']?.errors).toEqual([
    '[hidden] stands for a stored secret, and there is none: type the value.',
  ]);
});

test('validation answers definitions, errors and recommended values of every key', async () => {
  const { json } = await validate(null, { 'batch.size': '-1' });
  const answer = json as ConfigFormAnswer;
  expect(answer.fields.find(({ name }) => name === 'connection.url')).toMatchObject({
    group: 'Connection',
    required: true,
    own: true,
  });
  expect(answer.fields.find(({ name }) => name === 'name')).toMatchObject({ own: false });
  expect(answer.values['batch.size']?.errors[0]).toMatch(/at least 0/);
  expect(answer.values['insert.mode']?.recommended).toEqual(['insert', 'upsert', 'update']);
  expect(answer.errorCount).toBe(3);
});

test('a document for another class is refused with the key', async () => {
  expect(await validate(null, { 'connector.class': 'Other' })).toMatchObject({
    status: 400,
    json: { message: expect.stringContaining('connector.class') },
  });
});

test('a document that names the class by its alias is for the same form', async () => {
  expect((await validate(null, { 'connector.class': 'JdbcSink' })).status).toBe(200);
});

test('a name that no URL could hold is an error at its field, and refused', async () => {
  const { json } = await validate(null, { name: 'a/b' });
  expect((json as ConfigFormAnswer).values.name?.errors[0]).toContain('"/" is not allowed');
  const created = await call('/connectors', {
    method: 'POST',
    body: { config: { ...stored, name: 'a/b' } },
  });
  expect(created).toMatchObject({ status: 400, json: { message: expect.stringContaining('"/"') } });
});
