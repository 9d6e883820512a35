import type { ClientApi } from '../protocol/api.ts';
import type { RequestOptions } from './pending-request.ts';

/** The requests of a login; they pass where others have to wait. */
export interface LoginChannel {
  readonly broker: string;
  request<Input, Response>(
    api: ClientApi<Input, Response>,
    body: Input,
    options?: RequestOptions,
  ): Promise<Response>;
}

/** Logs connections in. One serves all connections of a client; `security/` has the bodies. */
export interface Authenticator {
  /** Called before every login, when nothing waits for it yet: gets what may take long, such as a token. */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * Called for a new connection, after ApiVersions, and again before the session ends. Gives the session's lifetime
   * in milliseconds, 0 for no end. A refusal is a `kafka` error that is not retriable, and ends the connection.
   */
  login(channel: LoginChannel): Promise<number>;
}

/** Brokers take a second login on a connection no earlier than a second after the one before. */
const earliestMs = 1050;

/** When to log in again, after which part of the session's lifetime: as Java's clients, 85 to 95 per cent. */
export function loginAgainAfterMs(lifetimeMs: number): number {
  if (lifetimeMs <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(earliestMs, lifetimeMs * (0.85 + Math.random() * 0.1));
}
