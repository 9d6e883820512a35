import type { RawConfig } from '../config/config-key.ts';
import type { SourceOffset, SourcePartition } from '../records/record.ts';
import type { TargetState } from '../storage/config-store.ts';
import type { ConnectorStatus, State } from '../storage/status-store.ts';
import type { ConfigInfos } from './config-infos.ts';
import type { HerderEvents } from './herder-events.ts';
import type { ReceivedSignature } from './internal-request.ts';
import type { MetricGroup } from './metrics/metric-group.ts';
import type { WorkerView } from './worker-view.ts';

export interface ConnectorTaskId {
  readonly connector: string;
  readonly task: number;
}

export type ConnectorType = 'source' | 'sink' | 'unknown';

export interface ConnectorInfo {
  readonly name: string;
  /** Exactly as stored: placeholders not resolved, `name` always in it. */
  readonly config: Readonly<Record<string, string>>;
  readonly tasks: readonly ConnectorTaskId[];
  readonly type: ConnectorType;
}

export interface ConnectorStateInfo extends ConnectorStatus {
  readonly name: string;
  readonly type: ConnectorType;
}

export interface TaskInfo {
  readonly id: ConnectorTaskId;
  readonly config: Readonly<Record<string, string>>;
}

export interface PluginInfo {
  readonly className: string;
  readonly type: 'source' | 'sink' | 'converter' | 'header_converter' | 'transformation' | 'predicate';
  readonly version: string;
}

export type Offsets = readonly {
  readonly partition: SourcePartition;
  readonly offset: SourceOffset | null;
}[];

export interface WorkerHealth {
  readonly status: 'healthy' | 'starting' | 'unhealthy';
  readonly message: string;
}

/**
 * The one door to a worker: REST, console and command line are thin callers of it. Every method is bounded by the
 * caller's `signal` and rejects with a typed error: `not-found`, `already-exists`, `bad-request`, `conflict` (rebalance),
 * `forbidden`, `timeout` (`details.stage` says what was under way), `unavailable` (still starting). What only another
 * worker can do is a `conflict` of which `placeOf` (`elsewhere.ts`) tells where to go.
 */
export interface Herder {
  readonly mode: 'standalone' | 'distributed';
  /** `host:port` of this worker's REST. */
  readonly workerId: string;

  /** Starts in the background work that never ends; resolves when the worker is ready for work. */
  start(signal: AbortSignal): Promise<void>;
  /** Stops connectors, tasks, services, leaves the group: in this order, each step bounded. Never rejects. */
  stop(): Promise<void>;
  health(signal: AbortSignal): Promise<WorkerHealth>;
  kafkaClusterId(): string | null;

  connectors(): Promise<readonly string[]>;
  connectorInfo(name: string): Promise<ConnectorInfo>;
  connectorConfig(name: string): Promise<Readonly<Record<string, string>>>;
  connectorStatus(name: string): Promise<ConnectorStateInfo>;
  taskInfos(name: string): Promise<readonly TaskInfo[]>;
  taskStatus(id: ConnectorTaskId): Promise<ConnectorStateInfo['tasks'][number]>;

  /** Creates, or with `replace` updates. `created` tells which it was. Config errors: `bad-request`. */
  putConnectorConfig(
    name: string,
    config: RawConfig,
    options: { readonly replace: boolean; readonly initialState?: TargetState; readonly signal: AbortSignal },
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }>;
  /** JSON merge patch: null removes a key. */
  patchConnectorConfig(name: string, patch: RawConfig, signal: AbortSignal): Promise<ConnectorInfo>;
  deleteConnector(name: string, signal: AbortSignal): Promise<void>;

  pauseConnector(name: string): Promise<void>;
  resumeConnector(name: string): Promise<void>;
  stopConnector(name: string, signal: AbortSignal): Promise<void>;
  restartConnector(name: string, signal: AbortSignal): Promise<void>;
  /** Restart of connector and tasks as a plan; the answer is the status with RESTARTING where due. */
  restartConnectorAndTasks(
    name: string,
    options: { readonly onlyFailed: boolean; readonly includeTasks: boolean; readonly signal: AbortSignal },
  ): Promise<ConnectorStateInfo>;
  restartTask(id: ConnectorTaskId, signal: AbortSignal): Promise<void>;

  connectorTopics(name: string): Promise<readonly string[]>;
  resetConnectorTopics(name: string): Promise<void>;

  connectorOffsets(name: string, signal: AbortSignal): Promise<Offsets>;
  /** Only while STOPPED. null offset resets that partition. The answer is a message for people. */
  alterConnectorOffsets(name: string, offsets: Offsets, signal: AbortSignal): Promise<string>;
  resetConnectorOffsets(name: string, signal: AbortSignal): Promise<string>;

  /** From the worker that runs a connector to the leader, which writes them: what the connector wants its tasks to do. */
  putTaskConfigs(
    name: string,
    configs: readonly Readonly<Record<string, string>>[],
    received: ReceivedSignature,
    signal: AbortSignal,
  ): Promise<void>;
  /** From a worker that is about to start exactly-once tasks to the leader: the tasks of earlier sets must end. */
  fenceZombies(name: string, received: ReceivedSignature, signal: AbortSignal): Promise<void>;

  plugins(connectorsOnly: boolean): readonly PluginInfo[];
  /**
   * Definition of a plugin's keys in the form of validation answers; of the newest version, unless a range of versions
   * is given. Unknown class: `not-found`; no such version: `bad-request`.
   */
  pluginConfig(className: string, version?: string | null): Promise<ConfigInfos['configs']>;
  /** Never fails for bad settings: they are in the answer. */
  validateConnectorConfig(config: RawConfig, signal: AbortSignal): Promise<ConfigInfos>;

  /** Workers of the group as this one sees them. */
  workers(): Promise<readonly WorkerView[]>;
  /** Of this worker and what it runs, as of now; answered even while it starts. */
  metrics(): readonly MetricGroup[];
  /** What happened, with a resumable position; the console's live view. */
  readonly events: HerderEvents;
}

export type { ConnectorStatus, State, TargetState };
