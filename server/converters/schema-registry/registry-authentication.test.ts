import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import { RegistryConverter } from './registry-converter.ts';
import { registryConfig } from './registry-keys.ts';
import { TextFormat } from './testing/text-format.ts';
import { failureOf, whenKnown } from './testing/when-known.ts';

const login = `Basic ${Buffer.from('me:s:ecrét').toString('base64')}`;

let registry: TestRegistry;
let allowed = '';
let now = 0;
const converters: RegistryConverter[] = [];
const endpoints: (() => Promise<void>)[] = [];

beforeEach(async () => {
  registry = await startTestRegistry({
    firstId: 7,
    allows: ({ authorization }) => authorization === allowed,
  });
  allowed = login;
  now = 0;
});

afterEach(async () => {
  for (const converter of converters.splice(0)) converter.close();
  for (const stop of endpoints.splice(0)) await stop();
  await registry.stop();
});

function create(settings: Record<string, string> = {}): RegistryConverter {
  const converter = new RegistryConverter({
    config: registryConfig,
    createFormat: () => new TextFormat(),
    now: () => now,
  });
  converter.configure({
    'converter.type': 'value',
    'schema.registry.url': registry.url,
    'max.retries': '0',
    ...settings,
  });
  converters.push(converter);
  return converter;
}

const write = (converter: RegistryConverter, topic = 't') =>
  whenKnown(() => converter.fromConnectData(topic, STRING_SCHEMA, 'v', null));
const failure = (converter: RegistryConverter) =>
  failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null));
const written = Buffer.from('\0\0\0\0\x07v');

/** What a log could show of an error. */
function allTextOf(error: unknown): string {
  return `${inspect(error, { depth: 10, showHidden: true })} ${isConnectError(error) ? JSON.stringify(error.details) : ''}`;
}

describe('basic authentication', () => {
  const withUserInfo = { 'basic.auth.credentials.source': 'USER_INFO' };

  it('takes name and password from their key', async () => {
    expect(await write(create({ ...withUserInfo, 'basic.auth.user.info': 'me:s:ecrét' }))).toEqual(written);
  });

  it('lets the old key come first', async () => {
    const settings = { 'schema.registry.basic.auth.user.info': 'me:s:ecrét', 'basic.auth.user.info': 'x:y' };
    expect(await write(create({ ...withUserInfo, ...settings }))).toEqual(written);
  });

  it('takes them from the URL, where they show in no message', async () => {
    const url = new URL(registry.url);
    url.username = 'me';
    url.password = encodeURIComponent('s:ecrét');
    expect(await write(create({ 'schema.registry.url': url.href }))).toEqual(written);
    allowed = 'nobody';
    const refused = await failure(create({ 'schema.registry.url': url.href }));
    expect(refused).toMatchObject({ code: 'forbidden', message: expect.stringContaining(registry.url) });
    expect(allTextOf(refused)).not.toMatch(/ecr/);
  });

  it('says which keys to check when it is refused, and not what they hold', async () => {
    const refused = await failure(create({ ...withUserInfo, 'basic.auth.user.info': 'me:wrong-one' }));
    expect(refused).toMatchObject({
      code: 'forbidden',
      retriable: false,
      message: expect.stringMatching(/401.*check basic\.auth\.user\.info/),
    });
    expect(allTextOf(refused)).not.toMatch(/wrong-one|bWU6/);
  });

  it.each([
    [withUserInfo, /basic\.auth\.user\.info is missing/],
    [{ 'basic.auth.credentials.source': 'SASL_INHERIT' }, /SASL login of the worker/],
    [{ 'basic.auth.credentials.source': 'LDAP' }, /one of URL, USER_INFO/],
  ])('refuses %o', (settings, message) => {
    expect(() => create(settings)).toThrow(message);
  });
});

