import type { JsonNode } from '../json/json-node.ts';

/** Versions of JSON Schema, as `json.schema.spec.version` calls them. */
export const schemaDialects = ['draft_4', 'draft_6', 'draft_7', 'draft_2019_09', 'draft_2020_12'] as const;

export type SchemaDialect = (typeof schemaDialects)[number];

const namedIn: readonly (readonly [part: string, dialect: SchemaDialect])[] = [
  ['draft-04', 'draft_4'],
  ['draft-06', 'draft_6'],
  ['draft-07', 'draft_7'],
  ['2019-09', 'draft_2019_09'],
  ['2020-12', 'draft_2020_12'],
];

/** The version that a schema says it is written in, or else the one assumed. */
export function dialectOf(schema: JsonNode, assumed: SchemaDialect): SchemaDialect {
  const uri = schema instanceof Map ? schema.get('$schema') : undefined;
  if (typeof uri !== 'string') return assumed;
  return namedIn.find(([part]) => uri.includes(part))?.[1] ?? assumed;
}

export function isModernDialect(dialect: SchemaDialect): boolean {
  return dialect === 'draft_2019_09' || dialect === 'draft_2020_12';
}
