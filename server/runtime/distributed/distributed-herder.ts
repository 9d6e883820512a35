import type { RawConfig } from '../../config/config-key.ts';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { ConfigInfos } from '../config-infos.ts';
import type { ConnectorQueries } from '../connector-queries.ts';
import type {
  ConnectorInfo,
  ConnectorStateInfo,
  ConnectorTaskId,
  Herder,
  Offsets,
  PluginInfo,
  TargetState,
  TaskInfo,
  WorkerHealth,
} from '../herder.ts';
import type { HerderEvents } from '../herder-events.ts';
import type { ReceivedSignature } from '../internal-request.ts';
import type { MetricGroup } from '../metrics/metric-group.ts';
import { appInfoGroup } from '../metrics/worker-metric-groups.ts';
import type { WorkerView } from '../worker-view.ts';
import { atMost, untilAborted } from './bounded-wait.ts';
import { createHerderParts } from './create-herder-parts.ts';
import { viewGroup } from './group-view.ts';
import { HerderLoop } from './herder-loop.ts';
import type { DistributedHerderOptions, HerderParts } from './herder-parts.ts';
import { HerderRequests } from './herder-requests.ts';
import { InternalRequests } from './internal-requests.ts';
import { RebalanceGauges } from './rebalance-gauges.ts';
import { startStores } from './start-stores.ts';

const stopStepMs = 10_000;
const workerStopMs = 60_000;

