import { messageOf, traceOf } from '../../errors/connect-error.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { ConfigSnapshot } from '../../storage/config-store.ts';
import type { State } from '../../storage/status-store.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { TransactionChecks } from '../task/source-transactions.ts';
import type { Worker, WorkerListener } from '../worker.ts';
import { atMost } from './bounded-wait.ts';
import { taskKey, type WorkItems } from './work-items.ts';

export interface AssignedWorkOptions {
  readonly worker: Worker;
  /** Configs that the group has agreed on. */
  readonly snapshot: () => ConfigSnapshot;
  readonly listener: Pick<WorkerListener, 'onConnectorState' | 'onTaskState'>;
  /** For tasks started with task configs of this generation; absent: sources write without transactions. */
  readonly transactionChecks?: (id: ConnectorTaskId, generation: number) => TransactionChecks;
  /** A connector runs: its task configs may be out of date. */
  readonly onConnectorRunning: (connector: string) => void;
  readonly onConnectorStopping: (connector: string) => void;
  readonly log: Log;
  /** Beyond what the worker itself allows. */
  readonly stopTimeoutMs?: number;
}

interface RunningTask {
  readonly id: ConnectorTaskId;
  /** What it was started with; each commit makes new ones. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * What this worker runs of the group's work. Starting never holds the herder up; stopping is awaited and bounded,
 * because others may start what was stopped.
 */
export class AssignedWork {
  readonly #options: AssignedWorkOptions;
  /** Of each connector the number of its run: what an older run still wanted to do is void. */
  readonly #connectors = new Map<string, number>();
  readonly #tasks = new Map<string, RunningTask>();
  readonly #startingTasks = new Map<string, Promise<void>>();
  #runs = 0;

  constructor(options: AssignedWorkOptions) {
    this.#options = options;
  }

  hasConnector(connector: string): boolean {
    return this.#connectors.has(connector);
  }

  hasTask(id: ConnectorTaskId): boolean {
    return this.#tasks.has(taskKey(id));
  }

  tasksOf(connector: string): readonly ConnectorTaskId[] {
    return this.#taskIds().filter((id) => id.connector === connector);
  }

  /** Tasks of the connector that were started before its task configs were last committed. */
  outdatedTasksOf(connector: string): readonly ConnectorTaskId[] {
    const { snapshot } = this.#options;
    return this.tasksOf(connector).filter(
      (id) => this.#tasks.get(taskKey(id))?.config !== snapshot().taskConfig(connector, id.task),
    );
  }

  async stopAll(): Promise<void> {
    await this.#stop([...this.#connectors.keys()], this.#taskIds());
  }

  /** Stops what runs and is not in the allocation. */
  async stopAllBut(allocation: WorkItems): Promise<void> {
    const connectors = new Set(allocation.connectors);
    const tasks = new Set(allocation.tasks.map(taskKey));
    await this.#stop(
      [...this.#connectors.keys()].filter((connector) => !connectors.has(connector)),
      this.#taskIds().filter((id) => !tasks.has(taskKey(id))),
    );
  }

  async stopTasks(ids: readonly ConnectorTaskId[]): Promise<void> {
    await this.#stop(
      [],
      ids.filter((id) => this.hasTask(id)),
    );
  }

  async stopConnector(connector: string): Promise<void> {
    await this.#stop([connector], []);
  }

