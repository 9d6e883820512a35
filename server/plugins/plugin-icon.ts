import type { Plugin, PluginIcon } from '../plugin-api/plugin.ts';

const iconOfSystem: ReadonlyMap<string, PluginIcon> = new Map([
  ['database', 'database'],
  ['file', 'file'],
  ['files', 'folder'],
  ['format', 'text'],
  ['generator', 'generator'],
  ['http', 'web'],
  ['mail', 'mail'],
  ['object store', 'object-store'],
  ['queue', 'queue'],
  ['schema registry', 'document'],
  ['search', 'search'],
]);

const iconOfType: Readonly<Record<Plugin['type'], PluginIcon>> = {
  source: 'broker',
  sink: 'broker',
  converter: 'text',
  header_converter: 'text',
  transformation: 'filter',
  predicate: 'filter',
};

/** Its own, or one that suits what it works with. */
export function iconOf({ icon, system, type }: Plugin): PluginIcon {
  return icon ?? iconOfSystem.get(system) ?? iconOfType[type];
}
