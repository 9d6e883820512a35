import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import type { KafkajsSecurity } from './kafkajs-security.ts';

/** kafkajs's errors in our own words. Its retries wrap the error that counts. */
export function kafkajsFailure(
  error: unknown,
  what: string,
  security: Pick<KafkajsSecurity, 'explain'>,
): unknown {
  if (!(error instanceof Error) || isConnectError(error)) return error;
  if (error.name === 'KafkaJSNumberOfRetriesExceeded' && error.cause !== undefined) {
    return kafkajsFailure(error.cause, what, security);
  }
  if (isProtocolError(error)) return kafkaFailure(error.code, what, error.message);
  switch (error.name) {
    case 'KafkaJSSASLAuthenticationError':
      return new ConnectError('kafka', `${what}: ${error.message}`, {
        cause: error,
        details: { kafkaError: 'SASL_AUTHENTICATION_FAILED', stage: 'login' },
      });
    case 'KafkaJSRequestTimeoutError':
    case 'KafkaJSTimeout':
    case 'KafkaJSLockTimeout':
      return new ConnectError('timeout', `${what}: ${error.message}`, { cause: error, retriable: true });
    default: {
      if (!error.name.startsWith('KafkaJS')) return error;
      const broker = 'broker' in error && typeof error.broker === 'string' ? error.broker : '';
      const explained = security.explain(error, broker);
      if (explained !== undefined) return explained;
      return new ConnectError('unavailable', `${what}: no broker can be reached: ${messageOf(error)}`, {
        cause: error,
        retriable: true,
      });
    }
  }
}

function isProtocolError(error: Error): error is Error & { readonly code: number } {
  return error.name === 'KafkaJSProtocolError' && 'code' in error && typeof error.code === 'number';
}
