import type { ConfigField, PluginDetail, PluginList, PluginSummary } from '../../entities/console-plugin.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { ConfigKeyInfo } from '../../runtime/config-infos.ts';
import type { WorkerHandle } from '../../runtime/worker-handle.ts';
import { findWorker, requireWorker } from '../worker-access.ts';

type Plugin = ReturnType<WorkerHandle['catalogue']['list']>[number];
type ConnectorPlugin = Extract<Plugin, { type: 'source' | 'sink' }>;

export async function loadPlugins(): Promise<PluginList> {
  const plugins = connectorPlugins(requireWorker()).map(summarizePlugin);
  plugins.sort((a, b) => (a.title < b.title ? -1 : 1));
  return { plugins };
}

export async function loadPlugin(className: string): Promise<PluginDetail> {
  const { herder } = requireWorker();
  const plugin = requirePlugin(className);
  const configs = await herder.pluginConfig(plugin.className);
  const own = ownKeysOf(plugin.className);
  return {
    ...summarizePlugin(plugin),
    fields: configs.flatMap(({ definition, value }) => toField(definition, own.has(value.name)) ?? []),
  };
}

/** Keys that the plugin itself declares, as opposed to those of every connector. */
export function ownKeysOf(className: string): ReadonlySet<string> {
  return new Set(Object.keys(findPlugin(className)?.config.keys ?? {}));
}

/** Title for people; the simple class name of a class that is not in the catalogue. */
export function pluginTitle(className: string): string {
  return findPlugin(className)?.title ?? simpleNameOf(className);
}

/** By class name or by an alias, as Connect finds classes. */
export function findPlugin(className: string): ConnectorPlugin | null {
  const catalogue = findWorker()?.catalogue;
  const plugin = catalogue?.find(className, 'source') ?? catalogue?.find(className, 'sink') ?? null;
  return plugin?.type === 'source' || plugin?.type === 'sink' ? plugin : null;
}

function connectorPlugins({ catalogue }: WorkerHandle): ConnectorPlugin[] {
  return catalogue
    .list()
    .filter((plugin): plugin is ConnectorPlugin => plugin.type === 'source' || plugin.type === 'sink');
}

function requirePlugin(className: string): ConnectorPlugin {
  const plugin = findPlugin(className);
  if (plugin === null) {
    throw new ConnectError('not-found', `There is no connector plugin ${className} in the catalog.`);
  }
  return plugin;
}

export function toField(definition: ConfigKeyInfo | null, own: boolean): ConfigField | null {
  if (definition === null) return null;
  return {
    name: definition.name,
    type: definition.type,
    required: definition.required,
    defaultValue: definition.defaultValue,
    importance: definition.importance,
    documentation: definition.documentation,
    group: definition.group,
    order: definition.orderInGroup,
    displayName: definition.displayName,
    own,
  };
}

function summarizePlugin(plugin: ConnectorPlugin): PluginSummary {
  return {
    className: plugin.className,
    simpleName: simpleNameOf(plugin.className),
    type: plugin.type,
    version: plugin.version,
    title: plugin.title,
    summary: plugin.summary,
    support: plugin.support,
    system: plugin.system,
    verified: plugin.verified,
  };
}

function simpleNameOf(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}
