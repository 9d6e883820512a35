import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { makeCertificate, type TestCertificate } from '../../testing/certificates.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import { RegistryConverter } from './registry-converter.ts';
import { registryConfig } from './registry-keys.ts';
import { TextFormat } from './testing/text-format.ts';
import { failureOf, whenKnown } from './testing/when-known.ts';

let authority: TestCertificate;
let server: TestCertificate;
let client: TestCertificate;
let folder: string;
const registries: TestRegistry[] = [];
const converters: RegistryConverter[] = [];

// Each call of keytool starts a Java machine.
beforeAll(() => {
  authority = makeCertificate({ commonName: 'test authority', isAuthority: true });
  server = makeCertificate({ commonName: 'registry', issuer: authority, dnsNames: ['localhost'] });
  client = makeCertificate({ commonName: 'client', issuer: authority });
  folder = mkdtempSync(join(tmpdir(), 'millrace-registry-tls-'));
  writeFileSync(join(folder, 'trust.pem'), authority.certificate);
  writeFileSync(join(folder, 'client.pem'), client.key + client.certificate);
  const at = (name: string) => join(folder, name);
  const pkcs12 = ['pkcs12', '-export', '-passout', 'pass:changeit'];
  execFileSync('openssl', [...pkcs12, '-in', at('client.pem'), '-out', at('client.p12')]);
  for (const type of ['PKCS12', 'JKS']) {
    const store = ['-keystore', at(`trust.${type}`), '-storetype', type, '-storepass', 'changeit'];
    execFileSync('keytool', ['-importcert', '-noprompt', '-alias', 'a', '-file', at('trust.pem'), ...store], {
      stdio: 'ignore',
    });
  }
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const converter of converters.splice(0)) converter.close();
  for (const registry of registries.splice(0)) await registry.stop();
});

async function start(certificate: TestCertificate, wantsClient = false): Promise<TestRegistry> {
  const registry = await startTestRegistry({
    firstId: 7,
    tls: {
      cert: certificate.certificate,
      key: certificate.key,
      ...(wantsClient ? { ca: authority.certificate, requestCert: true, rejectUnauthorized: true } : {}),
    },
  });
  registries.push(registry);
  return registry;
}

function create(url: string, settings: Record<string, string>): RegistryConverter {
  const converter = new RegistryConverter({ config: registryConfig, createFormat: () => new TextFormat() });
  const ssl = Object.entries(settings).map(([key, value]) => [`schema.registry.ssl.${key}`, value]);
  converter.configure({
    'converter.type': 'value',
    'schema.registry.url': url,
    'max.retries': '0',
    ...Object.fromEntries(ssl),
  });
  converters.push(converter);
  return converter;
}

const write = (converter: RegistryConverter) =>
  whenKnown(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null));
const failure = (converter: RegistryConverter) =>
  failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null));
const written = Buffer.from('\0\0\0\0\x07v');

const trusted = () => ({ 'truststore.type': 'PEM', 'truststore.location': join(folder, 'trust.pem') });

describe('trust', () => {
  it('goes by the certificates of a file, or of a key', async () => {
    const { url } = await start(server);
    expect(await write(create(url, trusted()))).toEqual(written);
    const inline = authority.certificate.replaceAll('\n', ' ');
    expect(await write(create(url, { 'truststore.type': 'PEM', 'truststore.certificates': inline }))).toEqual(
      written,
    );
  });

  it.each(['PKCS12', 'JKS'])('goes by a %s store of keytool, with its password', async (format) => {
    const { url } = await start(server);
    const store = { 'truststore.location': join(folder, `trust.${format}`) };
    for (const type of ['PKCS12', 'JKS']) {
      const settings = { ...store, 'truststore.type': type, 'truststore.password': 'changeit' };
      expect(await write(create(url, settings))).toEqual(written);
    }
    expect(() => create(url, { ...store, 'truststore.password': 'wrong-one' })).toThrow(
      /schema\.registry\.ssl\.truststore\.location, cannot be used: (?!.*wrong-one).*password/,
    );
  });

  it('is not given to whom nobody vouches for, which is no matter of waiting', async () => {
    const { url } = await start(server);
    expect(await failure(create(url, {}))).toMatchObject({
      code: 'config',
      retriable: false,
      message: expect.stringMatching(/check the schema\.registry\.ssl settings/),
    });
  });

  it('wants the name of the host, unless told otherwise', async () => {
    const other = makeCertificate({ commonName: 'x', issuer: authority, dnsNames: ['registry.example'] });
    const { url } = await start(other);
    expect(await failure(create(url, trusted()))).toMatchObject({ code: 'config' });
    const unchecked = { ...trusted(), 'endpoint.identification.algorithm': '' };
    expect(await write(create(url, unchecked))).toEqual(written);
  });
});

describe('the key of the client', () => {
  it('is shown where the registry asks for it', async () => {
    const { url } = await start(server, true);
    const fromFile = { 'keystore.type': 'PEM', 'keystore.location': join(folder, 'client.pem') };
    expect(await write(create(url, { ...trusted(), ...fromFile }))).toEqual(written);
    const pkcs12 = { 'keystore.location': join(folder, 'client.p12'), 'keystore.password': 'changeit' };
    expect(await write(create(url, { ...trusted(), ...pkcs12 }))).toEqual(written);
    const inline = {
      'keystore.type': 'PEM',
      'keystore.key': client.key.replaceAll('\n', ' '),
      'keystore.certificate.chain': client.certificate,
    };
    expect(await write(create(url, { ...trusted(), ...inline }))).toEqual(written);
  });

  it('is missed where it is not there', async () => {
    const { url } = await start(server, true);
    expect(await failure(create(url, trusted()))).toMatchObject({
      message: expect.stringMatching(/cannot be used|broke off/),
    });
  });
});

describe('settings that cannot be', () => {
  it.each<[Record<string, string>, RegExp]>([
    [
      { 'truststore.type': 'PEM', 'truststore.location': '/nowhere/trust.pem' },
      /truststore\.location, cannot be used: ENOENT/,
    ],
    [{ 'truststore.type': 'PEM', 'truststore.certificates': 'none' }, /no "-----BEGIN CERTIFICATE-----"/],
    [
      { 'truststore.type': 'PEM', 'truststore.certificates': 'x', 'truststore.location': 'y' },
      /cannot stand beside/,
    ],
    [{ 'keystore.type': 'PEM', 'keystore.key': 'x' }, /ssl\.keystore\.certificate\.chain is missing/],
    [{ 'enabled.protocols': 'TLSv1' }, /neither TLSv1\.2 nor TLSv1\.3/],
    [{ 'engine.factory.class': 'x.Y' }, /Java classes cannot be loaded/],
    [{ 'cipher.suites': 'TLS_RSA' }, /cipher suites cannot be chosen/],
  ])('%o', (settings, message) => {
    expect(() => create('https://localhost:1', settings)).toThrow(message);
  });

  it('are PEM that is not said to be', () => {
    const settings = { 'truststore.location': join(folder, 'trust.pem') };
    expect(() => create('https://localhost:1', settings)).toThrow(
      'set schema.registry.ssl.truststore.type=PEM',
    );
  });

  it('do no harm where nothing is asked over https', () => {
    expect(() => create('http://localhost:1', { 'truststore.location': '/nowhere' })).not.toThrow();
  });
});
