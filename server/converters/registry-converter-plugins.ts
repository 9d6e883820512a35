import type { ConverterPlugin, HeaderConverterPlugin } from '../plugin-api/plugin.ts';

/** Converters whose schemas are kept in a schema registry. */
export const registryConverterPlugins: readonly (ConverterPlugin | HeaderConverterPlugin)[] = [];
