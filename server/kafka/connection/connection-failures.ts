import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { NotKafka } from './frame-receiver.ts';

/** How far a connection had come. */
export interface ConnectionProgress {
  readonly broker: string;
  readonly isTls: boolean;
  /** TCP stands. */
  readonly isReached: boolean;
  /** Bytes may be written: with TLS, its handshake is done. */
  readonly isConnected: boolean;
  /** Answers of the broker so far. */
  readonly answers: number;
  readonly logsIn: boolean;
  /** What was asked last, as `Fetch request to broker …`. */
  readonly stage: string | undefined;
}

export function connectTimedOut(progress: ConnectionProgress, limitMs: number): ConnectError {
  const { broker, isTls, isReached, isConnected } = progress;
  const isMute = isTls && isReached && !isConnected;
  const hint = isMute ? ' (nothing answers the TLS handshake; see security.protocol)' : '';
  return new ConnectError('timeout', `cannot connect to broker ${broker} within ${limitMs} ms${hint}`, {
    retriable: true,
    details: { stage: 'connect' },
  });
}

/** The connection could not be made, or is gone: worth another attempt. */
export function connectionLost(progress: ConnectionProgress, reason: string, cause?: unknown): ConnectError {
  const { broker, isConnected, stage } = progress;
  if (!isConnected) {
    return new ConnectError('unavailable', `cannot connect to broker ${broker}: ${reason}`, {
      cause,
      retriable: true,
      details: { kafkaError: 'NETWORK_EXCEPTION', stage: 'connect' },
    });
  }
  const during = stage === undefined ? '' : ` during the ${stage.replace(/ to broker .*/, '')}`;
  const text = `connection to broker ${broker} lost${during}: ${reason}${hintOf(progress)}`;
  return new ConnectError('unavailable', text, {
    cause,
    retriable: true,
    details: { kafkaError: 'NETWORK_EXCEPTION', ...(stage === undefined ? {} : { stage }) },
  });
}

/** What came cannot be a response. */
export function unreadableStream(progress: ConnectionProgress, error: unknown): ConnectError {
  const { broker, answers } = progress;
  if (error instanceof NotKafka && error.isTls && answers === 0) {
    return new ConnectError(
      'kafka',
      `broker ${broker} speaks TLS on this listener, and this client does not; set security.protocol to SSL or SASL_SSL`,
      { cause: error, retriable: false, details: { kafkaError: 'SSL_HANDSHAKE_FAILED', stage: 'connect' } },
    );
  }
  return connectionLost(progress, messageOf(error), error);
}

/** The frame of an answer came, and its content makes no sense. */
export function unreadableAnswer(broker: string, api: string, error: unknown): ConnectError {
  const text = `the ${api} answer of broker ${broker} cannot be read: ${messageOf(error)}`;
  return new ConnectError('data', text, { cause: error, retriable: true, details: { stage: api } });
}

/** Brokers close connections without a word where client and listener differ in security. */
function hintOf({ answers, isTls, logsIn }: ConnectionProgress): string {
  if (answers === 0) {
    return isTls
      ? ' (a listener that wants a client certificate may end connections so; see ssl.keystore.location)'
      : ' (a listener with TLS may end connections so; see security.protocol)';
  }
  if (answers === 1 && !logsIn) {
    return ' (a listener that wants a SASL login ends connections so; see security.protocol)';
  }
  return '';
}
