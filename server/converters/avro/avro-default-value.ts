import { dateFromDays, decimalFromBytes, timeFromMs, timestampFromMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import { JsonDecimal } from '../json/json-decimal.ts';
import type { JsonNode } from '../json/json-node.ts';
import { type AvroSchema, avroBranchName, nullableBranch } from './avro-schema.ts';

const beyondLatin1 = /[^\0-\xff]/g;

/** Whether a default counts as given. As in Java, a number or text of the wrong type does not, and others do. */
export function isGivenDefault(avro: AvroSchema, node: JsonNode): boolean {
  if (avro.type === 'union') {
    const [first] = avro.branches;
    return first !== undefined && isGivenDefault(first, node);
  }
  if (typeof node === 'string') return textTypes.has(avro.type);
  if (typeof node === 'bigint') return numberTypes.has(avro.type);
  if (node instanceof JsonDecimal) return avro.type === 'float' || avro.type === 'double';
  return true;
}

const textTypes: ReadonlySet<string> = new Set(['string', 'enum', 'bytes', 'fixed']);
const numberTypes: ReadonlySet<string> = new Set(['int', 'long', 'float', 'double']);

/** The Connect value of a default in an Avro schema. Throws a `data` error for one that does not fit. */
export function defaultValueOf(avro: AvroSchema, schema: Schema, node: JsonNode): unknown {
  if (node === null) return null;
  switch (avro.type) {
    case 'int':
      return intOf(schema, node);
    case 'long': {
      if (typeof node !== 'bigint' || BigInt.asIntN(64, node) !== node) break;
      return schema.name === logicalNames.timestamp ? timestampFromMs(node) : node;
    }
    case 'float':
      return Math.fround(numberOf(node));
    case 'double':
      return numberOf(node);
    case 'boolean':
      if (typeof node === 'boolean') return node;
      break;
    case 'string':
    case 'enum':
      if (typeof node === 'string') return node;
      break;
    case 'bytes':
    case 'fixed': {
      if (typeof node !== 'string') break;
      const bytes = Buffer.from(node.replaceAll(beyondLatin1, '?'), 'latin1');
      return schema.name === logicalNames.decimal ? decimalFromBytes(schema, bytes) : bytes;
    }
    case 'array': {
      if (!Array.isArray(node) || schema.valueSchema === null || schema.type !== 'ARRAY') break;
      const items = schema.valueSchema;
      return node.map((item) => present(items, defaultValueOf(avro.items, items, item)));
    }
    case 'map': {
      if (!(node instanceof Map) || schema.valueSchema === null) break;
      const values = schema.valueSchema;
      return new Map(
        Array.from(node, ([key, item]) => [key, present(values, defaultValueOf(avro.values, values, item))]),
      );
    }
    case 'record':
      if (node instanceof Map && schema.type === 'STRUCT') return structOf(avro.fields, schema, node);
      break;
    case 'union':
      return unionOf(avro, schema, node);
    case 'null':
      break;
  }
  throw unfit(avro);
}

function intOf(schema: Schema, node: JsonNode): unknown {
  const bits = schema.type === 'INT8' ? 8 : schema.type === 'INT16' ? 16 : 32;
  if (typeof node !== 'bigint' || BigInt.asIntN(bits, node) !== node) {
    throw dataError('The default of an int does not fit.');
  }
  const value = Number(node);
  if (schema.name === logicalNames.date) return dateFromDays(value);
  return schema.name === logicalNames.time ? timeFromMs(value) : value;
}

function numberOf(node: JsonNode): number {
  if (typeof node === 'bigint') return Number(node);
  if (node instanceof JsonDecimal) return Number(node.text);
  throw dataError('The default of a number is none.');
}

function structOf(
  fields: readonly { readonly name: string; readonly schema: AvroSchema }[],
  schema: Schema,
  node: ReadonlyMap<string, JsonNode>,
): Struct {
  const struct = new Struct(schema);
  for (const [index, field] of schema.fields.entries()) {
    const avro = fields[index];
    const member = avro === undefined ? undefined : node.get(avro.name);
    struct.values[index] =
      avro === undefined || member === undefined
        ? present(field.schema, field.schema.default ?? null)
        : present(field.schema, defaultValueOf(avro.schema, field.schema, member));
  }
  return struct;
}

/** A default is one of the first branch; where the other is null alone, the union is a schema that may be null. */
function unionOf(avro: AvroSchema & { readonly type: 'union' }, schema: Schema, node: JsonNode): unknown {
  const nullable = nullableBranch(avro);
  if (nullable !== null) return defaultValueOf(nullable, schema, node);
  const [branch] = avro.branches;
  const [field] = schema.fields;
  if (branch === undefined || branch.type === 'null' || field === undefined) throw unfit(avro);
  const struct = new Struct(schema);
  struct.values[0] = defaultValueOf(branch, field.schema, node);
  return struct;
}

function present(schema: Schema, value: unknown): unknown {
  if (value === null && !schema.optional) throw dataError('A default is null where a value is required.');
  return value;
}

function unfit(avro: AvroSchema): Error {
  return dataError(`A default does not fit ${avroBranchName(avro)}.`);
}
