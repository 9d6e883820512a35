import type { Plugin } from '../../plugin-api/plugin.ts';
import { PluginCatalogue } from '../../plugins/plugin-catalogue.ts';

/** A catalogue of the plugins that a test brings along. */
export function pluginList(plugins: readonly Plugin[]): PluginCatalogue {
  return new PluginCatalogue(plugins);
}
