import type { ClientSettings } from '../client-settings.ts';
import { backoffMs } from './backoff.ts';

interface Health {
  /** Attempts to connect that failed since the last success. */
  failures: number;
  failedAt: number;
  retryAt: number;
}

/** How brokers have answered of late, by address. All connections to an address share its back-off. */
export class ReconnectBackoff {
  readonly #settings: ClientSettings;
  readonly #health = new Map<string, Health>();
  readonly #trusted = new Set<string>();

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  /** Consecutive failures to connect; 0 after a success. */
  failuresOf(address: string): number {
    return this.#health.get(address)?.failures ?? 0;
  }

  /** The last connection was made; false: whoever connects to this address should be alone. */
  isTrusted(address: string): boolean {
    return this.#trusted.has(address);
  }

  waitMs(address: string): number {
    return Math.max(0, (this.#health.get(address)?.retryAt ?? 0) - performance.now());
  }

  /** Doubled with every failure, with a fifth of jitter. */
  setupTimeoutMs(address: string): number {
    const first = this.#settings['socket.connection.setup.timeout.ms'];
    const most = this.#settings['socket.connection.setup.timeout.max.ms'];
    return Math.max(1, backoffMs(first, most, this.failuresOf(address)));
  }

  /** One round of failures at the same time, begun before `startedAt`, counts once. */
  failed(address: string, startedAt: number): void {
    const health = this.#health.get(address);
    if (health !== undefined && health.failedAt > startedAt) return;
    this.#note(address, (health?.failures ?? 0) + 1);
  }

  /** A connection that was open ended without our doing. */
  lost(address: string): void {
    if (!this.#health.has(address)) this.#note(address, 0);
  }

  succeeded(address: string): void {
    this.#health.delete(address);
    this.#trusted.add(address);
  }

  #note(address: string, failures: number): void {
    this.#trusted.delete(address);
    const failedAt = performance.now();
    const wait = backoffMs(
      this.#settings['reconnect.backoff.ms'],
      this.#settings['reconnect.backoff.max.ms'],
      Math.max(0, failures - 1),
    );
    this.#health.set(address, { failures, failedAt, retryAt: failedAt + wait });
  }
}
