import type { ConsoleError } from '../../entities/console-error.ts';
import { codeOf, type ErrorCode, isConnectError, messageOf } from '../../errors/connect-error.ts';

const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  config: 400,
  data: 400,
  retriable: 503,
  'not-found': 404,
  'already-exists': 409,
  'bad-request': 400,
  conflict: 409,
  forbidden: 403,
  'illegal-state': 409,
  unavailable: 503,
  timeout: 504,
  cancelled: 503,
  kafka: 502,
  unknown: 500,
};

/** Answer for anything that was thrown. */
export function errorAnswer(error: unknown): Response {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const message = 'The worker did not answer in time; it may still do what was asked.';
    return refuse(statusOfCode.timeout, { code: 'timeout', message, stage: null });
  }
  const code = codeOf(error);
  const stage = isConnectError(error) ? (error.details.stage ?? null) : null;
  return refuse(statusOfCode[code], { code, message: messageOf(error), stage });
}

export function refuse(status: number, error: ConsoleError): Response {
  return Response.json(error, { status, headers: { 'Cache-Control': 'no-store' } });
}
