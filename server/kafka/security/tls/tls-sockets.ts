import { isIP, type NetConnectOpts } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';
import { messageOf } from '../../../errors/connect-error.ts';
import type { SocketFactory } from '../../connection/socket.ts';
import { settingError } from '../../settings-table.ts';
import type { SecuritySettings } from '../security-settings.ts';
import { openSslCiphers } from './cipher-suites.ts';
import { explainTlsFailure } from './tls-failures.ts';
import { tlsVersions } from './tls-versions.ts';
import { clientKey, trustedCertificates } from './trust-and-keys.ts';

export interface TlsSetup {
  readonly context: SecureContext;
  /** Whether the certificate must name the host. */
  readonly checksHost: boolean;
  readonly hasClientKey: boolean;
}

/** Reads the stores, once. Throws a `config` error naming key, file and reason; never a secret. */
export function readTlsSetup(settings: SecuritySettings): TlsSetup {
  const algorithm = settings['ssl.endpoint.identification.algorithm'];
  if (!['', 'https'].includes(algorithm.toLowerCase())) {
    const key = 'ssl.endpoint.identification.algorithm';
    throw settingError(key, `${key}=${algorithm} is not supported; it is https, or empty for no check`);
  }
  const versions = tlsVersions(settings);
  const ciphers = openSslCiphers(settings['ssl.cipher.suites']);
  const trusted = trustedCertificates(settings);
  const key = clientKey(settings);
  try {
    const context = createSecureContext({
      ...versions,
      ...(ciphers === undefined ? {} : { ciphers }),
      ca: trusted === null ? systemCertificates() : trusted.map(pemOf),
      // An intermediate or the broker's own certificate may be what is trusted, as with Java.
      allowPartialTrustChain: true,
      ...(key === null
        ? {}
        : {
            key: `-----BEGIN PRIVATE KEY-----\n${base64Lines(key.key)}\n-----END PRIVATE KEY-----\n`,
            cert: key.chain.map(pemOf).join(''),
          }),
    });
    return { context, checksHost: algorithm !== '', hasClientKey: key !== null };
  } catch (error) {
    throw settingError('ssl.keystore.location', `the TLS settings cannot be used: ${messageOf(error)}`);
  }
}

/** Opens TLS connections to brokers. */
export function tlsSockets(setup: TlsSetup): SocketFactory {
  return {
    readyEvent: 'secureConnect',
    open({ host, address, port, onread }) {
      const options: ConnectionOptions & NetConnectOpts = {
        host: address ?? host,
        port,
        onread,
        noDelay: true,
        keepAlive: true,
        secureContext: setup.context,
        rejectUnauthorized: true,
        // Server names are names; an address is not to be sent as one.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        // The chain is checked all the same.
        checkServerIdentity: (_name, certificate) =>
          setup.checksHost ? checkServerIdentity(host, certificate) : undefined,
      };
      return connect(options);
    },
    explain: (error, broker) => explainTlsFailure(error, broker, setup.hasClientKey),
  };
}

/** What Node brings, what its environment adds, and what the operating system trusts. */
function systemCertificates(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function pemOf(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${base64Lines(der)}\n-----END CERTIFICATE-----\n`;
}

function base64Lines(bytes: Buffer): string {
  return (bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
}
