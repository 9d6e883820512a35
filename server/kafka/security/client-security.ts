import type { Authenticator } from '../connection/login.ts';
import type { SocketFactory } from '../connection/socket.ts';
import type { KafkaClientOptions } from '../ports/kafka-client.ts';
import { saslLogin } from './sasl/sasl-login.ts';
import { saslMechanism } from './sasl/sasl-mechanisms.ts';
import type { SecuritySettings } from './security-settings.ts';
import { readTlsSetup, tlsSockets } from './tls/tls-sockets.ts';

/** How the connections of one client are made safe. */
export interface ClientSecurity {
  /** Absent: plain TCP. */
  readonly sockets?: SocketFactory;
  /** Absent: no login. */
  readonly authenticator?: Authenticator;
  /** Ends what runs in the background, such as the renewal of tokens. */
  close(): void;
}

/**
 * What `security.protocol`, `ssl.*` and `sasl.*` ask for. Called once for a client: stores are read here, and their
 * content stays in memory. Throws a `config` error that names key and reason, never a secret.
 */
export function openClientSecurity(
  settings: SecuritySettings,
  log: NonNullable<KafkaClientOptions['log']>,
): ClientSecurity {
  const protocol = settings['security.protocol'];
  const tls = protocol.endsWith('SSL') ? readTlsSetup(settings) : undefined;
  if (tls?.checksHost === false) {
    const key = 'ssl.endpoint.identification.algorithm';
    log('warn', `${key} is empty: whoever has any certificate of a trusted authority can pose as a broker`);
  }
  const sockets = tls === undefined ? undefined : tlsSockets(tls);
  const mechanism = protocol.startsWith('SASL_') ? saslMechanism(settings, log) : undefined;
  return {
    ...(sockets === undefined ? {} : { sockets }),
    ...(mechanism === undefined
      ? {}
      : {
          authenticator: {
            prepare: async (signal) => await mechanism.prepare?.(signal),
            login: async (channel) => await saslLogin(channel, mechanism),
          },
        }),
    close: () => mechanism?.close?.(),
  };
}
