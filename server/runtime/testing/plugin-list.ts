import type { Plugin } from '../../plugin-api/plugin.ts';
import type { PluginLookup } from '../plugin-lookup.ts';

/** A catalogue for tests: found by class name, or by its last part. */
export function pluginList(plugins: readonly Plugin[]): PluginLookup {
  return {
    list: () => plugins,
    find: (name) =>
      plugins.find(({ className }) => className === name || className.endsWith(`.${name}`)) ?? null,
  };
}
