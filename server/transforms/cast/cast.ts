import { defineConfig } from '../../config/define-config.ts';
import { list } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { validator } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { StructChange, StructChanger } from '../../plugin-api/struct-change.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedMap, copiedSource, copyFields, requireMap, requireStruct } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { schemaBasics } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from '../fields/shared-keys.ts';
import { type CastSpec, type CastType, parseCastSpec } from './cast-spec.ts';
import { castValue } from './cast-value.ts';

const purpose = 'cast types';

export const castConfig = defineConfig({
  spec: list({
    importance: 'HIGH',
    documentation:
      'Fields and their new types as field:type, or a single type for the whole. Types: int8, int16, int32, int64, float32, float64, boolean, string. Bytes can become a string only.',
    validator: validator('list of colon-delimited pairs, e.g. foo:bar,abc:xyz', (_key, value) => {
      parseCastSpec(value ?? []);
    }),
  }),
  ...replaceNullWithDefaultKey,
});

interface Plan {
  readonly schema: Schema;
  /** Of the fields that do not stay as they are. */
  readonly casts: readonly { readonly index: number; readonly type: CastType }[];
}

export class Cast implements Transformation {
  readonly #side: RecordSide;
  #spec: CastSpec = { whole: null, fields: new Map() };
  #replacesNull = true;
  readonly #wholeSchemas = new SchemaCache((schema) => {
    const type = this.#spec.whole ?? 'STRING';
    return schemaOf({ ...schemaBasics(schema, type), ...castOptions(schema, type) });
  });
  readonly #plans = new SchemaCache((schema) => this.#plan(schema));

  readonly structs: StructChanger;

  constructor(side: RecordSide) {
    this.#side = side;
    this.structs = { side: side.name, changeOf: (schema) => this.#changeOf(schema) };
  }

  configure(settings: Settings): void {
    const config = parseConfig(castConfig, settings);
    this.#spec = parseCastSpec(config.spec);
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value === null) return record;
    const schema = this.#side.schemaOf(record);
    const { whole, fields } = this.#spec;
    if (whole !== null) {
      const updated = schema === null ? null : this.#wholeSchemas.of(schema);
      return this.#side.replace(record, updated, castValue(schema, value, whole));
    }
    if (schema === null) {
      const map = copiedMap(requireMap(value, purpose));
      for (const [name, type] of fields) map.set(name, castValue(null, map.get(name), type));
      return this.#side.replace(record, null, map);
    }
    const struct = this.#castFields(requireStruct(value, purpose));
    return this.#side.replace(record, struct.schema, struct);
  }

  #castFields(struct: Struct): Struct {
    const { schema, casts } = this.#plans.of(struct.schema);
    const changed = new Struct(schema);
    const { fields } = struct.schema;
    copyFields(struct, fields, this.#replacesNull, changed);
    const { values } = changed;
    for (const { index, type } of casts) {
      values[index] = castValue(fields[index]?.schema ?? null, values[index], type);
    }
    return changed;
  }

  #changeOf(given: Schema): StructChange | null {
    if (this.#spec.whole !== null) return null;
    const { schema, casts } = this.#plans.of(given);
    const types = new Map(casts.map(({ index, type }) => [index, type]));
    const fields = given.fields.map((field) => {
      const type = types.get(field.index);
      const source = copiedSource(field, this.#replacesNull);
      if (type === undefined) return source;
      return { ...source, change: (value: unknown) => castValue(field.schema, value, type) };
    });
    return { schema, fields };
  }

  #plan(schema: Schema): Plan {
    const types = schema.fields.map(({ name }) => this.#spec.fields.get(name) ?? null);
    const fields = schema.fields.map(({ name, schema: own, index }) => {
      const type = types[index] ?? null;
      return { name, schema: type === null ? own : schemaOf({ type, ...castOptions(own, type) }) };
    });
    const updated = schemaOf({
      ...schemaBasics(schema, 'STRUCT'),
      fields,
      optional: schema.optional,
    });
    const casts = types.flatMap((type, index) => (type === null ? [] : [{ index, type }]));
    return { schema: updated, casts };
  }
}

/** A field loses the name, version and doc of the type that it had; the whole keeps them. */
function castOptions(source: Schema, type: CastType) {
  const { optional, default: value } = source;
  return value === undefined ? { optional } : { optional, default: castValue(source, value, type) };
}
