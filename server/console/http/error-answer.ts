import type { ConsoleError } from '../../entities/console-error.ts';
import { codeOf, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { statusByCode } from '../../rest/status-table.ts';

/** Answer for anything that was thrown. */
export function errorAnswer(error: unknown): Response {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const message = 'The worker did not answer in time; it may still do what was asked.';
    return refuse(statusByCode.timeout, { code: 'timeout', message, stage: null });
  }
  const code = codeOf(error);
  const stage = isConnectError(error) ? (error.details.stage ?? null) : null;
  return refuse(statusByCode[code], { code, message: messageOf(error), stage });
}

export function refuse(status: number, error: ConsoleError): Response {
  return Response.json(error, { status, headers: { 'Cache-Control': 'no-store' } });
}
