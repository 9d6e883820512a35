import { resolve } from 'node:path';
import { discoverPlugins } from '../plugins/discover-plugins.ts';
import type { InstalledPlugins } from '../plugins/plugin-location.ts';

/** Packages that are installed with Millrace, and those on `plugin.path`. Never rejects; bounded by about a minute. */
export function loadInstalledPlugins(
  pluginPath: string | undefined,
  warn: (message: string) => void,
): Promise<InstalledPlugins> {
  return discoverPlugins({
    pluginPath: parsePluginPath(pluginPath),
    installFolder: resolve(import.meta.dirname, '../..'),
    warn,
  });
}

function parsePluginPath(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}
