import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { Logger } from '../runtime/log.ts';
import { callWorker, type WorkerAnswer } from './call-worker.ts';
import { locationOf } from './connector-name.ts';
import type { RestAnswer } from './route.ts';
import { readAnswerObject, readRefusal } from './worker-refusal.ts';

export interface ForwardedRequest {
  readonly method: string;
  /** As in the request. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
  /** null: the caller sent none. */
  readonly authorization: string | null;
  readonly signal: AbortSignal;
  readonly baseUrl: string;
}

/**
 * Hands a request to the worker that can serve it, and its answer back. `forward` in the query bounds the way to two
 * hops: a client sends none, the first worker `true` (a leader may know the owner), the second `false`. `url` null:
 * nobody knows where to.
 */
export async function forwardRequest(
  url: string | null,
  request: ForwardedRequest,
  log: Logger,
): Promise<RestAnswer> {
  const { method, segments, query, authorization, signal } = request;
  const hop = query.get('forward') || null;
  const place = `/${segments.join('/')}`;
  if (hop !== null && hop.toLowerCase() !== 'true') {
    log.error(`Request ${method} ${place} found no worker that can serve it within two hops`);
    throw new ConnectError(
      'conflict',
      'Cannot complete request because of a conflicting operation (e.g. worker rebalance)',
    );
  }
  if (url === null || url === '') {
    throw new ConnectError(
      'conflict',
      'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.',
    );
  }
  const onward = new URLSearchParams(query);
  onward.set('forward', String(hop === null));
  const path = `${place}?${onward}`;
  log.debug(`Forwarding ${method} ${path} to ${url}`);
  const answer = await callWorker({
    url,
    method,
    path,
    body: request.body,
    headers: authorization === null ? {} : { authorization },
    signal,
  });
  return toRestAnswer(answer, request.baseUrl);
}

function toRestAnswer({ status, text }: WorkerAnswer, baseUrl: string): RestAnswer {
  try {
    if (status >= 400) {
      const { errorCode, message } = readRefusal(text);
      return { status, body: { error_code: errorCode, message } };
    }
    if (status < 200 || status >= 300) {
      throw new Error(`Unexpected status code when handling forwarded request: ${status}`);
    }
    if (status === 204 || text === '') return { status };
    const body = readAnswerObject(text);
    // The caller knows this worker, and perhaps cannot reach the other one.
    const created = status === 201 && typeof body.name === 'string';
    return { status, body, headers: created ? { location: locationOf(baseUrl, String(body.name)) } : {} };
  } catch (error) {
    throw new ConnectError('retriable', `IO Error trying to forward REST request: ${messageOf(error)}`);
  }
}
