import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../testing/certificates.ts';
import { waitFor } from '../../../testing/wait.ts';
import type { Properties } from '../../ports/properties.ts';
import { parseJaasConfig } from '../sasl/jaas-config.ts';
import type { TokenSource } from '../sasl/oauthbearer.ts';
import { parseSecuritySettings } from '../security-settings.ts';
import { FakeTokenEndpoint } from './fake-token-endpoint.ts';
import { jwtRetrievers } from './oauth-settings.ts';
import { openTokenSource } from './token-source.ts';

const canary = 'canary-4711';
const prefix = 'sasl.oauthbearer.';
let endpoint: FakeTokenEndpoint;
let folder: string;
let sources: TokenSource[];
let logged: string[];

beforeEach(async () => {
  endpoint = await FakeTokenEndpoint.start();
  folder = await mkdtemp(join(tmpdir(), 'millrace-tokens-'));
  sources = [];
  logged = [];
});

afterEach(async () => {
  for (const source of sources) source.close();
  await endpoint.stop();
  await rm(folder, { recursive: true, force: true });
  expect(logged.join('\n')).not.toContain(canary);
});

function open(properties: Properties, options = ''): TokenSource {
  const module = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule';
  const source = openTokenSource(
    parseSecuritySettings(properties),
    parseJaasConfig(`${module} required ${options};`),
    (_, message) => logged.push(message),
  );
  sources.push(source);
  return source;
}

function withSecret(more: Properties = {}): Properties {
  return {
    [`${prefix}token.endpoint.url`]: endpoint.url,
    [`${prefix}client.credentials.client.id`]: 'me',
    [`${prefix}client.credentials.client.secret`]: canary,
    ...more,
  };
}

async function refusal(properties: Properties, options = ''): Promise<unknown> {
  try {
    await open(properties, options).token();
  } catch (error) {
    expect(String(error)).not.toContain(canary);
    return error;
  }
  throw new Error('a token came');
}

function partsOf(token: string): unknown[] {
  return token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
}

