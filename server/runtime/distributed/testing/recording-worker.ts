import type { RawConfig } from '../../../config/config-key.ts';
import type { Settings } from '../../../plugin-api/source-connector.ts';
import type { TargetState } from '../../../storage/config-store.ts';
import type { State } from '../../../storage/status-store.ts';
import type { ConnectorTaskId, Offsets } from '../../herder.ts';
import type { MetricGroup } from '../../metrics/metric-group.ts';
import type { TransactionChecks } from '../../task/source-transactions.ts';
import type { Worker, WorkerListener } from '../../worker.ts';

/**
 * A worker for tests that runs nothing and writes down what it was told. Connectors have as many tasks as their
 * `tasks.max`, with the setting `of` of the connector in each task config; `fail=start` makes one fail.
 */
export class RecordingWorker implements Worker {
  readonly calls: string[] = [];
  readonly connectors = new Map<string, { config: RawConfig; state: State }>();
  readonly tasks = new Map<string, ConnectorTaskId>();
  /** What tasks with transactions are to ask. */
  readonly checks = new Map<string, TransactionChecks>();
  onFence: () => Promise<void> = async () => {};
  readonly #listener: WorkerListener;
  taskConfigsOf: (connector: string, config: RawConfig) => Promise<readonly Settings[]> = async (
    _name,
    config,
  ) =>
    Array.from({ length: Number(config['tasks.max'] ?? 1) }, (_, index) => ({
      index: String(index),
      of: config.of ?? '',
    }));
  onStopTasks: () => Promise<void> = async () => {};
  onAlterOffsets: (offsets: Offsets | null) => Promise<string> = async () => 'altered';

  constructor(listener: WorkerListener) {
    this.#listener = listener;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    for (const connector of [...this.connectors.keys()]) await this.stopConnector(connector);
    await this.stopTasks(this.taskIds());
  }

  async startConnector(connector: string, config: RawConfig, target: TargetState): Promise<State> {
    this.calls.push(`start ${connector} of=${config.of ?? ''}`);
    if (config.fail === 'start') {
      this.connectors.set(connector, { config, state: 'FAILED' });
      this.#listener.onConnectorState(connector, 'FAILED', 'refused', '1.0');
      return 'FAILED';
    }
    const state = target === 'STARTED' ? 'RUNNING' : target;
    this.connectors.set(connector, { config, state });
    this.#listener.onConnectorState(connector, state, null, '1.0');
    return state;
  }

  async stopConnector(connector: string): Promise<void> {
    if (!this.connectors.delete(connector)) return;
    this.calls.push(`stop ${connector}`);
    this.#listener.onConnectorState(connector, 'UNASSIGNED', null, '1.0');
  }

  async setConnectorTarget(connector: string, target: TargetState): Promise<State> {
    this.calls.push(`target ${connector} ${target}`);
    const state = target === 'STARTED' ? 'RUNNING' : target;
    const known = this.connectors.get(connector);
    if (known !== undefined) known.state = state;
    this.#listener.onConnectorState(connector, state, null, '1.0');
    return state;
  }

  connectorNames(): readonly string[] {
    return [...this.connectors.keys()];
  }

  isConnectorRunning(connector: string): boolean {
    return this.connectors.get(connector)?.state === 'RUNNING';
  }

  async taskConfigs(connector: string): Promise<readonly Settings[]> {
    return await this.taskConfigsOf(connector, this.connectors.get(connector)?.config ?? {});
  }

  async startTask(
    id: ConnectorTaskId,
    _connectorConfig: RawConfig,
    taskConfig: Settings,
    target: TargetState,
    checks?: TransactionChecks,
  ): Promise<void> {
    if (checks !== undefined) this.checks.set(`${id.connector}-${id.task}`, checks);
    this.calls.push(`start ${id.connector}-${id.task} of=${taskConfig.of ?? ''}`);
    this.tasks.set(`${id.connector}-${id.task}`, id);
    this.#listener.onTaskState(id, target === 'PAUSED' ? 'PAUSED' : 'RUNNING', null, '1.0');
  }

  async fenceZombies(connector: string, _config: RawConfig, taskCount: number): Promise<void> {
    this.calls.push(`fence ${connector} ${taskCount}`);
    await this.onFence();
  }

  async stopTasks(ids: readonly ConnectorTaskId[]): Promise<void> {
    await this.onStopTasks();
    for (const id of ids) {
      if (!this.tasks.delete(`${id.connector}-${id.task}`)) continue;
      this.calls.push(`stop ${id.connector}-${id.task}`);
      this.#listener.onTaskState(id, 'UNASSIGNED', null, '1.0');
    }
  }

  setTaskTarget(id: ConnectorTaskId, target: TargetState): void {
    this.calls.push(`target ${id.connector}-${id.task} ${target}`);
    this.#listener.onTaskState(id, target === 'PAUSED' ? 'PAUSED' : 'RUNNING', null, '1.0');
  }

  metrics(): readonly MetricGroup[] {
    return [];
  }

  taskIds(): readonly ConnectorTaskId[] {
    return [...this.tasks.values()];
  }

  async connectorOffsets(): Promise<Offsets> {
    return [{ partition: { f: 'a' }, offset: { o: 1 } }];
  }

  async alterOffsets(_connector: string, _config: RawConfig, offsets: Offsets | null): Promise<string> {
    return await this.onAlterOffsets(offsets);
  }

  /** As a connector would. */
  requestReconfiguration(connector: string): void {
    this.#listener.onReconfigurationRequested(connector);
  }

  /** As when a config provider's values are no longer good. */
  expireSettings(connector: string): void {
    this.#listener.onReloadDue(connector);
  }

  fail(id: ConnectorTaskId, trace: string): void {
    this.#listener.onTaskState(id, 'FAILED', trace, '1.0');
  }
}
