import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { saslAuthenticateApi } from '../../kafka/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../kafka/protocol/generated/sasl-handshake.js';
import type { PlainUsers } from './plain-users.ts';

export interface AuthenticationRules {
  readonly users: PlainUsers;
  /** How long an authentication holds; 0 for as long as the connection lasts. */
  readonly sessionMs: number;
  /** How long the answer to a wrong password is held back. */
  readonly failureDelayMs: number;
}

/** `handshake`: the mechanism is not agreed on yet; `token`: the credentials are due, with or without Kafka's framing. */
type Stage = 'handshake' | 'token' | 'raw-token' | 'open' | 'over';

type Proof =
  | { readonly kind: 'accepted'; readonly sessionMs: number }
  | { readonly kind: 'refused'; readonly message: string };

export const saslMechanism = 'PLAIN';
/** As Kafka does: whoever authenticates anew more often is told that it makes no sense. */
const shortestSessionMs = 1000;

/** What one connection has proved so far. Its rules are those of Kafka's SASL listeners (KIP-43, KIP-152, KIP-368). */
export class Authentication {
  readonly #rules: AuthenticationRules;
  readonly #signal: AbortSignal;
  readonly #onAccepted: () => void;
  #stage: Stage = 'handshake';
  #user: string | null = null;
  #begunAt = 0;
  #expiresAt = Number.POSITIVE_INFINITY;

  /** `onAccepted` is called whenever the client has proved who it is. */
  constructor(rules: AuthenticationRules, signal: AbortSignal, onAccepted: () => void) {
    this.#rules = rules;
    this.#signal = signal;
    this.#onAccepted = onAccepted;
  }

  /** Whether the credentials are due. */
  get expectsToken(): boolean {
    return this.#stage === 'token' || this.#stage === 'raw-token';
  }

  /** Whether the next frame is a bare token, as clients send it after version 0 of the handshake. */
  get expectsRawToken(): boolean {
    return this.#stage === 'raw-token';
  }

  /** Whether the connection must end behind the present answer. */
  get isOver(): boolean {
    return this.#stage === 'over';
  }

  /** Throws when the client may not ask this now; that closes its connection. */
  admit(apiKey: number): void {
    if (this.#stage === 'open') {
      if (performance.now() <= this.#expiresAt || apiKey === saslHandshakeApi.key) return;
      throw new ConnectError(
        'data',
        `the session of user ${this.#user} expired, and it went on without a new one`,
      );
    }
    const isAllowed =
      this.#stage === 'token'
        ? apiKey === saslAuthenticateApi.key
        : apiKey === saslHandshakeApi.key || apiKey === apiVersionsApi.key;
    if (isAllowed) return;
    throw new ConnectError(
      'data',
      `API ${apiKey} was asked for before authentication with SASL ${saslMechanism}`,
    );
  }

  /** Answers the error code of a handshake. */
  handshake(mechanism: string, apiVersion: number): number {
    if (this.#stage === 'open') {
      const now = performance.now();
      const isTooSoon = now - this.#begunAt < shortestSessionMs;
      if (this.#rules.sessionMs === 0 || isTooSoon) return kafkaErrors.ILLEGAL_SASL_STATE;
    }
    if (mechanism !== saslMechanism) {
      this.#stage = 'over';
      return kafkaErrors.UNSUPPORTED_SASL_MECHANISM;
    }
    this.#begunAt = performance.now();
    this.#stage = apiVersion === 0 ? 'raw-token' : 'token';
    return kafkaErrors.NONE;
  }

  /** Checks the credentials. What is refused is answered late, so that passwords cannot be tried out fast. */
  async prove(token: Uint8Array): Promise<Proof> {
    try {
      const user = this.#rules.users.authenticate(token);
      if (this.#user !== null && this.#user !== user) {
        throw new Error(
          `Cannot change principals during re-authentication from User:${this.#user} to another`,
        );
      }
      this.#user = user;
    } catch (error) {
      this.#stage = 'over';
      await sleep(this.#rules.failureDelayMs, undefined, { signal: this.#signal });
      return { kind: 'refused', message: messageOf(error) };
    }
    const { sessionMs } = this.#rules;
    if (sessionMs > 0) this.#expiresAt = performance.now() + sessionMs;
    this.#stage = 'open';
    this.#onAccepted();
    return { kind: 'accepted', sessionMs };
  }
}
