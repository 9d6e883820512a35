import type { Schema, SchemaType } from '../../records/schema.ts';
import { type SchemaSpec, schemaOf } from '../../records/schema-of.ts';

/** What a changed schema takes over from the one it comes from; whether it is optional and its default are not among it. */
export function schemaBasics<Type extends SchemaType>(source: Schema, type: Type) {
  return {
    type,
    name: source.name,
    version: source.version,
    doc: source.doc,
    parameters: source.parameters,
  } satisfies SchemaSpec;
}

export interface NamedSchema {
  readonly name: string;
  readonly schema: Schema;
}

/** A struct schema with other fields but the same name, version, doc and parameters. */
export function structLike(source: Schema, fields: readonly NamedSchema[]): Schema {
  return schemaOf({ ...schemaBasics(source, 'STRUCT'), fields });
}
