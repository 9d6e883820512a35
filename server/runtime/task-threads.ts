import { ConnectError, traceOf } from '../errors/connect-error.ts';
import type { ConnectorPlugin } from '../plugin-api/plugin.ts';
import type { Log, Settings } from '../plugin-api/source-connector.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import type { State } from '../storage/status-store.ts';
import {
  adminProperties,
  consumerProperties,
  offsetsReaderProperties,
  producerProperties,
  transactionalIdOf,
  transactionalProducerProperties,
} from './client-properties.ts';
import { noSecrets, SecretTexts } from './config-providers/secret-texts.ts';
import { connectorOffsetsTopic, type OffsetsGroup } from './connector-offsets-topic.ts';
import type { ConnectorTaskId } from './herder.ts';
import type { MetricGroup } from './metrics/metric-group.ts';
import { StartupCounts } from './metrics/startup-counts.ts';
import { StateTimes } from './metrics/state-times.ts';
import { taskMetricGroups } from './metrics/task-metric-groups.ts';
import { type TaskPlugins, taskPluginsOf } from './metrics/task-plugins.ts';
import type { MeasuredState } from './metrics/worker-metric-groups.ts';
import { pluginLocationsOf } from './plugin-locations.ts';
import { type PluginLookup, requireConnector } from './plugin-lookup.ts';
import type { SettingsResolver } from './settings-resolver.ts';
import type { TransactionChecks } from './task/source-transactions.ts';
import type { TaskTarget } from './task/task-control.ts';
import type { TaskAnswer, TaskAssignment, TaskCall } from './task/task-messages.ts';
import { TaskThread, type TaskThreadLimits } from './task/task-thread-host.ts';
import { TaskFigures } from './task-figures.ts';
import { ensureOverridesAllowed, type OverridePolicy } from './validation/override-policy.ts';
import type { WorkerListener } from './worker.ts';
import type { CommonWorkerConfig, WorkerSettings } from './worker-config.ts';

export interface TaskThreadsOptions {
  readonly settings: WorkerSettings<CommonWorkerConfig>;
  readonly plugins: PluginLookup;
  readonly policy: OverridePolicy;
  readonly offsetStore: OffsetStore;
  /** null: standalone. */
  readonly group: OffsetsGroup | null;
  readonly listener: WorkerListener;
  readonly log: Log;
  readonly resolver: SettingsResolver;
  readonly taskEnvironmentUrl?: URL;
  readonly taskLimits?: Partial<TaskThreadLimits>;
}

interface Entry {
  readonly id: ConnectorTaskId;
  /** null: without transactions. */
  readonly checks: TransactionChecks | null;
  version: string | null;
  secrets: SecretTexts;
  /** null: it failed before it had a thread. */
  thread: TaskThread | null;
  figures: TaskFigures | null;
  plugins: TaskPlugins | null;
  readonly times: StateTimes<State>;
  hasFailed: boolean;
  /** Whether it has come so far that it is counted as started, or as failed to start. */
  isStartCounted: boolean;
}

const checkIntervalMs = 1_000;
const defaultLimits: TaskThreadLimits = { heapMb: 512, bootTimeoutMs: 30_000, missedBeats: 10 };

