import { defineConfig } from '../../config/define-config.ts';
import { list } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { Decimal } from '../../records/decimal.ts';
import { decimalSchema, TIMESTAMP_SCHEMA } from '../../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT64_SCHEMA,
  INT64_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError, requireMap, requireStruct } from '../fields/record-data.ts';
import { schemaBasics } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { schemalessValue } from '../fields/schemaless-value.ts';

const purpose = 'copying the key into the value';
const wholeKey = '*';

export const keyToValueConfig = defineConfig({
  'key.fields': list({
    importance: 'HIGH',
    documentation: 'Fields of the key to copy into the value; * is the whole key.',
  }),
  'value.fields': list({
    importance: 'HIGH',
    default: [],
    documentation: 'Their names in the value, in the same order; missing ones stay, and * becomes _key.',
  }),
});

/** Copies fields of the key, or all of it, into the value. */
export class KeyToValue implements Transformation {
  /** Field of the key by field of the value. */
  #sources: ReadonlyMap<string, string> = new Map();
  /** By the schema of the key, then by that of the value. */
  readonly #schemas = new SchemaCache((key) => new SchemaCache((value) => this.#merged(key, value)));

  configure(settings: Settings): void {
    const config = parseConfig(keyToValueConfig, settings);
    const sources = new Map<string, string>();
    for (const [index, field] of config['key.fields'].entries()) {
      const name = config['value.fields'][index] ?? field;
      const target = name === wholeKey ? '_key' : name;
      if (sources.has(target)) {
        throw new ConnectError(
          'config',
          `More than one key value is copied to the value field name '${target}'`,
        );
      }
      sources.set(target, field);
    }
    this.#sources = sources;
  }

  apply<R extends ConnectRecord>(record: R): R {
    const { value, keySchema } = record;
    const key = record.key ?? null;
    const isNamed = [...this.#sources.values()].some((source) => source !== wholeKey);
    const isFieldless = keySchema === null ? !(key instanceof Map) : keySchema.type !== 'STRUCT';
    if (isNamed && isFieldless && !(key instanceof Struct)) {
      throw dataError('Fields of the key can be copied only where the key is a Struct or a Map.');
    }
    if (record.valueSchema !== null && record.valueSchema.type !== 'STRUCT') {
      throw dataError('The value needs to be a Struct or Map in order to append fields.');
    }
    if (value instanceof Struct) {
      const changed = this.#toStruct(keySchema ?? inferredSchema(key), key, value);
      return { ...record, valueSchema: changed.schema, value: changed };
    }
    const map = new Map(requireMap(value, purpose));
    for (const [target, source] of this.#sources) {
      const schema = source === wholeKey ? keySchema : (keySchema?.field(source)?.schema ?? null);
      map.set(target, schemalessValue(schema, valueIn(key, source)));
    }
    return { ...record, valueSchema: null, value: map };
  }

  #toStruct(keySchema: Schema, key: unknown, value: Struct): Struct {
    const schema = this.#schemas.of(keySchema).of(value.schema);
    const changed = new Struct(schema);
    for (const field of schema.fields) {
      const source = this.#sources.get(field.name);
      const old = source === undefined ? value.schema.field(field.name) : undefined;
      const item = source === undefined ? null : valueIn(key, source);
      changed.values[field.index] = old === undefined ? item : copiedValue(value, old, true);
      if (old === undefined && item === null && !field.schema.optional) {
        throw dataError(`Field ${field.name} of the value is required, but null in the key.`);
      }
    }
    return changed;
  }

  #merged(key: Schema, value: Schema): Schema {
    const fields = new Map(value.fields.map(({ name, schema }) => [name, schema]));
    for (const [target, source] of this.#sources) {
      const schema = source === wholeKey ? key : key.field(source)?.schema;
      if (schema === undefined) throw dataError(`Key field '${source}' not found in key schema`);
      fields.set(target, schema);
    }
    return schemaOf({
      ...schemaBasics(value, 'STRUCT'),
      optional: value.optional,
      fields: [...fields].map(([name, schema]) => ({ name, schema })),
    });
  }
}

function valueIn(key: unknown, source: string): unknown {
  if (source === wholeKey) return key;
  return key instanceof Map ? (key.get(source) ?? null) : requireStruct(key, purpose).get(source);
}

/** What a schemaless key would have as a schema inside of a struct. */
function inferredSchema(key: unknown): Schema {
  switch (typeof key) {
    case 'string':
      return STRING_SCHEMA;
    case 'bigint':
      return INT64_SCHEMA;
    case 'number':
      return FLOAT64_SCHEMA;
    case 'boolean':
      return BOOLEAN_SCHEMA;
  }
  if (key instanceof Uint8Array) return BYTES_SCHEMA;
  if (key instanceof Date) return TIMESTAMP_SCHEMA;
  if (key instanceof Decimal) return decimalSchema(key.scale);
  throw dataError('The value has a schema, but the key has none and none can be inferred for it.');
}
