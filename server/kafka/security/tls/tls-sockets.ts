import { isIP, type NetConnectOpts } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createSecureContext,
  type SecureContext,
} from 'node:tls';
import { readTlsStores } from '../../../certificates/tls-stores.ts';
import { messageOf } from '../../../errors/connect-error.ts';
import type { SocketFactory } from '../../connection/socket.ts';
import { settingError } from '../../settings-table.ts';
import type { SecuritySettings } from '../security-settings.ts';
import { openSslCiphers } from './cipher-suites.ts';
import { explainTlsFailure } from './tls-failures.ts';
import { tlsVersions } from './tls-versions.ts';

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
  const stores = readTlsStores(settings);
  try {
    const context = createSecureContext({
      ...versions,
      ...(ciphers === undefined ? {} : { ciphers }),
      ...stores.options,
    });
    return { context, checksHost: algorithm !== '', hasClientKey: stores.hasClientKey };
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
