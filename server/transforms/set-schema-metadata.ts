import { defineConfig } from '../config/define-config.ts';
import { int, string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { ConnectError } from '../errors/connect-error.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Schema } from '../records/schema.ts';
import { schemaOf } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import { copiedValue, dataError } from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { SchemaCache } from './fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from './fields/shared-keys.ts';

export const setSchemaMetadataConfig = defineConfig({
  'schema.name': string({
    importance: 'HIGH',
    default: null,
    documentation: 'Name for the schema; null: the name it has.',
  }),
  'schema.version': int({
    importance: 'HIGH',
    default: null,
    documentation: 'Version for the schema; null: the version it has.',
  }),
  ...replaceNullWithDefaultKey,
});

export class SetSchemaMetadata implements Transformation {
  readonly #side: RecordSide;
  #name: string | null = null;
  #version: number | null = null;
  #replacesNull = true;
  readonly #schemas = new SchemaCache((schema) => this.#renamed(schema));

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(setSchemaMetadataConfig, settings);
    this.#name = config['schema.name'];
    this.#version = config['schema.version'];
    this.#replacesNull = config['replace.null.with.default'];
    if (this.#name === null && this.#version === null) {
      throw new ConnectError('config', 'Neither schema name nor version configured');
    }
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (schema === null) {
      if (value === null) return record;
      throw dataError('Schema required for [updating schema metadata]');
    }
    const renamed = this.#schemas.of(schema);
    return this.#side.replace(record, renamed, this.#moved(value, renamed));
  }

  #renamed(schema: Schema): Schema {
    const spec = {
      type: schema.type,
      optional: schema.optional,
      name: this.#name ?? schema.name,
      version: this.#version ?? schema.version,
      doc: schema.doc,
      parameters: schema.parameters,
      fields: schema.fields,
      keySchema: schema.keySchema,
      valueSchema: schema.valueSchema,
    };
    if (schema.default === undefined) return schemaOf(spec);
    return schemaOf({ ...spec, default: this.#moved(schema.default, schemaOf(spec)) });
  }

  /** A struct knows its schema, so it has to become one of the new schema. */
  #moved(value: unknown, schema: Schema): unknown {
    if (!(value instanceof Struct)) return value;
    const moved = new Struct(schema);
    for (const field of value.schema.fields) {
      moved.values[field.index] = copiedValue(value, field, this.#replacesNull);
    }
    return moved;
  }
}
