import type { Plugin } from '../plugin-api/plugin.ts';

/** What the runtime asks of the catalogue of plugins. */
export interface PluginLookup {
  list(): readonly Plugin[];
  /** By class name or alias; nothing when unknown or ambiguous. */
  find(classNameOrAlias: string): Plugin | null | undefined;
}
