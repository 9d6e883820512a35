import type { ConnectorPlugin, Plugin } from '../plugin-api/plugin.ts';

type PluginType = Plugin['type'];

/** What the runtime asks of the catalogue of plugins. */
export interface PluginLookup {
  list(): readonly Plugin[];
  /** By class name or alias; null when unknown or ambiguous. A class may be a plugin of several types. */
  find(classNameOrAlias: string): Plugin | null;
  find<Type extends PluginType>(classNameOrAlias: string, type: Type): Extract<Plugin, { type: Type }> | null;
}

/** By class name or alias; a connector's name may also lack the `Connector` at its end. */
export function findConnector(plugins: PluginLookup, classNameOrAlias: string): ConnectorPlugin | null {
  const given = classNameOrAlias.trim();
  for (const name of [given, `${given}Connector`]) {
    const plugin = plugins.find(name, 'source') ?? plugins.find(name, 'sink');
    if (plugin !== null) return plugin;
  }
  return null;
}
