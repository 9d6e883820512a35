import { bundledVersion } from '../plugin-api/bundled-version.ts';
import { onDemand } from '../plugin-api/on-demand.ts';
import type { ConverterPlugin, HeaderConverterPlugin } from '../plugin-api/plugin.ts';
import { avroConverterConfig } from './avro/avro-config.ts';
import { jsonSchemaConverterConfig } from './json-schema/json-schema-config.ts';
import { protobufConverterConfig } from './protobuf/protobuf-config.ts';

const avro = onDemand(() => import('./avro/avro-converter.ts'));
const jsonSchema = onDemand(() => import('./json-schema/json-schema-converter.ts'));
const protobuf = onDemand(() => import('./protobuf/protobuf-converter.ts'));

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
    className: 'io.confluent.connect.avro.AvroConverter',
    title: 'AvroConverter',
    summary: 'Avro whose schemas are kept in a schema registry.',
    verified: 'Schemas, values and bytes against the Java mapping and the Apache Avro library, case by case.',
    config: avroConverterConfig,
    load: avro.load,
    createConverter: () => avro.module.createAvroConverter(),
  },
  {
    ...about,
    className: 'io.confluent.connect.json.JsonSchemaConverter',
    title: 'JsonSchemaConverter',
    summary: 'JSON by a JSON Schema that a schema registry keeps.',
    verified:
      'Documented mapping of Confluent, case by case; texts of schemas against the Java library they come from.',
    config: jsonSchemaConverterConfig,
    load: jsonSchema.load,
    createConverter: () => jsonSchema.module.createJsonSchemaConverter(),
  },
  {
    ...about,
    className: 'io.confluent.connect.protobuf.ProtobufConverter',
    title: 'ProtobufConverter',
    summary: 'Protobuf whose schemas are kept in a schema registry.',
    verified: 'Documented mapping of Confluent, case by case; bytes against the Java library of Protobuf.',
    config: protobufConverterConfig,
    load: protobuf.load,
    createConverter: () => protobuf.module.createProtobufConverter(),
  },
];
