import { setTimeout as delay } from 'node:timers/promises';
import type { RawConfig } from '../../config/config-key.ts';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import type { ConfigStore } from '../../storage/config-store.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import type { StatusStore } from '../../storage/status-store.ts';
import type { ConfigInfos } from '../config-infos.ts';
import { ConnectorQueries } from '../connector-queries.ts';
import { untilAborted } from '../distributed/bounded-wait.ts';
import { TaskConfigPublisher } from '../distributed/task-config-publisher.ts';
import type {
  ConnectorInfo,
  ConnectorStateInfo,
  ConnectorTaskId,
  Herder,
  Offsets,
  PluginInfo,
  TaskInfo,
  WorkerHealth,
} from '../herder.ts';
import type { HerderEventLog } from '../herder-event-log.ts';
import type { HerderEvents } from '../herder-events.ts';
import type { MetricGroup } from '../metrics/metric-group.ts';
import { appInfoGroup } from '../metrics/worker-metric-groups.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import { StatusRecorder } from '../status-recorder.ts';
import type { ConnectorValidator } from '../validate-connector.ts';
import { withinMs } from '../within-ms.ts';
import type { Worker, WorkerListener } from '../worker.ts';
import type { StandaloneWorkerConfig } from '../worker-config.ts';
import type { WorkerView } from '../worker-view.ts';
import { ConfigEvents } from './config-events.ts';
import { ConnectorTurns } from './connector-turns.ts';
import { StandaloneRequests } from './standalone-requests.ts';
import { StandaloneWork } from './standalone-work.ts';

/** What a standalone herder is given. It starts and stops the stores and the worker. */
export interface StandaloneHerderOptions {
  readonly config: StandaloneWorkerConfig;
  /** `host:port` of this worker's REST. */
  readonly workerId: string;
  /** Of this product, for `workers()`. */
  readonly version: string;
  readonly kafka: { readonly admin: Pick<KafkaClient['admin'], 'describeCluster'> };
  readonly configStore: ConfigStore;
  readonly statusStore: StatusStore;
  readonly offsetStore: OffsetStore;
  readonly createWorker: (listener: WorkerListener) => Worker;
  readonly plugins: PluginLookup;
  readonly validator: ConnectorValidator;
  readonly events: HerderEventLog;
  readonly log: Log;
  /** A log level was set for all workers, of which this is the only one. */
  readonly onLoggerLevel?: (namespace: string, level: string) => void;
  readonly now?: () => number;
}

const stopTimeoutMs = 60_000;
const storeStopTimeoutMs = 10_000;
const lookUpTimeoutMs = 10_000;
const publishTimeoutMs = 60_000;
const reloadTimeoutMs = 60_000;

/** A worker by itself: configs in memory, offsets in a file, no group. Requests wait until what they ask for is done. */
export class StandaloneHerder implements Herder {
  readonly mode = 'standalone';
  readonly workerId: string;
  readonly #options: StandaloneHerderOptions;
  readonly #worker: Worker;
  readonly #queries: ConnectorQueries;
  readonly #turns: ConnectorTurns;
  readonly #publisher: TaskConfigPublisher;
  readonly #requests: StandaloneRequests;
  readonly #stopping = new AbortController();
  readonly #upSince: number;
  #clusterId: string | null = null;
  #isReady = false;
  #waitingReason: string | null = null;
  #stopped: Promise<void> | null = null;

