import type { RawConfig } from '../config/config-key.ts';
import { ConnectError, messageOf, traceOf } from '../errors/connect-error.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { Properties } from '../kafka/ports/properties.ts';
import type { ConnectorPlugin } from '../plugin-api/plugin.ts';
import type { Log, OffsetReader, Settings } from '../plugin-api/source-connector.ts';
import type { TargetState } from '../storage/config-store.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import type { State } from '../storage/status-store.ts';
import { adminProperties, transactionalIdOf } from './client-properties.ts';
import { ReloadTimers } from './config-providers/reload-timers.ts';
import { ConnectorOffsetStores } from './connector-offset-stores.ts';
import { ConnectorOffsets } from './connector-offsets.ts';
import type { OffsetsGroup } from './connector-offsets-topic.ts';
import type { ConnectorTaskId, Offsets } from './herder.ts';
import type { MetricGroup } from './metrics/metric-group.ts';
import { ProcessGauges } from './metrics/process-gauges.ts';
import { StartupCounts } from './metrics/startup-counts.ts';
import { connectorMetricGroup, taskCountGroups } from './metrics/worker-metric-groups.ts';
import { type PluginLookup, requireConnector } from './plugin-lookup.ts';
import {
  plainSettings,
  putPlaceholdersBack,
  type ResolvedSettings,
  type SettingsResolver,
} from './settings-resolver.ts';
import type { TransactionChecks } from './task/source-transactions.ts';
import type { TaskThreadLimits } from './task/task-thread-host.ts';
import { TaskThreads } from './task-threads.ts';
import { withoutNulls } from './validate-connector.ts';
import type { OverridePolicy } from './validation/override-policy.ts';
import type { Worker, WorkerListener } from './worker.ts';
import type { CommonWorkerConfig, WorkerSettings } from './worker-config.ts';
import { WorkerConnector } from './worker-connector.ts';

export interface ThreadedWorkerOptions {
  readonly settings: WorkerSettings<CommonWorkerConfig>;
  readonly plugins: PluginLookup;
  readonly policy: OverridePolicy;
  readonly offsetStore: OffsetStore;
  /** For offsets of sinks; tasks open clients of their own. */
  readonly openKafkaClient: (properties: Properties) => KafkaClient;
  /** Of a distributed worker; absent: standalone. */
  readonly group?: OffsetsGroup;
  readonly listener: WorkerListener;
  readonly log: Log;
  readonly resolver?: SettingsResolver;
  /** Module with the `environment` of task threads; default: the bundled plugins and the real Kafka client. */
  readonly taskEnvironmentUrl?: URL;
  readonly taskLimits?: Partial<TaskThreadLimits>;
}

const connectorStopTimeoutMs = 5_000;

interface RunningConnector {
  readonly connector: WorkerConnector;
  readonly raw: Settings;
  readonly resolved: ResolvedSettings;
  readonly offsets: { close(): Promise<void> };
}

/** Connectors on this thread, each task in a thread of its own. */
export class ThreadedWorker implements Worker {
  readonly #options: ThreadedWorkerOptions;
  readonly #resolver: SettingsResolver;
  readonly #connectors = new Map<string, RunningConnector>();
  readonly #tasks: TaskThreads;
  readonly #stores: ConnectorOffsetStores;
  readonly #offsets: ConnectorOffsets;
  readonly #reloads: ReloadTimers;
  readonly #connectorStarts = new StartupCounts();
  readonly #process = new ProcessGauges();
  #isStopped = false;

