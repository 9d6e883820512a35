import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientKey, trustedCertificates } from '../../../certificates/trust-and-keys.ts';
import { makeCertificate, type TestCertificate } from '../../../testing/certificates.ts';
import type { Properties } from '../../ports/properties.ts';
import { parseSecuritySettings } from '../security-settings.ts';
import { readTlsSetup } from './tls-sockets.ts';

const canary = 'canary-4711';
let folder: string;
let own: TestCertificate;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-trust-'));
  own = makeCertificate({ commonName: 'own' });
  file = join(folder, 'own.pem');
  await writeFile(file, `${own.key}\nwords between\n${own.certificate}`);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function setup(properties: Properties) {
  return readTlsSetup(parseSecuritySettings(properties));
}

function expectRefused(properties: Properties, reason: string): void {
  expect(() => setup(properties), reason).toThrow(reason);
  try {
    setup(properties);
  } catch (error) {
    expect(error).toMatchObject({ code: 'config', details: { key: expect.stringMatching(/^ssl\./) } });
    expect(String(error)).not.toContain(canary);
  }
}

describe('trust and keys', () => {
  it("are the system's and none when nothing is set, also by empty values", () => {
    const empty = {
      'ssl.truststore.location': '',
      'ssl.truststore.password': '',
      'ssl.keystore.location': '',
    };
    for (const properties of [{}, empty]) {
      const settings = parseSecuritySettings(properties);
      expect(trustedCertificates(settings)).toBeNull();
      expect(clientKey(settings)).toBeNull();
      expect(setup(properties)).toMatchObject({ checksHost: true, hasClientKey: false });
    }
  });

  it('may lie in one PEM file, or on one line', () => {
    const pem = { 'ssl.truststore.type': 'PEM', 'ssl.keystore.type': 'pem' };
    const inFile = { ...pem, 'ssl.truststore.location': file, 'ssl.keystore.location': file };
    const inline = {
      ...pem,
      'ssl.truststore.certificates': own.certificate.replace(/\r?\n/g, ' '),
      'ssl.keystore.key': own.key.replaceAll('\n', ' '),
      'ssl.keystore.certificate.chain': own.certificate,
    };
    for (const properties of [inFile, inline]) {
      const settings = parseSecuritySettings(properties);
      expect(trustedCertificates(settings)).toHaveLength(1);
      expect(clientKey(settings)?.chain).toHaveLength(1);
      expect(setup(properties).hasClientKey).toBe(true);
    }
  });

  it('are refused with key, file and reason', async () => {
    const [big, nothing] = [join(folder, 'big'), join(folder, 'nothing')];
    await writeFile(big, '');
    await truncate(big, 17 * 1024 * 1024);
    await writeFile(nothing, canary);
    const trust = 'ssl.truststore.location';
    const pem = { 'ssl.truststore.type': 'PEM' };
    const keyPem = { 'ssl.keystore.type': 'PEM' };
    const password = { 'ssl.truststore.password': canary };
    expectRefused({ ...pem, [trust]: join(folder, 'absent') }, 'ENOENT');
    expectRefused({ ...pem, [trust]: folder }, 'it is not a file');
    expectRefused({ ...pem, [trust]: big }, 'it has 17825792 bytes');
    expectRefused(
      { ...pem, [trust]: nothing },
      `${nothing}, named by ${trust}, cannot be used: it holds no PEM`,
    );
    expectRefused({ [trust]: nothing, ...password }, 'it is no JKS store');
    expectRefused({ [trust]: file, ...password }, 'it holds PEM; set ssl.truststore.type=PEM');
    expectRefused(
      { 'ssl.truststore.type': 'BKS', [trust]: file },
      'ssl.truststore.type=BKS is not supported',
    );
    expectRefused({ ...pem, [trust]: file, ...password }, 'has no place with PEM');
    expectRefused(password, 'ssl.truststore.password needs ssl.truststore.location');
    expectRefused({ 'ssl.truststore.certificates': canary }, 'goes only with ssl.truststore.type=PEM');
    expectRefused(
      { ...pem, 'ssl.truststore.certificates': canary },
      'there is no "-----BEGIN CERTIFICATE-----"',
    );
    expectRefused({ ...pem, 'ssl.truststore.certificates': canary, [trust]: file }, 'cannot stand beside');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    expectRefused({ ...pem, 'ssl.truststore.certificates': broken }, 'certificate 1 in it cannot be read');
    expectRefused({ ...keyPem, 'ssl.keystore.key': canary }, 'is missing; ssl.keystore.key and');
    expectRefused({ ...keyPem, 'ssl.keystore.certificate.chain': canary }, 'go together');
    const inline = { 'ssl.keystore.key': canary, 'ssl.keystore.certificate.chain': own.certificate };
    expectRefused({ ...keyPem, ...inline }, 'there is no "-----BEGIN PRIVATE KEY-----"');
    expectRefused(inline, 'goes only with ssl.keystore.type=PEM');
    expectRefused({ ...keyPem, ...inline, 'ssl.keystore.location': file }, 'cannot stand beside');
    expectRefused({ ...keyPem, ...inline, 'ssl.keystore.password': canary }, 'has no place with PEM');
    expectRefused({ 'ssl.keystore.location': file }, 'ssl.keystore.password is missing');
    expectRefused({ 'ssl.keystore.password': canary }, 'ssl.keystore.password needs ssl.keystore.location');
  });

  it('are refused when key and certificate do not belong together', () => {
    const other = makeCertificate({ commonName: 'other' });
    expectRefused(
      {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.key': other.key,
        'ssl.keystore.certificate.chain': own.certificate,
      },
      'the TLS settings cannot be used',
    );
  });

  it('check hosts by https or not at all', () => {
    const key = 'ssl.endpoint.identification.algorithm';
    expect(setup({ [key]: 'HTTPS' }).checksHost).toBe(true);
    expect(setup({ [key]: '' }).checksHost).toBe(false);
    expectRefused({ [key]: 'LDAPS' }, `${key}=LDAPS is not supported`);
  });
});
