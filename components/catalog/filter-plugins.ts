import type { PluginSummary } from '../../server/entities/console-plugin.ts';

export type PluginKind = 'connectors' | 'source' | 'sink' | 'converter' | 'transformation';

const typesOf: Readonly<Record<PluginKind, readonly PluginSummary['type'][]>> = {
  connectors: ['source', 'sink'],
  source: ['source'],
  sink: ['sink'],
  converter: ['converter', 'header_converter'],
  transformation: ['transformation', 'predicate'],
};

/** Every word has to occur somewhere in what the catalog says about the plugin. */
export function filterPlugins(
  plugins: readonly PluginSummary[],
  text: string,
  kind: PluginKind,
): readonly PluginSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return plugins.filter((plugin) => {
    if (!typesOf[kind].includes(plugin.type)) return false;
    const all = [plugin.title, plugin.summary, plugin.className, plugin.system, plugin.type, plugin.support]
      .join(' ')
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
