import type { RawConfig } from '../../config/config-key.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { ConfigInfos } from '../../runtime/config-infos.ts';
import type {
  ConnectorInfo,
  ConnectorStateInfo,
  ConnectorTaskId,
  Herder,
  Offsets,
  PluginInfo,
  State,
  TargetState,
  WorkerHealth,
} from '../../runtime/herder.ts';
import { HerderEventLog } from '../../runtime/herder-event-log.ts';
import type { ReceivedSignature } from '../../runtime/internal-request.ts';
import type { MetricGroup } from '../../runtime/metrics/metric-group.ts';

interface Connector {
  config: Record<string, string>;
  target: TargetState;
}

/** A herder that keeps connectors in memory and runs nothing; each has one task. Calls are kept for the test to look at. */
export class FakeHerder implements Herder {
  readonly mode = 'distributed';
  readonly workerId = '127.0.0.1:8083';
  readonly events = new HerderEventLog();
  readonly calls: string[] = [];
  readonly connectorsByName = new Map<string, Connector>();
  healthAnswer: WorkerHealth | Error = {
    status: 'healthy',
    message: 'Worker has completed startup and is ready.',
  };
  clusterId: string | null = 'cluster';
  trace: string | null = null;
  metricGroups: readonly MetricGroup[] = [];
  version: string | null = '0.1.0';
  offsets: Offsets = [];
  altered: Offsets = [];
  /** Of the last internal request. */
  received: ReceivedSignature | null = null;
  /** What the next call rejects with. */
  failure: unknown = null;
  /** Whether calls hang for ever. */
  hangs = false;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async health(): Promise<WorkerHealth> {
    await this.#called('health');
    if (this.healthAnswer instanceof Error) throw this.healthAnswer;
    return this.healthAnswer;
  }

  kafkaClusterId(): string | null {
    return this.clusterId;
  }

  async connectors(): Promise<readonly string[]> {
    await this.#called('connectors');
    return [...this.connectorsByName.keys()];
  }

  async connectorInfo(name: string): Promise<ConnectorInfo> {
    await this.#called('connectorInfo', name);
    const { config } = this.#require(name);
    return { name, config, tasks: [{ connector: name, task: 0 }], type: 'source' };
  }

  async connectorConfig(name: string): Promise<Readonly<Record<string, string>>> {
    await this.#called('connectorConfig', name);
    return this.#require(name).config;
  }

  async connectorStatus(name: string): Promise<ConnectorStateInfo> {
    await this.#called('connectorStatus', name);
    if (!this.connectorsByName.has(name)) throw notFound(`No status found for connector ${name}`);
    return this.#state(name, null);
  }

  async taskInfos(name: string) {
    await this.#called('taskInfos', name);
    this.#require(name);
    return [{ id: { connector: name, task: 0 }, config: { 'task.class': 'FileStreamSourceTask' } }];
  }

  async taskStatus({ connector, task }: ConnectorTaskId) {
    await this.#called('taskStatus', `${connector}-${task}`);
    const found = this.connectorsByName.has(connector) ? this.#state(connector, null).tasks[task] : undefined;
    if (found === undefined) throw notFound(`No status found for task ${connector}-${task}`);
    return found;
  }

  async putConnectorConfig(
    name: string,
    config: RawConfig,
    options: { readonly replace: boolean; readonly initialState?: TargetState },
  ) {
    await this.#called('putConnectorConfig', `${name} ${options.initialState ?? ''}`.trim());
    const nullKey = Object.keys(config).find((key) => config[key] === null);
    if (nullKey !== undefined)
      throw new ConnectError('bad-request', `Null value can not be supplied for ${nullKey}`);
    const created = !this.connectorsByName.has(name);
    if (!created && !options.replace)
      throw new ConnectError('already-exists', `Connector ${name} already exists`);
    const entries = Object.entries(config).map(([key, value]): [string, string] => [key, value ?? '']);
    this.connectorsByName.set(name, {
      config: Object.fromEntries(entries),
      target: options.initialState ?? 'STARTED',
    });
    return { created, info: await this.connectorInfo(name) };
  }

