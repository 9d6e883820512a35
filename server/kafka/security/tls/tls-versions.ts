import type { SecureVersion } from 'node:tls';
import { settingError } from '../../settings-table.ts';
import type { SecuritySettings } from '../security-settings.ts';

type Version = Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;

const versions: readonly Version[] = ['TLSv1.2', 'TLSv1.3'];
/** Java knows these names too, and its security policy drops them, as OpenSSL's does. */
const insecure = ['SSL', 'SSLv2', 'SSLv2Hello', 'SSLv3', 'TLSv1', 'TLSv1.1'];

export interface TlsVersions {
  readonly minVersion: Version;
  readonly maxVersion: Version;
}

/** The versions that `ssl.enabled.protocols` and `ssl.protocol` leave. Throws a `config` error when none is left. */
export function tlsVersions(settings: SecuritySettings): TlsVersions {
  const enabled = settings['ssl.enabled.protocols'];
  for (const name of enabled) ensureKnown('ssl.enabled.protocols', name);
  const highest = settings['ssl.protocol'];
  if (highest !== 'TLS') ensureKnown('ssl.protocol', highest);
  const allowed = versions.filter(
    (version) =>
      (enabled.length === 0 || enabled.includes(version)) && (version !== 'TLSv1.3' || highest !== 'TLSv1.2'),
  );
  const [minVersion] = allowed;
  const maxVersion = allowed.at(-1);
  if (insecure.includes(highest)) throw insecureOnly('ssl.protocol', highest);
  if (minVersion === undefined || maxVersion === undefined) {
    throw enabled.some((name) => versions.some((version) => version === name))
      ? settingError(
          'ssl.protocol',
          `ssl.protocol=${highest} leaves none of ssl.enabled.protocols=${enabled.join(',')}`,
        )
      : insecureOnly('ssl.enabled.protocols', enabled.join(','));
  }
  return { minVersion, maxVersion };
}

function ensureKnown(key: string, name: string): void {
  if (versions.some((version) => version === name) || insecure.includes(name)) return;
  throw settingError(
    key,
    `${key}: the TLS version ${name} is not known; there are ${versions.join(' and ')}`,
  );
}

function insecureOnly(key: string, value: string): Error {
  return settingError(key, `${key}=${value} is not secure and not supported; use ${versions.join(' or ')}`);
}
