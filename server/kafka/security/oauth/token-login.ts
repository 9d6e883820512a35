import { ConnectError, isRetriable, messageOf } from '../../../errors/connect-error.ts';
import type { KafkaClientOptions } from '../../ports/kafka-client.ts';
import type { TokenSource } from '../sasl/oauthbearer.ts';
import { BadToken, type JwtTimes } from './jwt.ts';
import { type RefreshSettings, refreshAtMs } from './refresh-time.ts';

export interface TokenLoginOptions {
  /** Fetches a token once. Throws a `ConnectError` that holds no secret. */
  readonly fetch: (signal: AbortSignal) => Promise<string>;
  readonly read: (token: string) => JwtTimes;
  readonly refresh: RefreshSettings;
  /** How long after a refusal or a failed renewal to ask again. */
  readonly retryMs: number;
  readonly log: NonNullable<KafkaClientOptions['log']>;
}

const maxTimerMs = 0x7fffffff;

interface Held extends JwtTimes {
  readonly token: string;
  readonly fetchedAtMs: number;
}

/** Holds the token of one client and renews it ahead of its end, in the background and once for all connections. */
export class TokenLogin implements TokenSource {
  readonly #options: TokenLoginOptions;
  readonly #closing = new AbortController();
  #held: Held | null = null;
  /** The last refusal, which everybody gets to hear for a while, so that nobody hammers the endpoint. */
  #refusal: { readonly error: unknown; readonly untilMs: number } | null = null;
  #fetching: Promise<string> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TokenLoginOptions) {
    this.#options = options;
  }

  async token(signal?: AbortSignal): Promise<string> {
    if (this.#held !== null && this.#held.expiresAtMs > Date.now()) return this.#held.token;
    if (this.#refusal !== null && this.#refusal.untilMs > Date.now()) throw this.#refusal.error;
    return await unlessAborted(this.#fetch(), signal);
  }

  discard(token: string): void {
    // A token that is new will not become better by being fetched again.
    const oldestMs = Date.now() - this.#options.refresh.minPeriodMs;
    if (this.#held?.token === token && this.#held.fetchedAtMs <= oldestMs) this.#held = null;
  }

  close(): void {
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#held = null;
  }

  /** One fetch at a time, which everybody who needs a token waits for. */
  #fetch(): Promise<string> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<string> {
    const { refresh, retryMs } = this.#options;
    try {
      const held = await this.#fetchHeld();
      this.#held = held;
      this.#refusal = null;
      this.#refreshIn(refreshAtMs(refresh, held, held.fetchedAtMs) - held.fetchedAtMs);
      return held.token;
    } catch (error) {
      if (!isRetriable(error)) this.#refusal = { error, untilMs: Date.now() + retryMs };
      throw error;
    }
  }

  async #fetchHeld(): Promise<Held> {
    const { fetch, read } = this.#options;
    const { signal } = this.#closing;
    if (signal.aborted) throw cancelledLogin();
    const token = await fetch(signal);
    const times = checked(() => read(token));
    const now = Date.now();
    if (times.expiresAtMs > now) return { token, ...times, fetchedAtMs: now };
    const late = Math.round((now - times.expiresAtMs) / 1000);
    throw refused(
      `the token that came expired ${late} s ago; see whether the clocks here and there are right`,
    );
  }

  #refreshIn(waitMs: number): void {
    if (this.#closing.signal.aborted) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    // A wait beyond what a timer can hold is taken up again after as much as it can.
    const ms = Math.min(Math.max(0, waitMs), maxTimerMs);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (waitMs > maxTimerMs) this.#refreshIn(waitMs - maxTimerMs);
      else void this.#refresh();
    }, ms);
    this.#timer.unref();
  }

  async #refresh(): Promise<void> {
    try {
      await this.#fetch();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const { retryMs } = this.#options;
      const next = `the next attempt is in ${retryMs} ms`;
      this.#options.log('warn', `the OAUTHBEARER token could not be renewed, ${next}: ${messageOf(error)}`);
      this.#refreshIn(retryMs);
    }
  }
}

/** A login that cannot succeed by trying again. */
export function refused(reason: string, cause?: unknown): ConnectError {
  return new ConnectError('kafka', `no OAUTHBEARER token can be had: ${reason}`, {
    cause,
    retriable: false,
    details: { kafkaError: 'SASL_AUTHENTICATION_FAILED', stage: 'login' },
  });
}

export function cancelledLogin(): ConnectError {
  return new ConnectError('cancelled', 'waiting for an OAUTHBEARER token was cancelled');
}

function checked(read: () => JwtTimes): JwtTimes {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadToken) throw refused(error.message);
    throw error;
  }
}

/** The caller stops waiting; what it waited for goes on for others. */
async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return await promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelledLogin());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
