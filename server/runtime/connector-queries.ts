import type { ConfigKeyInfo } from '../config/config-key-info.ts';
import { describeConfig } from '../config/describe-config.ts';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { compareVersions } from '../plugins/maven-version.ts';
import type { ConfigSnapshot } from '../storage/config-store.ts';
import type { StatusStore } from '../storage/status-store.ts';
import type { ConfigInfos } from './config-infos.ts';
import { connectorConfigOf } from './connector-config.ts';
import type {
  ConnectorInfo,
  ConnectorStateInfo,
  ConnectorTaskId,
  ConnectorType,
  PluginInfo,
  TaskInfo,
} from './herder.ts';
import { findConnector, type PluginLookup } from './plugin-lookup.ts';

export interface ConnectorQueriesOptions {
  /** The snapshot to answer from; asked at each call. */
  readonly snapshot: () => ConfigSnapshot;
  readonly statusStore: StatusStore;
  readonly plugins: PluginLookup;
  /** `topic.tracking.enable`. */
  readonly isTopicTracked: boolean;
  /** `topic.tracking.allow.reset`. */
  readonly isTopicResetAllowed: boolean;
}

const pluginOrder = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
] as const;

/** The read-only half of a herder: what a snapshot, the status store and the catalogue can answer. */
export class ConnectorQueries {
  readonly #options: ConnectorQueriesOptions;

  constructor(options: ConnectorQueriesOptions) {
    this.#options = options;
  }

  connectors(): readonly string[] {
    return this.#options.snapshot().connectors();
  }

  connectorConfig(name: string): Readonly<Record<string, string>> {
    const config = this.#options.snapshot().connectorConfig(name);
    if (config === null) throw new ConnectError('not-found', `Connector ${name} not found`);
    return config;
  }

  connectorType(name: string): ConnectorType {
    return this.typeOfClass(this.#options.snapshot().connectorConfig(name)?.['connector.class']);
  }

  typeOfClass(className: string | null | undefined): ConnectorType {
    if (className === undefined || className === null) return 'unknown';
    return findConnector(this.#options.plugins, className)?.type ?? 'unknown';
  }

  connectorInfo(name: string): ConnectorInfo {
    const config = this.connectorConfig(name);
    const tasks = this.#options.snapshot().tasks(name);
    return {
      name,
      config,
      tasks: tasks.map((task) => ({ connector: name, task })),
      type: this.connectorType(name),
    };
  }

  taskInfos(name: string): readonly TaskInfo[] {
    this.connectorConfig(name);
    const snapshot = this.#options.snapshot();
    return snapshot
      .tasks(name)
      .map((task) => ({ id: { connector: name, task }, config: snapshot.taskConfig(name, task) ?? {} }));
  }

  connectorStatus(name: string): ConnectorStateInfo {
    const { statusStore } = this.#options;
    const connector = statusStore.connector(name);
    if (connector === null) throw new ConnectError('not-found', `No status found for connector ${name}`);
    return { name, connector, tasks: statusStore.tasks(name), type: this.connectorType(name) };
  }

  taskStatus({ connector, task }: ConnectorTaskId): ConnectorStateInfo['tasks'][number] {
    const found = this.#options.statusStore.tasks(connector).find(({ id }) => id === task);
    if (found === undefined) {
      throw new ConnectError('not-found', `No status found for task ${connector}-${task}`);
    }
    return found;
  }

  /** What a restart would do: status with RESTARTING for what is due, and the two decisions. */
  restartPlan(
    name: string,
    { onlyFailed, includeTasks }: { readonly onlyFailed: boolean; readonly includeTasks: boolean },
  ): { readonly state: ConnectorStateInfo; readonly connector: boolean; readonly tasks: readonly number[] } {
    const { statusStore } = this.#options;
    const connector = statusStore.connector(name);
    if (connector === null) throw new ConnectError('not-found', `Status for connector ${name} not found`);
    const isDue = (state: string) => !onlyFailed || state === 'FAILED';
    const tasks = statusStore.tasks(name);
    const dueTasks = includeTasks ? tasks.filter(({ state }) => isDue(state)).map(({ id }) => id) : [];
    const state: ConnectorStateInfo = {
      name,
      type: this.connectorType(name),
      connector: isDue(connector.state) ? { ...connector, state: 'RESTARTING' } : connector,
      tasks: tasks.map((task) => (dueTasks.includes(task.id) ? { ...task, state: 'RESTARTING' } : task)),
    };
    return { state, connector: isDue(connector.state), tasks: dueTasks };
  }

  /** Empty for a connector that does not exist, as Apache's answers. */
  connectorTopics(name: string): readonly string[] {
    if (!this.#options.isTopicTracked) throw new ConnectError('forbidden', 'Topic tracking is disabled.');
    return this.#options.statusStore.topics(name).map(({ topic }) => topic);
  }

  resetConnectorTopics(name: string): void {
    if (!this.#options.isTopicTracked) throw new ConnectError('forbidden', 'Topic tracking is disabled.');
    if (!this.#options.isTopicResetAllowed) {
      throw new ConnectError('forbidden', 'Topic tracking reset is disabled.');
    }
    const { statusStore } = this.#options;
    for (const { topic } of statusStore.topics(name)) statusStore.deleteTopic(name, topic);
  }

  plugins(connectorsOnly: boolean): readonly PluginInfo[] {
    const order = connectorsOnly ? (['sink', 'source'] as const) : pluginOrder;
    const all = this.#options.plugins.list();
    return order.flatMap((type) =>
      all
        .filter((plugin) => plugin.type === type)
        .map(({ className, version }) => ({ className, type, version }))
        .sort(byClassAndVersion),
    );
  }

  pluginConfig(className: string, version: string | null): ConfigInfos['configs'] {
    const { plugins } = this.#options;
    const newest = findConnector(plugins, className) ?? plugins.find(className);
    if (newest === null) throw new ConnectError('not-found', `Unknown plugin ${className}.`);
    const plugin = requireVersion(plugins, newest, version);
    return describePlugin(plugin).map((definition) => ({
      definition,
      value: {
        name: definition.name,
        value: definition.defaultValue,
        recommendedValues: [],
        errors: [],
        visible: true,
      },
    }));
  }
}

function byClassAndVersion(one: PluginInfo, other: PluginInfo): number {
  if (one.className !== other.className) return one.className < other.className ? -1 : 1;
  return compareVersions(one.version, other.version);
}

function requireVersion(plugins: PluginLookup, plugin: Plugin, version: string | null): Plugin {
  try {
    return plugins.find(plugin.className, plugin.type, { version }) ?? plugin;
  } catch (cause) {
    throw new ConnectError('bad-request', messageOf(cause), { cause });
  }
}

/** Own keys first, then the framework's that the plugin does not define itself. */
function describePlugin(plugin: Plugin): readonly ConfigKeyInfo[] {
  const own = describeConfig(plugin.config);
  if (plugin.type !== 'source' && plugin.type !== 'sink') return own;
  const known = new Set(own.map(({ name }) => name));
  const framework = describeConfig(connectorConfigOf(plugin.type))
    .filter(({ name }) => !known.has(name))
    .map((key) => (key.name === 'connector.plugin.version' ? { ...key, defaultValue: plugin.version } : key));
  return [...own, ...framework];
}
