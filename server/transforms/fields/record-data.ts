import { ConnectError } from '../../errors/connect-error.ts';
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

export function requireOptional(schema: Schema, fieldName: string): void {
  if (schema.optional) return;
  throw dataError(`Invalid value: null used for required field: "${fieldName}", schema type: ${schema.type}`);
}
