import type { ErrorCode } from '../errors/connect-error.ts';

/** The one place where an error becomes an HTTP status. */
export const statusByCode: Readonly<Record<ErrorCode, number>> = {
  config: 400,
  data: 400,
  retriable: 500,
  'not-found': 404,
  'already-exists': 409,
  'bad-request': 400,
  conflict: 409,
  forbidden: 403,
  'illegal-state': 500,
  unavailable: 503,
  timeout: 500,
  cancelled: 503,
  kafka: 500,
  unknown: 500,
};
