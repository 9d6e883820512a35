import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeCertificate, type TestCertificate } from '../certificates.ts';
import { type ApacheKafka, type ApacheKafkaWithListeners, startApacheKafka } from './broker.ts';

/** What each listener asks for; all but the named faults are as they should be. */
const listeners = {
  TLS: 'SSL',
  CLIENTCERT: 'SSL',
  WRONGHOST: 'SSL',
  EXPIRED: 'SSL',
  TLS12: 'SSL',
  SASL: 'SASL_PLAINTEXT',
  SASLTLS: 'SASL_SSL',
  /** Takes PLAIN alone. */
  PLAINONLY: 'SASL_PLAINTEXT',
  /** Sessions end after four seconds. */
  SHORT: 'SASL_PLAINTEXT',
  /** Takes tokens signed with the key of `jwks`. */
  OIDC: 'SASL_PLAINTEXT',
} as const;

export type SecuredListener = keyof typeof listeners;

export interface SecuredKafka extends ApacheKafka {
  readonly listeners: Readonly<Record<SecuredListener, string>>;
  readonly authority: TestCertificate;
  /** Signed by `authority`, as clients need it for `CLIENTCERT`. */
  readonly client: TestCertificate;
}

export interface SecuredKafkaOptions {
  /** Known by PLAIN and SCRAM. */
  readonly users: Readonly<Record<string, string>>;
  /** The keys that sign tokens, as JSON. */
  readonly jwks: string;
}

const login = 'org.apache.kafka.common.security';

/** Apache Kafka with a listener for each kind of security. */
export async function startSecuredKafka({ users, jwks }: SecuredKafkaOptions): Promise<SecuredKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-secured-kafka-'));
  const authority = makeCertificate({ commonName: 'Millrace test authority', isAuthority: true });
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const good = makeCertificate({ commonName: 'broker', issuer: authority, ...names });
  const settings: Record<string, string> = {};

  async function giveCertificate(
    listener: SecuredListener,
    { certificate, key }: TestCertificate,
  ): Promise<void> {
    const file = join(folder, `${listener}.pem`);
    await writeFile(file, `${key}\n${certificate}`);
    set(listener, { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': file });
  }
  function set(listener: SecuredListener, more: Readonly<Record<string, string>>): void {
    const prefix = `listener.name.${listener.toLowerCase()}.`;
    for (const [key, value] of Object.entries(more)) settings[prefix + key] = value;
  }

  const wrongHost = makeCertificate({ commonName: 'x', issuer: authority, dnsNames: ['broker.example'] });
  const expired = makeCertificate({ commonName: 'x', issuer: authority, ...names, validDays: [-9, -2] });
  for (const listener of ['TLS', 'CLIENTCERT', 'TLS12', 'SASLTLS'] as const)
    await giveCertificate(listener, good);
  await giveCertificate('WRONGHOST', wrongHost);
  await giveCertificate('EXPIRED', expired);
  const trust = join(folder, 'authority.pem');
  await writeFile(trust, authority.certificate);
  set('CLIENTCERT', {
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': trust,
    'ssl.client.auth': 'required',
  });
  set('TLS12', { 'ssl.enabled.protocols': 'TLSv1.2' });

  const plainUsers = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  const plain = `${login}.plain.PlainLoginModule required ${plainUsers.join(' ')};`;
  const scram = `${login}.scram.ScramLoginModule required;`;
  const unsecured = `${login}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`;
  for (const listener of ['SASL', 'SASLTLS', 'SHORT'] as const) {
    set(listener, {
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'plain.sasl.jaas.config': plain,
      'scram-sha-256.sasl.jaas.config': scram,
      'scram-sha-512.sasl.jaas.config': scram,
      'oauthbearer.sasl.jaas.config': unsecured,
    });
  }
  set('PLAINONLY', { 'sasl.enabled.mechanisms': 'PLAIN', 'plain.sasl.jaas.config': plain });
  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']) {
    set('SHORT', { [`${mechanism}.connections.max.reauth.ms`]: '4000' });
  }
  const jwksFile = join(folder, 'jwks.json');
  await writeFile(jwksFile, jwks);
  const jwksUrl = pathToFileURL(jwksFile).href;
  set('OIDC', {
    'sasl.enabled.mechanisms': 'OAUTHBEARER',
    'oauthbearer.sasl.jaas.config': `${login}.oauthbearer.OAuthBearerLoginModule required;`,
    'oauthbearer.sasl.server.callback.handler.class': `${login}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    'oauthbearer.sasl.oauthbearer.jwks.endpoint.url': jwksUrl,
    'oauthbearer.sasl.oauthbearer.expected.audience': 'kafka',
  });

  const kafka = await startApacheKafka(
    { ...settings, 'connection.failed.authentication.delay.ms': '20' },
    {
      listeners,
      scramUsers: Object.entries(users).flatMap(([name, password]) =>
        ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((kind) => `${kind}=[name=${name},password=${password}]`),
      ),
      jvm: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${jwksUrl}`],
    },
  );
  return {
    ...kafka,
    listeners: addressesOf(kafka),
    authority,
    client: makeCertificate({ commonName: 'client', issuer: authority }),
    async stop() {
      await kafka.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function addressesOf(kafka: ApacheKafkaWithListeners): Record<SecuredListener, string> {
  const found: Partial<Record<SecuredListener, string>> = {};
  for (const name of Object.keys(listeners) as SecuredListener[]) found[name] = kafka.listeners[name] ?? '';
  return found as Record<SecuredListener, string>;
}
