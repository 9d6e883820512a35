import type { ConfigSnapshot, ConfigStoreListener } from '../../storage/config-store.ts';
import type { HerderEventLog } from '../herder-event-log.ts';

/** Tells the event log what happens to configs; whoever changes them acts by itself. */
export class ConfigEvents implements ConfigStoreListener {
  readonly #events: HerderEventLog;
  readonly #snapshot: () => ConfigSnapshot;
  readonly #onLoggerLevel: (namespace: string, level: string) => void;
  readonly #known = new Set<string>();

  constructor(
    events: HerderEventLog,
    snapshot: () => ConfigSnapshot,
    onLoggerLevel: (namespace: string, level: string) => void,
  ) {
    this.#events = events;
    this.#snapshot = snapshot;
    this.#onLoggerLevel = onLoggerLevel;
  }

  onConnectorConfig(connector: string): void {
    const change = this.#known.has(connector) ? 'updated' : 'created';
    this.#known.add(connector);
    this.#events.append({ kind: 'connector-config', connector, change });
  }

  onConnectorRemoved(connector: string): void {
    this.#known.delete(connector);
    this.#events.append({ kind: 'connector-config', connector, change: 'deleted' });
  }

  onTargetState(connector: string): void {
    const state = this.#snapshot().targetState(connector) ?? 'STARTED';
    this.#events.append({ kind: 'target-state', connector, state });
  }

  onLoggerLevel(namespace: string, level: string): void {
    this.#onLoggerLevel(namespace, level);
  }

  onTaskConfigs(): void {}

  onSessionKey(): void {}

  onRestartRequest(): void {}
}
