import type { State, Status, StatusStore } from '../storage/status-store.ts';
import type { ConnectorTaskId } from './herder.ts';
import type { HerderEventLog } from './herder-event-log.ts';
import type { TaskMetrics } from './herder-events.ts';
import type { WorkerListener } from './worker.ts';

export interface StatusRecorderOptions {
  readonly statusStore: StatusStore;
  readonly events: HerderEventLog;
  readonly workerId: string;
  /** Generation of the worker group at the time of the call; standalone: 0. */
  readonly generation: () => number;
  /** `topic.tracking.enable`. */
  readonly isTopicTracked: boolean;
  readonly onReconfigurationRequested: (connector: string) => void;
  readonly onReloadDue: (connector: string) => void;
  readonly now?: () => number;
}

/**
 * Writes what a worker reports to the status store, and every change of the store (whichever worker made it) to the
 * event log. Herders also write RESTARTING and deletions through it.
 */
export class StatusRecorder implements WorkerListener {
  readonly #options: StatusRecorderOptions;
  readonly #seen = new Map<string, string>();

  constructor(options: StatusRecorderOptions) {
    this.#options = options;
    options.statusStore.onChange((connector, task, status) => this.#publish(connector, task, status));
  }

  onConnectorState(connector: string, state: State, trace: string | null, version: string | null): void {
    this.#options.statusStore.putConnector(connector, this.#status(state, trace, version), {
      safe: isSafe(state),
    });
  }

  onTaskState(
    { connector, task }: ConnectorTaskId,
    state: State,
    trace: string | null,
    version: string | null,
  ): void {
    this.#options.statusStore.putTask(connector, task, this.#status(state, trace, version), {
      safe: isSafe(state),
    });
  }

  onTaskTopic({ connector, task }: ConnectorTaskId, topic: string): void {
    const { isTopicTracked, statusStore, now = Date.now } = this.#options;
    if (!isTopicTracked) return;
    if (statusStore.topics(connector).some((known) => known.topic === topic)) return;
    statusStore.putTopic({ topic, connector, task, discoverTimestamp: now() });
  }

  onTaskMetrics({ connector, task }: ConnectorTaskId, metrics: TaskMetrics): void {
    this.#options.events.append({ kind: 'task-metrics', connector, task, metrics });
  }

  onReconfigurationRequested(connector: string): void {
    this.#options.onReconfigurationRequested(connector);
  }

  onReloadDue(connector: string): void {
    this.#options.onReloadDue(connector);
  }

  /** The connector was deleted: its status, its tasks' and its topics go. */
  onConnectorDeleted(connector: string): void {
    const { statusStore } = this.#options;
    for (const { id } of statusStore.tasks(connector)) statusStore.putTask(connector, id, null);
    for (const { topic } of statusStore.topics(connector)) statusStore.deleteTopic(connector, topic);
    statusStore.putConnector(connector, null);
  }

  /** Tasks from `count` on no longer exist. */
  onTaskCount(connector: string, count: number): void {
    for (const { id } of this.#options.statusStore.tasks(connector)) {
      if (id >= count) this.#options.statusStore.putTask(connector, id, null);
    }
  }

  #status(state: State, trace: string | null, version: string | null): Status {
    const { workerId, generation } = this.#options;
    return { state, trace, workerId, generation: generation(), version };
  }

  #publish(connector: string, task: number | null, status: Status | null): void {
    const { state, workerId, trace } = status ?? {
      state: 'DESTROYED' as const,
      workerId: this.#options.workerId,
      trace: null,
    };
    // A store on Kafka tells of a status twice: when it is put, and when the record comes back from the topic.
    const key = task === null ? connector : `${connector}\0${task}`;
    const fingerprint = `${state}\0${workerId}\0${status?.generation ?? ''}\0${trace ?? ''}`;
    if (this.#seen.get(key) === fingerprint) return;
    if (status === null && !this.#seen.delete(key)) return;
    if (status !== null) this.#seen.set(key, fingerprint);
    if (task === null) {
      this.#options.events.append({ kind: 'connector-state', connector, state, workerId, trace });
    } else {
      this.#options.events.append({ kind: 'task-state', connector, task, state, workerId, trace });
    }
  }
}

/** States that must not overwrite what a worker of a later generation has said. */
function isSafe(state: State): boolean {
  return state === 'UNASSIGNED' || state === 'FAILED';
}
