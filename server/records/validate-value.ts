import { ConnectError } from '../errors/connect-error.ts';
import { Decimal } from './decimal.ts';
import { schemasEqual } from './equality.ts';
import type { Schema, SchemaType } from './schema.ts';
import { Struct } from './struct.ts';

export const logicalNames = {
  decimal: 'org.apache.kafka.connect.data.Decimal',
  date: 'org.apache.kafka.connect.data.Date',
  time: 'org.apache.kafka.connect.data.Time',
  timestamp: 'org.apache.kafka.connect.data.Timestamp',
} as const;

const fits: Readonly<Record<SchemaType, (value: unknown) => boolean>> = {
  INT8: (value) => isIntegerWithin(value, 0x7f),
  INT16: (value) => isIntegerWithin(value, 0x7fff),
  INT32: (value) => isIntegerWithin(value, 0x7fffffff),
  INT64: (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  FLOAT32: (value) => typeof value === 'number',
  FLOAT64: (value) => typeof value === 'number',
  BOOLEAN: (value) => typeof value === 'boolean',
  STRING: (value) => typeof value === 'string',
  BYTES: (value) => value instanceof Uint8Array,
  ARRAY: Array.isArray,
  MAP: (value) => value instanceof Map,
  STRUCT: (value) => value instanceof Struct,
};

const fitsLogical: Readonly<Record<string, (value: unknown) => boolean>> = {
  [logicalNames.decimal]: (value) => value instanceof Decimal,
  [logicalNames.date]: (value) => value instanceof Date,
  [logicalNames.time]: (value) => value instanceof Date,
  [logicalNames.timestamp]: (value) => value instanceof Date,
};

function isIntegerWithin(value: unknown, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value <= max && value >= -max - 1;
}

/**
 * Throws a `data` error unless the value is exactly of the schema's type, elements and fields included.
 * `place` names the value in messages, such as a field's name.
 */
export function validateValue(schema: Schema, value: unknown, place?: string): void {
  const where = place === undefined ? '' : ` for field: "${place}"`;
  if (value === null || value === undefined) {
    if (schema.optional) return;
    throw new ConnectError(
      'data',
      `Invalid value: null used for required field${place === undefined ? '' : `: "${place}"`}, schema type: ${schema.type}`,
    );
  }
  const check = (schema.name === null ? undefined : fitsLogical[schema.name]) ?? fits[schema.type];
  if (!check(value)) {
    const name = schema.name === null ? '' : ` "${schema.name}"`;
    throw new ConnectError(
      'data',
      `Invalid value for schema${name} with type ${schema.type}: ${kindOf(value)}${where}`,
    );
  }
  if (value instanceof Struct) {
    if (!schemasEqual(value.schema, schema)) {
      throw new ConnectError('data', `Struct schemas do not match${where}.`);
    }
    for (const field of schema.fields) {
      const fieldValue = value.values[field.index] ?? null;
      // A field with a default may stay empty.
      if (fieldValue === null && field.schema.default !== undefined) continue;
      validateValue(field.schema, fieldValue, field.name);
    }
  } else if (Array.isArray(value) && schema.valueSchema !== null) {
    for (const item of value) validateValue(schema.valueSchema, item, place);
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      if (schema.keySchema !== null) validateValue(schema.keySchema, key, place);
      if (schema.valueSchema !== null) validateValue(schema.valueSchema, item, place);
    }
  }
}

/** What a value is, for messages; says nothing of its contents. */
export function kindOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer number' : 'number';
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return value.constructor?.name ?? 'object';
}
