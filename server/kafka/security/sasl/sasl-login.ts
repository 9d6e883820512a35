import { ConnectError, messageOf } from '../../../errors/connect-error.ts';
import type { LoginChannel } from '../../connection/login.ts';
import { kafkaErrors, kafkaFailure } from '../../protocol/error-codes.ts';
import { saslAuthenticateApi } from '../../protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../protocol/generated/sasl-handshake.js';
import { type SaslMechanism, SaslRejection } from './mechanism.ts';

/** SCRAM has two rounds, OAUTHBEARER at most two; a broker that goes on is not one. */
const maxRounds = 5;
const maxMessageBytes = 512 * 1024;

/**
 * Logs in on a connection, for the first time or again. Gives the lifetime of the session in milliseconds, 0 when it
 * has no end. Rejects with a `kafka` error that is not retriable when the broker refuses.
 */
export async function saslLogin(channel: LoginChannel, mechanism: SaslMechanism): Promise<number> {
  await handshake(channel, mechanism.name);
  const exchange = mechanism.begin();
  let message: Buffer | undefined = await exchange.start();
  try {
    for (let round = 0; message !== undefined; round++) {
      if (round === maxRounds) throw new SaslRejection('the broker does not come to an end');
      const response = await channel.request(
        saslAuthenticateApi,
        { authBytes: message },
        { maxResponseBytes: maxMessageBytes },
      );
      if (response.errorCode !== kafkaErrors.NONE) {
        throw refusal(channel.broker, mechanism.name, response.errorCode, response.errorMessage);
      }
      message = await exchange.next(response.authBytes);
      if (message === undefined) return response.sessionLifetimeMs;
    }
    return 0;
  } catch (error) {
    if (!(error instanceof SaslRejection)) throw error;
    throw failed(channel.broker, mechanism.name, messageOf(error));
  }
}

async function handshake(channel: LoginChannel, mechanism: string): Promise<void> {
  const response = await channel.request(
    saslHandshakeApi,
    { mechanism },
    { maxResponseBytes: maxMessageBytes },
  );
  const { errorCode } = response;
  if (errorCode === kafkaErrors.NONE) return;
  if (errorCode === kafkaErrors.UNSUPPORTED_SASL_MECHANISM) {
    const enabled = response.mechanisms.length === 0 ? 'none' : response.mechanisms.join(', ');
    throw new ConnectError(
      'kafka',
      `broker ${channel.broker} does not offer the SASL mechanism ${mechanism}; it offers ${enabled}; set sasl.mechanism and sasl.jaas.config to one of these`,
      { retriable: false, details: { kafkaError: 'UNSUPPORTED_SASL_MECHANISM', stage: 'login' } },
    );
  }
  if (errorCode === kafkaErrors.ILLEGAL_SASL_STATE) {
    throw new ConnectError(
      'kafka',
      `broker ${channel.broker} takes no SASL login on this listener; set security.protocol to PLAINTEXT or SSL, or take the port of a listener with SASL`,
      { retriable: false, details: { kafkaError: 'ILLEGAL_SASL_STATE', stage: 'login' } },
    );
  }
  throw kafkaFailure(errorCode, `log in to broker ${channel.broker} by ${mechanism}`);
}

function refusal(broker: string, mechanism: string, code: number, detail: string | null): ConnectError {
  if (code === kafkaErrors.SASL_AUTHENTICATION_FAILED) {
    return failed(broker, mechanism, detail ?? 'the broker gives no reason');
  }
  return kafkaFailure(code, `log in to broker ${broker} by ${mechanism}`, detail);
}

function failed(broker: string, mechanism: string, reason: string): ConnectError {
  const todo =
    mechanism === 'OAUTHBEARER'
      ? 'see whether the broker accepts tokens of this issuer, audience and scope'
      : 'see whether user name and password in sasl.jaas.config are right';
  return new ConnectError('kafka', `broker ${broker} refuses the login by ${mechanism}: ${reason}; ${todo}`, {
    retriable: false,
    details: { kafkaError: 'SASL_AUTHENTICATION_FAILED', stage: 'login' },
  });
}
