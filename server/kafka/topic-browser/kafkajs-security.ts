import { checkServerIdentity } from 'node:tls';
import type { AuthenticationProviderArgs, KafkaConfig } from 'kafkajs';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { Properties } from '../ports/properties.ts';
import { type SaslMechanism, SaslRejection } from '../security/sasl/mechanism.ts';
import { saslMechanism } from '../security/sasl/sasl-mechanisms.ts';
import { parseSecuritySettings } from '../security/security-settings.ts';
import { explainTlsFailure } from '../security/tls/tls-failures.ts';
import { readTlsSetup, type TlsSetup } from '../security/tls/tls-sockets.ts';

/** How kafkajs's connections are made safe: by the same settings, stores and mechanisms as our own. */
export interface KafkajsSecurity {
  readonly config: Pick<KafkaConfig, 'ssl' | 'sasl'>;
  /** Called before connections are opened: gets what may take long, such as a token. */
  prepare(signal?: AbortSignal): Promise<void>;
  /** The error to tell for a connection that failed; undefined: it is the network's. */
  explain(error: Error, broker: string): ConnectError | undefined;
  close(): void;
}

/** Reads the stores. Throws a `config` error that names the key. */
export function openKafkajsSecurity(properties: Properties): KafkajsSecurity {
  const settings = parseSecuritySettings(properties);
  const protocol = settings['security.protocol'];
  const tls = protocol.endsWith('SSL') ? readTlsSetup(settings) : null;
  const mechanism = protocol.startsWith('SASL_') ? saslMechanism(settings, () => undefined) : null;
  return {
    config: {
      ...(tls === null ? {} : { ssl: tlsOptions(tls) }),
      ...(mechanism === null ? {} : { sasl: saslOptions(mechanism) }),
    },
    prepare: async (signal) => await mechanism?.prepare?.(signal),
    explain: (error, broker) =>
      tls === null ? undefined : explainTlsFailure(error, broker, tls.hasClientKey),
    close: () => mechanism?.close?.(),
  };
}

function tlsOptions({ context, checksHost }: TlsSetup): Exclude<KafkaConfig['ssl'], boolean | undefined> {
  return {
    secureContext: context,
    rejectUnauthorized: true,
    // The chain is checked all the same.
    checkServerIdentity: (host, certificate) =>
      checksHost ? checkServerIdentity(host, certificate) : undefined,
  };
}

function saslOptions(mechanism: SaslMechanism): NonNullable<KafkaConfig['sasl']> {
  return {
    mechanism: mechanism.name,
    authenticationProvider: ({ host, port, saslAuthenticate }) => ({
      authenticate: async () => {
        try {
          await login(mechanism, saslAuthenticate);
        } catch (error) {
          if (!(error instanceof SaslRejection)) throw error;
          const message = `broker ${host}:${port} refuses the login by ${mechanism.name}: ${messageOf(error)}`;
          throw new ConnectError('kafka', message, {
            details: { kafkaError: 'SASL_AUTHENTICATION_FAILED', stage: 'login' },
          });
        }
      },
    }),
  };
}

async function login(
  mechanism: SaslMechanism,
  send: AuthenticationProviderArgs['saslAuthenticate'],
): Promise<void> {
  const exchange = mechanism.begin();
  let message: Buffer | undefined = await exchange.start();
  while (message !== undefined) {
    const challenge: unknown = await send({
      request: { encode: () => sized(message ?? Buffer.alloc(0)) },
      response: { decode: withoutSize, parse: (bytes) => bytes },
    });
    message = await exchange.next(challenge instanceof Buffer ? challenge : Buffer.alloc(0));
  }
}

/** kafkajs has the size before the bytes in both directions, as brokers before 1.0 did. */
function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function withoutSize(bytes: Buffer): Buffer {
  return bytes.subarray(4);
}
