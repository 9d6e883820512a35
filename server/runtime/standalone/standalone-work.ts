import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { ConfigStore, TargetState } from '../../storage/config-store.ts';
import type { StatusStore } from '../../storage/status-store.ts';
import type { HerderStage } from '../distributed/herder-stage.ts';
import { areTaskConfigsChanged } from '../distributed/task-config-publisher.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { StatusRecorder } from '../status-recorder.ts';
import type { Worker } from '../worker.ts';

export interface StandaloneWorkOptions {
  readonly worker: Worker;
  readonly configStore: ConfigStore;
  readonly statusStore: StatusStore;
  readonly recorder: StatusRecorder;
}

/** The steps that requests of a standalone herder are made of. The caller sees to it that a connector's do not overlap. */
export class StandaloneWork {
  readonly #options: StandaloneWorkOptions;

  constructor(options: StandaloneWorkOptions) {
    this.#options = options;
  }

  /** Starts it anew with the stored config, and its tasks when their configs changed. Rejects when it fails to start. */
  async startConnector(connector: string, stage: HerderStage): Promise<void> {
    const { worker, configStore, statusStore } = this.#options;
    const config = configStore.snapshot().connectorConfig(connector);
    if (config === null) return;
    await stage.run(`stopping connector ${connector}`, () => worker.stopConnector(connector));
    const state = await stage.run('starting the connector', () =>
      worker.startConnector(connector, config, this.targetOf(connector)),
    );
    if (state === 'FAILED') {
      const [reason = ''] = (statusStore.connector(connector)?.trace ?? '').split('\n');
      throw new ConnectError('unknown', `Failed to start connector: ${connector}: ${reason}`);
    }
    if (state === 'RUNNING') await this.renewTasks(connector, stage);
  }

  /** Asks the connector for task configs, and restarts its tasks with them if anything changed. */
  async renewTasks(connector: string, stage: HerderStage): Promise<void> {
    const { worker } = this.#options;
    const configs = await stage.run(`generating task configs for connector ${connector}`, () =>
      worker.taskConfigs(connector),
    );
    await this.replaceTasks(connector, configs);
  }

  async replaceTasks(connector: string, configs: readonly Settings[]): Promise<void> {
    const { configStore, recorder } = this.#options;
    const snapshot = configStore.snapshot();
    if (snapshot.connectorConfig(connector) === null || snapshot.targetState(connector) === 'STOPPED') return;
    if (!areTaskConfigsChanged(snapshot, connector, configs)) return;
    await this.stopTasks(connector);
    await configStore.putTaskConfigs(connector, configs);
    recorder.onTaskCount(connector, configs.length);
    await this.startTasks(this.tasksOf(connector));
  }

  async startTasks(ids: readonly ConnectorTaskId[]): Promise<void> {
    const { worker, configStore } = this.#options;
    const snapshot = configStore.snapshot();
    await Promise.all(
      ids.map(async (id) => {
        const config = snapshot.connectorConfig(id.connector);
        const taskConfig = snapshot.taskConfig(id.connector, id.task);
        if (config === null || taskConfig === null) return;
        await worker.startTask(id, config, taskConfig, this.targetOf(id.connector));
      }),
    );
  }

  async stopTasks(connector: string): Promise<void> {
    const { worker } = this.#options;
    await worker.stopTasks(worker.taskIds().filter((id) => id.connector === connector));
  }

  async stopAndForget(connector: string, stage: HerderStage): Promise<void> {
    const { worker, configStore, recorder } = this.#options;
    await stage.run(`stopping connector ${connector}`, () => worker.stopConnector(connector));
    await stage.run(`stopping tasks of connector ${connector}`, () => this.stopTasks(connector));
    await configStore.removeConnectorConfig(connector);
    recorder.onConnectorDeleted(connector);
  }

  /** Pause or resume. */
  async setTarget(connector: string, target: 'STARTED' | 'PAUSED', stage: HerderStage): Promise<void> {
    const { worker, configStore } = this.#options;
    await configStore.putTargetState(connector, target);
    const state = await stage.run(`setting connector ${connector} to ${target}`, () =>
      worker.setConnectorTarget(connector, target),
    );
    for (const id of worker.taskIds()) if (id.connector === connector) worker.setTaskTarget(id, target);
    if (state === 'RUNNING') await this.renewTasks(connector, stage);
  }

  async stopConnector(connector: string, stage: HerderStage): Promise<void> {
    const { worker, configStore, recorder } = this.#options;
    await stage.run(`stopping tasks of connector ${connector}`, () => this.stopTasks(connector));
    await configStore.putTaskConfigs(connector, []);
    recorder.onTaskCount(connector, 0);
    await configStore.putTargetState(connector, 'STOPPED');
    await stage.run(`stopping connector ${connector}`, () => worker.setConnectorTarget(connector, 'STOPPED'));
  }

  tasksOf(connector: string): readonly ConnectorTaskId[] {
    const tasks = this.#options.configStore.snapshot().tasks(connector);
    return tasks.map((task) => ({ connector, task }));
  }

  targetOf(connector: string): TargetState {
    return this.#options.configStore.snapshot().targetState(connector) ?? 'STARTED';
  }
}
