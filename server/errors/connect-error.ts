/**
 * The one error of this project. `code` is stable and decides what callers do; the message is for people: it names
 * what failed, on which thing, and what to do. Recognised by a mark, never by `instanceof`: Next loads pages in a
 * module graph of their own, and errors cross worker threads.
 */

const mark = Symbol.for('millrace.connect-error');

export const errorCodes = [
  'config', // a setting is missing, malformed or not allowed
  'data', // a record cannot be converted
  'retriable', // trying again later may succeed
  'not-found',
  'already-exists',
  'bad-request',
  'conflict', // a rebalance or a newer request is under way
  'forbidden',
  'illegal-state',
  'unavailable', // still starting, or the cluster cannot be reached
  'timeout',
  'cancelled',
  'kafka', // a broker refused; `details.kafkaError` has its name
  'unknown',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** Name of the Kafka error, such as `UNKNOWN_TOPIC_OR_PARTITION`. */
  readonly kafkaError?: string;
  /** Stage of a request or of a record's way that was under way. */
  readonly stage?: string;
  readonly [key: string]: unknown;
}

export interface ConnectErrorOptions {
  readonly cause?: unknown;
  readonly retriable?: boolean;
  readonly details?: ErrorDetails;
}

export class ConnectError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: ConnectErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConnectError';
    this.code = code;
    this.retriable = options.retriable ?? code === 'retriable';
    this.details = options.details ?? {};
    Object.defineProperty(this, mark, { value: true });
  }
}

export function isConnectError(error: unknown): error is ConnectError {
  return typeof error === 'object' && error !== null && mark in error;
}

/** The code of any thrown value; never throws itself. */
export function codeOf(error: unknown): ErrorCode {
  return isConnectError(error) ? error.code : 'unknown';
}

export function isRetriable(error: unknown): boolean {
  return isConnectError(error) && error.retriable;
}

/** The message of any thrown value, without its stack. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

/** Stack of the error and of all its causes, as a status record's `trace` shows it. */
export function traceOf(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current !== undefined && current !== null && depth < 10; depth++) {
    const text =
      current instanceof Error
        ? (current.stack ?? `${current.name}: ${current.message}`)
        : messageOf(current);
    parts.push(depth === 0 ? text : `Caused by: ${text}`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join('\n');
}
