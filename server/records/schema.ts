/**
 * Connect schemas. Values of each type in JavaScript:
 * INT8 INT16 INT32 FLOAT32 FLOAT64 number · INT64 bigint · BOOLEAN boolean · STRING string · BYTES Uint8Array ·
 * ARRAY array · MAP Map · STRUCT Struct · Decimal Decimal · Date, Time, Timestamp Date.
 * Without a schema an integer is a bigint and a number is a double, so that 1 and 1.0 stay apart.
 */

export const schemaTypes = [
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FLOAT32',
  'FLOAT64',
  'BOOLEAN',
  'STRING',
  'BYTES',
  'ARRAY',
  'MAP',
  'STRUCT',
] as const;

export type SchemaType = (typeof schemaTypes)[number];

export interface Field {
  readonly name: string;
  readonly index: number;
  readonly schema: Schema;
}

/** Immutable; make one with `schemaOf`, `structSchema`, or take a constant of `primitive-schemas.ts`. */
export interface Schema {
  readonly type: SchemaType;
  readonly optional: boolean;
  /** undefined: no default. */
  readonly default: unknown;
  readonly name: string | null;
  readonly version: number | null;
  readonly doc: string | null;
  readonly parameters: Readonly<Record<string, string>> | null;
  /** STRUCT only, else empty. */
  readonly fields: readonly Field[];
  /** MAP only; null where it is not known, such as for an empty one read from a header. */
  readonly keySchema: Schema | null;
  /** ARRAY and MAP only; null where it is not known. */
  readonly valueSchema: Schema | null;
  /** STRUCT only; undefined for any other name. */
  field(name: string): Field | undefined;
}
