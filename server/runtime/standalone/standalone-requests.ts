import type { RawConfig } from '../../config/config-key.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { ConfigStore, TargetState } from '../../storage/config-store.ts';
import { stopFirst } from '../connector-offsets.ts';
import type { ConnectorQueries } from '../connector-queries.ts';
import type { HerderStage } from '../distributed/herder-stage.ts';
import type { TaskConfigPublisher } from '../distributed/task-config-publisher.ts';
import type { ConnectorInfo, ConnectorStateInfo, ConnectorTaskId, Herder, Offsets } from '../herder.ts';
import type { StatusRecorder } from '../status-recorder.ts';
import { type ConnectorValidator, refusalOf, withoutNulls } from '../validate-connector.ts';
import type { Worker } from '../worker.ts';
import type { ConnectorTurns } from './connector-turns.ts';
import type { StandaloneWork } from './standalone-work.ts';

type PutOptions = Parameters<Herder['putConnectorConfig']>[2];
type RestartOptions = Parameters<Herder['restartConnectorAndTasks']>[1];

/** The pieces of a standalone herder that its requests share. */
export interface StandaloneParts {
  readonly configStore: ConfigStore;
  readonly validator: ConnectorValidator;
  readonly worker: Worker;
  readonly work: StandaloneWork;
  readonly queries: ConnectorQueries;
  readonly recorder: StatusRecorder;
  readonly publisher: TaskConfigPublisher;
  readonly turns: ConnectorTurns;
  /** Throws `unavailable` while the worker starts and stops. */
  readonly requireReady: () => void;
}

/** For requests that their caller does not bound. */
const unboundedRequestMs = 90_000;

/** Requests that change something; those for one connector run one after the other. */
export class StandaloneRequests {
  readonly #parts: StandaloneParts;

  constructor(parts: StandaloneParts) {
    this.#parts = parts;
  }

