import type { Json, JsonObject } from '../arg-json.ts';

export interface Quickstart {
  /** Field that is the key unless another is asked for. */
  readonly keyField: string;
  /** Avro schema with `arg.properties`. */
  readonly schema: JsonObject;
}

type Fields = Readonly<Record<string, Json>>;

/** `name` with its namespace. */
export function quickstart(name: string, keyField: string, fields: Fields): Quickstart {
  return { keyField, schema: record(name, fields) };
}

/** Data of whole records, for what belongs together. */
export function quickstartOfRows(
  name: string,
  keyField: string,
  fields: Fields,
  rows: readonly (readonly Json[])[],
): Quickstart {
  return { keyField, schema: withRows(record(name, fields), rows) };
}

export function record(name: string, fields: Fields): JsonObject {
  return {
    type: 'record',
    name,
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  };
}

/** A record whose values are one of the rows; columns are in the order of the fields. */
export function withRows(schema: JsonObject, rows: readonly (readonly Json[])[]): JsonObject {
  const fields = Array.isArray(schema.fields) ? schema.fields : [];
  const options = rows.map((row) =>
    Object.fromEntries(fields.map(({ name }, index) => [String(name), row[index] ?? null])),
  );
  return { ...schema, 'arg.properties': { options } };
}

export function oneOf(...options: readonly string[]): JsonObject {
  return { type: 'string', 'arg.properties': { options } };
}

/** `max` is not included. */
export function within(type: 'int' | 'long' | 'double', min: number, max: number): JsonObject {
  return { type, 'arg.properties': { range: { min, max } } };
}

export function days(min: number, max: number): JsonObject {
  return { ...within('int', min, max), logicalType: 'date' };
}

export function counting(type: 'int' | 'long' | 'string', start: number, step = 1): JsonObject {
  return { type, 'arg.properties': { iteration: { start, step } } };
}

/** Up to `restart`, then from the start again. */
export function cycling(type: 'int' | 'long' | 'double', start: number, restart: number): JsonObject {
  return { type, 'arg.properties': { iteration: { start, restart } } };
}

/** Times that move on by so many milliseconds a record. */
export function moments(stepMs: number): JsonObject {
  return { ...counting('long', start2024Ms, stepMs), logicalType: 'timestamp-millis' };
}

export function pattern(regex: string): JsonObject {
  return { type: 'string', 'arg.properties': { regex } };
}

export const start2024Ms = 1_704_067_200_000;
export const start2025Ms = 1_735_689_600_000;
/** 2024-01-01 in days. */
export const start2024Days = 19_723;