  constructor(options: ThreadedWorkerOptions) {
    this.#options = options;
    this.#resolver = options.resolver ?? plainSettings;
    const { settings } = options;
    this.#stores = new ConnectorOffsetStores({
      ...options,
      group: options.group ?? null,
      workerSettings: settings.raw,
    });
    this.#offsets = new ConnectorOffsets({
      stores: this.#stores,
      workerSettings: settings.raw,
      openKafkaClient: options.openKafkaClient,
    });
    this.#tasks = new TaskThreads({
      ...options,
      resolver: this.#resolver,
      group: options.group ?? null,
    });
    this.#reloads = new ReloadTimers((connector) => options.listener.onReloadDue(connector));
  }

  async start(): Promise<void> {
    this.#process.start();
    this.#options.log('info', 'the worker is ready for connectors and tasks');
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const connectors = this.connectorNames().map((name) => this.stopConnector(name));
    await Promise.all([...connectors, this.stopTasks(this.taskIds())]);
    this.#process.stop();
  }

  async startConnector(name: string, config: RawConfig, target: TargetState): Promise<State> {
    const { listener } = this.#options;
    await this.stopConnector(name);
    if (this.#isStopped) return 'UNASSIGNED';
    try {
      const raw = withoutNulls(config);
      const resolved = await this.#resolver.resolve(raw);
      const plugin = requireConnector(this.#options.plugins, resolved.settings);
      const offsets = this.#stores.reader(name, resolved.settings);
      const connector = this.#createConnector(name, plugin, resolved, offsets);
      this.#connectors.set(name, { connector, raw, resolved, offsets });
      this.#reloads.schedule(name, resolved);
      const state = await connector.setTarget(target);
      this.#connectorStarts.add(state !== 'FAILED', Date.now());
      return state;
    } catch (error) {
      this.#connectorStarts.add(false, Date.now());
      listener.onConnectorState(name, 'FAILED', traceOf(error), null);
      return 'FAILED';
    }
  }

  async stopConnector(name: string): Promise<void> {
    const running = this.#connectors.get(name);
    if (running === undefined) return;
    this.#connectors.delete(name);
    this.#reloads.cancel(name);
    await running.connector.shutDown();
    await running.offsets.close().catch((error: unknown) => {
      this.#options.log('warn', `[${name}] the reader of offsets could not be closed: ${messageOf(error)}`);
    });
  }

  async setConnectorTarget(name: string, target: TargetState): Promise<State> {
    const running = this.#connectors.get(name);
    if (running === undefined) return 'UNASSIGNED';
    return running.connector.setTarget(target);
  }

  connectorNames(): readonly string[] {
    return [...this.#connectors.keys()];
  }

  isConnectorRunning(name: string): boolean {
    return this.#connectors.get(name)?.connector.isRunning ?? false;
  }

  async taskConfigs(name: string): Promise<readonly Settings[]> {
    const running = this.#connectors.get(name);
    if (running === undefined)
      throw new ConnectError('not-found', `Connector ${name} not found in this worker`);
    const { connector, raw, resolved } = running;
    const { settings, secrets } = resolved;
    const tasksMax = Number(settings['tasks.max'] ?? 1);
    const made = await secrets.guard(() => connector.taskConfigs(tasksMax));
    if (made.length > tasksMax) this.#onTooManyTasks(name, running, made.length, tasksMax);
    const framework: Record<string, string> = { 'task.class': connector.plugin.taskClassName };
    for (const key of ['topics', 'topics.regex']) {
      const value = settings[key];
      if (value !== undefined) framework[key] = value;
    }
    return made.map((taskConfig) => putPlaceholdersBack({ ...taskConfig, ...framework }, raw, resolved));
  }

  async startTask(
    id: ConnectorTaskId,
    connectorConfig: RawConfig,
    taskConfig: Settings,
    target: TargetState,
    checks?: TransactionChecks,
  ): Promise<void> {
    if (this.#isStopped) return;
    const raw = withoutNulls(connectorConfig);
    await this.#tasks.start(id, raw, taskConfig, target === 'STARTED' ? 'STARTED' : 'PAUSED', checks ?? null);
  }

  async fenceZombies(name: string, config: RawConfig, taskCount: number, signal: AbortSignal): Promise<void> {
    const { group, openKafkaClient, settings } = this.#options;
    if (group === undefined) throw new ConnectError('illegal-state', 'a standalone worker has no zombies');
    const { settings: connector, secrets } = await this.#resolver.resolve(withoutNulls(config));
    const ids = Array.from({ length: taskCount }, (_, task) =>
      transactionalIdOf(group.id, { connector: name, task }),
    );
    const clientId = `connector-worker-adminclient-${name}`;
    await secrets.guard(async () => {
      const client = openKafkaClient(adminProperties(settings.raw, connector, clientId));
      try {
        await client.admin.fenceProducers(ids, signal);
      } finally {
        await client.close();
      }
    });
  }

  stopTasks(ids: readonly ConnectorTaskId[]): Promise<void> {
    return this.#tasks.stop(ids);
  }

  setTaskTarget(id: ConnectorTaskId, target: TargetState): void {
    this.#tasks.setTarget(id, target === 'STARTED' ? 'STARTED' : 'PAUSED');
  }

  taskIds(): readonly ConnectorTaskId[] {
    return this.#tasks.ids();
  }

  metrics(): readonly MetricGroup[] {
    const now = Date.now();
    const states = this.#tasks.states();
    return [
      {
        domain: 'kafka.connect',
        type: 'connect-worker-metrics',
        tags: {},
        attributes: {
          'connector-count': this.#connectors.size,
          'task-count': states.length,
          ...this.#connectorStarts.attributes('connector', now),
          ...this.#tasks.starts.attributes('task', now),
        },
      },
      this.#process.group(now),
      ...[...this.#connectors].map(([name, { connector }]) =>
        connectorMetricGroup(name, connector.plugin, connector.state),
      ),
      ...taskCountGroups(states),
      ...this.#tasks.metrics(now),
    ];
  }

  async connectorOffsets(name: string, config: RawConfig, signal: AbortSignal): Promise<Offsets> {
    const { settings, secrets } = await this.#resolver.resolve(withoutNulls(config));
    return secrets.guard(async () =>
      this.#offsets.read(name, requireConnector(this.#options.plugins, settings), settings, signal),
    );
  }

  async alterOffsets(
    name: string,
    config: RawConfig,
    offsets: Offsets | null,
    signal: AbortSignal,
  ): Promise<string> {
    const { settings, secrets } = await this.#resolver.resolve(withoutNulls(config));
    return secrets.guard(async () =>
      this.#offsets.alter(name, requireConnector(this.#options.plugins, settings), settings, offsets, signal),
    );
  }

  #createConnector(
    name: string,
    plugin: ConnectorPlugin,
    { settings, secrets }: ResolvedSettings,
    offsets: OffsetReader,
  ): WorkerConnector {
    const { listener, log } = this.#options;
    return new WorkerConnector({
      name,
      plugin,
      settings,
      offsets,
      onState: (state, trace) =>
        listener.onConnectorState(name, state, trace === null ? null : secrets.hide(trace), plugin.version),
      onReconfigurationRequested: () => listener.onReconfigurationRequested(name),
      log: (level, message) => log(level, secrets.hide(`[${name}] ${message}`)),
      stopTimeoutMs: connectorStopTimeoutMs,
    });
  }

  #onTooManyTasks(
    name: string,
    { connector, resolved }: RunningConnector,
    count: number,
    tasksMax: number,
  ): void {
    const message = `The connector ${name} has generated ${count} tasks, which is greater than ${tasksMax}, the maximum number of tasks it is configured to create (tasks.max).`;
    if (resolved.settings['tasks.max.enforce']?.trim().toLowerCase() === 'false') {
      this.#options.log('warn', message);
      return;
    }
    const error = new ConnectError('config', message);
    connector.fail(error);
    throw error;
  }
}
