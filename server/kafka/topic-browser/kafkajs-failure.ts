import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';

/** kafkajs's errors in our own words. Its retries wrap the error that counts. */
export function kafkajsFailure(error: unknown, what: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'KafkaJSNumberOfRetriesExceeded' && error.cause !== undefined) {
    return kafkajsFailure(error.cause, what);
  }
  if (isProtocolError(error)) return kafkaFailure(error.code, what);
  switch (error.name) {
    case 'KafkaJSSASLAuthenticationError':
      return new ConnectError('forbidden', `${what}: ${error.message}`, {
        cause: error,
        details: { kafkaError: 'SASL_AUTHENTICATION_FAILED' },
      });
    case 'KafkaJSRequestTimeoutError':
    case 'KafkaJSTimeout':
    case 'KafkaJSLockTimeout':
      return new ConnectError('timeout', `${what}: ${error.message}`, { cause: error, retriable: true });
    default:
      if (!error.name.startsWith('KafkaJS')) return error;
      return new ConnectError('unavailable', `${what}: no broker can be reached: ${messageOf(error)}`, {
        cause: error,
        retriable: true,
      });
  }
}

/** The broker answered, but kafkajs could do nothing with the answer as a whole. */
export function isProtocolError(error: unknown): error is Error & { readonly code: number } {
  return (
    error instanceof Error &&
    error.name === 'KafkaJSProtocolError' &&
    'code' in error &&
    typeof error.code === 'number'
  );
}
