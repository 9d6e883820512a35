import type { ResolvedSettings } from '../settings-resolver.ts';

/** A provider that says 0 must not keep its connectors from running. */
const leastMs = 1_000;
/** Timers take no more. */
const mostMs = 2 ** 31 - 1;

/** When connectors are due for a restart, because providers gave values of their settings for a limited time. */
export class ReloadTimers {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onDue: (connector: string) => void;

  constructor(onDue: (connector: string) => void) {
    this.#onDue = onDue;
  }

  /** Takes the place of what was scheduled for the connector before. */
  schedule(connector: string, { settings, ttlMs }: ResolvedSettings): void {
    this.cancel(connector);
    const action = settings['config.action.reload']?.trim().toLowerCase() ?? 'restart';
    if (ttlMs === null || action !== 'restart') return;
    const onDue = () => {
      this.#timers.delete(connector);
      this.#onDue(connector);
    };
    const timer = setTimeout(onDue, Math.min(Math.max(ttlMs, leastMs), mostMs));
    timer.unref();
    this.#timers.set(connector, timer);
  }

  cancel(connector: string): void {
    clearTimeout(this.#timers.get(connector));
    this.#timers.delete(connector);
  }
}
