import { execFile } from 'node:child_process';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBroker, startBrokerThread } from '../../broker/start-broker.ts';
import { isConnectError, traceOf } from '../../errors/connect-error.ts';
import {
  type SecuredKafka,
  type SecuredListener,
  startSecuredKafka,
} from '../../testing/apache-kafka/secured-broker.ts';
import { makeCertificate } from '../../testing/certificates.ts';
import { FaultProxy } from '../../testing/fault-proxy.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Properties } from '../ports/properties.ts';
import { FakeTokenEndpoint } from './oauth/fake-token-endpoint.ts';

const run = promisify(execFile);
const security = 'org.apache.kafka.common.security';
const canary = 'canary-4711';

let kafka: SecuredKafka;
let embedded: RunningBroker;
let endpoint: FakeTokenEndpoint;
let folder: string;
let trust: Properties;
const logged: string[] = [];

beforeAll(async () => {
  endpoint = await FakeTokenEndpoint.start();
  folder = await mkdtemp(join(tmpdir(), 'millrace-security-'));
  const users = { alice: 'wonder-land', token: 'api-key-1' };
  kafka = await startSecuredKafka({ users, jwks: endpoint.jwks });
  embedded = await startBrokerThread({
    port: 0,
    dataDir: join(folder, 'embedded'),
    sasl: { users },
    settings: { 'connections.max.reauth.ms': '4000' },
  });
  trust = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': kafka.authority.certificate };
}, 150_000);

afterAll(async () => {
  await embedded?.stop();
  await kafka?.stop();
  await endpoint?.stop();
  await rm(folder, { recursive: true, force: true });
});

function plain(username: string, secret: string): Properties {
  const module = `${security}.plain.PlainLoginModule`;
  return {
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `${module} required username="${username}" password="${secret}";`,
  };
}

function scram(mechanism: string, username: string, secret: string): Properties {
  const module = `${security}.scram.ScramLoginModule`;
  return {
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `${module} required username="${username}" password="${secret}";`,
  };
}

