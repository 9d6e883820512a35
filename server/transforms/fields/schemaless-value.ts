import type { Schema } from '../../records/schema.ts';

/** A value as it is kept without its schema: whole numbers become bigints, so that 1 and 1.0 stay apart. */
export function schemalessValue(schema: Schema | null, value: unknown): unknown {
  if (schema === null || value === null) return value;
  if (typeof value === 'number') {
    return schema.type.startsWith('INT') && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => schemalessValue(schema.valueSchema, item));
  if (!(value instanceof Map)) return value;
  return new Map(
    [...value].map(([key, item]) => [
      schemalessValue(schema.keySchema, key),
      schemalessValue(schema.valueSchema, item),
    ]),
  );
}
