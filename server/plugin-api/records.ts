/** Schemas, values and records as plugins see them; the public door to `server/records`. */
export { Decimal } from '../records/decimal.ts';
export { type ConnectHeader, ConnectHeaders, type HeaderTransform } from '../records/headers.ts';
export {
  DATE_SCHEMA,
  dateSchema,
  decimalSchema,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
  timeSchema,
  timestampSchema,
} from '../records/logical-types.ts';
export * as schemas from '../records/primitive-schemas.ts';
export { type Projection, projectionOf, projectValue } from '../records/project-value.ts';
export type {
  ConnectRecord,
  SinkRecord,
  SourceOffset,
  SourcePartition,
  SourceRecord,
} from '../records/record.ts';
export type { Field, Schema } from '../records/schema.ts';
export { arraySchema, mapSchema, schemaOf, structSchema } from '../records/schema-of.ts';
export { Struct } from '../records/struct.ts';