function oauth(options: string, more: Properties = {}): Properties {
  const module = `${security}.oauthbearer.OAuthBearerLoginModule`;
  return { 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': `${module} required ${options};`, ...more };
}

const unsecured = 'unsecuredLoginStringClaim_sub="bob" unsecuredLoginListClaim_scope="|a|b"';

function tokens(more: Properties = {}): Properties {
  return oauth('', {
    'sasl.oauthbearer.token.endpoint.url': endpoint.url,
    'sasl.oauthbearer.client.credentials.client.id': 'millrace',
    'sasl.oauthbearer.client.credentials.client.secret': canary,
    ...more,
  });
}

function open(listener: SecuredListener | string, protocol: string, properties: Properties): KafkaClient {
  const address = listener in kafka.listeners ? kafka.listeners[listener as SecuredListener] : listener;
  return openKafkaClient({
    properties: { 'bootstrap.servers': address, 'security.protocol': protocol, ...properties },
    log: (_, message) => logged.push(message),
  });
}

/** Connects, asks for something that needs every right, and closes. */
async function use(listener: SecuredListener | string, protocol: string, properties: Properties) {
  const client = open(listener, protocol, properties);
  try {
    return await client.admin.describeCluster();
  } finally {
    await client.close();
  }
}

const brief = { 'default.api.timeout.ms': '1500', 'request.timeout.ms': '1500' };

async function failureOf(listener: SecuredListener | string, protocol: string, properties: Properties) {
  try {
    await use(listener, protocol, { ...brief, ...properties });
  } catch (error) {
    expect(isConnectError(error)).toBe(true);
    expect(traceOf(error)).not.toContain(canary);
    return error;
  }
  throw new Error(`${listener} let the client in`);
}

async function keytool(...args: string[]): Promise<void> {
  await run('keytool', args);
}

/** Writes a record of 100 kB again and again and reads it back. */
async function moveData(client: KafkaClient, records: number): Promise<void> {
  const topic = `secured-${randomUUID()}`;
  await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
  const failures: Error[] = [];
  const producer = client.createProducer<null>({
    properties: { 'linger.ms': '5' },
    onDelivered: ({ error }) => error !== null && failures.push(error),
  });
  const value = (i: number): Buffer => Buffer.alloc(100_000, i % 251);
  for (let i = 0; i < records; i++) {
    while (!producer.append({ topic, partition: 0, key: null, value: value(i) }, null))
      await producer.ready();
  }
  await producer.flush();
  await producer.close(5000);
  expect(failures).toEqual([]);
  const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest' } });
  consumer.assign([{ topic, partition: 0 }]);
  let next = 0;
  await waitFor(`${records} records`, async () => {
    for (const batch of await consumer.poll(500)) {
      for (const record of batch.records) {
        if (record.value?.equals(value(next)) !== true) throw new Error(`record ${next} is another`);
        next++;
      }
    }
    return next === records;
  });
  await consumer.close(1000);
}

describe('TLS to Apache Kafka', () => {
  it('works with the trusted authority given inline, and for data of every size', async () => {
    const client = open('TLS', 'SSL', trust);
    try {
      await moveData(client, 60);
    } finally {
      await client.close();
    }
  });

  it('works with trust stores in files of every format, mislabelled as Java lets them be', async () => {
    const pem = join(folder, 'authority.pem');
    await writeFile(pem, kafka.authority.certificate);
    const importing = ['-importcert', '-noprompt', '-alias', 'ca', '-file', pem, '-storepass', canary];
    await keytool(...importing, '-storetype', 'PKCS12', '-keystore', join(folder, 'trust.p12'));
    await keytool(...importing, '-storetype', 'JKS', '-keystore', join(folder, 'trust.jks'));
    const stores: [string, string][] = [
      ['PEM', pem],
      ['PKCS12', join(folder, 'trust.p12')],
      ['JKS', join(folder, 'trust.jks')],
      ['JKS', join(folder, 'trust.p12')],
      ['PKCS12', join(folder, 'trust.jks')],
    ];
    for (const [type, location] of stores) {
      await use('TLS', 'SSL', {
        'ssl.truststore.type': type,
        'ssl.truststore.location': location,
        ...(type === 'PEM' ? {} : { 'ssl.truststore.password': canary }),
      });
    }
  });

  it('works with client certificates in every format', async () => {
    const { key, certificate } = kafka.client;
    const keyPem = join(folder, 'client.pem');
    await writeFile(keyPem, `${key}\n${certificate}`);
    const p12 = join(folder, 'client.p12');
    const exporting = ['pkcs12', '-export', '-in', keyPem, '-out', p12, '-passout', `pass:${canary}`];
    await run('openssl', [...exporting, '-name', 'client']);
    const jks = join(folder, 'client.jks');
    const [from, to] = [
      ['-srckeystore', p12, '-srcstoretype', 'PKCS12', '-srcstorepass', canary],
      ['-destkeystore', jks, '-deststoretype', 'JKS', '-deststorepass', 'store-pw', '-destkeypass', canary],
    ];
    await keytool('-importkeystore', '-srcalias', 'client', '-destalias', 'client', ...from, ...to);
    const encrypted = createPrivateKey(key).export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: canary,
    });
    const stores: Properties[] = [
      { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': keyPem },
      { 'ssl.keystore.type': 'PEM', 'ssl.keystore.key': key, 'ssl.keystore.certificate.chain': certificate },
      {
        'ssl.keystore.type': 'PEM',
        // A properties file has it all on one line.
        'ssl.keystore.key': String(encrypted).replaceAll('\n', ' '),
        'ssl.keystore.certificate.chain': certificate.replaceAll('\r\n', ' '),
        'ssl.key.password': canary,
      },
      { 'ssl.keystore.type': 'PKCS12', 'ssl.keystore.location': p12, 'ssl.keystore.password': canary },
      { 'ssl.keystore.location': jks, 'ssl.keystore.password': 'store-pw', 'ssl.key.password': canary },
    ];
    for (const store of stores) await use('CLIENTCERT', 'SSL', { ...trust, ...store });
  });

  it('checks the name of the host unless it is told not to', async () => {
    expect(await failureOf('WRONGHOST', 'SSL', trust)).toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SSL_HANDSHAKE_FAILED' },
      message: expect.stringContaining('its certificate does not name this host'),
    });
    await use('WRONGHOST', 'SSL', { ...trust, 'ssl.endpoint.identification.algorithm': '' });
    expect(logged.at(-1)).toContain('ssl.endpoint.identification.algorithm is empty');
    await use('TLS', 'SSL', { ...trust, 'ssl.endpoint.identification.algorithm': 'HTTPS' });
  });

  it('speaks the versions and suites that are asked for', async () => {
    await use('TLS12', 'SSL', trust);
    await use('TLS', 'SSL', {
      ...trust,
      'ssl.enabled.protocols': 'TLSv1.2',
      'ssl.cipher.suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    });
    await use('TLS', 'SSL', { ...trust, 'ssl.cipher.suites': 'TLS_AES_128_GCM_SHA256' });
  });

  it('fails with one clear error for each cause', async () => {
    const stranger = makeCertificate({ commonName: 'stranger' });
    const strangersKey = {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': stranger.key,
      'ssl.keystore.certificate.chain': stranger.certificate,
    };
    const causes: [SecuredListener, string, Properties, string][] = [
      ['TLS', 'SSL', {}, 'not signed by any that is trusted here'],
      ['EXPIRED', 'SSL', trust, 'has expired'],
      ['EXPIRED', 'SSL', { ...trust, 'ssl.endpoint.identification.algorithm': '' }, 'has expired'],
      ['CLIENTCERT', 'SSL', trust, 'it wants a client certificate'],
      ['CLIENTCERT', 'SSL', { ...trust, 'ssl.protocol': 'TLSv1.2' }, 'it wants a client certificate'],
      ['CLIENTCERT', 'SSL', { ...trust, ...strangersKey }, "does not accept the client's certificate"],
      ['TLS12', 'SSL', { ...trust, 'ssl.enabled.protocols': 'TLSv1.3' }, 'no TLS version and cipher suite'],
      ['TLS', 'PLAINTEXT', {}, 'speaks TLS on this listener, and this client does not'],
      ['SASLTLS', 'SASL_PLAINTEXT', plain('alice', canary), 'set security.protocol to SSL or SASL_SSL'],
    ];
    for (const [listener, protocol, properties, text] of causes) {
      const error = await failureOf(listener, protocol, properties);
      expect(error, text).toMatchObject({
        code: 'kafka',
        retriable: false,
        details: { kafkaError: 'SSL_HANDSHAKE_FAILED' },
        message: expect.stringContaining(text),
      });
    }
  });

  it('tells a listener without TLS by how it hangs up', async () => {
    const hangsUp = {
      retriable: true,
      message: expect.stringContaining(
        'closed the connection during the TLS handshake; a listener without TLS',
      ),
    };
    expect(await failureOf(kafka.bootstrap, 'SSL', trust)).toMatchObject(hangsUp);
    expect(await failureOf(embedded.bootstrap, 'SSL', trust)).toMatchObject(hangsUp);
  });
});

