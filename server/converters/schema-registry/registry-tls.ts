import { X509Certificate } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
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
  if (inline !== null) return { ca: certificatesIn('truststore', inline) };
  const key = 'truststore.location';
  const bytes = readStore(key, path ?? '');
  if (type === 'PEM') return { ca: certificatesIn('truststore', bytes.toString('utf8')) };
  const password = given(settings['schema.registry.ssl.truststore.password']?.value);
  return { ca: certificatesInPkcs12(ensurePkcs12(key, bytes), password ?? '') };
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
  const password = given(settings['schema.registry.ssl.keystore.password']?.value);
  return {
    pfx: ensurePkcs12('keystore.location', readStore('keystore.location', path)),
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

/** As with Java, the content counts, not whether the type says JKS or PKCS12. */
function ensurePkcs12(key: string, bytes: Buffer): Buffer {
  if (bytes[0] === 0x30) return bytes;
  const isJks = bytes.length > 4 && bytes.readUInt32BE(0) === 0xfeedfeed;
  throw unusable(
    key,
    isJks
      ? 'it is a JKS store, which is not read here; convert it with keytool -importkeystore -deststoretype PKCS12'
      : 'it is no PKCS#12 store; if it holds PEM, set its type to PEM',
  );
}

function certificatesInPkcs12(bytes: Buffer, password: string): string[] {
  // Large and rarely needed, so loaded only when there is such a store.
  const forge = createRequire(import.meta.url)('node-forge') as typeof import('node-forge');
  try {
    const store = forge.pkcs12.pkcs12FromAsn1(
      forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('latin1'))),
      false,
      password,
    );
    const bags = store.getBags({ bagType: forge.pki.oids.certBag })[forge.pki.oids.certBag ?? ''] ?? [];
    // Other keys than RSA are not understood there, and left as they are.
    const found = bags.map(({ cert, asn1 }) => (cert == null ? asn1 : forge.pki.certificateToAsn1(cert)));
    if (found.length === 0) throw new Error('there is no certificate in it');
    return found.map((asn1) => {
      const der = Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
      return new X509Certificate(der).toString();
    });
  } catch (error) {
    throw unusable('truststore.location', `${messageOf(error)}; is truststore.password right?`);
  }
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
