import { ConnectError, type ErrorCode, messageOf } from '../errors/connect-error.ts';
import type { InternalRequest } from '../runtime/internal-request.ts';
import { callWorker } from './call-worker.ts';
import { readRefusal } from './worker-refusal.ts';

/** As `SendInternalRequest` says, over the Connect REST of the other worker. */
export async function sendInternalRequest(request: InternalRequest): Promise<void> {
  const { url, method, path } = request;
  const { status, text } = await callWorker({ ...request, body: request.body ?? '' });
  if (status >= 200 && status < 300) return;
  const message = `The worker at ${url} refused ${method} ${path} with ${status}: ${reasonOf(text)}`;
  throw new ConnectError(codeByStatus[status] ?? 'retriable', message);
}

const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-request',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  503: 'unavailable',
};

function reasonOf(text: string): string {
  try {
    return readRefusal(text).message;
  } catch (error) {
    return messageOf(error);
  }
}
