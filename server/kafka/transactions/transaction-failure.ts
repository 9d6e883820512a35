import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import type { KafkaErrorName } from '../protocol/error-codes.ts';

/** `fatal`: the producer is of no more use. `abort`: only the transaction is. */
export type Severity = 'abort' | 'fatal';

/** What these say is so for good, whoever says it. */
const alwaysFatal: ReadonlySet<string> = new Set<KafkaErrorName>([
  'PRODUCER_FENCED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
]);

/** The coordinator has lost or replaced the producer id: a raised epoch mends it. */
const mendedByNewEpoch: ReadonlySet<string> = new Set<KafkaErrorName>([
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/** What is left of a transaction may be aborted after these, when the coordinator answered with them to its end. */
const abortableAtEnd: ReadonlySet<string> = new Set<KafkaErrorName>(['TRANSACTION_ABORTABLE']);

function nameOf(error: unknown): string {
  return isConnectError(error) ? (error.details.kafkaError ?? '') : '';
}

/** Of a failed batch. A leader does not know all that the coordinator knows, which is asked by the abort. */
export function severityOfBatch(error: unknown): Severity {
  return alwaysFatal.has(nameOf(error)) ? 'fatal' : 'abort';
}

/** Of a request to a coordinator within the transaction. */
export function severityWithin(error: unknown): Severity {
  return nameOf(error) === 'INVALID_TXN_STATE' ? 'fatal' : severityOfBatch(error);
}

/** Of what the coordinator answered to the end of the transaction. */
export function severityAtEnd(error: unknown): Severity {
  const name = nameOf(error);
  return mendedByNewEpoch.has(name) || abortableAtEnd.has(name) ? 'abort' : 'fatal';
}

export function needsNewEpoch(error: unknown): boolean {
  return mendedByNewEpoch.has(nameOf(error));
}

/** The coordinator knows no such holder of the id, so there is nothing to be ended in its name. */
export function isMappingLost(error: unknown): boolean {
  return nameOf(error) === 'INVALID_PRODUCER_ID_MAPPING';
}

/** The error told to whoever goes on after `cause`. */
export function inErrorState(transactionalId: string, severity: Severity, cause: ConnectError): ConnectError {
  const what =
    severity === 'fatal'
      ? `the producer with transactional.id ${transactionalId} must be closed and made anew`
      : `the transaction of ${transactionalId} has to be aborted`;
  return new ConnectError(cause.code, `${what}: ${cause.message}`, { cause, details: cause.details });
}

export function outcomeUnknown(transactionalId: string, cause: unknown): ConnectError {
  const message = `nobody knows whether the transaction of ${transactionalId} was committed; the producer must be closed and made anew: ${messageOf(cause)}`;
  const { code, details } = toConnectError(cause);
  return new ConnectError(code, message, { cause, details: { ...details, isOutcomeUnknown: true } });
}

export function toConnectError(error: unknown): ConnectError {
  return isConnectError(error) ? error : new ConnectError('unknown', messageOf(error), { cause: error });
}
