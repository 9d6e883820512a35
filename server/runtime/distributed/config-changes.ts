import type {
  ConfigSnapshot,
  ConfigStoreListener,
  RestartRequest,
  SessionKey,
} from '../../storage/config-store.ts';
import type { HerderEvent } from '../herder-events.ts';

/** What changed since the herder last looked. */
export interface PendingChanges {
  readonly connectorConfigs: ReadonlySet<string>;
  readonly taskConfigs: ReadonlySet<string>;
  readonly targetStates: ReadonlySet<string>;
  /** Why the group has to meet; null: it need not. */
  readonly rebalanceReason: string | null;
}

export interface ConfigChangesOptions {
  readonly snapshot: () => ConfigSnapshot;
  readonly onChange: () => void;
  readonly onEvent: (event: HerderEvent) => void;
  readonly onLoggerLevel: (namespace: string, level: string) => void;
}

/** Collects what the config store tells, until the herder gets round to it. */
export class ConfigChanges implements ConfigStoreListener {
  readonly #options: ConfigChangesOptions;
  readonly #known = new Set<string>();
  readonly #restarts = new Map<string, RestartRequest>();
  #connectorConfigs = new Set<string>();
  #taskConfigs = new Set<string>();
  #targetStates = new Set<string>();
  #rebalanceReason: string | null = null;

  constructor(options: ConfigChangesOptions) {
    this.#options = options;
  }

  /** After the first read of the store, of which the listener is not told. */
  begin(snapshot: ConfigSnapshot): void {
    this.#known.clear();
    for (const connector of snapshot.connectors()) this.#known.add(connector);
  }

  get isEmpty(): boolean {
    return (
      this.#connectorConfigs.size + this.#taskConfigs.size + this.#targetStates.size === 0 &&
      this.#rebalanceReason === null
    );
  }

  take(): PendingChanges {
    const taken = {
      connectorConfigs: this.#connectorConfigs,
      taskConfigs: this.#taskConfigs,
      targetStates: this.#targetStates,
      rebalanceReason: this.#rebalanceReason,
    };
    this.#connectorConfigs = new Set();
    this.#taskConfigs = new Set();
    this.#targetStates = new Set();
    this.#rebalanceReason = null;
    return taken;
  }

  takeRestarts(): readonly RestartRequest[] {
    const taken = [...this.#restarts.values()];
    this.#restarts.clear();
    return taken;
  }

  onConnectorConfig(connector: string): void {
    const isNew = !this.#known.has(connector);
    this.#known.add(connector);
    if (isNew) this.#rebalanceReason = `connector ${connector} was created`;
    // A new one may still be running here: deleted and created again before anybody looked.
    this.#connectorConfigs.add(connector);
    this.#options.onEvent({ kind: 'connector-config', connector, change: isNew ? 'created' : 'updated' });
    this.#options.onChange();
  }

  onConnectorRemoved(connector: string): void {
    this.#known.delete(connector);
    this.#rebalanceReason = `connector ${connector} was deleted`;
    this.#options.onEvent({ kind: 'connector-config', connector, change: 'deleted' });
    this.#options.onChange();
  }

  onTaskConfigs(connector: string): void {
    this.#taskConfigs.add(connector);
    this.#rebalanceReason = `connector ${connector} has new task configs`;
    this.#options.onChange();
  }

  onTargetState(connector: string): void {
    this.#targetStates.add(connector);
    const state = this.#options.snapshot().targetState(connector) ?? 'STARTED';
    this.#options.onEvent({ kind: 'target-state', connector, state });
    this.#options.onChange();
  }

  onSessionKey(_key: SessionKey): void {
    this.#options.onChange();
  }

  onRestartRequest(request: RestartRequest): void {
    const known = this.#restarts.get(request.connector);
    if (known === undefined || strength(request) > strength(known)) {
      this.#restarts.set(request.connector, request);
    }
    this.#options.onChange();
  }

  onLoggerLevel(namespace: string, level: string): void {
    this.#options.onLoggerLevel(namespace, level);
  }
}

/** Of two requests for one connector the one that restarts more is carried out. */
function strength({ onlyFailed, includeTasks }: RestartRequest): number {
  return (onlyFailed ? 0 : 2) + (includeTasks ? 1 : 0);
}