describe('SASL logins to Apache Kafka', () => {
  it('work with every mechanism, over TLS and without', async () => {
    const logins = [
      plain('alice', 'wonder-land'),
      scram('SCRAM-SHA-256', 'alice', 'wonder-land'),
      scram('SCRAM-SHA-512', 'alice', 'wonder-land'),
      oauth(unsecured),
    ];
    for (const login of logins) {
      await use('SASL', 'SASL_PLAINTEXT', login);
      await use('SASLTLS', 'SASL_SSL', { ...trust, ...login });
    }
  });

  it('take service credentials of IBM Event Streams as they are documented', async () => {
    const client = openKafkaClient({
      properties: {
        // Several brokers, of which one is down.
        'bootstrap.servers': `127.0.0.1:1,${kafka.listeners.SASLTLS}`,
        'sasl.jaas.config': `${security}.plain.PlainLoginModule required username="token" password="api-key-1";`,
        'security.protocol': 'SASL_SSL',
        'sasl.mechanism': 'PLAIN',
        'ssl.protocol': 'TLSv1.2',
        'ssl.enabled.protocols': 'TLSv1.2',
        'ssl.endpoint.identification.algorithm': 'HTTPS',
        'client.dns.lookup': 'use_all_dns_ips',
        // The real service has a certificate of a public authority.
        ...trust,
      },
    });
    try {
      await moveData(client, 5);
    } finally {
      await client.close();
    }
  });

  it('fail with one clear error for each cause', async () => {
    const causes: [SecuredListener, Properties, string, string][] = [
      ['SASL', plain('alice', canary), 'SASL_AUTHENTICATION_FAILED', 'Invalid username or password'],
      ['SASL', scram('SCRAM-SHA-256', 'alice', canary), 'SASL_AUTHENTICATION_FAILED', 'invalid credentials'],
      ['SASL', scram('SCRAM-SHA-512', 'nobody', canary), 'SASL_AUTHENTICATION_FAILED', 'invalid credentials'],
      ['OIDC', oauth(unsecured), 'SASL_AUTHENTICATION_FAILED', 'invalid_token'],
      [
        'PLAINONLY',
        scram('SCRAM-SHA-512', 'alice', canary),
        'UNSUPPORTED_SASL_MECHANISM',
        'does not offer the SASL mechanism SCRAM-SHA-512; it offers PLAIN',
      ],
    ];
    for (const [listener, properties, kafkaError, text] of causes) {
      expect(await failureOf(listener, 'SASL_PLAINTEXT', properties), text).toMatchObject({
        code: 'kafka',
        retriable: false,
        details: { kafkaError },
        message: expect.stringContaining(text),
      });
    }
    expect(await failureOf(kafka.bootstrap, 'SASL_PLAINTEXT', plain('alice', canary))).toMatchObject({
      code: 'kafka',
      retriable: false,
      message: expect.stringContaining('takes no SASL login on this listener'),
    });
    expect(await failureOf('SASL', 'PLAINTEXT', {})).toMatchObject({
      retriable: true,
      message: expect.stringContaining('a listener that wants a SASL login ends connections so'),
    });
  });

  it('are repeated before the session ends, without failing any request of a busy connection', async () => {
    const login: Properties[] = [
      plain('alice', 'wonder-land'),
      scram('SCRAM-SHA-256', 'alice', 'wonder-land'),
      oauth(unsecured),
    ];
    const before = logged.length;
    await Promise.all(
      login.map(async (properties) => {
        const client = open('SHORT', 'SASL_PLAINTEXT', properties);
        const until = performance.now() + 9000;
        const failures: unknown[] = [];
        let calls = 0;
        const caller = async (): Promise<void> => {
          while (performance.now() < until && failures.length === 0) {
            await client.admin.describeCluster().catch((error) => failures.push(error));
            calls++;
          }
        };
        await Promise.all(Array.from({ length: 8 }, caller));
        await client.close();
        expect(failures).toEqual([]);
        expect(calls).toBeGreaterThan(100);
      }),
    );
    // A lost connection would have been made good by another attempt.
    expect(logged.slice(before)).toEqual([]);
  });

  it('are repeated while a fetch waits and after a connection was idle for longer than its session', async () => {
    const before = logged.length;
    const client = open('SHORT', 'SASL_PLAINTEXT', plain('alice', 'wonder-land'));
    const topic = `idle-${randomUUID()}`;
    await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
    const consumer = client.createConsumer({ properties: { 'fetch.max.wait.ms': '2500' } });
    consumer.assign([{ topic, partition: 0 }]);
    const until = performance.now() + 9000;
    while (performance.now() < until) expect(await consumer.poll(1000)).toEqual([]);
    await client.admin.describeCluster();
    await consumer.close(1000);
    await client.close();
    expect(logged.slice(before)).toEqual([]);
  });
});

