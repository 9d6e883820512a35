import type { Authenticator, LoginChannel } from './login.ts';
import { loginAgainAfterMs } from './login.ts';
import type { SendGate } from './send-gate.ts';

export interface LoginSessionOptions {
  /** Absent: there is no login. */
  readonly authenticator: Authenticator | undefined;
  readonly channel: LoginChannel;
  readonly gate: SendGate;
  /** Requests that wait for their answers, those at the gate not counted. */
  readonly inFlight: () => number;
  /** A later login failed: the connection cannot be used any more. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds from any time on; tests have a clock of their own. */
  readonly now?: () => number;
}

/** How soon to try again when what a new login needs cannot be had. */
const retryMs = 1000;
/** A request that is sent within the last part of a session may come too late. */
const usableShare = 0.97;

/**
 * The login of one connection. Before the session ends, the connection logs in again with nothing else in flight: the
 * broker would end it for any other request between the steps of a login (KIP-368).
 */
export class LoginSession {
  readonly #options: LoginSessionOptions;
  readonly #now: () => number;
  #dueAt = Number.POSITIVE_INFINITY;
  #endsAt = Number.POSITIVE_INFINITY;
  #isRenewing = false;
  #onDrained: (() => void) | null = null;

  constructor(options: LoginSessionOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  async login(): Promise<void> {
    const { authenticator, channel } = this.#options;
    if (authenticator === undefined) return;
    const startedAt = this.#now();
    const lifetimeMs = await authenticator.login(channel);
    this.#dueAt = this.#now() + loginAgainAfterMs(lifetimeMs);
    this.#endsAt = lifetimeMs > 0 ? startedAt + lifetimeMs * usableShare : Number.POSITIVE_INFINITY;
  }

  /** To be called before every request. A connection without traffic needs no new login, as with Java's clients. */
  renewIfDue(): void {
    const now = this.#now();
    if (now < this.#dueAt) return;
    // Whatever is sent now would end the connection.
    if (now >= this.#endsAt) this.#options.gate.shut();
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    void this.#renew().finally(() => {
      this.#isRenewing = false;
    });
  }

  /** To be called when no request is in flight any more, and when the connection is gone. */
  drained(): void {
    this.#onDrained?.();
  }

  async #renew(): Promise<void> {
    const { authenticator, gate, inFlight, onFailure } = this.#options;
    try {
      await authenticator?.prepare();
    } catch (error) {
      // While the session lasts, so does the hope.
      if (this.#now() < this.#endsAt) this.#dueAt = this.#now() + retryMs;
      else onFailure(error);
      return;
    }
    gate.shut();
    try {
      if (inFlight() > 0) {
        await new Promise<void>((resolve) => {
          this.#onDrained = resolve;
        });
        this.#onDrained = null;
      }
      await this.login();
      gate.open();
    } catch (error) {
      onFailure(error);
    }
  }
}
