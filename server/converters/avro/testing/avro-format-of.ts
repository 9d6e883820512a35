import { parseConfig } from '../../../config/parse-config.ts';
import type { Settings } from '../../../plugin-api/source-connector.ts';
import { avroConverterConfig, avroDataOptions } from '../avro-config.ts';
import { AvroFormat } from '../avro-format.ts';

/** A format with these settings beside the defaults. */
export function avroFormat(settings: Settings = {}): AvroFormat {
  const config = parseConfig(avroConverterConfig, {
    'converter.type': 'value',
    'schema.registry.url': 'http://registry',
    ...settings,
  });
  return new AvroFormat(avroDataOptions(config));
}
