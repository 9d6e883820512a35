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
}

/** How soon to try again when what a new login needs cannot be had. */
const retryMs = 1000;

/**
 * The login of one connection. Before the session ends, the connection logs in again with nothing else in flight: the
 * broker would end it for any other request between the steps of a login (KIP-368).
 */
export class LoginSession {
  readonly #options: LoginSessionOptions;
  #dueAt = Number.POSITIVE_INFINITY;
  #isRenewing = false;
  #onDrained: (() => void) | null = null;

  constructor(options: LoginSessionOptions) {
    this.#options = options;
  }

  async login(): Promise<void> {
    const { authenticator, channel } = this.#options;
    if (authenticator === undefined) return;
    const lifetimeMs = await authenticator.login(channel);
    this.#dueAt = performance.now() + loginAgainAfterMs(lifetimeMs);
  }

  /** To be called before every request. A connection without traffic needs no new login, as with Java's clients. */
  renewIfDue(): void {
    if (performance.now() < this.#dueAt || this.#isRenewing) return;
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
    } catch {
      // The session lasts a while yet; when it ends, the error of the next connection tells what is wrong.
      this.#dueAt = performance.now() + retryMs;
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