  async putConnectorConfig(
    name: string,
    config: RawConfig,
    { replace, initialState, signal }: PutOptions,
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }> {
    this.#parts.requireReady();
    const complete = { ...config, name: config.name ?? name };
    await this.#refuseInvalid(complete, signal);
    return this.#take(name, signal, async (stage) => {
      const created = this.#configOf(name) === null;
      if (!created && !replace) throw new ConnectError('already-exists', `Connector ${name} already exists`);
      await this.#store(name, withoutNulls(complete), initialState ?? null, stage);
      return { created, info: this.#parts.queries.connectorInfo(name) };
    });
  }

  async patchConnectorConfig(name: string, patch: RawConfig, signal: AbortSignal): Promise<ConnectorInfo> {
    return this.#take(name, signal, async (stage) => {
      const merged = withoutNulls({ ...this.#parts.queries.connectorConfig(name), ...patch });
      await this.#refuseInvalid(merged, signal);
      await this.#store(name, merged, null, stage);
      return this.#parts.queries.connectorInfo(name);
    });
  }

  async deleteConnector(name: string, signal: AbortSignal): Promise<void> {
    await this.#take(name, signal, async (stage) => {
      this.#parts.queries.connectorConfig(name);
      this.#parts.publisher.cancel(name);
      await this.#parts.work.stopAndForget(name, stage);
    });
  }

  async pauseConnector(name: string): Promise<void> {
    await this.#takeKnown(name, undefined, (stage) => this.#parts.work.setTarget(name, 'PAUSED', stage));
  }

  async resumeConnector(name: string): Promise<void> {
    await this.#takeKnown(name, undefined, (stage) => this.#parts.work.setTarget(name, 'STARTED', stage));
  }

  async stopConnector(name: string, signal: AbortSignal): Promise<void> {
    await this.#takeKnown(name, signal, (stage) => this.#parts.work.stopConnector(name, stage));
  }

  async restartConnector(name: string, signal: AbortSignal): Promise<void> {
    await this.#take(name, signal, async (stage) => {
      this.#parts.queries.connectorConfig(name);
      await this.#parts.work.startConnector(name, stage);
    });
  }

  async restartConnectorAndTasks(
    name: string,
    { onlyFailed, includeTasks, signal }: RestartOptions,
  ): Promise<ConnectorStateInfo> {
    return this.#take(name, signal, async (stage) => {
      if (this.#configOf(name) === null) throw new ConnectError('not-found', `Unknown connector: ${name}`);
      const plan = this.#parts.queries.restartPlan(name, { onlyFailed, includeTasks });
      const tasks = plan.tasks.map((task) => ({ connector: name, task }));
      if (plan.connector) {
        await stage.run(`stopping connector ${name}`, () => this.#parts.worker.stopConnector(name));
        this.#parts.recorder.onConnectorState(name, 'RESTARTING', null, null);
      }
      await stage.run(`stopping tasks of connector ${name}`, () => this.#parts.worker.stopTasks(tasks));
      for (const id of tasks) this.#parts.recorder.onTaskState(id, 'RESTARTING', null, null);
      // Tasks are started whether the connector starts or not, as each would be by itself.
      const started = plan.connector ? this.#parts.work.startConnector(name, stage) : Promise.resolve();
      await started.finally(() => this.#parts.work.startTasks(this.#notRunning(tasks)));
      return plan.state;
    });
  }

  async restartTask(id: ConnectorTaskId, signal: AbortSignal): Promise<void> {
    await this.#take(id.connector, signal, async (stage) => {
      this.#parts.queries.connectorConfig(id.connector);
      const isKnown = this.#parts.work.tasksOf(id.connector).some(({ task }) => task === id.task);
      if (!isKnown) throw new ConnectError('not-found', `Task ${id.connector}-${id.task} not found`);
      await stage.run(`restarting task ${id.connector}-${id.task}`, async () => {
        await this.#parts.worker.stopTasks([id]);
        await this.#parts.work.startTasks([id]);
      });
    });
  }

  async alterConnectorOffsets(name: string, offsets: Offsets, signal: AbortSignal): Promise<string> {
    if (offsets.length === 0) {
      throw new ConnectError(
        'bad-request',
        'Partitions / offsets need to be provided for an alter offsets request',
      );
    }
    return this.#alterOffsets(name, offsets, signal);
  }

  async resetConnectorOffsets(name: string, signal: AbortSignal): Promise<string> {
    return this.#alterOffsets(name, null, signal);
  }

  async #store(
    name: string,
    config: Settings,
    initialState: TargetState | null,
    stage: HerderStage,
  ): Promise<void> {
    await this.#parts.configStore.putConnectorConfig(name, config, initialState);
    try {
      await this.#parts.work.startConnector(name, stage);
    } catch (error) {
      // It runs but could not make task configs: that is tried again, beside what the caller is told.
      if (this.#parts.worker.isConnectorRunning(name)) this.#parts.publisher.request(name);
      throw error;
    }
  }

  #alterOffsets(name: string, offsets: Offsets | null, signal: AbortSignal): Promise<string> {
    return this.#take(name, signal, async (stage) => {
      const config = this.#parts.queries.connectorConfig(name);
      if (this.#parts.work.targetOf(name) !== 'STOPPED' || this.#parts.work.tasksOf(name).length > 0) {
        throw new ConnectError('bad-request', stopFirst(name));
      }
      return stage.run(`modifying offsets of connector ${name}`, () =>
        this.#parts.worker.alterOffsets(name, config, offsets, signal),
      );
    });
  }

  async #refuseInvalid(config: RawConfig, signal: AbortSignal): Promise<void> {
    const { validator } = this.#parts;
    validator.requirePlugin(config);
    const refusal = refusalOf(await validator.validate(config, signal));
    if (refusal !== null) throw refusal;
  }

  #takeKnown(
    name: string,
    signal: AbortSignal | undefined,
    work: (stage: HerderStage) => Promise<void>,
  ): Promise<void> {
    return this.#take(name, signal, async (stage) => {
      if (this.#configOf(name) === null) throw new ConnectError('not-found', `Unknown connector ${name}`);
      await work(stage);
    });
  }

  async #take<T>(
    name: string,
    signal: AbortSignal | undefined,
    work: (stage: HerderStage) => Promise<T>,
  ): Promise<T> {
    this.#parts.requireReady();
    return this.#parts.turns.take(name, signal ?? AbortSignal.timeout(unboundedRequestMs), work);
  }

  #notRunning(ids: readonly ConnectorTaskId[]): readonly ConnectorTaskId[] {
    const running = this.#parts.worker.taskIds();
    const known = this.#parts.work.tasksOf(ids[0]?.connector ?? '');
    const has = (list: readonly ConnectorTaskId[], id: ConnectorTaskId) =>
      list.some(({ connector, task }) => connector === id.connector && task === id.task);
    return ids.filter((id) => has(known, id) && !has(running, id));
  }

  #configOf(name: string): Settings | null {
    return this.#parts.configStore.snapshot().connectorConfig(name);
  }
}
