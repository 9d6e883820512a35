import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  createSecureContext,
  getCACertificates,
  type SecureContextOptions,
  type SecureVersion,
} from 'node:tls';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { HttpTls } from './http-exchange.ts';
import type { RegistrySettings } from './registry-keys.ts';

const prefix = 'schema.registry.ssl.';
const maxStoreBytes = 16 * 1024 * 1024;

/** TLS as configured; null: nothing is asked over https. Reads the stores, once. */
export function registryTls(settings: RegistrySettings): HttpTls | null {
  const asked = [...settings['schema.registry.url'], settings['bearer.auth.issuer.endpoint.url'] ?? ''];
  if (!asked.some((url) => /^https:/i.test(url))) return null;
  const stores = { ...trustOptions(settings), ...keyOptions(settings) };
  const versions = versionsOf(settings);
  const checksHost = settings['schema.registry.ssl.endpoint.identification.algorithm'] !== '';
  try {
    const context = createSecureContext({
      ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])],
      ...versions,
      ...stores,
      // An intermediate or the registry's own certificate may be what is trusted, as with Java.
      allowPartialTrustChain: true,
    });
    return { context, checksHost };
  } catch (error) {
    throw unusable('keystore.location', messageOf(error));
  }
}

function trustOptions(settings: RegistrySettings): SecureContextOptions {
  const type = settings['schema.registry.ssl.truststore.type'].toUpperCase();
  const inline = given(settings['schema.registry.ssl.truststore.certificates']?.value);
  const path = given(settings['schema.registry.ssl.truststore.location']);
  if (inline === null && path === null) return {};
  if (inline !== null && path !== null) {
    throw unusable('truststore.certificates', 'it cannot stand beside truststore.location');
  }
  if (type !== 'PEM') {
    throw unusable(
      'truststore.type',
      `trust stores of type ${type} cannot be read here; export it as PEM, and set PEM`,
    );
  }
  const pem = inline ?? readText('truststore.location', path ?? '');
  return { ca: certificatesIn('truststore', pem) };
}

function keyOptions(settings: RegistrySettings): SecureContextOptions {
  const type = settings['schema.registry.ssl.keystore.type'].toUpperCase();
  const key = given(settings['schema.registry.ssl.keystore.key']?.value);
  const chain = given(settings['schema.registry.ssl.keystore.certificate.chain']?.value);
  const path = given(settings['schema.registry.ssl.keystore.location']);
  const keyPassword = given(settings['schema.registry.ssl.key.password']?.value);
  const passphrase = keyPassword === null ? {} : { passphrase: keyPassword };
  if (key !== null || chain !== null) {
    if (key === null || chain === null) {
      throw unusable(
        'keystore.key',
        'keystore.key and keystore.certificate.chain go together; one of them is missing',
      );
    }
    return { key: unfolded(key), cert: certificatesIn('keystore', chain), ...passphrase };
  }
  if (path === null) return {};
  if (type === 'PEM') {
    const pem = readText('keystore.location', path);
    return { key: pem, cert: certificatesIn('keystore', pem), ...passphrase };
  }
  if (type === 'JKS') {
    throw unusable(
      'keystore.type',
      'key stores of type JKS cannot be read here; convert it to PKCS12 or PEM',
    );
  }
  const password = given(settings['schema.registry.ssl.keystore.password']?.value);
  return {
    pfx: readStore('keystore.location', path),
    ...(password === null ? {} : { passphrase: password }),
  };
}

function versionsOf(settings: RegistrySettings): { minVersion: SecureVersion; maxVersion: SecureVersion } {
  const highest = settings['schema.registry.ssl.protocol'].toUpperCase();
  const wanted = settings['schema.registry.ssl.enabled.protocols'].map((name) => name.toUpperCase());
  const has12 = wanted.includes('TLSV1.2');
  const has13 = wanted.includes('TLSV1.3') && highest !== 'TLSV1.2';
  if (!has12 && !has13) throw unusable('enabled.protocols', 'neither TLSv1.2 nor TLSv1.3 is left');
  return { minVersion: has12 ? 'TLSv1.2' : 'TLSv1.3', maxVersion: has13 ? 'TLSv1.3' : 'TLSv1.2' };
}

/** Values of properties files lose their line ends, and blanks stand in their place. */
function unfolded(pem: string): string {
  return pem.replace(
    /-----BEGIN ([A-Z0-9 ]+)-----([^-:]*)-----END \1-----/g,
    (_block, label: string, body: string) =>
      `-----BEGIN ${label}-----\n${(body.replace(/\s+/g, '').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`,
  );
}

function certificatesIn(store: 'truststore' | 'keystore', pem: string): string[] {
  const found = unfolded(pem).match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (found === null) throw unusable(`${store}.location`, 'there is no "-----BEGIN CERTIFICATE-----" in it');
  return store === 'keystore' ? [found.join('\n')] : found;
}

function given(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function readText(key: string, path: string): string {
  return readStore(key, path).toString('utf8');
}

function readStore(key: string, path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error('it is not a file');
    if (stat.size > maxStoreBytes) throw new Error(`it has ${stat.size} bytes, more than ${maxStoreBytes}`);
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } catch (error) {
    throw unusable(key, messageOf(error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function unusable(key: string, reason: string): ConnectError {
  return new ConnectError('config', `${prefix}${key} cannot be used: ${reason}`);
}
