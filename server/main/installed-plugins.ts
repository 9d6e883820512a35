import { resolve } from 'node:path';
import { bundledConfigProviders } from '../plugins/bundled-config-providers.ts';
import { bundledPlugins } from '../plugins/bundled-plugins.ts';
import { discoverPlugins, probePlugins } from '../plugins/discover-plugins.ts';
import type { InstalledPlugins } from '../plugins/plugin-location.ts';

const installFolder = resolve(import.meta.dirname, '../..');

/** Packages that are installed with Millrace, and those on `plugin.path`. Never rejects; bounded by about a minute. */
export function loadInstalledPlugins(
  pluginPath: readonly string[],
  warn: (message: string) => void,
): Promise<InstalledPlugins> {
  return discoverPlugins({ pluginPath, installFolder, warn });
}

/** One line of `millrace plugins list`. */
export interface PluginRow {
  /** null: the package is broken, and it is not known what is in it. */
  readonly class: string | null;
  readonly type: string | null;
  readonly version: string | null;
  /** Folder; null: it comes with Millrace. */
  readonly location: string | null;
  readonly state: 'ok' | 'broken';
  /** Why it is broken. */
  readonly reason: string | null;
}

/** Loads nothing of strangers into this process but into threads that end. */
export async function listPlugins(
  pluginPath: readonly string[],
  warn: (message: string) => void,
): Promise<readonly PluginRow[]> {
  const { working, broken } = await probePlugins({
    pluginPath,
    installFolder,
    warn,
  });
  const bundled = { plugins: [...bundledPlugins, ...bundledConfigProviders({})], location: null };
  const rows = [bundled, ...working].flatMap(({ plugins, location }) =>
    plugins.map(
      ({ className, type, version }): PluginRow => ({
        class: className,
        type,
        version,
        location: location?.folder ?? null,
        state: 'ok',
        reason: null,
      }),
    ),
  );
  return [
    ...rows,
    ...broken.map(
      ({ folder, version, reason }): PluginRow => ({
        class: null,
        type: null,
        version,
        location: folder,
        state: 'broken',
        reason,
      }),
    ),
  ];
}
