import type { ConnectRecord } from '../records/record.ts';
import type { Schema } from '../records/schema.ts';

/** Where one field of the new struct comes from. Its functions throw as `apply` does. */
export interface FieldSource {
  /** Index in the struct before; null: from elsewhere, by `read`. */
  readonly from: number | null;
  /** What the field holds when `from` is null. */
  readonly read?: (record: ConnectRecord) => unknown;
  /** What stands for a null: a default, or an error where null is not allowed. Absent: null. */
  readonly onNull?: () => unknown;
  /** Applied to what is not null. Absent: it stays as it is. */
  readonly change?: (value: unknown) => unknown;
}

/**
 * What a transformation does to every struct of one schema. The runtime joins those of neighbouring transformations,
 * so that a record is copied once and not once a transformation.
 */
export interface StructChange {
  /** Of the new struct. */
  readonly schema: Schema;
  /** One for each of its fields, in their order. */
  readonly fields: readonly FieldSource[];
}

/** Optional part of a transformation whose whole effect is a change of the struct on one side of the record. */
export interface StructChanger {
  readonly side: 'key' | 'value';
  /** Asked once a schema; null: structs of this schema have to go through `apply`. Must not change anything. */
  changeOf(schema: Schema): StructChange | null;
}