describe('bearer tokens', () => {
  it('sends a fixed one, with cluster and pool', async () => {
    allowed = 'Bearer abc.def';
    await write(
      create({
        'bearer.auth.credentials.source': 'STATIC_TOKEN',
        'bearer.auth.token': 'abc.def',
        'bearer.auth.logical.cluster': 'lsrc-1',
        'bearer.auth.identity.pool.id': 'pool-1',
      }),
    );
    expect(registry.requests[0]?.headers).toMatchObject({
      'target-sr-cluster': 'lsrc-1',
      'confluent-identity-pool-id': 'pool-1',
    });
  });

  it.each([
    [{ 'bearer.auth.credentials.source': 'STATIC_TOKEN' }, /bearer\.auth\.token is missing/],
    [{ 'bearer.auth.credentials.source': 'OAUTHBEARER' }, /bearer\.auth\.client\.id is missing/],
    [{ 'bearer.auth.credentials.source': 'SASL_OAUTHBEARER_INHERIT' }, /SASL login of the worker/],
    [{ 'bearer.auth.credentials.source': 'CUSTOM' }, /Java classes cannot be loaded/],
    [{ 'bearer.auth.custom.provider.class': 'x.Y' }, /Java classes cannot be loaded/],
    [
      { 'bearer.auth.credentials.source': 'STATIC_TOKEN', 'basic.auth.credentials.source': 'URL' },
      /Only one of 'basic\.auth\.credentials\.source' and/,
    ],
  ])('refuses %o', (settings, message) => {
    expect(() => create(settings)).toThrow(message);
  });

  describe('of a token endpoint', () => {
    const asked: { authorization: string | undefined; body: string }[] = [];
    let answers: (readonly [status: number, body: string])[] = [];
    let endpoint = '';

    beforeEach(async () => {
      asked.length = 0;
      answers = [];
      const server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        request.on('end', () => {
          asked.push({ authorization: request.headers.authorization, body });
          const [status, text] = answers.shift() ?? [500, ''];
          response.writeHead(status).end(text);
        });
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
      endpoints.push(async () => {
        server.closeAllConnections();
        await new Promise<void>((done) => server.close(() => done()));
      });
    });

    const oauth = () => ({
      'bearer.auth.credentials.source': 'OAUTHBEARER',
      'bearer.auth.issuer.endpoint.url': endpoint,
      'bearer.auth.client.id': 'client',
      'bearer.auth.client.secret': 'hush-hush',
      'bearer.auth.scope': 'schema:read',
    });

    it('are asked for with the client id and kept while they hold', async () => {
      answers = [[200, '{"access_token":"one","expires_in":3600}']];
      allowed = 'Bearer one';
      const converter = create(oauth());
      expect(await write(converter)).toEqual(written);
      await write(converter, 'u');
      expect(asked).toEqual([
        {
          authorization: `Basic ${Buffer.from('client:hush-hush').toString('base64')}`,
          body: 'grant_type=client_credentials&scope=schema%3Aread',
        },
      ]);
    });

    it('are replaced once the registry refuses them', async () => {
      answers = [
        [200, '{"access_token":"one"}'],
        [200, '{"access_token":"two"}'],
      ];
      allowed = 'Bearer two';
      expect(await write(create(oauth()))).toEqual(written);
      expect(asked).toHaveLength(2);
    });

    it('are asked for once more only', async () => {
      answers = Array.from({ length: 9 }, () => [200, '{"access_token":"one"}'] as const);
      const refused = await failure(create(oauth()));
      expect(refused).toMatchObject({ code: 'forbidden' });
      expect(asked).toHaveLength(2);
    });

    it.each([
      [503, '', 'retriable', /answered 503/],
      [401, '{"error":"invalid_client"}', 'forbidden', /check bearer\.auth\.client\.id/],
      [200, '<html>', 'config', /gave no access_token/],
      [200, '{"access_token":"a\\r\\nX-Evil: 1"}', 'config', /gave no access_token/],
    ])('are missing when it answers %s %s', async (status, body, code, message) => {
      answers = [[status, body]];
      const refused = await failure(create(oauth()));
      expect(refused).toMatchObject({ code, message: expect.stringMatching(message) });
      expect(allTextOf(refused)).not.toMatch(/hush|Y2xpZW50/);
      expect(registry.requests).toEqual([]);
    });

    it.each(['ftp://x/', 'no url', 'http://me:pw@x/'])('refuses %s as endpoint', (url) => {
      expect(() => create({ ...oauth(), 'bearer.auth.issuer.endpoint.url': url })).toThrow(
        /bearer\.auth\.issuer\.endpoint\.url/,
      );
    });
  });
});

describe('further headers', () => {
  it('are sent with each request', async () => {
    allowed = 'Custom abc';
    await write(create({ 'request.header.Authorization': 'Custom abc', 'request.header.X-Tenant': 'blue' }));
    expect(registry.requests[0]?.headers).toMatchObject({ 'x-tenant': 'blue' });
  });

  it('are refused when they are none, without their value', () => {
    expect(() => create({ 'request.header.X-Tenant': 'a\r\nb-secret' })).toThrow(
      /^request\.header\.X-Tenant is no header of HTTP(?!.*secret)/,
    );
  });
});
