import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { exchange, type HttpTls } from './http-exchange.ts';
import { mayPass } from './registry-error.ts';
import type { RegistrySettings } from './registry-keys.ts';

interface Token {
  readonly text: string;
  /** When it is to be replaced, by `performance.now()`. */
  readonly staleAt: number;
}

const source = 'bearer.auth.credentials.source=OAUTHBEARER';
/** For endpoints that do not say how long a token holds. */
const defaultLifetimeSeconds = 300;

/** Tokens of an OAuth identity provider by the client credentials grant (RFC 6749, section 4.4). */
export class OauthTokens {
  readonly #endpoint: URL;
  readonly #authorization: string;
  readonly #body: string;
  readonly #settings: RegistrySettings;
  readonly #tls: HttpTls | null;
  #token: Token | null = null;

  constructor(settings: RegistrySettings, tls: HttpTls | null) {
    this.#settings = settings;
    this.#tls = tls;
    const id = required(settings['bearer.auth.client.id'], 'bearer.auth.client.id');
    const secret = required(settings['bearer.auth.client.secret']?.value, 'bearer.auth.client.secret');
    this.#endpoint = endpointOf(
      required(settings['bearer.auth.issuer.endpoint.url'], 'bearer.auth.issuer.endpoint.url'),
    );
    this.#authorization = `Basic ${Buffer.from(`${id}:${secret}`, 'utf8').toString('base64')}`;
    const scope = settings['bearer.auth.scope'] ?? '';
    this.#body = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope === '' ? {} : { scope }),
    }).toString();
  }

  async get(signal: AbortSignal): Promise<string> {
    if (this.#token === null || performance.now() >= this.#token.staleAt) {
      this.#token = await this.#request(signal);
    }
    return this.#token.text;
  }

  /** True: the next token is a new one. */
  forget(): boolean {
    this.#token = null;
    return true;
  }

  async #request(signal: AbortSignal): Promise<Token> {
    const answer = await exchange(
      {
        method: 'POST',
        url: this.#endpoint,
        headers: {
          Accept: 'application/json',
          Authorization: this.#authorization,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: this.#body,
      },
      {
        connectTimeoutMs: this.#settings['http.connect.timeout.ms'],
        readTimeoutMs: this.#settings['http.read.timeout.ms'],
        tls: this.#tls,
        signal,
      },
    ).catch((error: unknown) => {
      throw new ConnectError('retriable', `${this.#name()} ${messageOf(error)}`);
    });
    if (mayPass(answer.status))
      throw new ConnectError('retriable', `${this.#name()} answered ${answer.status}`);
    if (answer.status !== 200) {
      throw new ConnectError(
        'forbidden',
        `${this.#name()} answered ${answer.status}; check bearer.auth.client.id, bearer.auth.client.secret and bearer.auth.scope`,
      );
    }
    const token = tokenIn(answer.body);
    if (token === null)
      throw new ConnectError('config', `${this.#name()} gave no access_token; is its URL right?`);
    // A token that ends within the margin is used until its end, as with Java.
    const margin = this.#settings['bearer.auth.cache.expiry.buffer.seconds'];
    const seconds = token.lifetimeSeconds > margin ? token.lifetimeSeconds - margin : token.lifetimeSeconds;
    return { text: token.text, staleAt: performance.now() + seconds * 1_000 };
  }

  #name(): string {
    return `The token endpoint ${this.#endpoint.origin}${this.#endpoint.pathname}`;
  }
}

function tokenIn(body: string): { readonly text: string; readonly lifetimeSeconds: number } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || !('access_token' in parsed)) return null;
  const text = parsed.access_token;
  // What cannot stand in a header is no token.
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) return null;
  const seconds = 'expires_in' in parsed ? Number(parsed.expires_in) : Number.NaN;
  return { text, lifetimeSeconds: seconds > 0 ? seconds : defaultLifetimeSeconds };
}

function required(value: string | null | undefined, key: string): string {
  if (value === null || value === undefined || value === '') {
    throw new ConnectError('config', `${key} is missing, and ${source} needs it`);
  }
  return value;
}

function endpointOf(text: string): URL {
  const key = 'bearer.auth.issuer.endpoint.url';
  if (!URL.canParse(text)) throw new ConnectError('config', `${key} is no URL`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ConnectError('config', `${key} must begin with https:// or http://`);
  }
  if (url.username !== '') throw new ConnectError('config', `${key} must hold no name and password`);
  return url;
}
