import type { ConfigDef } from '../../server/config/config-def.ts';
import type { RawConfig } from '../../server/config/config-key.ts';
import { defineConfig } from '../../server/config/define-config.ts';
import { describeConfig } from '../../server/config/describe-config.ts';
import * as kinds from '../../server/config/kinds.ts';
import { validateConfig } from '../../server/config/validate-config.ts';
import { atLeast, nonEmptyWithoutControlCharacters } from '../../server/config/validators.ts';
import { ConnectError } from '../../server/errors/connect-error.ts';
import type { ConfigInfos } from '../../server/runtime/config-infos.ts';
import type {
  ConnectorInfo,
  ConnectorStateInfo,
  ConnectorTaskId,
  Herder,
  Offsets,
  State,
  WorkerHealth,
} from '../../server/runtime/herder.ts';
import { HerderEventLog } from '../../server/runtime/herder-event-log.ts';
import type { MetricGroup } from '../../server/runtime/metrics/metric-group.ts';
import type { WorkerView } from '../../server/runtime/worker-view.ts';
import { fakePlugins } from './fake-plugins.ts';

interface FakeTask {
  state: State;
  trace: string | null;
}

interface FakeConnector {
  config: Record<string, string>;
  state: State;
  trace: string | null;
  tasks: FakeTask[];
  topics: string[];
}

const framework = defineConfig({
  name: kinds.string({
    importance: 'HIGH',
    documentation: 'Globally unique name to use for this connector.',
    group: 'Common',
    displayName: 'Connector name',
    validator: nonEmptyWithoutControlCharacters(),
  }),
  'connector.class': kinds.string({
    importance: 'HIGH',
    documentation: 'Name or alias of the class for this connector.',
    group: 'Common',
    displayName: 'Connector class',
  }),
  'tasks.max': kinds.int({
    importance: 'HIGH',
    documentation: 'Maximum number of tasks to use for this connector.',
    group: 'Common',
    displayName: 'Tasks max',
    default: 1,
    validator: atLeast(1),
  }),
  'key.converter': kinds.className({
    importance: 'LOW',
    documentation:
      'Converter class used to convert between Kafka Connect format and the serialized form that is written to Kafka.',
    group: 'Common',
    displayName: 'Key converter class',
    default: null,
    recommender: {
      validValues: () => [
        'org.apache.kafka.connect.storage.StringConverter',
        'org.apache.kafka.connect.json.JsonConverter',
      ],
      visible: () => true,
    },
  }),
  transforms: kinds.list({
    importance: 'LOW',
    documentation: 'Aliases for the transformations to be applied to records.',
    group: 'Transforms',
    displayName: 'Transforms',
    default: [],
  }),
  'errors.tolerance': kinds.string({
    importance: 'MEDIUM',
    documentation: 'Behavior for tolerating errors during connector operation.',
    group: 'Error Handling',
    displayName: 'Error Tolerance',
    default: 'none',
    recommender: { validValues: () => ['none', 'all'], visible: () => true },
  }),
});

const sinkFramework = defineConfig({
  topics: kinds.list({
    importance: 'HIGH',
    documentation: 'List of topics to consume, separated by commas',
    group: 'Common',
    displayName: 'Topics',
    default: [],
  }),
});

/** A herder without a worker: states are set by the test or the demonstration that owns it. */
export class FakeHerder implements Herder {
  readonly mode = 'distributed';
  readonly workerId = '127.0.0.1:8083';
  readonly events = new HerderEventLog();
  readonly map = new Map<string, FakeConnector>();
  currentHealth: WorkerHealth = { status: 'healthy', message: 'Worker is ready.' };
  offsets: Offsets = [];
  metricGroups: readonly MetricGroup[] = [];
  readonly upSince = Date.now();

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async health(): Promise<WorkerHealth> {
    return this.currentHealth;
  }
  kafkaClusterId(): string {
    return 'fake-cluster';
  }

