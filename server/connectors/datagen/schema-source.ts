import { parseArgJson } from './arg-json.ts';
import type { ArgRecord } from './arg-schema.ts';
import { readArgSchema } from './arg-schema-reader.ts';
import { compileSchema } from './compile.ts';
import type { Generator } from './generation.ts';
import { readSchemaFile } from './options.ts';
import { type Quickstart, quickstarts } from './quickstarts.ts';

export const sourceKeys = ['schema.string', 'schema.filename', 'quickstart'] as const;

/** Where the schema comes from: one of these, the others empty or absent. */
export type SchemaSource = { readonly [Key in (typeof sourceKeys)[number]]?: string };

export function quickstartOf(name: string): Quickstart | undefined {
  return quickstarts.get(name.toLowerCase());
}

/** Reads and compiles the schema. Throws a `config` error. */
export function compileSource(source: SchemaSource): Generator {
  return compileSchema(schemaOfSource(source));
}

/** Reads the schema. Throws a `config` error. */
export function schemaOfSource(source: SchemaSource): ArgRecord {
  return readArgSchema(jsonOf(source));
}

function jsonOf(source: SchemaSource) {
  const quickstart = quickstartOf(source.quickstart ?? '');
  if (quickstart !== undefined) return quickstart.schema;
  const text = source['schema.string'] ?? '';
  if (text !== '') return parseArgJson(text, 'setting');
  return parseArgJson(readSchemaFile(source['schema.filename'] ?? '', ''), 'file');
}
