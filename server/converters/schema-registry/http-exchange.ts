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

/** Why there is no whole answer, in words that follow the name of the server. Holds nothing of what was sent. */
export class ExchangeFailure extends Error {
  /** Waiting changes this: false for certificates that are not trusted, and for answers that are too large. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(message);
    this.name = 'ExchangeFailure';
    this.mayPass = mayPass;
  }
}

/** Larger than any schema by far. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * One request over a connection of its own: there are few, a schema each. Rejects with an `ExchangeFailure` when there
 * is no whole answer.
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
      setTimeout(() => fail(new ExchangeFailure(`gave no ${what} within ${ms} ms`, true)), ms);
    timer = waitFor('connection', limits.connectTimeoutMs);
    sent.once('socket', (socket: Socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = waitFor('answer', limits.readTimeoutMs);
      });
    });
    sent.on('error', (error) => fail(failureOf(error)));
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
    throw new ExchangeFailure(`broke off its answer (${wordsOf(error)})`, true);
  }
  if (bytes > maxAnswerBytes)
    throw new ExchangeFailure(`gave an answer of more than ${maxAnswerBytes} bytes`, false);
  return Buffer.concat(chunks).toString('utf8');
}

/** OpenSSL's and Node's names for certificates that do not do. */
const distrust = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_|ERR_TLS_CERT)/;

function failureOf(error: unknown): ExchangeFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new ExchangeFailure(`cannot be used: ${wordsOf(error)}`, !distrust.test(code));
}

/** Node reports several addresses that all failed as one error without words of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
