import type { RawConfig } from '../config/config-key.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { TargetState } from '../storage/config-store.ts';
import type { State } from '../storage/status-store.ts';
import type { ConnectorTaskId, Offsets } from './herder.ts';
import type { TaskMetrics } from './herder-events.ts';
import type { MetricGroup } from './metrics/metric-group.ts';
import type { TransactionChecks } from './task/source-transactions.ts';

/** What a worker tells its herder. Never throws; called on the main thread. */
export interface WorkerListener {
  onConnectorState(connector: string, state: State, trace: string | null, version: string | null): void;
  onTaskState(id: ConnectorTaskId, state: State, trace: string | null, version: string | null): void;
  /** A task used a topic for the first time since its start. */
  onTaskTopic(id: ConnectorTaskId, topic: string): void;
  onTaskMetrics(id: ConnectorTaskId, metrics: TaskMetrics): void;
  /** The connector asks for new task configs. */
  onReconfigurationRequested(connector: string): void;
  /** Values of its settings have expired (`config.action.reload=restart`): it should be restarted, its tasks need not. */
  onReloadDue(connector: string): void;
}

/**
 * Runs connectors (main thread) and tasks (worker threads) that a herder hands to it; knows nothing of groups or REST.
 * A failure of a plugin never rejects here unless said: it is reported as state FAILED with its trace.
 */
export interface Worker {
  start(): Promise<void>;
  /** Stops all connectors and tasks, bounded by `task.shutdown.graceful.timeout.ms`. Never rejects. */
  stop(): Promise<void>;

  /** Instantiates and, if the target is STARTED, starts it. Reports RUNNING, PAUSED, STOPPED or FAILED; resolves then. */
  startConnector(connector: string, config: RawConfig, target: TargetState): Promise<State>;
  /** Stops it (bounded, 5 s) and reports UNASSIGNED. Does nothing for one that is not here. */
  stopConnector(connector: string): Promise<void>;
  /** Pause, resume, stop. Resolves with the state reached. */
  setConnectorTarget(connector: string, target: TargetState): Promise<State>;
  connectorNames(): readonly string[];
  isConnectorRunning(connector: string): boolean;
  /**
   * Task configs as to be published (with `task.class`, and `topics`/`topics.regex` of the connector; placeholders
   * put back). Rejects with what the connector threw; `config` error when there are more than `tasks.max`.
   */
  taskConfigs(connector: string): Promise<readonly Settings[]>;

  /** Reports RUNNING, PAUSED or FAILED by itself; resolves when the thread has taken the task over. */
  startTask(
    id: ConnectorTaskId,
    connectorConfig: RawConfig,
    taskConfig: Settings,
    target: TargetState,
    /** With exactly-once support; only sources make use of it. */
    checks?: TransactionChecks,
  ): Promise<void>;
  /** Keeps the producers of the first `taskCount` tasks, wherever they are, from writing in transactions any more. */
  fenceZombies(connector: string, config: RawConfig, taskCount: number, signal: AbortSignal): Promise<void>;
  /** Stops them together within the graceful time, then by force. Reports UNASSIGNED for each. */
  stopTasks(ids: readonly ConnectorTaskId[]): Promise<void>;
  setTaskTarget(id: ConnectorTaskId, target: TargetState): void;
  taskIds(): readonly ConnectorTaskId[];

  /** Of this worker, its connectors and tasks, as of now. */
  metrics(): readonly MetricGroup[];

  /** Offsets of a source (offset store) or sink (consumer group) connector, whoever runs it. */
  connectorOffsets(connector: string, config: RawConfig, signal: AbortSignal): Promise<Offsets>;
  /** The connector must be STOPPED and have no tasks. null: reset all. The answer is a message for people. */
  alterOffsets(
    connector: string,
    config: RawConfig,
    offsets: Offsets | null,
    signal: AbortSignal,
  ): Promise<string>;
}