/** A worker among others: configs, statuses and offsets in Kafka, work shared out by the worker group. */
export class DistributedHerder implements Herder {
  readonly mode = 'distributed';
  readonly workerId: string;
  readonly #options: DistributedHerderOptions;
  readonly #parts: HerderParts;
  readonly #loop: HerderLoop;
  readonly #requests: HerderRequests;
  readonly #internalRequests: InternalRequests;
  readonly #stopping = new AbortController();
  readonly #upSince: number;
  readonly #rebalances: RebalanceGauges;
  #clusterId: string | null = null;
  #startedStores = false;
  #waitingReason: string | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(options: DistributedHerderOptions) {
    this.#options = options;
    this.workerId = options.workerId;
    this.#parts = createHerderParts(options);
    this.#loop = new HerderLoop(this.#parts);
    this.#requests = new HerderRequests(this.#parts);
    this.#internalRequests = new InternalRequests(this.#parts);
    this.#upSince = this.#parts.now();
    this.#rebalances = new RebalanceGauges(options.events);
  }

  get events(): HerderEvents {
    return this.#options.events;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { stage, worker, changes, agreed, group, bell } = this.#parts;
    const { configStore, events, log } = this.#options;
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    events.append({ kind: 'worker', state: 'starting', message: 'The worker is starting' });
    await worker.start();
    this.#clusterId = await stage.run('initializing and reading to the end of internal topics', () =>
      startStores(this.#options, changes, either, (reason) => this.#onWaiting(reason)),
    );
    changes.begin(configStore.snapshot());
    agreed.renew();
    this.#startedStores = true;
    this.#waitingReason = null;
    group.onRejoinNeeded(() => bell.ring());
    const ready = Promise.withResolvers<void>();
    this.#running = this.#loop.run(this.#stopping.signal, () => {
      const message = 'The worker has started and is ready for requests';
      log('info', message);
      events.append({ kind: 'worker', state: 'ready', message });
      ready.resolve();
    });
    const ended = this.#running.then(() => {
      throw new ConnectError('cancelled', 'the worker was stopped while it was starting');
    });
    const aborted = () => new ConnectError('cancelled', 'starting the worker was given up');
    await untilAborted(signal, aborted, Promise.race([ready.promise, ended]));
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** At once while starting; later it goes through the loop, so that a stuck loop shows. */
  async health(signal: AbortSignal): Promise<WorkerHealth> {
    const { queue, stage } = this.#parts;
    if (!this.#loop.isReady) {
      const reason = this.#waitingReason ?? this.#loop.problem ?? '';
      const message = ['Worker is still starting up.', reason, stage.summary()].filter(Boolean).join(' ');
      return { status: 'starting', message };
    }
    try {
      await queue.submit(async () => {}, { signal });
      return { status: 'healthy', message: 'Worker has completed startup and is ready to handle requests.' };
    } catch {
      const reason = this.#loop.problem === null ? '' : `${this.#loop.problem}.`;
      const lead = 'Worker was unable to handle this request and may be unable to handle other requests.';
      return {
        status: 'unhealthy',
        message: [lead, reason, stage.summary()].filter(Boolean).join(' '),
      };
    }
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
    options: { readonly replace: boolean; readonly initialState?: TargetState; readonly signal: AbortSignal },
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }> {
    this.#requireStarted();
    return await this.#requests.putConnectorConfig(name, config, options);
  }

  async patchConnectorConfig(name: string, patch: RawConfig, signal: AbortSignal): Promise<ConnectorInfo> {
    this.#requireStarted();
    return await this.#requests.patchConnectorConfig(name, patch, signal);
  }

  async deleteConnector(name: string, signal: AbortSignal): Promise<void> {
    this.#requireStarted();
    await this.#requests.deleteConnector(name, signal);
  }

  async pauseConnector(name: string): Promise<void> {
    this.#requireStarted();
    await this.#requests.setTargetState(name, 'PAUSED');
  }

  async resumeConnector(name: string): Promise<void> {
    this.#requireStarted();
    await this.#requests.setTargetState(name, 'STARTED');
  }

  async stopConnector(name: string, signal: AbortSignal): Promise<void> {
    this.#requireStarted();
    await this.#requests.stopConnector(name, signal);
  }

  async restartConnector(name: string, signal: AbortSignal): Promise<void> {
    this.#requireStarted();
    await this.#requests.restartConnector(name, signal);
  }

  async restartConnectorAndTasks(
    name: string,
    options: { readonly onlyFailed: boolean; readonly includeTasks: boolean; readonly signal: AbortSignal },
  ): Promise<ConnectorStateInfo> {
    this.#requireStarted();
    return await this.#requests.restartConnectorAndTasks(name, options);
  }

  async restartTask(id: ConnectorTaskId, signal: AbortSignal): Promise<void> {
    this.#requireStarted();
    await this.#requests.restartTask(id, signal);
  }

  async connectorTopics(name: string): Promise<readonly string[]> {
    return this.#queries.connectorTopics(name);
  }

  async resetConnectorTopics(name: string): Promise<void> {
    this.#queries.resetConnectorTopics(name);
  }

  async connectorOffsets(name: string, signal: AbortSignal): Promise<Offsets> {
    const { worker, stage } = this.#parts;
    const config = this.#queries.connectorConfig(name);
    const reading = worker.connectorOffsets(name, config, signal);
    return await untilAborted(signal, () => stage.timeout(), reading);
  }

  async alterConnectorOffsets(name: string, offsets: Offsets, signal: AbortSignal): Promise<string> {
    this.#requireStarted();
    return await this.#requests.alterOffsets(name, offsets, signal);
  }

  async resetConnectorOffsets(name: string, signal: AbortSignal): Promise<string> {
    this.#requireStarted();
    return await this.#requests.alterOffsets(name, null, signal);
  }

  async putTaskConfigs(
    name: string,
    configs: readonly Settings[],
    received: ReceivedSignature,
    signal: AbortSignal,
  ): Promise<void> {
    this.#requireStarted();
    await this.#internalRequests.putTaskConfigs(name, configs, received, signal);
  }

  async fenceZombies(name: string, received: ReceivedSignature, signal: AbortSignal): Promise<void> {
    this.#requireStarted();
    await this.#internalRequests.fenceZombies(name, received, signal);
  }

  plugins(connectorsOnly: boolean): readonly PluginInfo[] {
    return this.#parts.queries.plugins(connectorsOnly);
  }

  async pluginConfig(className: string, version: string | null = null): Promise<ConfigInfos['configs']> {
    return this.#parts.queries.pluginConfig(className, version);
  }

  async validateConnectorConfig(config: RawConfig, signal: AbortSignal): Promise<ConfigInfos> {
    return await this.#options.validator.validate(config, signal);
  }

  async workers(): Promise<readonly WorkerView[]> {
    return viewGroup(this.#parts, this.#upSince);
  }

  metrics(): readonly MetricGroup[] {
    const { group, now, worker } = this.#parts;
    return [
      appInfoGroup(this.workerId, this.#options.version, this.#upSince),
      this.#rebalances.group(group, now()),
      ...worker.metrics(),
    ];
  }

  get #queries(): ConnectorQueries {
    this.#requireStarted();
    return this.#parts.queries;
  }

  #requireStarted(): void {
    if (this.#startedStores && !this.#stopping.signal.aborted) return;
    const state = this.#stopping.signal.aborted ? 'stopping' : 'still starting';
    const reason = this.#waitingReason === null ? '' : `: ${this.#waitingReason}`;
    throw new ConnectError('unavailable', `The worker is ${state}${reason}`);
  }

  #onWaiting(reason: string): void {
    if (reason === this.#waitingReason) return;
    this.#waitingReason = reason;
    this.#options.log('warn', reason);
    this.#options.events.append({ kind: 'worker', state: 'waiting-for-kafka', message: reason });
  }

  async #stop(): Promise<void> {
    const { publisher, queue, worker, group, stage } = this.#parts;
    const { events, statusStore, offsetStore, configStore } = this.#options;
    events.append({ kind: 'worker', state: 'stopping', message: 'The worker is stopping' });
    this.#stopping.abort();
    queue.close(new ConnectError('unavailable', 'The worker is stopping'));
    publisher.stop();
    await stage.run('shutting down', async () => {
      await this.#step('the herder loop', stopStepMs, this.#running);
      await this.#step('connectors and tasks', workerStopMs, worker.stop());
      await statusStore.flush(stopStepMs / 2);
      await this.#step(
        'membership in the group',
        stopStepMs,
        group.leave('the worker is shutting down', stopStepMs / 2),
      );
      await this.#step('the offset store', stopStepMs, offsetStore.stop());
      await this.#step('the status store', stopStepMs, statusStore.stop());
      await this.#step('the config store', stopStepMs, configStore.stop());
    });
  }

  async #step(what: string, timeoutMs: number, ending: Promise<void>): Promise<void> {
    try {
      await atMost(timeoutMs, `stopping ${what}`, ending);
    } catch (error) {
      this.#options.log('warn', `${what} could not be ended in order: ${messageOf(error)}`);
    }
  }
}
