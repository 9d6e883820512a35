import {
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_BYTES_SCHEMA,
  OPTIONAL_FLOAT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { dataError } from '../fields/record-data.ts';
import { type NamedSchema, structLike } from '../fields/schema-basics.ts';

/** The schema that Debezium infers for parsed JSON; null: none can be told, the field is left out. */
export function schemaOfJson(name: string | null, value: unknown, keepsNulls: boolean): Schema | null {
  switch (typeof value) {
    case 'string':
      return OPTIONAL_STRING_SCHEMA;
    case 'boolean':
      return OPTIONAL_BOOLEAN_SCHEMA;
    case 'bigint':
      return BigInt.asIntN(32, value) === value ? OPTIONAL_INT32_SCHEMA : OPTIONAL_INT64_SCHEMA;
    case 'number':
      return OPTIONAL_FLOAT64_SCHEMA;
  }
  if (Array.isArray(value)) return schemaOfArray(name, value, keepsNulls);
  if (value instanceof Map) return schemaOfObject(name, value, keepsNulls);
  return keepsNulls ? OPTIONAL_BYTES_SCHEMA : null;
}

function schemaOfObject(
  name: string | null,
  object: ReadonlyMap<unknown, unknown>,
  keepsNulls: boolean,
): Schema {
  const fields: NamedSchema[] = [];
  for (const [key, value] of object) {
    const fieldName = String(key);
    const path = name === null || name.trim() === '' ? fieldName : `${name}.${fieldName}`;
    const schema = schemaOfJson(path, value, keepsNulls);
    if (schema !== null) fields.push({ name: fieldName, schema });
  }
  return schemaOf({ type: 'STRUCT', name, optional: true, fields });
}

function schemaOfArray(name: string | null, items: readonly unknown[], keepsNulls: boolean): Schema | null {
  if (items.length === 0) return null;
  const present = items.filter((item) => item !== null);
  const sample = present[0] ?? null;
  for (const item of present) {
    if (kindOfJson(item) !== kindOfJson(sample)) {
      throw dataError(`List ${name ?? ''} of the payload holds values of different types.`);
    }
  }
  if (!(sample instanceof Map)) {
    const schema = schemaOfJson(null, sample, keepsNulls);
    if (schema === null) throw dataError(`List ${name ?? ''} of the payload has no type.`);
    return arraySchema(schema, { optional: true });
  }
  const schemas = present.flatMap((item) => schemaOfJson(name, item, keepsNulls) ?? []);
  const [first, ...others] = schemas;
  if (first === undefined) return null;
  return arraySchema(others.reduce(merged, first), { optional: true });
}

/** What must not differ within a list: numbers of different sizes count as different. */
function kindOfJson(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'bigint') return typeof value;
  return BigInt.asIntN(32, value) === value ? 'int32' : 'int64';
}

/** The fields of both; a field that was always null so far takes the type of the other. */
function merged(left: Schema, right: Schema): Schema {
  const isKnown = right.fields.every(({ name, schema }) => {
    const own = left.field(name)?.schema;
    return own !== undefined && (own.type !== 'BYTES' || schema.type === 'BYTES');
  });
  if (isKnown && left.fields.length === right.fields.length) return left;
  const fields = new Map<string, Schema>(left.fields.map(({ name, schema }) => [name, schema]));
  for (const { name, schema } of right.fields) {
    const own = fields.get(name);
    if (own === undefined || (own.type === 'BYTES' && schema.type !== 'BYTES')) fields.set(name, schema);
  }
  return structLike(
    left,
    [...fields].map(([name, schema]) => ({ name, schema })),
  );
}

/** Parsed JSON as a value of the schema inferred for it. Throws a `data` error where an element does not fit. */
export function valueOfJson(value: unknown, schema: Schema): unknown {
  if (value === null) return null;
  switch (schema.type) {
    case 'STRUCT': {
      if (!(value instanceof Map)) throw unfit(schema);
      const struct = new Struct(schema);
      for (const { name, index, schema: own } of schema.fields) {
        struct.values[index] = valueOfJson(value.get(name) ?? null, own);
      }
      return struct;
    }
    case 'ARRAY': {
      const { valueSchema } = schema;
      if (!Array.isArray(value) || valueSchema === null) throw unfit(schema);
      return value.map((item) => valueOfJson(item, valueSchema));
    }
    case 'INT32':
      if (typeof value !== 'bigint' || BigInt.asIntN(32, value) !== value) throw unfit(schema);
      return Number(value);
    case 'INT64':
      return fitting(value, schema, typeof value === 'bigint');
    case 'FLOAT64':
      return fitting(value, schema, typeof value === 'number');
    case 'STRING':
      return fitting(value, schema, typeof value === 'string');
    case 'BOOLEAN':
      return fitting(value, schema, typeof value === 'boolean');
    default:
      throw unfit(schema);
  }
}

function fitting(value: unknown, schema: Schema, fits: boolean): unknown {
  if (!fits) throw unfit(schema);
  return value;
}

function unfit(schema: Schema) {
  return dataError(`A value of the payload is no ${schema.name ?? schema.type}, unlike others in its place.`);
}