  async patchConnectorConfig(name: string, patch: RawConfig): Promise<ConnectorInfo> {
    await this.#called('patchConnectorConfig', name);
    const { config } = this.#require(name);
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete config[key];
      else config[key] = value;
    }
    return await this.connectorInfo(name);
  }

  async deleteConnector(name: string): Promise<void> {
    await this.#called('deleteConnector', name);
    this.#require(name);
    this.connectorsByName.delete(name);
  }

  async pauseConnector(name: string): Promise<void> {
    await this.#called('pauseConnector', name);
    this.#require(name).target = 'PAUSED';
  }

  async resumeConnector(name: string): Promise<void> {
    await this.#called('resumeConnector', name);
    this.#require(name).target = 'STARTED';
  }

  async stopConnector(name: string): Promise<void> {
    await this.#called('stopConnector', name);
    this.#require(name).target = 'STOPPED';
  }

  async restartConnector(name: string): Promise<void> {
    await this.#called('restartConnector', name);
    this.#require(name);
  }

  async restartConnectorAndTasks(
    name: string,
    options: { readonly onlyFailed: boolean; readonly includeTasks: boolean },
  ): Promise<ConnectorStateInfo> {
    await this.#called('restartConnectorAndTasks', `${name} ${options.onlyFailed} ${options.includeTasks}`);
    this.#require(name);
    return this.#state(name, 'RESTARTING');
  }

  async restartTask({ connector, task }: ConnectorTaskId): Promise<void> {
    await this.#called('restartTask', `${connector}-${task}`);
    if (task > 0) throw notFound(`Unknown task: ${connector}-${task}`);
  }

  async connectorTopics(name: string): Promise<readonly string[]> {
    await this.#called('connectorTopics', name);
    return this.connectorsByName.has(name) ? ['lines'] : [];
  }

  async resetConnectorTopics(name: string): Promise<void> {
    await this.#called('resetConnectorTopics', name);
  }

  async connectorOffsets(name: string): Promise<Offsets> {
    await this.#called('connectorOffsets', name);
    this.#require(name);
    return this.offsets;
  }

  async alterConnectorOffsets(name: string, offsets: Offsets): Promise<string> {
    await this.#called('alterConnectorOffsets', name);
    this.#require(name);
    this.altered = offsets;
    return 'The offsets for this connector have been altered successfully';
  }

  async resetConnectorOffsets(name: string): Promise<string> {
    await this.#called('resetConnectorOffsets', name);
    this.#require(name);
    return 'The offsets for this connector have been reset successfully';
  }

  async putTaskConfigs(
    name: string,
    configs: readonly Readonly<Record<string, string>>[],
    received: ReceivedSignature,
  ): Promise<void> {
    this.received = received;
    await this.#called('putTaskConfigs', `${name} ${JSON.stringify(configs)}`);
    this.#require(name);
  }

  async fenceZombies(name: string, received: ReceivedSignature): Promise<void> {
    this.received = received;
    await this.#called('fenceZombies', name);
    this.#require(name);
  }

  plugins(connectorsOnly: boolean): readonly PluginInfo[] {
    const connectors: PluginInfo[] = [
      { className: 'org.apache.kafka.connect.file.FileStreamSinkConnector', type: 'sink', version: '0.1.0' },
    ];
    if (connectorsOnly) return connectors;
    return [
      ...connectors,
      {
        className: 'org.apache.kafka.connect.storage.StringConverter',
        type: 'converter',
        version: 'undefined',
      },
    ];
  }

  async pluginConfig(className: string, version: string | null = null): Promise<ConfigInfos['configs']> {
    await this.#called('pluginConfig', className);
    if (!className.includes('FileStreamSink')) throw notFound(`Unknown plugin ${className}.`);
    if (version !== null && !['latest', '0.1.0', '[0.1.0]'].includes(version)) {
      throw new ConnectError('bad-request', `available versions: [0.1.0], wanted: ${version}`);
    }
    return this.#infos().configs;
  }

  async validateConnectorConfig(config: RawConfig): Promise<ConfigInfos> {
    await this.#called('validateConnectorConfig', JSON.stringify(config));
    if (config['connector.class'] === undefined) {
      throw new ConnectError('bad-request', 'Connector config {} contains no connector type');
    }
    return this.#infos();
  }

  async workers() {
    return [];
  }

  metrics(): readonly MetricGroup[] {
    return this.metricGroups;
  }

  #infos(): ConfigInfos {
    return {
      name: 'FileStreamSink',
      errorCount: 1,
      groups: ['Common'],
      configs: [
        {
          definition: null,
          value: { name: 'who.knows', value: null, recommendedValues: [], errors: ['why'], visible: true },
        },
        {
          definition: {
            name: 'file',
            type: 'STRING',
            required: false,
            defaultValue: null,
            importance: 'HIGH',
            documentation: 'Destination filename.',
            group: null,
            orderInGroup: -1,
            width: 'NONE',
            displayName: 'file',
            dependents: [],
          },
          value: { name: 'file', value: 'x', recommendedValues: ['a'], errors: [], visible: true },
        },
      ],
    };
  }

  #state(name: string, state: State | null): ConnectorStateInfo {
    const { workerId, trace, version } = this;
    const target = this.connectorsByName.get(name)?.target ?? 'STARTED';
    const shown: State = state ?? (target === 'STARTED' ? 'RUNNING' : target);
    const status = { state: shown, workerId, generation: 1, version };
    return {
      name,
      type: 'source',
      connector: { ...status, trace: null },
      tasks: [{ id: 0, ...status, trace }],
    };
  }

  #require(name: string): Connector {
    const connector = this.connectorsByName.get(name);
    if (connector === undefined) throw notFound(`Connector ${name} not found`);
    return connector;
  }

  async #called(method: string, argument = ''): Promise<void> {
    this.calls.push(`${method} ${argument}`.trim());
    if (this.failure !== null) throw this.failure;
    if (this.hangs) await new Promise(() => undefined);
  }
}

function notFound(message: string): ConnectError {
  return new ConnectError('not-found', message);
}
