import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';

/** The part of a record that a transformation works on: its `$Key` and its `$Value` form differ in nothing else. */
export interface RecordSide {
  readonly name: 'key' | 'value';
  schemaOf(record: ConnectRecord): Schema | null;
  valueOf(record: ConnectRecord): unknown;
  /** A copy of the record with another schema and value on this side. */
  replace<R extends ConnectRecord>(record: R, schema: Schema | null, value: unknown): R;
}

export const keySide: RecordSide = {
  name: 'key',
  schemaOf: (record) => record.keySchema,
  valueOf: (record) => record.key ?? null,
  replace: (record, keySchema, key) => ({ ...record, keySchema, key }),
};

export const valueSide: RecordSide = {
  name: 'value',
  schemaOf: (record) => record.valueSchema,
  valueOf: (record) => record.value ?? null,
  replace: (record, valueSchema, value) => ({ ...record, valueSchema, value }),
};
