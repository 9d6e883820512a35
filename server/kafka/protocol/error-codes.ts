import type { ErrorCode } from '../../errors/connect-error.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { errorRows } from './error-rows.generated.ts';

export type KafkaErrorName = (typeof errorRows)[number][1];

export interface KafkaError {
  readonly code: number;
  readonly name: KafkaErrorName;
  /** The same request may succeed later. */
  readonly retriable: boolean;
  /** The client's view of leaders or coordinators is old. */
  readonly staleMetadata: boolean;
  readonly message: string;
}

const byCode = new Map<number, KafkaError>();
const codes: Record<string, number> = {};
for (const [code, name, retriable, staleMetadata, message] of errorRows) {
  byCode.set(code, { code, name, retriable: retriable === 1, staleMetadata: staleMetadata === 1, message });
  codes[name] = code;
}

/** Number of each error by its name: `kafkaErrors.NOT_COORDINATOR`. */
export const kafkaErrors = codes as Readonly<Record<KafkaErrorName, number>>;

/** The row of a code. A code that is not known is told as UNKNOWN_SERVER_ERROR with that number. */
export function kafkaErrorOf(code: number): KafkaError {
  return (
    byCode.get(code) ?? {
      code,
      name: 'UNKNOWN_SERVER_ERROR',
      retriable: false,
      staleMetadata: false,
      message: `The broker answered with error ${code}, which is not known.`,
    }
  );
}

/** What callers decide by; everything not named here is `kafka`. */
const connectCodes: Partial<Record<KafkaErrorName, ErrorCode>> = {
  TOPIC_ALREADY_EXISTS: 'already-exists',
  UNKNOWN_TOPIC_OR_PARTITION: 'not-found',
  UNKNOWN_TOPIC_ID: 'not-found',
  GROUP_ID_NOT_FOUND: 'not-found',
  REQUEST_TIMED_OUT: 'timeout',
  TOPIC_AUTHORIZATION_FAILED: 'forbidden',
  GROUP_AUTHORIZATION_FAILED: 'forbidden',
  CLUSTER_AUTHORIZATION_FAILED: 'forbidden',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'forbidden',
  SASL_AUTHENTICATION_FAILED: 'forbidden',
  ILLEGAL_GENERATION: 'conflict',
  UNKNOWN_MEMBER_ID: 'conflict',
  REBALANCE_IN_PROGRESS: 'conflict',
  FENCED_INSTANCE_ID: 'conflict',
  UNRELEASED_INSTANCE_ID: 'conflict',
  FENCED_MEMBER_EPOCH: 'conflict',
  STALE_MEMBER_EPOCH: 'conflict',
  NON_EMPTY_GROUP: 'conflict',
  GROUP_SUBSCRIBED_TO_TOPIC: 'conflict',
  INVALID_TOPIC_EXCEPTION: 'bad-request',
  INVALID_PARTITIONS: 'bad-request',
  INVALID_REPLICATION_FACTOR: 'bad-request',
  INVALID_CONFIG: 'bad-request',
  INVALID_REQUEST: 'bad-request',
  POLICY_VIOLATION: 'bad-request',
};

/**
 * The error to throw for a code in a response. `what` says what was asked, on which thing ("create topic orders");
 * `detail` is the broker's own message, if it gave one.
 */
export function kafkaFailure(code: number, what: string, detail?: string | null): ConnectError {
  const { name, retriable, message } = kafkaErrorOf(code);
  return new ConnectError(connectCodes[name] ?? 'kafka', `${what}: ${name}: ${detail ? detail : message}`, {
    retriable,
    details: { kafkaError: name, kafkaErrorCode: code },
  });
}
