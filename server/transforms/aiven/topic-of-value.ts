import type { Schema, SchemaType } from '../../records/schema.ts';

const scalars: ReadonlySet<SchemaType> = new Set([
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FLOAT32',
  'FLOAT64',
  'BOOLEAN',
  'STRING',
]);

/** Whether data of the schema, or without one, can become the name of a topic. */
export function isScalar(schema: Schema | null, value: unknown): boolean {
  if (schema !== null) return scalars.has(schema.type);
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}
