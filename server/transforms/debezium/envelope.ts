import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { kindOf } from '../../records/validate-value.ts';
import { dataError } from '../fields/record-data.ts';

/** Whether the record is a change event of Debezium; heartbeats, schema changes and others are not. */
export function hasEnvelope(record: ConnectRecord): boolean {
  return record.valueSchema?.name?.endsWith('.Envelope') ?? false;
}

export function requireEnvelope(record: ConnectRecord): Struct {
  if (record.value instanceof Struct) return record.value;
  throw dataError(`The value of a change event must be a Struct, found: ${kindOf(record.value ?? null)}`);
}

/** A text field as it is, without regard to defaults. Throws where there is no such field, or one of another type. */
export function textIn(struct: Struct, name: string): string | null {
  return typedIn(struct, name, 'STRING', (value) => typeof value === 'string');
}

export function int32In(struct: Struct, name: string): number | null {
  return typedIn(struct, name, 'INT32', (value) => typeof value === 'number');
}

export function int64In(struct: Struct, name: string): bigint | null {
  return typedIn(struct, name, 'INT64', (value) => typeof value === 'bigint');
}

function typedIn<T>(
  struct: Struct,
  name: string,
  type: 'STRING' | 'INT32' | 'INT64',
  fits: (value: unknown) => value is T,
): T | null {
  const field = struct.schema.field(name);
  if (field === undefined) throw dataError(`${name} is not a valid field name`);
  const value = struct.values[field.index] ?? null;
  if (field.schema.type !== type || !(value === null || fits(value))) {
    throw dataError(`Field '${name}' is not of type ${type}`);
  }
  return value;
}
