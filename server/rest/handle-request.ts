import type { IncomingMessage } from 'node:http';
import { ConnectError, codeOf, isConnectError, messageOf } from '../errors/connect-error.ts';
import { placeOf } from '../runtime/elsewhere.ts';
import type { Logger } from '../runtime/log.ts';
import { type CorsRules, refuseForeignPages } from './cors.ts';
import { type ForwardedRequest, forwardRequest } from './forward-request.ts';
import { requireJsonAccepted, requireJsonContent } from './media-types.ts';
import type { BodyReader } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { parseRequestPath } from './request-path.ts';
import type { RestContext } from './rest-context.ts';
import type { RestAnswer, RestRequest, Route } from './route.ts';
import { allowedMethods, type Router, selectRoute } from './router.ts';
import { statusByCode } from './status-table.ts';

export interface RequestHandlerOptions {
  readonly router: Router;
  /** null while the worker is being built. */
  readonly context: () => RestContext | null;
  readonly bodies: BodyReader;
  readonly cors: CorsRules | null;
  readonly requestTimeoutMs: number;
  readonly fallbackBaseUrl: () => string;
  readonly log: Logger;
}

/** A herder that heeds its signal answers by itself, and better, because it knows the stage. */
const graceMs = 500;

/** From a request to an answer; never rejects. */
export async function handleRequest(
  request: IncomingMessage,
  options: RequestHandlerOptions,
): Promise<RestAnswer> {
  try {
    return await dispatch(request, options);
  } catch (error) {
    return toErrorAnswer(error, request, options.log);
  }
}

/** In the order of Java Connect: path, method, content type, accepted types, body, resource. */
async function dispatch(request: IncomingMessage, options: RequestHandlerOptions): Promise<RestAnswer> {
  const { method = 'GET', headers } = request;
  const { segments, query } = parseRequestPath(request.url ?? '/');
  const { routes, params } = options.router.match(segments);
  if (method === 'OPTIONS') return answerOptions(allowedMethods(routes), headers.accept);
  const route = selectRoute(routes, method);
  refuseForeignPages(options.cors, method, headers);
  requireJsonContent(headers['content-type'], hasBody(request));
  requireJsonAccepted(headers.accept, route.serves);
  const body = await options.bodies.read(request);
  const context = options.context();
  if (context === null)
    throw new ConnectError('unavailable', 'The worker is starting, try again in a moment');
  const signal = AbortSignal.timeout(options.requestTimeoutMs);
  const baseUrl = baseUrlOf(headers.host) ?? options.fallbackBaseUrl();
  const authorization = headers.authorization ?? null;
  const onward = { method, segments, query, body, authorization, signal, baseUrl };
  const answer = serve(route, context, { params, headers, ...onward }, onward, options.log);
  return await withDeadline(answer, options.requestTimeoutMs + graceMs);
}

/** Here, or on the worker that the herder names. */
async function serve(
  route: Route,
  context: RestContext,
  request: RestRequest,
  onward: ForwardedRequest,
  log: Logger,
): Promise<RestAnswer> {
  try {
    return await route.handle(context, request);
  } catch (error) {
    const place = placeOf(error);
    if (place === undefined) throw error;
    return await forwardRequest(place, onward, log);
  }
}

async function withDeadline<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ConnectError('timeout', 'Request timed out')), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toErrorAnswer(error: unknown, request: IncomingMessage, log: Logger): RestAnswer {
  if (error instanceof Refusal) return errorAnswer(error.status, error.message, error.headers);
  const code = codeOf(error);
  const status = statusByCode[code];
  if (code === 'unknown') log.error(`${request.method} ${request.url} failed`, error);
  return errorAnswer(status, code === 'timeout' ? timeoutMessage(error) : messageOf(error));
}

/** Java Connect's sentence, so that who reads it learns what the worker is busy with. */
function timeoutMessage(error: unknown): string {
  const message = messageOf(error);
  if (message.startsWith('Request timed out')) return message;
  const stage = isConnectError(error) ? error.details.stage : undefined;
  return stage === undefined
    ? `Request timed out. ${message}`
    : `Request timed out. The worker is currently ${stage}.`;
}

export function errorAnswer(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): RestAnswer {
  return { status, body: { error_code: status, message }, headers };
}

function answerOptions(methods: readonly string[], accept: string | undefined): RestAnswer {
  const listed = accept === undefined || accept.includes('text/plain');
  return {
    status: 200,
    headers: { allow: methods.join(','), 'content-type': 'text/plain' },
    ...(listed ? { body: methods.join(', ') } : {}),
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function baseUrlOf(host: string | undefined): string | null {
  return host !== undefined && /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/i.test(host)
    ? `http://${host}`
    : null;
}