/** The tasks of a worker: their threads, what these ask and report, their figures and heartbeats. */
export class TaskThreads {
  readonly #options: TaskThreadsOptions;
  readonly starts = new StartupCounts();
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TaskThreadsOptions) {
    this.#options = options;
  }

  ids(): readonly ConnectorTaskId[] {
    return [...this.#entries.values()].map(({ id }) => id);
  }

  /** Resolves when the thread has taken the task over, or the task has failed. */
  async start(
    id: ConnectorTaskId,
    rawConnector: Settings,
    rawTask: Settings,
    target: TaskTarget,
    checks: TransactionChecks | null,
  ): Promise<void> {
    const { plugins, policy, resolver } = this.#options;
    await this.stop([id]);
    const entry: Entry = {
      id,
      checks,
      version: null,
      secrets: noSecrets,
      thread: null,
      figures: null,
      plugins: null,
      times: new StateTimes<State>('UNASSIGNED', Date.now()),
      hasFailed: false,
      isStartCounted: false,
    };
    this.#entries.set(keyOf(id), entry);
    try {
      ensureOverridesAllowed(policy, rawConnector);
      const connector = await resolver.resolve(rawConnector);
      const task = await resolver.resolve(rawTask);
      const plugin = requireConnector(plugins, connector.settings);
      entry.version = plugin.version;
      entry.secrets = new SecretTexts([...connector.secrets.values, ...task.secrets.values]);
      entry.plugins = taskPluginsOf(plugins, this.#options.settings.raw, connector.settings, plugin);
      const assignment = this.#assignment(entry, plugin.type, connector.settings, task.settings, target);
      // It may have been stopped or replaced while secrets were looked up.
      if (this.#entries.get(keyOf(id)) !== entry) return;
      entry.thread = this.#createThread(entry, assignment);
      entry.figures = new TaskFigures(entry.thread.gauges, Date.now());
    } catch (error) {
      this.#fail(entry, traceOf(error));
      return;
    }
    this.#timer ??= setInterval(() => this.#check(), checkIntervalMs);
    await entry.thread.taken;
  }

  states(): readonly MeasuredState[] {
    return [...this.#entries.values()].map(({ id: { connector }, times: { state } }) => ({
      connector,
      state,
    }));
  }

  /** Of the tasks that have or had a thread. */
  metrics(now: number): readonly MetricGroup[] {
    return [...this.#entries.values()].flatMap(({ id, plugins, secrets, times, thread }) => {
      if (plugins === null || thread === null) return [];
      return taskMetricGroups({ id, plugins, secrets, times, gauges: thread.gauges }, now);
    });
  }

  setTarget(id: ConnectorTaskId, target: TaskTarget): void {
    this.#entries.get(keyOf(id))?.thread?.setTarget(target);
  }

  /** Together within the graceful time, then by force. */
  async stop(ids: readonly ConnectorTaskId[]): Promise<void> {
    const entries = ids.flatMap((id) => this.#entries.get(keyOf(id)) ?? []);
    for (const { id, thread } of entries) {
      this.#entries.delete(keyOf(id));
      thread?.requestStop();
    }
    if (this.#entries.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const timeoutMs = this.#options.settings.config['task.shutdown.graceful.timeout.ms'];
    await Promise.all(entries.map((entry) => this.#whenStopped(entry, timeoutMs)));
  }

  async #whenStopped(entry: Entry, timeoutMs: number): Promise<void> {
    const outcome = await entry.thread?.whenEnded(timeoutMs);
    if (outcome === 'forced') {
      this.#log(entry, 'error', `the task did not stop within ${timeoutMs} ms and was ended by force`);
    }
    if (!entry.hasFailed) this.#report(entry, 'UNASSIGNED', null);
  }

  #assignment(
    entry: Entry,
    type: ConnectorPlugin['type'],
    connector: Settings,
    task: Settings,
    target: TaskTarget,
  ): Omit<TaskAssignment, 'gauges'> {
    const { group, plugins, settings, taskEnvironmentUrl } = this.#options;
    const { id, secrets } = entry;
    const { config, raw } = settings;
    const name = `${id.connector}-${id.task}`;
    const isExactlyOnce = type === 'source' && group !== null && group.isExactlyOnceEnabled;
    const clientId = `connector-producer-${name}`;
    if (isExactlyOnce) this.#warnOfIgnoredOverrides(entry, connector, transactionalIdOf(group.id, id));
    const defaultUrl = new URL('./task/bundled-task-environment.ts', import.meta.url);
    return {
      id,
      connectorSettings: connector,
      taskSettings: task,
      secrets: secrets.values,
      workerSettings: raw,
      target,
      clients: {
        producer: isExactlyOnce
          ? transactionalProducerProperties(raw, connector, clientId, transactionalIdOf(group.id, id))
          : producerProperties(raw, connector, clientId),
        offsets: offsetsReaderProperties(raw, connector, id, isExactlyOnce),
        consumer: consumerProperties(raw, connector, id),
        admin: adminProperties(raw, connector, `connector-adminclient-${name}`),
        deadLetterProducer: producerProperties(raw, connector, `connector-dlq-producer-${name}`),
        deadLetterAdmin: adminProperties(raw, connector, `connector-dlq-adminclient-${name}`),
      },
      offsetsTopic: type === 'source' ? connectorOffsetsTopic(connector, group) : null,
      isExactlyOnce,
      offsetFlushIntervalMs: config['offset.flush.interval.ms'],
      offsetFlushTimeoutMs: config['offset.flush.timeout.ms'],
      isTopicCreationEnabled: config['topic.creation.enable'],
      environmentUrl: (taskEnvironmentUrl ?? defaultUrl).href,
      pluginLocations: pluginLocationsOf(plugins, raw, connector),
    };
  }

  #createThread(entry: Entry, assignment: Omit<TaskAssignment, 'gauges'>): TaskThread {
    const { listener, taskLimits } = this.#options;
    return new TaskThread(
      assignment,
      {
        state: (state) => this.#report(entry, state, null),
        failed: (trace) => this.#fail(entry, trace),
        topic: (topic) => listener.onTaskTopic(entry.id, topic),
        log: (level, message) => this.#log(entry, level, message),
        call: (call, signal) => this.#answer(entry, call, signal),
      },
      { ...defaultLimits, ...taskLimits },
    );
  }

  async #answer({ id, checks }: Entry, call: TaskCall, signal: AbortSignal): Promise<TaskAnswer> {
    const { offsetStore } = this.#options;
    const { connector } = id;
    if (call.type === 'check-transactions') {
      if (checks === null) {
        throw new ConnectError('illegal-state', 'nobody fences the tasks of this worker against each other');
      }
      await (call.when === 'before' ? checks.beforeTransactions(signal) : checks.afterTransactions(signal));
      return null;
    }
    if (call.type === 'read-offsets') return offsetStore.read(connector, call.partitions, signal);
    await offsetStore.write(connector, call.entries, signal);
    return null;
  }

  #warnOfIgnoredOverrides(entry: Entry, connector: Settings, transactionalId: string): void {
    const fixed = { 'transactional.id': transactionalId, 'enable.idempotence': 'true' };
    for (const [key, value] of Object.entries(fixed)) {
      const given = connector[`producer.override.${key}`];
      if (given === undefined || given === value) continue;
      this.#log(
        entry,
        'warn',
        `producer.override.${key} is ignored: exactly-once support is enabled, and it has to be ${value}`,
      );
    }
  }

  #fail(entry: Entry, trace: string): void {
    const shown = entry.secrets.hide(trace);
    entry.hasFailed = true;
    this.#log(entry, 'error', `the task has failed and stays so until it is restarted: ${shown}`);
    this.#report(entry, 'FAILED', shown);
  }

  #report(entry: Entry, state: State, trace: string | null): void {
    const { id, version } = entry;
    const now = Date.now();
    entry.times.change(state, now);
    if (!entry.isStartCounted && state !== 'UNASSIGNED') {
      entry.isStartCounted = true;
      this.starts.add(state !== 'FAILED', now);
    }
    this.#options.listener.onTaskState(id, state, trace, version);
  }

  #check(): void {
    const now = Date.now();
    for (const { id, thread, figures, hasFailed } of this.#entries.values()) {
      if (thread === null || hasFailed) continue;
      thread.checkHeartbeat();
      const metrics = figures?.next(now) ?? null;
      if (metrics !== null && thread.isRunning) this.#options.listener.onTaskMetrics(id, metrics);
    }
  }

  #log({ id, secrets }: Entry, level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
    this.#options.log(level, `[${id.connector}|task-${id.task}] ${secrets.hide(message)}`);
  }
}

function keyOf({ connector, task }: ConnectorTaskId): string {
  return `${task} ${connector}`;
}
