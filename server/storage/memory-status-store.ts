import { canWriteSafely, StatusCache, type StatusListener } from './status-cache.ts';
import type { Status, StatusStore, TaskStatus, TopicStatus } from './status-store.ts';

/** Statuses of a standalone worker. */
export class MemoryStatusStore implements StatusStore {
  readonly #cache = new StatusCache();

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  putConnector(
    connector: string,
    status: Status | null,
    { safe = false }: { readonly safe?: boolean } = {},
  ): void {
    if (status !== null && safe && !canWriteSafely(this.#cache.connector(connector), status)) return;
    this.#cache.apply({ kind: 'connector', connector, status });
  }

  putTask(
    connector: string,
    task: number,
    status: Status | null,
    { safe = false }: { readonly safe?: boolean } = {},
  ): void {
    if (status !== null && safe && !canWriteSafely(this.#cache.task(connector, task), status)) return;
    this.#cache.apply({ kind: 'task', connector, task, status });
  }

  putTopic(status: TopicStatus): void {
    this.#cache.apply({ kind: 'topic', connector: status.connector, topic: status.topic, status });
  }

  deleteTopic(connector: string, topic: string): void {
    this.#cache.apply({ kind: 'topic', connector, topic, status: null });
  }

  connector(connector: string): Status | null {
    return this.#cache.connector(connector);
  }

  tasks(connector: string): readonly TaskStatus[] {
    return this.#cache.tasks(connector);
  }

  topics(connector: string): readonly TopicStatus[] {
    return this.#cache.topics(connector);
  }

  connectors(): readonly string[] {
    return this.#cache.connectors();
  }

  async flush(): Promise<void> {}

  onChange(listener: StatusListener): void {
    this.#cache.onChange(listener);
  }
}