  async connectors(): Promise<string[]> {
    if (this.currentHealth.status !== 'healthy')
      throw new ConnectError('unavailable', this.currentHealth.message);
    return [...this.map.keys()];
  }
  async connectorInfo(name: string): Promise<ConnectorInfo> {
    const { config, tasks } = this.#require(name);
    const className = config['connector.class'];
    return {
      name,
      config,
      tasks: tasks.map((_, task) => ({ connector: name, task })),
      type: fakePlugins.find((plugin) => plugin.className === className)?.type ?? 'unknown',
    };
  }
  async connectorConfig(name: string): Promise<Record<string, string>> {
    return this.#require(name).config;
  }
  async connectorStatus(name: string): Promise<ConnectorStateInfo> {
    const one = this.#require(name);
    const common = { workerId: this.workerId, generation: 1, version: '0.1.0' };
    return {
      name,
      type: (await this.connectorInfo(name)).type,
      connector: { state: one.state, trace: one.trace, ...common },
      tasks: one.tasks.map((task, id) => ({ id, state: task.state, trace: task.trace, ...common })),
    };
  }
  async taskInfos(): Promise<[]> {
    return [];
  }
  async taskStatus({ connector, task }: ConnectorTaskId): Promise<ConnectorStateInfo['tasks'][number]> {
    const found = (await this.connectorStatus(connector)).tasks[task];
    if (found === undefined)
      throw new ConnectError('not-found', `No status found for task ${connector}-${task}`);
    return found;
  }

