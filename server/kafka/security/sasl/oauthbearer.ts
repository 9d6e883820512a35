import { type SaslExchange, type SaslMechanism, SaslRejection } from './mechanism.ts';

/** Where tokens come from; oauth/token-login.ts is one. */
export interface TokenSource {
  /** A token that is valid now, fetched if need be. */
  token(signal?: AbortSignal): Promise<string>;
  /** The broker did not accept this token: the next one must be another. */
  discard(token: string): void;
  close(): void;
}

const separator = '\u0001';

/** RFC 7628. `extensions` go to the broker beside the token. */
export function oauthBearerMechanism(
  source: TokenSource,
  extensions: ReadonlyMap<string, string>,
): SaslMechanism {
  return {
    name: 'OAUTHBEARER',
    async prepare(signal) {
      await source.token(signal);
    },
    begin: () => new OAuthBearerExchange(source, extensions),
    close: () => source.close(),
  };
}

class OAuthBearerExchange implements SaslExchange {
  readonly #source: TokenSource;
  readonly #extensions: ReadonlyMap<string, string>;
  #token = '';
  #refusal: string | null = null;

  constructor(source: TokenSource, extensions: ReadonlyMap<string, string>) {
    this.#source = source;
    this.#extensions = extensions;
  }

  async start(): Promise<Buffer> {
    this.#token = await this.#source.token();
    const pairs = [...this.#extensions].map(([name, value]) => `${name}=${value}${separator}`).join('');
    const message = `n,,${separator}auth=Bearer ${this.#token}${separator}${pairs}${separator}`;
    return Buffer.from(message, 'utf8');
  }

  /** A refusal comes as JSON; the client must say that it has seen it, and then the broker ends the login. */
  next(challenge: Buffer): Buffer | undefined {
    if (challenge.length === 0) return undefined;
    if (this.#refusal !== null) throw new SaslRejection(`the token is refused: ${this.#refusal}`);
    this.#source.discard(this.#token);
    this.#refusal = statusOf(challenge);
    return Buffer.from(separator, 'utf8');
  }
}

function statusOf(challenge: Buffer): string {
  try {
    const parsed: unknown = JSON.parse(challenge.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'status' in parsed) return String(parsed.status);
  } catch {
    // Not JSON: there is nothing to tell.
  }
  return 'the broker gives no reason';
}
