import { ConnectError } from '../../errors/connect-error.ts';
import type { FieldSource } from '../../plugin-api/struct-change.ts';
import type { Field, Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { kindOf } from '../../records/validate-value.ts';

/** A record that cannot be transformed; the worker's error handling decides what becomes of it. */
export function dataError(message: string, cause?: unknown): ConnectError {
  return new ConnectError('data', message, { cause });
}

export type RecordMap = ReadonlyMap<unknown, unknown>;

/** `purpose` says in the message what the map was wanted for. */
export function requireMap(value: unknown, purpose: string): RecordMap {
  if (value instanceof Map) return value;
  throw dataError(
    `Only Map objects supported in absence of schema for [${purpose}], found: ${kindOf(value ?? null)}`,
  );
}

/** Faster than the constructor of Map, which makes an array of every entry. */
export function copiedMap(map: RecordMap): Map<unknown, unknown> {
  const copy = new Map<unknown, unknown>();
  for (const name of map.keys()) copy.set(name, map.get(name));
  return copy;
}

export function requireMapOrNull(value: unknown, purpose: string): RecordMap | null {
  return value === null || value === undefined ? null : requireMap(value, purpose);
}

export function requireStruct(value: unknown, purpose: string): Struct {
  if (value instanceof Struct) return value;
  throw dataError(`Only Struct objects supported for [${purpose}], found: ${kindOf(value ?? null)}`);
}

export function requireStructOrNull(value: unknown, purpose: string): Struct | null {
  return value === null || value === undefined ? null : requireStruct(value, purpose);
}

/** What a field holds; its null reads as the default of its schema where `replacesNull`. */
export function fieldValue(struct: Struct, field: Field, replacesNull: boolean): unknown {
  const value = struct.values[field.index] ?? null;
  return value === null && replacesNull ? (field.schema.default ?? null) : value;
}

/** The same to be put into a field of the same schema: a null that this schema does not allow is refused. */
export function copiedValue(struct: Struct, field: Field, replacesNull: boolean): unknown {
  const value = fieldValue(struct, field, replacesNull);
  if (value === null) requireOptional(field.schema, field.name);
  return value;
}

/** The same for many fields, to the first places of a struct whose fields have these schemas. */
export function copyFields(from: Struct, fields: readonly Field[], replacesNull: boolean, to: Struct): void {
  let index = 0;
  for (const field of fields) {
    const value = from.values[field.index];
    // Nearly every value takes the short way.
    to.values[index++] =
      value === null || value === undefined ? copiedValue(from, field, replacesNull) : value;
  }
}

/** `copyFields` for one field, for transformations that can be joined. */
export function copiedSource(field: Field, replacesNull: boolean): FieldSource {
  const { schema, index } = field;
  const substitute = replacesNull ? (schema.default ?? null) : null;
  if (substitute !== null) return { from: index, onNull: () => substitute };
  if (schema.optional) return { from: index };
  return { from: index, onNull: () => requireOptional(schema, field.name) };
}

export function requireOptional(schema: Schema, fieldName: string): void {
  if (schema.optional) return;
  throw dataError(`Invalid value: null used for required field: "${fieldName}", schema type: ${schema.type}`);
}
