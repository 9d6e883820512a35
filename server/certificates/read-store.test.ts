import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificate, type TestCertificate } from '../testing/certificates.ts';
import { readStore } from './read-store.ts';
import type { StoreContents } from './store.ts';

// Each call of keytool starts a Java machine.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const password = 'canary-4711';
const keyPassword = 'canary-4712';
let folder: string;
let authority: TestCertificate;
let client: TestCertificate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-stores-'));
  authority = makeCertificate({ commonName: 'authority', isAuthority: true });
  client = makeCertificate({ commonName: 'client', issuer: authority });
  await writeFile(at('authority.pem'), authority.certificate);
  await writeFile(at('client.pem'), `${client.key}\n${client.certificate}\n${authority.certificate}`);
  await openssl('-in', at('client.pem'), '-name', 'client', '-out', at('client.p12'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function at(name: string): string {
  return join(folder, name);
}

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', ['pkcs12', '-export', '-passout', `pass:${password}`, ...args]);
}

async function keytool(...args: string[]): Promise<void> {
  await run('keytool', args);
}

async function importTrust(name: string, type: string, ...more: string[]): Promise<void> {
  const from = ['-importcert', '-noprompt', '-alias', 'ca', '-file', at('authority.pem')];
  await keytool(...more, ...from, '-keystore', at(name), '-storetype', type, '-storepass', password);
}

async function importKey(name: string, type: string, keyPass: string): Promise<void> {
  await keytool(
    '-importkeystore',
    ...['-srckeystore', at('client.p12'), '-srcstoretype', 'PKCS12', '-srcstorepass', password],
    ...['-destkeystore', at(name), '-deststoretype', type, '-deststorepass', password],
    ...['-srcalias', 'client', '-destalias', 'client', '-destkeypass', keyPass],
  );
}

function read(
  name: string,
  wantKeys: boolean,
  store: string | null = password,
  key: string | null = null,
): StoreContents {
  return readStore({
    key: 'ssl.keystore.location',
    path: at(name),
    type: 'JKS',
    typeKey: 'ssl.keystore.type',
    passwords: { store, key },
    wantKeys,
  });
}

function subjectsOf(certificates: readonly Buffer[]): string[] {
  return certificates.map((der) => new X509Certificate(der).subject);
}

function expectClient({ privateKeys }: StoreContents): void {
  const [only] = privateKeys;
  expect(privateKeys).toHaveLength(1);
  expect(subjectsOf(only?.chain ?? [])).toEqual(['CN=client', 'CN=authority']);
  const key = createPrivateKey({ key: only?.key ?? Buffer.alloc(0), format: 'der', type: 'pkcs8' });
  expect(new X509Certificate(only?.chain[0] ?? '').checkPrivateKey(key)).toBe(true);
}

describe('trust stores of keytool and OpenSSL', () => {
  it('give their certificates', async () => {
    await importTrust('trust.p12', 'PKCS12');
    await importTrust('trust.jks', 'JKS');
    // As Java 8 wrote them: 40-bit RC2 and SHA-1.
    await importTrust('old.p12', 'PKCS12', '-J-Dkeystore.pkcs12.legacy');
    await openssl('-in', at('authority.pem'), '-nokeys', '-out', at('openssl.p12'));
    for (const name of ['trust.p12', 'trust.jks', 'old.p12', 'openssl.p12']) {
      expect(subjectsOf(read(name, false).trusted), name).toEqual(['CN=authority']);
    }
  });

  it('can be read without password where nothing is encrypted', async () => {
    const open = [
      '-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE',
      '-J-Dkeystore.pkcs12.macAlgorithm=NONE',
    ];
    await importTrust('open.p12', 'PKCS12', ...open);
    expect(subjectsOf(read('open.p12', false, null).trusted)).toEqual(['CN=authority']);
    expect(subjectsOf(read('trust.jks', false, null).trusted)).toEqual(['CN=authority']);
    expect(() => read('trust.p12', false, null)).toThrow(
      'its certificates are encrypted, and its password is missing',
    );
  });

  it('trust the own certificate of a key and not the rest of its chain, as Java does', async () => {
    await importKey('client.jks', 'JKS', keyPassword);
    await importKey('java.p12', 'PKCS12', password);
    for (const name of ['client.jks', 'java.p12', 'client.p12']) {
      expect(subjectsOf(read(name, false).trusted), name).toEqual(['CN=client']);
    }
  });
});

describe('key stores of keytool and OpenSSL', () => {
  it('give the key and its chain', async () => {
    await openssl('-legacy', '-in', at('client.pem'), '-out', at('legacy.p12'));
    expectClient(read('client.p12', true));
    expectClient(read('legacy.p12', true));
    expectClient(read('java.p12', true));
    expectClient(read('client.jks', true, password, keyPassword));
  });

  it('tell wrong passwords of store and key apart', () => {
    for (const name of ['client.p12', 'java.p12', 'client.jks', 'trust.jks', 'trust.p12', 'old.p12']) {
      expect(() => read(name, true, 'wrong', keyPassword), name).toThrow(
        'its password is wrong, or it was changed',
      );
    }
    const wrongKey = 'the private key cannot be decrypted; is ssl.key.password right?';
    expect(() => read('client.jks', true)).toThrow(wrongKey);
    expect(() => read('client.p12', true, password, 'wrong')).toThrow(wrongKey);
  });
});

describe('damaged stores', () => {
  it('are refused in words, never with a crash or a secret', async () => {
    const names = ['client.jks', 'client.p12', 'trust.p12', 'legacy.p12'];
    const originals = names.map((name) => readFileSync(at(name)));
    const damage = fc.record({
      store: fc.nat(names.length - 1),
      position: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.nat(255),
      isCut: fc.boolean(),
      isChecked: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ store, position, byte, isCut, isChecked }) => {
        const original = originals[store] ?? Buffer.alloc(0);
        const place = Math.floor(position * (original.length - 1));
        const bytes = Buffer.from(isCut ? original.subarray(0, place) : original);
        if (!isCut) bytes[place] = byte;
        await writeFile(at('damaged'), bytes);
        try {
          read('damaged', true, isChecked ? password : null, keyPassword);
        } catch (error) {
          expect(error).toMatchObject({ code: 'config', details: { key: 'ssl.keystore.location' } });
          expect(String(error)).not.toContain('canary');
        }
      }),
      { numRuns: 150 },
    );
  });

  it('of types that cannot be read are named', async () => {
    await importTrust('trust.jceks', 'JCEKS');
    expect(() => read('trust.jceks', false)).toThrow('stores of type JCEKS cannot be read');
  });
});
