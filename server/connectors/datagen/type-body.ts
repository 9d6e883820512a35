import type { Schema } from '../../records/schema.ts';
import type { SchemaSpec } from '../../records/schema-of.ts';
import type { Json } from './arg-json.ts';
import type { Generate, Generator } from './generation.ts';

/** What is known of a type before its options and its place are looked at. */
export interface TypeBody {
  /** A name here is that of a logical type, which no other replaces. */
  readonly spec: SchemaSpec;
  /** Called once, with the finished schema, unless the values are listed. */
  readonly generate: (schema: Schema) => Generate;
  readonly read: (schema: Schema) => Generator['read'];
}

/** Where a type stands decides this. */
export interface TypePlace {
  readonly optional: boolean;
  readonly default?: Json | undefined;
}
