import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { checkServerIdentity, type SecureContext } from 'node:tls';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpLimits {
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** null: what Node trusts by itself. */
  readonly tls: HttpTls | null;
  /** Ends the exchange at once. */
  readonly signal: AbortSignal;
}

export interface HttpTls {
  readonly context: SecureContext;
  /** Whether the certificate must name the host. */
  readonly checksHost: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** Larger than any schema by far. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * One request over a connection of its own: there are few, a schema each. Rejects with a reason in words when there
 * is no whole answer; never with anything that was sent.
 */
export function exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const isSecure = request.url.protocol === 'https:';
    const sent = open(request, limits);
    let timer: NodeJS.Timeout;
    const fail = (error: Error): void => {
      clearTimeout(timer);
      sent.destroy();
      reject(error);
    };
    const waitFor = (what: string, ms: number): NodeJS.Timeout =>
      setTimeout(() => fail(new Error(`gave no ${what} within ${ms} ms`)), ms);
    timer = waitFor('connection', limits.connectTimeoutMs);
    sent.once('socket', (socket: Socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = waitFor('answer', limits.readTimeoutMs);
      });
    });
    sent.once('error', (error) => fail(new Error(reasonOf(error))));
    sent.once('response', (response) => {
      bodyOf(response).then((body) => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location ?? null,
          retryAfter: response.headers['retry-after'] ?? null,
          body,
        });
      }, fail);
    });
    sent.end(request.body ?? undefined);
  });
}

function open({ method, url, headers, body }: HttpRequest, { tls, signal }: HttpLimits): ClientRequest {
  const options: RequestOptions = {
    method,
    agent: false,
    signal,
    headers: body === null ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
  };
  if (url.protocol !== 'https:') return httpRequest(url, options);
  return httpsRequest(url, {
    ...options,
    ...(tls === null ? {} : { secureContext: tls.context }),
    // The chain is checked all the same.
    checkServerIdentity: (host, certificate) =>
      tls === null || tls.checksHost ? checkServerIdentity(host, certificate) : undefined,
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      if (!(chunk instanceof Buffer)) continue;
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error(`broke off its answer (${reasonOf(error)})`);
  }
  if (bytes > maxAnswerBytes) throw new Error(`gave an answer of more than ${maxAnswerBytes} bytes`);
  return Buffer.concat(chunks).toString('utf8');
}

/** Node reports several addresses that all failed as one error without words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? `cannot be used: ${error.message || error.name}` : String(error);
}