  /** Starts what is in the allocation and does not run. */
  startMissing(allocation: WorkItems): void {
    for (const connector of allocation.connectors) {
      if (!this.#connectors.has(connector)) void this.startConnector(connector);
    }
    for (const id of allocation.tasks) {
      if (!this.hasTask(id)) this.startTask(id);
    }
  }

  /** Resolves with the state reached; null: it was stopped or its config removed meanwhile. Never rejects. */
  async startConnector(connector: string, { isRestart = false } = {}): Promise<State | null> {
    const { worker, snapshot, onConnectorRunning, listener, log } = this.#options;
    const run = ++this.#runs;
    this.#connectors.set(connector, run);
    try {
      if (isRestart) await worker.stopConnector(connector);
      if (this.#connectors.get(connector) !== run) return null;
      const config = snapshot().connectorConfig(connector);
      if (config === null) {
        log('warn', `connector ${connector} was assigned to this worker but has no config`);
        return null;
      }
      const target = snapshot().targetState(connector) ?? 'STARTED';
      const state = await worker.startConnector(connector, config, target);
      if (this.#connectors.get(connector) !== run) return null;
      if (state === 'RUNNING') onConnectorRunning(connector);
      return state;
    } catch (error) {
      log('error', `connector ${connector} could not be started: ${messageOf(error)}`);
      if (this.#connectors.get(connector) !== run) return null;
      listener.onConnectorState(connector, 'FAILED', traceOf(error), null);
      return 'FAILED';
    }
  }

  startTask(id: ConnectorTaskId): void {
    const { snapshot } = this.#options;
    const [config, taskConfig] = [
      snapshot().connectorConfig(id.connector),
      snapshot().taskConfig(id.connector, id.task),
    ];
    const target = snapshot().targetState(id.connector) ?? 'STARTED';
    // Tasks of a stopped connector are on their way out of the configs.
    if (config === null || taskConfig === null || target === 'STOPPED') return;
    const key = taskKey(id);
    this.#tasks.set(key, { id, config: taskConfig });
    const checks = this.#options.transactionChecks?.(id, snapshot().taskConfigGeneration(id.connector));
    const { worker } = this.#options;
    const started = worker.startTask(id, config, taskConfig, target, checks).catch((error: unknown) => {
      this.#options.log('error', `task ${id.connector}-${id.task} could not be started: ${messageOf(error)}`);
      this.#options.listener.onTaskState(id, 'FAILED', traceOf(error), null);
    });
    const starting = started.finally(() => {
      if (this.#startingTasks.get(key) === starting) this.#startingTasks.delete(key);
    });
    this.#startingTasks.set(key, starting);
  }

  /** After a change of target state. Resolves at once; the worker reports the states reached. */
  applyTarget(connector: string): void {
    const { worker, snapshot, onConnectorRunning, log } = this.#options;
    const target = snapshot().targetState(connector) ?? 'STARTED';
    const run = this.#connectors.get(connector);
    if (run !== undefined) {
      worker.setConnectorTarget(connector, target).then(
        (state) => {
          if (state === 'RUNNING' && this.#connectors.get(connector) === run) onConnectorRunning(connector);
        },
        (error: unknown) =>
          log('error', `connector ${connector} did not become ${target}: ${messageOf(error)}`),
      );
    }
    // Tasks of a stopped connector go with their configs.
    if (target === 'STOPPED') return;
    for (const id of this.tasksOf(connector)) worker.setTaskTarget(id, target);
  }

  #taskIds(): readonly ConnectorTaskId[] {
    return [...this.#tasks.values()].map(({ id }) => id);
  }

  async #stop(connectors: readonly string[], tasks: readonly ConnectorTaskId[]): Promise<void> {
    const { worker, onConnectorStopping } = this.#options;
    for (const connector of connectors) {
      this.#connectors.delete(connector);
      onConnectorStopping(connector);
    }
    for (const id of tasks) this.#tasks.delete(taskKey(id));
    const stopping = connectors.map((connector) =>
      this.#bounded(`connector ${connector}`, worker.stopConnector(connector)),
    );
    if (tasks.length > 0) stopping.push(this.#bounded(`${tasks.length} tasks`, this.#stopTasks(tasks)));
    await Promise.all(stopping);
  }

  async #stopTasks(ids: readonly ConnectorTaskId[]): Promise<void> {
    // A task that is being handed to its thread can be stopped only afterwards.
    await Promise.all(ids.map((id) => this.#startingTasks.get(taskKey(id))));
    await this.#options.worker.stopTasks(ids);
  }

  async #bounded(what: string, stopping: Promise<void>): Promise<void> {
    const { log, stopTimeoutMs = 60_000 } = this.#options;
    try {
      await atMost(stopTimeoutMs, `stopping ${what}`, stopping);
    } catch (error) {
      log('error', `${what} could not be stopped: ${messageOf(error)}`);
    }
  }
}
