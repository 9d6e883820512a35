import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { ConverterPlugin, HeaderConverterPlugin } from '../plugin-api/plugin.ts';
import { jsonSchemaConverterConfig } from './json-schema/json-schema-config.ts';
import { createJsonSchemaConverter } from './json-schema/json-schema-converter.ts';

const about = {
  type: 'converter',
  version: bundledVersion,
  support: 'supported',
  system: 'schema registry',
} as const;

/** Converters whose schemas are kept in a schema registry. */
export const registryConverterPlugins: readonly (ConverterPlugin | HeaderConverterPlugin)[] = [
  {
    ...about,
    className: 'io.confluent.connect.json.JsonSchemaConverter',
    title: 'JsonSchemaConverter',
    summary: 'JSON by a JSON Schema that a schema registry keeps.',
    verified:
      'Documented mapping of Confluent, case by case; texts of schemas against the Java library they come from.',
    config: jsonSchemaConverterConfig,
    createConverter: createJsonSchemaConverter,
  },
];
