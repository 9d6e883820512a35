import { ConnectError } from '../errors/connect-error.ts';
import type { ConnectorPlugin, Plugin } from '../plugin-api/plugin.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { PluginChoice } from '../plugins/plugin-catalogue.ts';
import type { PluginLocation } from '../plugins/plugin-location.ts';

type PluginType = Plugin['type'];

/** What the runtime asks of the catalogue of plugins. */
export interface PluginLookup {
  list(): readonly Plugin[];
  /**
   * By class name or alias; null when unknown or ambiguous. A class may be a plugin of several types. A `config` error
   * when no version fits, or the range of versions cannot be read.
   */
  find(classNameOrAlias: string): Plugin | null;
  find<Type extends PluginType>(
    classNameOrAlias: string,
    type: Type,
    choice?: PluginChoice,
  ): Extract<Plugin, { type: Type }> | null;
  /** Oldest first. */
  versions(classNameOrAlias: string, type: PluginType): readonly Plugin[];
  /** null: it comes with Millrace. */
  locationOf(plugin: Plugin): PluginLocation | null;
}

/** By class name or alias; a connector's name may also lack the `Connector` at its end. Throws as `find` does. */
export function findConnector(
  plugins: PluginLookup,
  classNameOrAlias: string,
  version: string | null = null,
): ConnectorPlugin | null {
  const given = classNameOrAlias.trim();
  for (const name of [given, `${given}Connector`]) {
    const plugin = plugins.find(name, 'source', { version }) ?? plugins.find(name, 'sink', { version });
    if (plugin !== null) return plugin;
  }
  return null;
}

/** The plugin that `connector.class` and `connector.plugin.version` name. Throws a `config` error. */
export function requireConnector(plugins: PluginLookup, settings: Settings): ConnectorPlugin {
  const className = settings['connector.class']?.trim() ?? '';
  const plugin = findConnector(plugins, className, settings['connector.plugin.version'] ?? null);
  if (plugin !== null) return plugin;
  throw new ConnectError(
    'config',
    `Invalid value ${className} for configuration connector.class: Class ${className} could not be found.`,
  );
}

/** As it is for showing: the newest where no version fits, null where there is no such class. */
export function findConnectorToShow(
  plugins: PluginLookup,
  classNameOrAlias: string,
  version: string | null,
): ConnectorPlugin | null {
  try {
    return findConnector(plugins, classNameOrAlias, version);
  } catch {
    return findConnector(plugins, classNameOrAlias);
  }
}
