import { plugin as datagen } from '../connectors/datagen/plugin.ts';
import { plugin as fileStreamSink } from '../connectors/file-stream/sink-plugin.ts';
import { plugin as fileStreamSource } from '../connectors/file-stream/source-plugin.ts';
import { converterPlugins } from '../converters/converter-plugins.ts';
import { JsonConverter } from '../converters/json/json-converter.ts';
import { SimpleHeaderConverter } from '../converters/simple-header/simple-header-converter.ts';
import { StringConverter } from '../converters/string-converter.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { predicatePlugins } from '../predicates/predicate-plugins.ts';
import { transformPlugins } from '../transforms/transform-plugins.ts';

/** Everything that comes with Millrace: a new plugin is one line here. */
export const bundledPlugins: readonly Plugin[] = [
  fileStreamSource,
  fileStreamSink,
  datagen,
  ...converterPlugins,
  ...transformPlugins({
    createHeaderConverter: () => new SimpleHeaderConverter(),
    createJson: schemalessJson,
    createText: () => new StringConverter(),
  }),
  ...predicatePlugins,
];

function schemalessJson(): JsonConverter {
  const json = new JsonConverter();
  json.configure({ 'converter.type': 'value', 'schemas.enable': 'false' });
  return json;
}
