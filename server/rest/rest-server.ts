import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { Logger } from '../runtime/log.ts';
import { corsHeaders } from './cors.ts';
import { toExactJson } from './exact-json.ts';
import { errorAnswer, handleRequest } from './handle-request.ts';
import { type ListenerUrl, urlOf } from './listener-url.ts';
import { BodyReader } from './read-body.ts';
import type { RestContext } from './rest-context.ts';
import { machineAddress, type RestSettings } from './rest-settings.ts';
import type { RestAnswer, Route } from './route.ts';
import { adminRoutes, connectRoutes, metricsRoute } from './route-table.ts';
import { Router } from './router.ts';

export interface RestServerOptions {
  readonly settings: RestSettings;
  readonly log: Logger;
  /** Of one request, 90 s unless a test says otherwise. */
  readonly requestTimeoutMs?: number;
}

export interface RestServer {
  /** Where it listens, with the ports it got. */
  readonly urls: readonly string[];
  readonly adminUrls: readonly string[];
  /** By which others reach this worker; its `host:port` is the worker's id. */
  readonly advertisedUrl: string;
  readonly workerId: string;
  /** From now on requests reach the herder; before, the answer is 503. */
  serve(context: RestContext): void;
  /** Takes no more requests, waits for those under way at most `timeoutMs`, then cuts them. */
  stop(timeoutMs: number): Promise<void>;
}

const limits = {
  maxHeaderSize: 64 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 90_000,
  connectionsCheckingInterval: 5_000,
} as const;
const maxConnections = 2000;

/**
 * Binds all listeners, before there is a herder: the worker's id holds the port that was bound. Rejects with a
 * `config` error that names listener and key when a port is taken.
 */
export async function startRestServer({
  settings,
  log,
  requestTimeoutMs = 90_000,
}: RestServerOptions): Promise<RestServer> {
  let context: RestContext | null = null;
  let advertisedUrl = '';
  const bodies = new BodyReader();
  const servers: Server[] = [];

  async function bind(listeners: readonly ListenerUrl[], key: string, routes: readonly Route[]) {
    const router = new Router(routes);
    const cors = key === 'listeners' ? settings.cors : null;
    const urls: ListenerUrl[] = [];
    for (const listener of listeners) {
      const server = createServer(limits, (request, response) => {
        const caller = request.socket.remoteAddress ?? '-';
        handleRequest(request, {
          router,
          context: () => context,
          bodies,
          cors,
          requestTimeoutMs,
          fallbackBaseUrl: () => advertisedUrl,
          log,
        })
          .then((answer) => {
            log.log(
              request.method === 'GET' || request.method === 'HEAD' ? 'debug' : 'info',
              `${caller} ${request.method} ${(request.url ?? '').slice(0, 500)} ${answer.status}`,
            );
            send(request, response, answer, corsHeaders(cors, request.method ?? '', request.headers));
          })
          .catch((error: unknown) => {
            log.error('An answer could not be sent', error);
            response.destroy();
          });
      });
      server.maxConnections = maxConnections;
      server.on('clientError', refuseBrokenRequest);
      urls.push({ ...listener, port: await listen(server, listener, key) });
      servers.push(server);
    }
    return urls;
  }

  function send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: RestAnswer,
    extra: Readonly<Record<string, string>>,
  ): void {
    if (response.destroyed) return;
    for (const { action, name, value } of settings.responseHeaders) {
      if (action.startsWith('set')) response.setHeader(name, value);
      else response.appendHeader(name, value);
    }
    for (const [name, value] of Object.entries({ ...extra, ...answer.headers }))
      response.setHeader(name, value);
    // What was not read would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    writeBody(response, answer);
  }

  try {
    const main = await bind(settings.listeners, 'listeners', [
      ...connectRoutes,
      metricsRoute,
      ...(settings.adminListeners === null ? adminRoutes : []),
    ]);
    const admin = await bind(settings.adminListeners ?? [], 'admin.listeners', [
      ...adminRoutes,
      metricsRoute,
    ]);
    const first = main[0];
    if (first === undefined)
      throw new ConnectError('config', 'Invalid value for configuration listeners: none given');
    const host = settings.advertised.host ?? (isAnyAddress(first.host) ? machineAddress() : first.host);
    const port = settings.advertised.port ?? first.port;
    advertisedUrl = urlOf(host, port);
    return {
      urls: main.map((listener) => urlOf(shownHost(listener.host), listener.port)),
      adminUrls: admin.map((listener) => urlOf(shownHost(listener.host), listener.port)),
      advertisedUrl,
      workerId: advertisedUrl.replace(/^https?:\/\//, ''),
      serve(now) {
        context = now;
      },
      stop: (timeoutMs) => closeAll(servers, timeoutMs),
    };
  } catch (error) {
    await closeAll(servers, 0);
    throw error;
  }
}

function writeBody(response: ServerResponse, { status, body }: RestAnswer): void {
  if (body === undefined) {
    // 204 must not have a length; the others must, or clients wait for a body.
    response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end();
    return;
  }
  const isText = typeof body === 'string' && String(response.getHeader('content-type')).startsWith('text/');
  const bytes = Buffer.from(isText ? body : toExactJson(body));
  if (!isText) response.setHeader('content-type', 'application/json');
  response.writeHead(status, { 'content-length': bytes.length }).end(bytes);
}

async function listen(server: Server, { host, port }: ListenerUrl, key: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new ConnectError(
          'config',
          `Cannot listen on ${urlOf(host, port)} (configuration ${key}): ${why(cause)}`,
          {
            cause,
            details: { port, errno: cause.code },
          },
        ),
      );
    });
    server.listen({ port, ...(host === '' ? {} : { host }) }, resolve);
  });
  server.on('error', () => undefined);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function why(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'the port is in use by another program';
  if (error.code === 'EACCES') return 'this port needs more rights';
  if (error.code === 'ENOTFOUND' || error.code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  return messageOf(error);
}

function isAnyAddress(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

function shownHost(host: string): string {
  return isAnyAddress(host) || host === '127.0.0.1' || host === '::1' ? 'localhost' : host;
}

/** What the HTTP parser refuses has no request to answer. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] = brokenRequests[error.code ?? ''] ?? [400, 'Bad Request'];
  const body = toExactJson(errorAnswer(status, reason).body);
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const brokenRequests: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

async function closeAll(servers: readonly Server[], timeoutMs: number): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  // A connection that is kept alive becomes idle only when its answer has gone out.
  const sweep = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, 20);
  const cut = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, timeoutMs);
  await Promise.all(closed);
  clearInterval(sweep);
  clearTimeout(cut);
}
