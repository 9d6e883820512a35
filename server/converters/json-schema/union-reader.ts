import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import { JsonDecimal } from '../json/json-decimal.ts';
import { type JsonNode, textOfNode } from '../json/json-node.ts';
import { JsonParser } from '../json/json-parser.ts';
import { isUnion } from './union-names.ts';
import type { ValueReader } from './value-reader.ts';

const bitsOf: Readonly<Partial<Record<Schema['type'], number>>> = {
  INT8: 8,
  INT16: 16,
  INT32: 32,
  INT64: 64,
};

/** Finds out by the kind of the JSON value which of the union's types it has, the first that fits. */
export function unionReader(schema: Schema, readerOf: (part: Schema) => ValueReader): ValueReader {
  const readers = schema.fields.map((field) => readerOf(field.schema));
  return (parser) => {
    const node = parser.value();
    const index = branchOf(schema, node);
    const read = index === null ? undefined : readers[index];
    if (index === null || read === undefined) throw dataError('Did not find matching oneof field for data');
    const struct = new Struct(schema);
    struct.values[index] = read(new JsonParser(textOfNode(node)));
    return struct;
  };
}

function branchOf(union: Schema, node: JsonNode): number | null {
  const { fields } = union;
  const plain = fields.find((field) => isOfKind(field.schema, node));
  if (plain !== undefined) return plain.index;
  if (node instanceof Map) return structLike(fields, node);
  // Bytes are texts too, and so are the doubles that JSON has no number for.
  const asText = fields.find(
    ({ schema: { type } }) => type === 'BYTES' || type === 'FLOAT64' || type === 'FLOAT32',
  );
  return typeof node === 'string' ? (asText?.index ?? null) : null;
}

/** The struct that shares most names with the object. */
function structLike(fields: Schema['fields'], node: ReadonlyMap<string, JsonNode>): number | null {
  let best: number | null = null;
  let most = -1;
  for (const { index, schema } of fields) {
    if (schema.type !== 'STRUCT') continue;
    const shared = schema.fields.filter(({ name }) => node.has(name)).length;
    if (shared > most) [best, most] = [index, shared];
  }
  return best;
}

function isOfKind(schema: Schema, node: JsonNode): boolean {
  const isNumber = typeof node === 'bigint' || node instanceof JsonDecimal;
  switch (schema.type) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
      return typeof node === 'bigint' && BigInt.asIntN(bitsOf[schema.type] ?? 64, node) === node;
    case 'FLOAT32':
    case 'FLOAT64':
      return isNumber;
    case 'BOOLEAN':
      return typeof node === 'boolean';
    case 'STRING':
      return typeof node === 'string';
    case 'BYTES':
      return schema.name === logicalNames.decimal && isNumber;
    case 'ARRAY':
      return Array.isArray(node);
    case 'MAP':
      return schema.keySchema?.type === 'STRING' && !schema.keySchema.optional
        ? node instanceof Map
        : Array.isArray(node);
    case 'STRUCT':
      return isUnion(schema) && branchOf(schema, node) !== null;
  }
}
