import { describeConfig } from '../../config/describe-config.ts';
import type { ConfigField, PluginDetail, PluginList, PluginSummary } from '../../entities/console-plugin.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { iconOf } from '../../plugins/plugin-icon.ts';
import { pluginMarkdown } from '../../plugins/plugin-markdown.ts';
import type { ConfigKeyInfo } from '../../runtime/config-infos.ts';
import type { WorkerHandle } from '../../runtime/worker-handle.ts';
import { findWorker, requireWorker } from '../worker-access.ts';

type Plugin = ReturnType<WorkerHandle['catalogue']['list']>[number];
type ConnectorPlugin = Extract<Plugin, { type: 'source' | 'sink' }>;

export async function loadPlugins(): Promise<PluginList> {
  const { catalogue } = requireWorker();
  const newest = new Map(catalogue.list().map((plugin) => [`${plugin.type} ${plugin.className}`, plugin]));
  const summaries = [...newest.values()].map((plugin) =>
    summarizePlugin(catalogue.find(plugin.className, plugin.type) ?? plugin),
  );
  summaries.sort((a, b) => (a.title < b.title ? -1 : 1));
  return {
    plugins: summaries.filter(isConnector),
    others: summaries.filter((plugin) => !isConnector(plugin)),
    broken: catalogue.broken.map(({ name, version, folder, reason }) => ({
      name,
      version,
      location: folder,
      reason,
    })),
  };
}

/** Which of the plugins of a class is meant. */
export interface PluginQuery {
  /** Absent: a connector, or the first kind of this class. */
  readonly type?: string | null;
  /** Range; absent: the newest. */
  readonly version?: string | null;
}

export async function loadPlugin(className: string, query: PluginQuery = {}): Promise<PluginDetail> {
  const { herder } = requireWorker();
  const plugin = requirePlugin(className, query);
  const own = new Set(Object.keys(plugin.config.keys));
  const definitions = isConnector(plugin)
    ? (await herder.pluginConfig(plugin.className, plugin.version)).map(({ definition }) => definition)
    : describeConfig(plugin.config);
  return {
    ...summarizePlugin(plugin),
    fields: definitions.flatMap((definition) => toField(definition, own.has(definition?.name ?? '')) ?? []),
  };
}

/** Markdown. */
export async function loadDocumentation(className: string, query: PluginQuery = {}): Promise<string> {
  return pluginMarkdown(requirePlugin(className, query));
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

function isConnector({ type }: Pick<Plugin, 'type'>): boolean {
  return type === 'source' || type === 'sink';
}

function requirePlugin(className: string, { type, version }: PluginQuery): Plugin {
  const { catalogue } = requireWorker();
  const found = findPlugin(className) ?? catalogue.find(className);
  const wanted = catalogue.list().find((plugin) => plugin.type === type)?.type ?? found?.type;
  const plugin = wanted === undefined ? null : catalogue.find(className, wanted, { version });
  if (plugin !== null) return plugin;
  throw new ConnectError('not-found', `There is no plugin ${className} in the catalog.`);
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

function summarizePlugin(plugin: Plugin): PluginSummary {
  const { catalogue } = requireWorker();
  const location = catalogue.locationOf(plugin);
  const versions = catalogue.versions(plugin.className, plugin.type).map(({ version }) => version);
  return {
    className: plugin.className,
    simpleName: simpleNameOf(plugin.className),
    type: plugin.type,
    version: plugin.version,
    versions: [...new Set(versions)].reverse(),
    title: plugin.title,
    summary: plugin.summary,
    support: plugin.support,
    system: plugin.system,
    verified: plugin.verified,
    location: location?.folder ?? null,
    icon: location?.iconSvg ? { svg: location.iconSvg } : { name: iconOf(plugin) },
  };
}

function simpleNameOf(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}
