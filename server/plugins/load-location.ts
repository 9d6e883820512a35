import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { ConfigProviderPlugin } from '../plugin-api/config-provider.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { checkPlugin } from './check-plugin.ts';
import { confineImports } from './confine-imports.ts';
import type { BrokenLocation, InstalledPlugins, LoadedLocation, PluginLocation } from './plugin-location.ts';

const maxPlugins = 1_000;
const importTimeoutMs = 20_000;

/** Imports the modules of a location into this thread. Rejects with a `config` error that says what is wrong. */
export async function loadLocation(location: PluginLocation): Promise<LoadedLocation> {
  confineImports(location.folder);
  const exported: unknown[] = [];
  for (const entry of location.entries) {
    const name = basename(entry);
    const loaded = await importBounded(entry, name);
    if (loaded.plugin !== undefined) exported.push(loaded.plugin);
    if (loaded.plugins !== undefined) {
      if (!Array.isArray(loaded.plugins)) throw new ConnectError('config', `${name}: plugins must be a list`);
      exported.push(...loaded.plugins.slice(0, maxPlugins + 1));
    }
    if (loaded.plugin === undefined && loaded.plugins === undefined) {
      throw new ConnectError('config', `${name} exports neither plugin nor plugins`);
    }
  }
  if (exported.length > maxPlugins)
    throw new ConnectError('config', `there are more than ${maxPlugins} plugins`);
  const plugins: Plugin[] = [];
  const configProviders: ConfigProviderPlugin[] = [];
  const seen = new Set<string>();
  for (const value of exported) {
    const plugin = checkPlugin(value, location.version);
    const key = `${plugin.type} ${plugin.className} ${plugin.version}`;
    if (seen.has(key)) throw new ConnectError('config', `${plugin.className}: it is there twice`);
    seen.add(key);
    if (plugin.type === 'configprovider') configProviders.push(plugin);
    else plugins.push(plugin);
  }
  return { location, plugins, configProviders };
}

/** One after the other; those that cannot be loaded are told apart, and hurt nobody. */
export async function loadLocations(locations: readonly PluginLocation[]): Promise<InstalledPlugins> {
  const loaded: LoadedLocation[] = [];
  const broken: BrokenLocation[] = [];
  for (const location of locations) {
    try {
      loaded.push(await loadLocation(location));
    } catch (error) {
      broken.push(brokenLocation(location, reasonOf(error)));
    }
  }
  return { loaded, broken };
}

export function brokenLocation({ folder, name, version }: PluginLocation, reason: string): BrokenLocation {
  return { folder, name, version, reason: reason.slice(0, 2_000) };
}

/** Strangers may throw what cannot even be looked at. */
export function reasonOf(error: unknown): string {
  try {
    return messageOf(error);
  } catch {
    return 'it threw something that has no message';
  }
}

async function importBounded(entry: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new ConnectError('config', `${name} was not loaded within ${importTimeoutMs} ms`)),
      importTimeoutMs,
    );
  });
  try {
    return { ...(await Promise.race([import(pathToFileURL(entry).href), late])) };
  } catch (cause) {
    throw new ConnectError('config', `${name} cannot be loaded: ${reasonOf(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