describe('tokens by client credentials', () => {
  it('are asked for once, however many connections need one', async () => {
    const source = open(withSecret());
    const tokens = await Promise.all([source.token(), source.token(), source.token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(await source.token()).toBe(tokens[0]);
    expect(endpoint.calls).toEqual([
      { authorization: `Basic ${btoa(`me:${canary}`)}`, fields: { grant_type: 'client_credentials' } },
    ]);
  });

  it('take id, secret and scope from sasl.jaas.config where the settings have none', async () => {
    await open(
      {
        [`${prefix}token.endpoint.url`]: endpoint.url,
        [`${prefix}client.credentials.client.id`]: 'stronger',
      },
      `clientId="weaker" clientSecret="${canary}" scope="a b"`,
    ).token();
    expect(endpoint.calls[0]).toEqual({
      authorization: `Basic ${btoa(`stronger:${canary}`)}`,
      fields: { grant_type: 'client_credentials', scope: 'a b' },
    });
  });

  it('encode id and secret when they are asked to', async () => {
    const id = { [`${prefix}client.credentials.client.id`]: 'a:b' };
    await open(withSecret({ ...id, [`${prefix}header.urlencode`]: 'true' })).token();
    expect(endpoint.calls[0]?.authorization).toBe(`Basic ${btoa(`a%3Ab:${canary}`)}`);
  });

  it('are asked for again after failures that may pass, and not after others', async () => {
    endpoint.intercept = (_, response) => {
      if (endpoint.calls.length > 2) return false;
      if (endpoint.calls.length === 1) response.writeHead(503).end('busy');
      else response.destroy();
      return true;
    };
    await open(withSecret({ 'sasl.login.retry.backoff.ms': '5' })).token();
    expect(endpoint.calls.length).toBe(3);
    endpoint.intercept = (_, response) => {
      response.writeHead(401).end(JSON.stringify({ error: 'invalid_client', error_description: canary }));
      return true;
    };
    expect(await refusal(withSecret())).toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      message: expect.stringContaining('it answers with status 401 (invalid_client: [hidden])'),
    });
    expect(endpoint.calls.length).toBe(4);
  });

  it('fail with the reason when the endpoint stays away, is slow, or answers nonsense', async () => {
    const brief = { 'sasl.login.retry.backoff.ms': '5', 'sasl.login.retry.backoff.max.ms': '50' };
    const away = withSecret({
      ...brief,
      [`${prefix}token.endpoint.url`]: 'http://127.0.0.1:1/token?x=canary-4711',
    });
    expect(await refusal(away)).toMatchObject({
      code: 'unavailable',
      retriable: true,
      message: expect.stringContaining('token endpoint http://127.0.0.1:1/token: connect ECONNREFUSED'),
    });
    endpoint.intercept = () => true;
    expect(await refusal(withSecret({ ...brief, 'sasl.login.read.timeout.ms': '30' }))).toMatchObject({
      message: expect.stringContaining('no answer within 30 ms'),
    });
    const answers: [string, string][] = [
      ['<html>', 'holds no access_token'],
      ['{"access_token":""}', 'holds no access_token'],
      [JSON.stringify({ access_token: canary }), 'the token is no JWT'],
      [`"${'x'.repeat(2_000_000)}"`, 'has more than 1048576 bytes'],
    ];
    for (const [body, reason] of answers) {
      endpoint.intercept = (_, response) => {
        response.end(body);
        return true;
      };
      expect(await refusal(withSecret(brief))).toMatchObject({ message: expect.stringContaining(reason) });
    }
  });

  it('come over TLS by the options of sasl.jaas.config, from whom those trust', async () => {
    const certificate = makeCertificate({ commonName: 'idp', ipAddresses: ['127.0.0.1'] });
    const secure = await FakeTokenEndpoint.start(certificate);
    try {
      const file = join(folder, 'idp.pem');
      await writeFile(file, certificate.certificate);
      const settings = withSecret({
        [`${prefix}token.endpoint.url`]: secure.url,
        'sasl.login.retry.backoff.max.ms': '20',
      });
      await open(settings, `ssl.truststore.type=PEM ssl.truststore.location="${file}"`).token();
      expect(await refusal(settings)).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('self-signed certificate'),
      });
      expect(secure.calls.length).toBe(1);
    } finally {
      await secure.stop();
    }
  });

  it('are refused when they have expired already', async () => {
    endpoint.lifetimeSeconds = -60;
    expect(await refusal(withSecret())).toMatchObject({
      retriable: false,
      message: expect.stringContaining('expired 6'),
    });
  });

  it('are renewed in the background ahead of their end, and again after a failure', async () => {
    endpoint.lifetimeSeconds = 1;
    const source = open(
      withSecret({ 'sasl.login.refresh.window.factor': '0.5', 'sasl.login.retry.backoff.max.ms': '100' }),
    );
    await source.token();
    await waitFor('a renewal', () => endpoint.calls.length >= 2);
    endpoint.intercept = (_, response) => {
      response.writeHead(400).end();
      return true;
    };
    await waitFor('a warning', () => logged.length > 0);
    expect(logged[0]).toContain('could not be renewed, the next attempt is in 100 ms');
    endpoint.intercept = () => false;
    await waitFor('a token', async () => await source.token().catch(() => false));
  });

  it('are asked for anew when a broker did not accept one', async () => {
    const source = open(withSecret({ 'sasl.login.refresh.min.period.seconds': '0' }));
    const first = await source.token();
    endpoint.claims.jti = 'another';
    source.discard('some other token');
    expect(await source.token()).toBe(first);
    source.discard(first);
    expect(await source.token()).not.toBe(first);

    const patient = open(withSecret());
    const second = await patient.token();
    patient.discard(second);
    expect(await patient.token()).toBe(second);
  });

  it('are not asked for again for a while after a refusal', async () => {
    endpoint.intercept = (_, response) => {
      response.writeHead(401).end();
      return true;
    };
    const source = open(withSecret({ 'sasl.login.retry.backoff.max.ms': '200' }));
    for (let i = 0; i < 5; i++) await expect(source.token()).rejects.toThrow('it answers with status 401');
    expect(endpoint.calls.length).toBe(1);
    endpoint.intercept = () => false;
    await waitFor('a token', async () => await source.token().catch(() => false));
  });

  it('do not hold up who gives up waiting, and none come after the client was closed', async () => {
    endpoint.intercept = () => true;
    const source = open(withSecret());
    const abort = new AbortController();
    const waiting = source.token(abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    const other = source.token();
    source.close();
    await expect(other).rejects.toMatchObject({ code: 'cancelled' });
    await expect(source.token()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('tokens by a signed assertion', () => {
  it('are asked for with claims signed here', async () => {
    for (const [algorithm, pair] of [
      ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
      ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ] as const) {
      const file = join(folder, `${algorithm}.pem`);
      const pem = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: canary } as const;
      await writeFile(file, pair.privateKey.export(pem));
      const template = join(folder, 'template.json');
      await writeFile(template, JSON.stringify({ header: { kid: 'k' }, payload: { extra: 1 } }));
      const settings = {
        [`${prefix}token.endpoint.url`]: endpoint.url,
        [`${prefix}assertion.algorithm`]: algorithm,
        [`${prefix}assertion.private.key.file`]: file,
        [`${prefix}assertion.private.key.passphrase`]: canary,
        [`${prefix}assertion.template.file`]: template,
        [`${prefix}assertion.claim.aud`]: 'idp',
        [`${prefix}assertion.claim.iss`]: 'me',
        [`${prefix}assertion.claim.sub`]: 'me',
        [`${prefix}assertion.claim.jti.include`]: 'true',
      };
      endpoint.calls.length = 0;
      await open(settings).token();
      await open({ ...settings, [`${prefix}jwt.retriever.class`]: jwtRetrievers.assertion }).token();
      const [asClient, asGrant] = endpoint.calls.map(({ fields }) => fields);
      expect(asClient).toMatchObject({ grant_type: 'client_credentials' });
      expect(asClient?.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      expect(asGrant).toMatchObject({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' });
      const assertion = asClient?.client_assertion ?? '';
      expect(partsOf(assertion)).toMatchObject([
        { alg: algorithm, kid: 'k', typ: 'JWT' },
        { aud: 'idp', iss: 'me', sub: 'me', extra: 1, jti: expect.any(String) },
      ]);
      const [header, payload, signature = ''] = assertion.split('.');
      const key = { key: pair.publicKey, dsaEncoding: 'ieee-p1363' } as const;
      const isSigned = verify(
        'sha256',
        Buffer.from(`${header}.${payload}`),
        key,
        Buffer.from(signature, 'base64url'),
      );
      expect(isSigned).toBe(true);
    }
  });

  it('are asked for with an assertion from a file, read each time', async () => {
    const file = join(folder, 'assertion');
    await writeFile(file, 'first\n');
    const source = open({
      [`${prefix}token.endpoint.url`]: endpoint.url,
      [`${prefix}assertion.file`]: file,
      [`${prefix}client.credentials.client.id`]: 'me',
      'sasl.login.refresh.min.period.seconds': '0',
    });
    const token = await source.token();
    await writeFile(file, 'second\n');
    source.discard(token);
    await source.token();
    expect(endpoint.calls.map(({ fields }) => [fields.client_assertion, fields.client_id])).toEqual([
      ['first', 'me'],
      ['second', 'me'],
    ]);
  });

  it('fail with key and file when those are wrong', async () => {
    const file = join(folder, 'key.pem');
    await writeFile(file, canary);
    const base = { [`${prefix}token.endpoint.url`]: endpoint.url, [`${prefix}assertion.claim.iss`]: 'me' };
    const keyFile = `${prefix}assertion.private.key.file`;
    expect(await refusal(base)).toMatchObject({ code: 'config', details: { key: keyFile } });
    for (const path of [file, join(folder, 'absent'), folder]) {
      const error = await refusal({ ...base, [keyFile]: path });
      expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(path) });
    }
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await writeFile(file, ec.export({ format: 'pem', type: 'pkcs8' }));
    expect(await refusal({ ...base, [keyFile]: file })).toMatchObject({
      message: expect.stringContaining('RS256 needs one of type rsa'),
    });
  });
});

describe('tokens from elsewhere', () => {
  it('are read from a file that a file URL names', async () => {
    const file = join(folder, 'token');
    await writeFile(file, `${endpoint.token()}\n`);
    const url = { [`${prefix}token.endpoint.url`]: pathToFileURL(file).href };
    expect(await open(url).token()).not.toContain('\n');
    await writeFile(file, canary);
    expect(await refusal(url)).toMatchObject({ message: expect.stringContaining('is no JWT') });
  });

  it('are made of claims in sasl.jaas.config, without signature, as Java does for tests', async () => {
    const options =
      'unsecuredLoginStringClaim_sub="bob" unsecuredLoginNumberClaim_n="1.5" unsecuredLoginListClaim_scope="|a|b" unsecuredLoginLifetimeSeconds="60"';
    const token = await open({}, options).token();
    expect(token).toMatch(/\.$/);
    const [header, claims] = partsOf(token);
    expect(header).toEqual({ alg: 'none' });
    expect(claims).toMatchObject({ sub: 'bob', n: 1.5, scope: ['a', 'b'] });
    expect(await refusal({}, 'unsecuredLoginStringClaim_exp="1"')).toMatchObject({ code: 'config' });
    expect(await refusal({}, 'unsecuredLoginStringClaim_other="1"')).toMatchObject({
      message: expect.stringContaining('has no claim sub'),
    });
  });

  it('need settings that fit together', async () => {
    const url = `${prefix}token.endpoint.url`;
    const id = `${prefix}client.credentials.client.id`;
    const bad: [Properties, string][] = [
      [{}, `${url} is missing`],
      [{ [url]: 'nowhere' }, `${url} is no URL`],
      [{ [url]: 'ftp://a/b' }, 'must begin with https, http or file'],
      [{ [url]: 'https://a/b' }, `${id} (or clientId in sasl.jaas.config) is missing`],
      [{ [url]: 'https://a/b', [id]: 'a' }, 'client.secret (or clientSecret in sasl.jaas.config) is missing'],
      [
        { [url]: 'file:///a', [`${prefix}jwt.retriever.class`]: jwtRetrievers.clientCredentials },
        'http or https',
      ],
      [{ [url]: 'https://a', [`${prefix}jwt.retriever.class`]: jwtRetrievers.file }, 'must be a file URL'],
    ];
    for (const [properties, reason] of bad) {
      expect(await refusal(properties)).toMatchObject({
        code: 'config',
        message: expect.stringContaining(reason),
      });
    }
    expect(() => open({ [`${prefix}jwt.retriever.class`]: 'com.example.Retriever' })).toThrow(
      'cannot be loaded',
    );
  });
});
