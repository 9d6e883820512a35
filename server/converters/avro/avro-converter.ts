import { parseConfig } from '../../config/parse-config.ts';
import { RegistryConverter } from '../schema-registry/registry-converter.ts';
import { avroConverterConfig, avroDataOptions } from './avro-config.ts';
import { AvroFormat } from './avro-format.ts';

/** A converter for Avro whose schemas are kept in a schema registry. */
export function createAvroConverter(): RegistryConverter {
  return new RegistryConverter({
    config: avroConverterConfig,
    createFormat: (settings) => new AvroFormat(avroDataOptions(parseConfig(avroConverterConfig, settings))),
  });
}
