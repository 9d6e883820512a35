import type { ConfigRecord } from './config-records.ts';
import type { ConfigSnapshot, ConfigStoreListener, SessionKey, TargetState } from './config-store.ts';

type StringMap = Readonly<Record<string, string>>;

interface ConnectorState {
  config: StringMap | null;
  target: TargetState | null;
  /** null: no task configs were ever committed. */
  taskCount: number | null;
  taskConfigs: ReadonlyMap<number, StringMap>;
  generation: number;
  appliedConfig: StringMap | null;
  inconsistent: boolean;
  /** How many tasks of the last fencing round there may be producers of. null: there was no round. */
  fencedTaskCount: number | null;
  /** Task configs were committed after the last round. */
  isFencingPending: boolean;
  /** Task configs seen since the last commit. */
  deferred: Map<number, StringMap>;
}

/** What the records of the config topic add up to, read in order; the same rules for each body of the store. */
export class ConfigState {
  readonly #connectors = new Map<string, ConnectorState>();
  #sessionKey: SessionKey | null = null;
  #offset = -1;
  #snapshot: ConfigSnapshot | null = null;

  /** `offset` is the record's own. The listener is null until the first read is complete. */
  apply(record: ConfigRecord | null, offset: number, listener: ConfigStoreListener | null): void {
    this.#offset = offset + 1;
    this.#snapshot = null;
    switch (record?.kind) {
      case 'target-state':
        this.#applyTargetState(record.connector, record.state, listener);
        return;
      case 'connector':
        this.#applyConnector(record.connector, record.config, listener);
        return;
      case 'task':
        this.#state(record.connector).deferred.set(record.task, record.config);
        return;
      case 'commit':
        this.#applyCommit(record.connector, record.tasks, listener);
        return;
      case 'task-count': {
        const state = this.#state(record.connector);
        state.fencedTaskCount = record.tasks;
        state.isFencingPending = false;
        return;
      }
      case 'restart':
        listener?.onRestartRequest(record.request);
        return;
      case 'session-key':
        this.#sessionKey = record.sessionKey;
        listener?.onSessionKey(record.sessionKey);
        return;
      case 'logger':
        listener?.onLoggerLevel(record.namespace, record.level);
        return;
    }
  }

  snapshot(): ConfigSnapshot {
    this.#snapshot ??= snapshotOf(this.#connectors, this.#offset, this.#sessionKey);
    return this.#snapshot;
  }

  #applyTargetState(
    connector: string,
    target: TargetState | null,
    listener: ConfigStoreListener | null,
  ): void {
    const known = this.#connectors.get(connector);
    // A tombstone of a connector that is still there: back to the default.
    const next = target ?? (known !== undefined && known.config !== null ? 'STARTED' : null);
    if (next === null) {
      if (known !== undefined) known.target = null;
      return;
    }
    const state = this.#state(connector);
    const isChanged = state.target !== next;
    state.target = next;
    // Before the connector's own record (created with an initial state) there is nobody to tell.
    if (isChanged && state.config !== null) listener?.onTargetState(connector);
  }

  #applyConnector(connector: string, config: StringMap | null, listener: ConfigStoreListener | null): void {
    if (config === null) {
      const known = this.#connectors.get(connector);
      if (known === undefined) return;
      this.#connectors.delete(connector);
      if (known.target !== null) this.#state(connector).target = known.target;
      // Producers of the deleted connector may still live when one of its name is created again.
      if (known.fencedTaskCount !== null) this.#state(connector).fencedTaskCount = known.fencedTaskCount;
      if (known.config !== null) listener?.onConnectorRemoved(connector);
      return;
    }
    const state = this.#state(connector);
    state.config = config;
    state.target ??= 'STARTED';
    listener?.onConnectorConfig(connector);
  }

  #applyCommit(connector: string, tasks: number, listener: ConfigStoreListener | null): void {
    const state = this.#connectors.get(connector);
    if (state === undefined) return;
    const { deferred } = state;
    state.deferred = new Map();
    // The connector's own record is gone (compacted away after a deletion): its tasks are nobody's.
    if (state.config === null) return;
    const committed = new Map([...deferred].filter(([task]) => task < tasks));
    const isComplete = committed.size === tasks;
    state.inconsistent = !isComplete;
    state.taskCount = tasks;
    state.isFencingPending = true;
    if (isComplete) {
      if (deferred.size > 0) state.generation++;
      state.taskConfigs = committed;
      state.appliedConfig = state.config;
    }
    listener?.onTaskConfigs(connector);
  }

  #state(connector: string): ConnectorState {
    const known = this.#connectors.get(connector);
    if (known !== undefined) return known;
    const fresh: ConnectorState = {
      config: null,
      target: null,
      taskCount: null,
      taskConfigs: new Map(),
      generation: -1,
      appliedConfig: null,
      inconsistent: false,
      fencedTaskCount: null,
      isFencingPending: false,
      deferred: new Map(),
    };
    this.#connectors.set(connector, fresh);
    return fresh;
  }
}

function snapshotOf(
  live: ReadonlyMap<string, ConnectorState>,
  offset: number,
  sessionKey: SessionKey | null,
): ConfigSnapshot {
  // The fields of a state are replaced, never changed in place (except `deferred`, which no reader sees).
  const states = new Map([...live].map(([connector, state]) => [connector, { ...state }]));
  const connectors = [...states].filter(([, state]) => state.config !== null).map(([connector]) => connector);
  return {
    offset,
    sessionKey,
    connectors: () => connectors,
    connectorConfig: (connector) => states.get(connector)?.config ?? null,
    targetState: (connector) => states.get(connector)?.target ?? null,
    tasks: (connector) => {
      const state = states.get(connector);
      if (state === undefined || state.inconsistent) return [];
      return Array.from({ length: state.taskCount ?? 0 }, (_, task) => task);
    },
    taskConfig: (connector, task) => states.get(connector)?.taskConfigs.get(task) ?? null,
    appliedConnectorConfig: (connector) => states.get(connector)?.appliedConfig ?? null,
    taskConfigGeneration: (connector) => states.get(connector)?.generation ?? -1,
    fencedTaskCount: (connector) => states.get(connector)?.fencedTaskCount ?? null,
    isFencingPending: (connector) => states.get(connector)?.isFencingPending ?? false,
    inconsistentConnectors: () => connectors.filter((connector) => states.get(connector)?.inconsistent),
  };
}