  constructor(options: StandaloneHerderOptions) {
    const { config, configStore, statusStore, plugins, events, log, workerId, now = Date.now } = options;
    this.#options = options;
    this.workerId = workerId;
    this.#upSince = now();
    this.#turns = new ConnectorTurns(now);
    const recorder = new StatusRecorder({
      statusStore,
      events,
      workerId,
      generation: () => 0,
      isTopicTracked: config['topic.tracking.enable'],
      onReconfigurationRequested: (connector) => this.#publisher.request(connector),
      onReloadDue: (connector) => void this.#reload(connector),
      now,
    });
    const worker = options.createWorker(recorder);
    const work = new StandaloneWork({ worker, configStore, statusStore, recorder });
    this.#worker = worker;
    this.#publisher = new TaskConfigPublisher({
      worker,
      snapshot: () => configStore.snapshot(),
      publish: (connector, configs) =>
        this.#turns.take(connector, AbortSignal.timeout(publishTimeoutMs), () =>
          work.replaceTasks(connector, configs),
        ),
      log,
    });
    this.#queries = new ConnectorQueries({
      snapshot: () => configStore.snapshot(),
      statusStore,
      plugins,
      isTopicTracked: config['topic.tracking.enable'],
      isTopicResetAllowed: config['topic.tracking.allow.reset'],
    });
    this.#requests = new StandaloneRequests({
      configStore,
      validator: options.validator,
      worker,
      work,
      queries: this.#queries,
      recorder,
      publisher: this.#publisher,
      turns: this.#turns,
      requireReady: () => this.#requireReady(),
    });
  }

  get events(): HerderEvents {
    return this.#options.events;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { configStore, events, log, offsetStore, onLoggerLevel = () => {}, statusStore } = this.#options;
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    events.append({ kind: 'worker', state: 'starting', message: 'The worker is starting' });
    await offsetStore.start(either);
    await statusStore.start(either);
    await configStore.start(either, new ConfigEvents(events, () => configStore.snapshot(), onLoggerLevel));
    this.#clusterId = await this.#lookUpCluster(either);
    await this.#worker.start();
    this.#isReady = true;
    this.#waitingReason = null;
    const message = 'The worker has started and is ready for requests';
    log('info', message);
    events.append({ kind: 'worker', state: 'ready', message });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async health(): Promise<WorkerHealth> {
    if (this.#isReady) {
      const message = 'Worker has completed startup and is ready to handle requests.';
      return { status: 'healthy', message };
    }
    const message = ['Worker is still starting up.', this.#waitingReason ?? ''].join(' ').trim();
    return { status: 'starting', message };
  }

  kafkaClusterId(): string | null {
    return this.#clusterId;
  }

  async connectors(): Promise<readonly string[]> {
    return this.#queries.connectors();
  }

  async connectorInfo(name: string): Promise<ConnectorInfo> {
    return this.#queries.connectorInfo(name);
  }

  async connectorConfig(name: string): Promise<Settings> {
    return this.#queries.connectorConfig(name);
  }

  async connectorStatus(name: string): Promise<ConnectorStateInfo> {
    return this.#queries.connectorStatus(name);
  }

  async taskInfos(name: string): Promise<readonly TaskInfo[]> {
    return this.#queries.taskInfos(name);
  }

  async taskStatus(id: ConnectorTaskId): Promise<ConnectorStateInfo['tasks'][number]> {
    return this.#queries.taskStatus(id);
  }

  async putConnectorConfig(
    name: string,
    config: RawConfig,
    options: Parameters<Herder['putConnectorConfig']>[2],
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }> {
    return this.#requests.putConnectorConfig(name, config, options);
  }

  async patchConnectorConfig(name: string, patch: RawConfig, signal: AbortSignal): Promise<ConnectorInfo> {
    return this.#requests.patchConnectorConfig(name, patch, signal);
  }

  async deleteConnector(name: string, signal: AbortSignal): Promise<void> {
    await this.#requests.deleteConnector(name, signal);
  }

  async pauseConnector(name: string): Promise<void> {
    await this.#requests.pauseConnector(name);
  }

  async resumeConnector(name: string): Promise<void> {
    await this.#requests.resumeConnector(name);
  }

  async stopConnector(name: string, signal: AbortSignal): Promise<void> {
    await this.#requests.stopConnector(name, signal);
  }

  async restartConnector(name: string, signal: AbortSignal): Promise<void> {
    await this.#requests.restartConnector(name, signal);
  }

  /** Values of its settings have expired. Never rejects: what goes wrong with the connector is in its status. */
  async #reload(name: string): Promise<void> {
    try {
      await this.#requests.restartConnector(name, AbortSignal.timeout(reloadTimeoutMs));
    } catch (error) {
      this.#options.log(
        'error',
        `connector ${name} was not restarted for its expired settings: ${messageOf(error)}`,
      );
    }
  }

  async restartConnectorAndTasks(
    name: string,
    options: Parameters<Herder['restartConnectorAndTasks']>[1],
  ): Promise<ConnectorStateInfo> {
    return this.#requests.restartConnectorAndTasks(name, options);
  }

  async restartTask(id: ConnectorTaskId, signal: AbortSignal): Promise<void> {
    await this.#requests.restartTask(id, signal);
  }

  async connectorTopics(name: string): Promise<readonly string[]> {
    return this.#queries.connectorTopics(name);
  }

  async resetConnectorTopics(name: string): Promise<void> {
    this.#queries.resetConnectorTopics(name);
  }

  async connectorOffsets(name: string, signal: AbortSignal): Promise<Offsets> {
    this.#requireReady();
    const config = this.#queries.connectorConfig(name);
    const timedOut = () =>
      new ConnectError('timeout', `Failed to retrieve offsets for connector ${name}: Request timed out`);
    return untilAborted(signal, timedOut, this.#worker.connectorOffsets(name, config, signal));
  }

  async alterConnectorOffsets(name: string, offsets: Offsets, signal: AbortSignal): Promise<string> {
    return this.#requests.alterConnectorOffsets(name, offsets, signal);
  }

  async resetConnectorOffsets(name: string, signal: AbortSignal): Promise<string> {
    return this.#requests.resetConnectorOffsets(name, signal);
  }

  async putTaskConfigs(): Promise<void> {
    throw onlyInGroups('externally setting task configurations');
  }

  async fenceZombies(): Promise<void> {
    throw onlyInGroups('exactly-once source connectors');
  }

  plugins(connectorsOnly: boolean): readonly PluginInfo[] {
    return this.#queries.plugins(connectorsOnly);
  }

  async pluginConfig(className: string, version: string | null = null): Promise<ConfigInfos['configs']> {
    return this.#queries.pluginConfig(className, version);
  }

  async validateConnectorConfig(config: RawConfig, signal: AbortSignal): Promise<ConfigInfos> {
    return this.#options.validator.validate(config, signal);
  }

  async workers(): Promise<readonly WorkerView[]> {
    const { rss, heapUsed } = process.memoryUsage();
    return [
      {
        workerId: this.workerId,
        leader: true,
        self: true,
        connectors: this.#worker.connectorNames(),
        tasks: this.#worker.taskIds(),
        generation: 0,
        memory: { rssBytes: rss, heapUsedBytes: heapUsed },
        upSince: this.#upSince,
        version: this.#options.version,
      },
    ];
  }

  metrics(): readonly MetricGroup[] {
    return [appInfoGroup(this.workerId, this.#options.version, this.#upSince), ...this.#worker.metrics()];
  }

  #requireReady(): void {
    if (this.#isReady && !this.#stopping.signal.aborted) return;
    const state = this.#stopping.signal.aborted ? 'stopping' : 'still starting';
    const reason = this.#waitingReason === null ? '' : `: ${this.#waitingReason}`;
    throw new ConnectError('unavailable', `The worker is ${state}${reason}`);
  }

  /** Until the cluster answers; each attempt is bounded, and the reason is told once. */
  async #lookUpCluster(signal: AbortSignal): Promise<string> {
    const { config, kafka } = this.#options;
    for (let attempt = 0; ; attempt++) {
      if (signal.aborted) throw new ConnectError('cancelled', 'starting the worker was given up');
      try {
        const bound = AbortSignal.any([signal, AbortSignal.timeout(lookUpTimeoutMs)]);
        return (await kafka.admin.describeCluster(bound)).clusterId;
      } catch (error) {
        if (signal.aborted) continue;
        const servers = config['bootstrap.servers'].join(',');
        this.#onWaiting(`Kafka at ${servers} (bootstrap.servers) does not answer: ${messageOf(error)}`);
        await delay(Math.min(250 * 2 ** attempt, 10_000), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #onWaiting(reason: string): void {
    if (reason === this.#waitingReason) return;
    this.#waitingReason = reason;
    this.#options.log('warn', reason);
    this.#options.events.append({ kind: 'worker', state: 'waiting-for-kafka', message: reason });
  }

  async #stop(): Promise<void> {
    const { configStore, events, offsetStore, statusStore } = this.#options;
    events.append({ kind: 'worker', state: 'stopping', message: 'The worker is stopping' });
    this.#stopping.abort();
    this.#turns.close(new ConnectError('unavailable', 'The worker is stopping'));
    this.#publisher.stop();
    await this.#step('connectors and tasks', stopTimeoutMs, this.#worker.stop());
    await this.#step('the offset store', storeStopTimeoutMs, offsetStore.stop());
    await this.#step('the status store', storeStopTimeoutMs, statusStore.stop());
    await this.#step('the config store', storeStopTimeoutMs, configStore.stop());
  }

  async #step(what: string, timeoutMs: number, ending: Promise<void>): Promise<void> {
    try {
      if ((await withinMs(ending, timeoutMs)) !== 'late') return;
      this.#options.log('warn', `${what} did not end within ${timeoutMs} ms`);
    } catch (error) {
      this.#options.log('warn', `${what} could not be ended in order: ${messageOf(error)}`);
    }
  }
}

function onlyInGroups(what: string): ConnectError {
  return new ConnectError('illegal-state', `Kafka Connect in standalone mode does not support ${what}`);
}
