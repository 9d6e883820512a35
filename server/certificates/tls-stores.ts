import { getCACertificates, type SecureContextOptions } from 'node:tls';
import type { StoredKey } from './store.ts';
import { clientKey, type StoreSettings, trustedCertificates } from './trust-and-keys.ts';

export interface TlsStores {
  /** For `createSecureContext`. */
  readonly options: SecureContextOptions;
  readonly hasClientKey: boolean;
}

/**
 * Reads the trust store and the key store of a client, once. Throws a `config` error naming key (`prefix` before it),
 * file and reason; never a secret.
 */
export function readTlsStores(settings: StoreSettings, prefix = ''): TlsStores {
  const trusted = trustedCertificates(settings, prefix);
  const key = clientKey(settings, prefix);
  return {
    options: {
      ca: trusted === null ? systemCertificates() : trusted.map(certificatePem),
      // An intermediate or the server's own certificate may be what is trusted, as with Java.
      allowPartialTrustChain: true,
      ...(key === null ? {} : keyPem(key)),
    },
    hasClientKey: key !== null,
  };
}

/** What Node brings, what its environment adds, and what the operating system trusts. */
function systemCertificates(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function keyPem({ key, chain }: StoredKey): Pick<SecureContextOptions, 'key' | 'cert'> {
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${base64Lines(key)}\n-----END PRIVATE KEY-----\n`,
    cert: chain.map(certificatePem).join(''),
  };
}

function certificatePem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${base64Lines(der)}\n-----END CERTIFICATE-----\n`;
}

function base64Lines(bytes: Buffer): string {
  return (bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
}