describe.each([
  ['Apache Kafka', () => kafka.listeners.SHORT, () => kafka.listeners.PLAINONLY],
  ['the embedded broker', () => embedded.bootstrap, () => embedded.bootstrap],
] as const)('logins by PLAIN to %s', (_, address, plainOnly) => {
  it('serve data, and are repeated before the session ends', async () => {
    const before = logged.length;
    const client = open(address(), 'SASL_PLAINTEXT', plain('token', 'api-key-1'));
    const until = performance.now() + 6000;
    await moveData(client, 20);
    while (performance.now() < until)
      await Promise.all([client.admin.listTopics(), client.admin.listTopics()]);
    await client.close();
    expect(logged.slice(before)).toEqual([]);
  });

  it('are refused by name for a wrong password, another mechanism, and none at all', async () => {
    expect(await failureOf(address(), 'SASL_PLAINTEXT', plain('token', canary))).toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      message: expect.stringContaining('Invalid username or password'),
    });
    const gssapi = { ...plain('token', canary), 'sasl.mechanism': 'GSSAPI' };
    expect(await failureOf(address(), 'SASL_PLAINTEXT', gssapi)).toMatchObject({ code: 'config' });
    const other = scram('SCRAM-SHA-512', 'token', canary);
    expect(await failureOf(plainOnly(), 'SASL_PLAINTEXT', other)).toMatchObject({
      details: { kafkaError: 'UNSUPPORTED_SASL_MECHANISM' },
      message: expect.stringContaining('it offers PLAIN;'),
    });
    expect(await failureOf(address(), 'PLAINTEXT', {})).toMatchObject({ retriable: true });
  });

  it('do not storm the broker when the password is wrong', async () => {
    const proxy = await FaultProxy.listen();
    proxy.forwardTo(address());
    const client = open(proxy.address, 'SASL_PLAINTEXT', plain('alice', canary));
    const until = performance.now() + 3000;
    let failures = 0;
    while (performance.now() < until) {
      await expect(client.admin.describeCluster()).rejects.toMatchObject({
        details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      });
      failures++;
    }
    await client.close();
    await proxy.close();
    expect(failures).toBeGreaterThan(1);
    // 50 ms, doubled up to a second, and the broker's own delay: seven attempts at most.
    expect(proxy.accepted).toBeLessThan(12);
  });
});

