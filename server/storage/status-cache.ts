import type { StatusRecord } from './status-records.ts';
import type { Status, TaskStatus, TopicStatus } from './status-store.ts';

export type StatusListener = (connector: string, task: number | null, status: Status | null) => void;

interface ConnectorEntry {
  status: Status | null;
  readonly tasks: Map<number, Status>;
}

/** Statuses of the whole cluster in memory, with the rules for reading records; used by each body of the store. */
export class StatusCache {
  readonly #connectors = new Map<string, ConnectorEntry>();
  readonly #topics = new Map<string, Map<string, TopicStatus>>();
  readonly #listeners: StatusListener[] = [];

  onChange(listener: StatusListener): void {
    this.#listeners.push(listener);
  }

  apply(record: StatusRecord): void {
    switch (record.kind) {
      case 'connector':
        this.#applyConnector(record.connector, record.status);
        return;
      case 'task':
        this.#applyTask(record.connector, record.task, record.status);
        return;
      case 'topic': {
        const topics = this.#topics.get(record.connector) ?? new Map<string, TopicStatus>();
        if (record.status === null) topics.delete(record.topic);
        else topics.set(record.topic, record.status);
        if (topics.size > 0) this.#topics.set(record.connector, topics);
        else this.#topics.delete(record.connector);
      }
    }
  }

  connector(connector: string): Status | null {
    return this.#connectors.get(connector)?.status ?? null;
  }

  task(connector: string, task: number): Status | null {
    return this.#connectors.get(connector)?.tasks.get(task) ?? null;
  }

  tasks(connector: string): readonly TaskStatus[] {
    const tasks = [...(this.#connectors.get(connector)?.tasks ?? [])];
    return tasks.map(([id, status]) => ({ id, ...status })).sort((a, b) => a.id - b.id);
  }

  topics(connector: string): readonly TopicStatus[] {
    const topics = [...(this.#topics.get(connector)?.values() ?? [])];
    return topics.sort((one, other) => (one.topic < other.topic ? -1 : 1));
  }

  connectors(): readonly string[] {
    return [...this.#connectors.keys()];
  }

  #applyConnector(connector: string, status: Status | null): void {
    const entry = this.#connectors.get(connector);
    if (status !== null) {
      if (entry === undefined) this.#connectors.set(connector, { status, tasks: new Map() });
      else entry.status = status;
      this.#tell(connector, null, status);
      return;
    }
    if (entry === undefined) return;
    this.#connectors.delete(connector);
    for (const task of entry.tasks.keys()) this.#tell(connector, task, null);
    this.#tell(connector, null, null);
  }

  #applyTask(connector: string, task: number, status: Status | null): void {
    const entry = this.#connectors.get(connector) ?? { status: null, tasks: new Map<number, Status>() };
    const known = entry.tasks.get(task);
    if (status === null) {
      if (known === undefined) return;
      entry.tasks.delete(task);
      if (entry.status === null && entry.tasks.size === 0) this.#connectors.delete(connector);
      this.#tell(connector, task, null);
      return;
    }
    // The former owner says goodbye late: the new one already runs it.
    const isLate =
      status.state === 'UNASSIGNED' && known?.state === 'RUNNING' && known.generation >= status.generation;
    if (isLate && known?.workerId !== status.workerId) return;
    entry.tasks.set(task, status);
    this.#connectors.set(connector, entry);
    this.#tell(connector, task, status);
  }

  #tell(connector: string, task: number | null, status: Status | null): void {
    for (const listener of this.#listeners) listener(connector, task, status);
  }
}

/** Whether a safe write may follow what is known: nobody else has written with a later generation. */
export function canWriteSafely(known: Status | null, next: Status): boolean {
  return known === null || known.workerId === next.workerId || known.generation <= next.generation;
}