  async putConnectorConfig(
    name: string,
    config: RawConfig,
    { replace }: { readonly replace: boolean },
  ): Promise<{ created: boolean; info: ConnectorInfo }> {
    const infos = await this.validateConnectorConfig(config);
    if (infos.errorCount > 0) {
      const errors = infos.configs.flatMap(({ value }) => value.errors);
      throw new ConnectError(
        'bad-request',
        `Connector configuration is invalid and contains the following ${infos.errorCount} error(s):\n${errors.join('\n')}`,
      );
    }
    const exists = this.map.has(name);
    if (exists && !replace) throw new ConnectError('already-exists', `Connector ${name} already exists`);
    const text = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, value ?? '']));
    this.add(name, { ...text, name }, 0);
    this.events.append({ kind: 'connector-config', connector: name, change: exists ? 'updated' : 'created' });
    setTimeout(() => this.setConnector(name, 'RUNNING'), 300);
    setTimeout(() => this.setTask(name, 0, 'RUNNING'), 900);
    return { created: !exists, info: await this.connectorInfo(name) };
  }
  patchConnectorConfig(): Promise<never> {
    throw new Error('not in the fake');
  }
  async deleteConnector(name: string): Promise<void> {
    this.#require(name);
    this.map.delete(name);
    this.events.append({ kind: 'connector-config', connector: name, change: 'deleted' });
  }
  async pauseConnector(name: string): Promise<void> {
    this.#setAll(name, 'PAUSED');
  }
  async resumeConnector(name: string): Promise<void> {
    this.#setAll(name, 'RUNNING');
  }
  async stopConnector(name: string): Promise<void> {
    this.#require(name).tasks = [];
    this.setConnector(name, 'STOPPED');
  }
  async restartConnector(name: string): Promise<void> {
    this.#setAll(name, 'RUNNING');
  }
  async restartConnectorAndTasks(name: string): Promise<ConnectorStateInfo> {
    this.#setAll(name, 'RESTARTING');
    setTimeout(() => this.#setAll(name, 'RUNNING'), 1500);
    return this.connectorStatus(name);
  }
  async restartTask({ connector, task }: ConnectorTaskId): Promise<void> {
    this.setTask(connector, task, 'RESTARTING');
    setTimeout(() => this.setTask(connector, task, 'RUNNING'), 1500);
  }

  async connectorTopics(name: string): Promise<string[]> {
    return this.#require(name).topics;
  }
  async resetConnectorTopics(): Promise<void> {}
  async connectorOffsets(): Promise<Offsets> {
    return this.offsets;
  }
  alterConnectorOffsets(): Promise<never> {
    throw new Error('not in the fake');
  }
  resetConnectorOffsets(): Promise<never> {
    throw new Error('not in the fake');
  }

  putTaskConfigs(): Promise<never> {
    throw new Error('not in the fake');
  }

  fenceZombies(): Promise<never> {
    throw new Error('not in the fake');
  }

  plugins() {
    return fakePlugins.map(({ className, type, version }) => ({ className, type, version }));
  }
  async pluginConfig(className: string): Promise<ConfigInfos['configs']> {
    return [...infosOf(framework, {}), ...infosOf(requirePlugin(className).config, {})];
  }
  async validateConnectorConfig(config: RawConfig): Promise<ConfigInfos> {
    const plugin = requirePlugin(config['connector.class'] ?? '');
    const configs = [
      ...infosOf(framework, config),
      ...(plugin.type === 'sink' ? infosOf(sinkFramework, config) : []),
      ...infosOf(plugin.config, config),
    ];
    const known = new Set(configs.map(({ value }) => value.name));
    const groups = new Set(configs.flatMap(({ definition }) => definition?.group ?? []));
    for (const [name, value] of Object.entries(config)) {
      if (known.has(name)) continue;
      configs.push({
        definition: null,
        value: { name, value, recommendedValues: [], errors: [], visible: true },
      });
    }
    return {
      name: plugin.className,
      errorCount: configs.reduce((sum, { value }) => sum + value.errors.length, 0),
      groups: [...groups],
      configs,
    };
  }
  metrics(): readonly MetricGroup[] {
    return this.metricGroups;
  }

  async workers(): Promise<WorkerView[]> {
    return [
      {
        workerId: this.workerId,
        leader: true,
        self: true,
        connectors: [...this.map.keys()],
        tasks: [...this.map].flatMap(([connector, { tasks }]) =>
          tasks.map((_, task) => ({ connector, task })),
        ),
        generation: 3,
        memory: { rssBytes: 212e6, heapUsedBytes: 61e6 },
        upSince: this.upSince,
        version: '0.1.0',
      },
    ];
  }

  /** Puts a connector there without validation. */
  add(name: string, config: Record<string, string>, tasks: number, topics: string[] = []): void {
    const old = this.map.get(name);
    this.map.set(name, {
      config,
      state: old?.state ?? 'UNASSIGNED',
      trace: null,
      tasks: old?.tasks ?? Array.from({ length: tasks }, () => ({ state: 'UNASSIGNED', trace: null })),
      topics: old?.topics ?? topics,
    });
  }
  setConnector(name: string, state: State, trace: string | null = null): void {
    const one = this.map.get(name);
    if (one === undefined) return;
    Object.assign(one, { state, trace });
    this.events.append({ kind: 'connector-state', connector: name, state, trace, workerId: this.workerId });
  }
  setTask(name: string, task: number, state: State, trace: string | null = null): void {
    const one = this.map.get(name);
    if (one === undefined) return;
    one.tasks[task] = { state, trace };
    this.events.append({ kind: 'task-state', connector: name, task, state, trace, workerId: this.workerId });
  }
  setMetrics(
    connector: string,
    task: number,
    records: number,
    recordsPerSecond: number,
    lag: number | null,
  ): void {
    const errors = {
      failures: 0,
      errors: 0,
      skipped: 0,
      retries: 0,
      logged: 0,
      deadLetters: 0,
      deadLetterFailures: 0,
      lastErrorAt: null,
    };
    const metrics = { records, recordsPerSecond, lag, lastRecordAt: Date.now(), callSince: null, errors };
    this.events.append({ kind: 'task-metrics', connector, task, metrics });
  }

  #setAll(name: string, state: State): void {
    const { tasks } = this.#require(name);
    this.setConnector(name, state);
    for (const task of tasks.keys()) this.setTask(name, task, state);
  }
  #require(name: string): FakeConnector {
    const one = this.map.get(name);
    if (one === undefined) throw new ConnectError('not-found', `Connector ${name} not found`);
    return one;
  }
}

function requirePlugin(className: string) {
  const plugin = fakePlugins.find(
    (one) => one.className === className || one.className.endsWith(`.${className}Connector`),
  );
  if (plugin === undefined) throw new ConnectError('not-found', `Unknown connector plugin ${className}`);
  return plugin;
}

function infosOf(def: ConfigDef, config: RawConfig): ConfigInfos['configs'][number][] {
  const definitions = describeConfig(def);
  return validateConfig(def, config).map((value, index) => ({
    definition: definitions[index] ?? null,
    value,
  }));
}
