import { parseConfig } from '../../config/parse-config.ts';
import { RegistryConverter } from '../schema-registry/registry-converter.ts';
import { formatSettingsOf, jsonSchemaConverterConfig } from './json-schema-config.ts';
import { JsonSchemaFormat } from './json-schema-format.ts';

/** A converter for JSON whose JSON Schemas are kept in a schema registry. */
export function createJsonSchemaConverter(): RegistryConverter {
  return new RegistryConverter({
    config: jsonSchemaConverterConfig,
    createFormat: (settings) =>
      new JsonSchemaFormat(formatSettingsOf(parseConfig(jsonSchemaConverterConfig, settings))),
  });
}
