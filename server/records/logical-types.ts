import type { Schema } from './schema.ts';
import { type SchemaOptions, schemaOf } from './schema-of.ts';
import { logicalNames } from './validate-value.ts';

export { logicalNames };

/** Exact decimals of one scale; values are `Decimal`, on the wire two's complement bytes of the unscaled number. */
export function decimalSchema(scale: number, options: SchemaOptions = {}): Schema {
  return schemaOf({
    ...options,
    type: 'BYTES',
    name: logicalNames.decimal,
    version: 1,
    parameters: { ...options.parameters, scale: String(scale) },
  });
}

/** Days; values are `Date` at midnight UTC. */
export function dateSchema(options: SchemaOptions = {}): Schema {
  return schemaOf({ ...options, type: 'INT32', name: logicalNames.date, version: 1 });
}

/** Time of day in milliseconds; values are `Date` on 1970-01-01 UTC. */
export function timeSchema(options: SchemaOptions = {}): Schema {
  return schemaOf({ ...options, type: 'INT32', name: logicalNames.time, version: 1 });
}

/** Milliseconds since the epoch; values are `Date`. */
export function timestampSchema(options: SchemaOptions = {}): Schema {
  return schemaOf({ ...options, type: 'INT64', name: logicalNames.timestamp, version: 1 });
}

export const DATE_SCHEMA = dateSchema();
export const TIME_SCHEMA = timeSchema();
export const TIMESTAMP_SCHEMA = timestampSchema();
