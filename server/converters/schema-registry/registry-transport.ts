import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import { exchange, type HttpAnswer, type HttpTls } from './http-exchange.ts';
import type { RegistryAuthentication, RegistryUrl } from './registry-authentication.ts';
import { notARegistry, type RegistryRequest, refusal, unreachable } from './registry-error.ts';

export interface RegistryTransportOptions {
  readonly urls: readonly RegistryUrl[];
  readonly authentication: RegistryAuthentication;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: HttpTls | null;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly maxRetries: number;
  readonly retryWaitMs: number;
  readonly retryMaxWaitMs: number;
}

export interface RegistryCall extends RegistryRequest {
  readonly method: 'GET' | 'POST';
  /** Encoded, with its query, without a slash before it. */
  readonly path: string;
  readonly body?: unknown;
}

const mediaType = 'application/vnd.schemaregistry.v1+json';
const accept = `${mediaType}, application/vnd.schemaregistry+json; q=0.9, application/json; q=0.5`;
const maxRedirects = 5;
const redirectStatuses = new Set([301, 302, 307, 308]);

/** Sends requests to the registry: the URL that worked last, then the others, again for a while. */
export class RegistryTransport {
  readonly #options: RegistryTransportOptions;
  readonly #closing = new AbortController();
  #current = 0;

  constructor(options: RegistryTransportOptions) {
    this.#options = options;
  }

  /** The parsed body of a successful answer. Rejects with a `ConnectError` that says what was wanted. */
  async call(call: RegistryCall): Promise<unknown> {
    let retries = 0;
    for (;;) {
      const outcome = await this.#round(call);
      if ('answer' in outcome) return outcome.answer;
      const { error } = outcome;
      if (!error.retriable || retries >= this.#options.maxRetries) throw error;
      retries++;
      await this.#waitBefore(retries, error, call);
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** Each URL once, until one answers for good. */
  async #round(call: RegistryCall): Promise<{ readonly answer: unknown } | { readonly error: ConnectError }> {
    const { urls } = this.#options;
    let failure: ConnectError | null = null;
    for (let tried = 0; tried < urls.length; tried++) {
      const base = urls[this.#current];
      if (base === undefined) break;
      try {
        return { answer: await this.#callOne(base, call) };
      } catch (error) {
        if (!isConnectError(error)) throw error;
        const isOfThisUrl = error.retriable || error.details.isOfOneUrl === true;
        if (!isOfThisUrl) throw error;
        // What may pass counts for more: it is worth another round.
        if (failure === null || error.retriable) failure = error;
        this.#current = (this.#current + 1) % urls.length;
      }
    }
    return { error: failure ?? new ConnectError('config', 'schema.registry.url is empty') };
  }

  /** Doubles from one retry to the next, with jitter, so that many tasks do not come back as one. */
  async #waitBefore(retries: number, error: ConnectError, call: RegistryCall): Promise<void> {
    const { retryWaitMs, retryMaxWaitMs } = this.#options;
    const longest = Math.min(retryMaxWaitMs, retryWaitMs * 2 ** Math.min(retries - 1, 30));
    const asked = error.details.retryAfterMs;
    const ms =
      typeof asked === 'number' ? Math.min(asked, retryMaxWaitMs) : longest * (0.5 + Math.random() / 2);
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal });
    } catch {
      throw closed(call);
    }
  }

  async #callOne(base: RegistryUrl, call: RegistryCall): Promise<unknown> {
    const where = `the schema registry at ${base.url.origin}${base.url.pathname.replace(/\/$/, '')}`;
    let answer = await this.#send(base, call, where);
    if (answer.status === 401 && this.#options.authentication.refresh()) {
      answer = await this.#send(base, call, where);
    }
    const body = parsed(answer.body);
    if (answer.status >= 400) throw refusal(call, where, answer, body);
    if (answer.status < 200 || answer.status >= 300) {
      throw notARegistry(call, where, `status ${answer.status}`);
    }
    if (body === undefined) throw notARegistry(call, where, 'its body is not JSON');
    return body;
  }

  async #send(base: RegistryUrl, call: RegistryCall, where: string): Promise<HttpAnswer> {
    const { authentication, connectTimeoutMs, readTimeoutMs, tls } = this.#options;
    const signal = this.#closing.signal;
    if (signal.aborted) throw closed(call);
    const identity = await authentication.headersFor(base, signal);
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const headers = {
      Accept: accept,
      ...(body === null ? {} : { 'Content-Type': mediaType }),
      ...this.#options.headers,
      ...identity,
    };
    let url = urlOf(base.url, call.path);
    for (let redirects = 0; ; redirects++) {
      let answer: HttpAnswer;
      try {
        answer = await exchange(
          { method: call.method, url, headers, body },
          { connectTimeoutMs, readTimeoutMs, tls, signal },
        );
      } catch (error) {
        throw signal.aborted ? closed(call) : unreachable(call, where, error);
      }
      if (!redirectStatuses.has(answer.status) || answer.location === null) return answer;
      if (redirects >= maxRedirects) throw notARegistry(call, where, `more than ${maxRedirects} redirects`);
      const next = URL.canParse(answer.location, url) ? new URL(answer.location, url) : null;
      // Credentials and schemas go to nobody but the host that was configured.
      if (next === null || next.origin !== url.origin) {
        throw notARegistry(call, where, `a redirect to ${next?.origin ?? 'no URL'}, which is not followed`);
      }
      url = next;
    }
  }
}

function urlOf(base: URL, path: string): URL {
  return new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}/${path}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function closed(call: RegistryCall): ConnectError {
  return new ConnectError('cancelled', `Did not ${call.purpose}: the converter is closed`);
}