describe('OAUTHBEARER with a token endpoint', () => {
  it('gets a token by client credentials, which the broker verifies', async () => {
    endpoint.calls.length = 0;
    await use('OIDC', 'SASL_PLAINTEXT', tokens({ 'sasl.oauthbearer.scope': 'kafka write' }));
    expect(endpoint.calls).toEqual([
      {
        authorization: `Basic ${Buffer.from(`millrace:${canary}`).toString('base64')}`,
        fields: { grant_type: 'client_credentials', scope: 'kafka write' },
      },
    ]);
    await use(
      'OIDC',
      'SASL_PLAINTEXT',
      oauth(`clientId="millrace" clientSecret="${canary}" scope="kafka" extension_tenant="one"`, {
        'sasl.oauthbearer.token.endpoint.url': endpoint.url,
        'sasl.login.callback.handler.class': `${security}.oauthbearer.OAuthBearerLoginCallbackHandler`,
      }),
    );
  });

  it('renews the token and the session ahead of their end', async () => {
    endpoint.calls.length = 0;
    endpoint.lifetimeSeconds = 4;
    const client = open('OIDC', 'SASL_PLAINTEXT', tokens());
    const until = performance.now() + 9000;
    try {
      while (performance.now() < until) await client.admin.describeCluster();
      expect(endpoint.calls.length).toBeGreaterThanOrEqual(3);
      expect(endpoint.calls.length).toBeLessThan(8);
    } finally {
      endpoint.lifetimeSeconds = 3600;
      await client.close();
    }
  });

  it('says what the broker or the endpoint refuses, without the secret', async () => {
    endpoint.claims.aud = 'others';
    expect(await failureOf('OIDC', 'SASL_PLAINTEXT', tokens())).toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      message: expect.stringContaining('invalid_token'),
    });
    endpoint.claims.aud = 'kafka';
    endpoint.intercept = (call, response) => {
      const body = { error: 'invalid_client', error_description: `no: ${call.authorization} ${canary}` };
      response.writeHead(401).end(JSON.stringify(body));
      return true;
    };
    expect(await failureOf('OIDC', 'SASL_PLAINTEXT', tokens())).toMatchObject({
      code: 'kafka',
      retriable: false,
      details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      message: expect.stringContaining('it answers with status 401 (invalid_client'),
    });
    endpoint.intercept = () => false;
  });

  it('never shows a secret in the log', () => {
    expect(logged.join('\n')).not.toContain(canary);
  });
});
