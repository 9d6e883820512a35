import { createSecureContext, type SecureVersion } from 'node:tls';
import { readTlsStores } from '../../certificates/tls-stores.ts';
import type { StoreSettings } from '../../certificates/trust-and-keys.ts';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { HttpTls } from './http-exchange.ts';
import type { RegistrySettings } from './registry-keys.ts';

const prefix = 'schema.registry.';

/** TLS as configured; null: nothing is asked over https. Reads the stores, once. */
export function registryTls(settings: RegistrySettings): HttpTls | null {
  const asked = [...settings['schema.registry.url'], settings['bearer.auth.issuer.endpoint.url'] ?? ''];
  if (!asked.some((url) => /^https:/i.test(url))) return null;
  const stores = readTlsStores(storeSettings(settings), prefix);
  const versions = versionsOf(settings);
  const checksHost = settings['schema.registry.ssl.endpoint.identification.algorithm'] !== '';
  try {
    return { context: createSecureContext({ ...versions, ...stores.options }), checksHost };
  } catch (error) {
    throw unusable('ssl.keystore.location', messageOf(error));
  }
}

/** Without the prefix, as every client that speaks TLS has them. */
function storeSettings(settings: RegistrySettings): StoreSettings {
  return {
    'ssl.truststore.type': settings['schema.registry.ssl.truststore.type'],
    'ssl.truststore.location': settings['schema.registry.ssl.truststore.location'],
    'ssl.truststore.password': settings['schema.registry.ssl.truststore.password']?.value ?? null,
    'ssl.truststore.certificates': settings['schema.registry.ssl.truststore.certificates']?.value ?? null,
    'ssl.keystore.type': settings['schema.registry.ssl.keystore.type'],
    'ssl.keystore.location': settings['schema.registry.ssl.keystore.location'],
    'ssl.keystore.password': settings['schema.registry.ssl.keystore.password']?.value ?? null,
    'ssl.keystore.key': settings['schema.registry.ssl.keystore.key']?.value ?? null,
    'ssl.keystore.certificate.chain':
      settings['schema.registry.ssl.keystore.certificate.chain']?.value ?? null,
    'ssl.key.password': settings['schema.registry.ssl.key.password']?.value ?? null,
  };
}

function versionsOf(settings: RegistrySettings): { minVersion: SecureVersion; maxVersion: SecureVersion } {
  const highest = settings['schema.registry.ssl.protocol'].toUpperCase();
  const wanted = settings['schema.registry.ssl.enabled.protocols'].map((name) => name.toUpperCase());
  const has12 = wanted.includes('TLSV1.2');
  const has13 = wanted.includes('TLSV1.3') && highest !== 'TLSV1.2';
  if (!has12 && !has13) throw unusable('ssl.enabled.protocols', 'neither TLSv1.2 nor TLSv1.3 is left');
  return { minVersion: has12 ? 'TLSv1.2' : 'TLSv1.3', maxVersion: has13 ? 'TLSv1.3' : 'TLSv1.2' };
}

function unusable(key: string, reason: string): ConnectError {
  return new ConnectError('config', `${prefix}${key} cannot be used: ${reason}`);
}
