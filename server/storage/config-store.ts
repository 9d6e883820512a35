export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED';

export interface RestartRequest {
  readonly connector: string;
  readonly onlyFailed: boolean;
  readonly includeTasks: boolean;
}

export interface SessionKey {
  readonly key: Buffer;
  readonly algorithm: string;
  readonly createdAt: number;
}

type StringMap = Readonly<Record<string, string>>;

/** A consistent view of all configs. `offset` is the last record's + 1 (-1: nothing yet). Immutable. */
export interface ConfigSnapshot {
  readonly offset: number;
  readonly sessionKey: SessionKey | null;
  connectors(): readonly string[];
  connectorConfig(connector: string): StringMap | null;
  targetState(connector: string): TargetState | null;
  /** Empty while the connector is inconsistent. */
  tasks(connector: string): readonly number[];
  taskConfig(connector: string, task: number): StringMap | null;
  /** Connector config at the time of the last complete commit of task configs. */
  appliedConnectorConfig(connector: string): StringMap | null;
  taskConfigGeneration(connector: string): number;
  /** Tasks that the last fencing round of an exactly-once source allowed to write. null: there was none. */
  fencedTaskCount(connector: string): number | null;
  /** Task configs were committed after that round: tasks may not begin before the next one. */
  isFencingPending(connector: string): boolean;
  inconsistentConnectors(): readonly string[];
}

/** Called in the order of the log, only after the first complete read. */
export interface ConfigStoreListener {
  onConnectorConfig(connector: string): void;
  onConnectorRemoved(connector: string): void;
  onTaskConfigs(connector: string): void;
  onTargetState(connector: string): void;
  onSessionKey(key: SessionKey): void;
  onRestartRequest(request: RestartRequest): void;
  onLoggerLevel(namespace: string, level: string): void;
}

/** Configs of the cluster. Bodies: memory (standalone), Kafka's config topic (distributed). */
export interface ConfigStore {
  start(
    signal: AbortSignal,
    listener: ConfigStoreListener,
    onProgress?: (read: number, total: number) => void,
  ): Promise<void>;
  stop(): Promise<void>;
  snapshot(): ConfigSnapshot;
  /** Reads to the end of the log. */
  refresh(signal: AbortSignal): Promise<void>;
  /**
   * As leader of the group, before it writes: takes the right from the leader before. True: it was not this worker's,
   * and what that one wrote last has to be read. Does nothing where no such right is needed.
   */
  claimWritePrivileges(signal: AbortSignal): Promise<boolean>;
  /** Leader no more. */
  releaseWritePrivileges(): Promise<void>;
  putConnectorConfig(connector: string, config: StringMap, targetState: TargetState | null): Promise<void>;
  removeConnectorConfig(connector: string): Promise<void>;
  putTaskConfigs(connector: string, configs: readonly StringMap[]): Promise<void>;
  /** The end of a fencing round: so many tasks may write from now on. */
  putTaskCount(connector: string, tasks: number): Promise<void>;
  putTargetState(connector: string, state: TargetState): Promise<void>;
  putSessionKey(key: SessionKey): Promise<void>;
  putRestartRequest(request: RestartRequest): Promise<void>;
  putLoggerLevel(namespace: string, level: string): Promise<void>;
}
