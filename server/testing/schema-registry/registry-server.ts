import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { type ApiRequest, answerTo } from './registry-api.ts';
import { RegistryRefusal, RegistryStore } from './registry-store.ts';

/** What to do to a request in the place of answering it. */
export type RegistryFault =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is reset, after so much of the right answer. */
  | { readonly cutAfterBytes: number }
  /** No answer ever. */
  | { readonly isSilent: true };

export interface SeenRequest {
  readonly method: string;
  /** With its query, as sent. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestRegistryOptions {
  /** Before every path, such as `/apis/ccompat/v7`. */
  readonly basePath?: string;
  /** Default: everyone may. Return false to answer 401. */
  readonly allows?: (headers: IncomingMessage['headers']) => boolean;
  readonly tls?: TlsOptions;
  readonly firstId?: number;
}

/** A schema registry with Confluent's API inside this process, for tests and benchmarks; on loopback, in memory. */
export interface TestRegistry {
  readonly url: string;
  readonly port: number;
  readonly store: RegistryStore;
  /** All requests so far. */
  readonly requests: readonly SeenRequest[];
  /** Asked for every request from now on; null answers as always. */
  fault: ((request: SeenRequest) => RegistryFault | null) | null;
  stop(): Promise<void>;
}

const mediaType = 'application/vnd.schemaregistry.v1+json';

export async function startTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const store = new RegistryStore(options.firstId);
  const requests: SeenRequest[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '/', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      requests.push(seen);
      respond(registry, seen, response, options);
    });
  };
  const server = options.tls === undefined ? createServer(handle) : createTlsServer(options.tls, handle);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  const registry: TestRegistry = {
    url: `${options.tls === undefined ? 'http' : 'https'}://localhost:${port}${options.basePath ?? ''}`,
    port,
    store,
    requests,
    fault: null,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  return registry;
}

function respond(
  registry: TestRegistry,
  seen: SeenRequest,
  response: ServerResponse,
  options: TestRegistryOptions,
): void {
  const fault = registry.fault?.(seen) ?? null;
  if (fault !== null && 'isSilent' in fault) return;
  if (fault !== null && 'status' in fault) {
    response.writeHead(fault.status, { 'Content-Type': mediaType, ...fault.headers }).end(fault.body ?? '');
    return;
  }
  const { status, body } = rightAnswer(registry.store, seen, options);
  const text = JSON.stringify(body);
  const headers = { 'Content-Type': mediaType, 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(status, headers);
  if (fault === null) response.end(text);
  else response.write(text.slice(0, fault.cutAfterBytes), () => response.destroy());
}

function rightAnswer(
  store: RegistryStore,
  { method, url, headers, body }: SeenRequest,
  { allows, basePath = '' }: TestRegistryOptions,
): { readonly status: number; readonly body: unknown } {
  if (allows?.(headers) === false) return { status: 401, body: { error_code: 401, message: 'Unauthorized' } };
  try {
    return { status: 200, body: answerTo(store, requestOf(method, url, body, basePath)) };
  } catch (error) {
    if (error instanceof RegistryRefusal) {
      return { status: error.status, body: { error_code: error.code, message: error.message } };
    }
    return { status: 500, body: { error_code: 50001, message: String(error) } };
  }
}

function requestOf(method: string, url: string, body: string, basePath: string): ApiRequest {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (!pathname.startsWith(`${basePath}/`)) throw new RegistryRefusal(404, 404, 'HTTP 404 Not Found');
  const path = pathname.slice(basePath.length).split('/').filter(Boolean).map(decodeURIComponent);
  let parsed: unknown;
  try {
    parsed = body === '' ? undefined : JSON.parse(body);
  } catch {
    throw new RegistryRefusal(400, 400, 'Unable to process JSON');
  }
  return { method, path, query: searchParams, body: parsed };
}
