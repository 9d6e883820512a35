export const states = ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'RESTARTING', 'STOPPED'] as const;
export type State = (typeof states)[number];

export interface Status {
  readonly state: State;
  /** null when there is none. */
  readonly trace: string | null;
  readonly workerId: string;
  readonly generation: number;
  /** Of the plugin; null when not known. */
  readonly version: string | null;
}

export interface TaskStatus extends Status {
  readonly id: number;
}

export interface ConnectorStatus {
  readonly connector: Status;
  /** Sorted by id. */
  readonly tasks: readonly TaskStatus[];
}

export interface TopicStatus {
  readonly topic: string;
  readonly connector: string;
  readonly task: number;
  readonly discoverTimestamp: number;
}

/**
 * State of connectors and tasks as all workers see it. Reads come from memory. A `safe` write (UNASSIGNED, FAILED) is
 * dropped when another worker has written with a later generation. `null` state: deleted (tombstone).
 */
export interface StatusStore {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  putConnector(connector: string, status: Status | null, options?: { readonly safe?: boolean }): void;
  putTask(
    connector: string,
    task: number,
    status: Status | null,
    options?: { readonly safe?: boolean },
  ): void;
  putTopic(status: TopicStatus): void;
  deleteTopic(connector: string, topic: string): void;
  connector(connector: string): Status | null;
  tasks(connector: string): readonly TaskStatus[];
  /** Sorted by name. */
  topics(connector: string): readonly TopicStatus[];
  connectors(): readonly string[];
  /** Resolves when what was put so far is stored (or has failed for good), at the latest after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
  /** Any change, whoever made it. `task` null: the connector itself; `status` null: deleted. */
  onChange(listener: (connector: string, task: number | null, status: Status | null) => void): void;
}
