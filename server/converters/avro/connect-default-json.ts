import { Decimal } from '../../records/decimal.ts';
import { doubleText, floatText } from '../../records/java-number-text.ts';
import { dateToDays, decimalToBytes, timeToMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import { JsonDecimal } from '../json/json-decimal.ts';
import type { JsonNode } from '../json/json-node.ts';
import type { AvroDataOptions } from './avro-data-options.ts';
import type { AvroSchema } from './avro-schema.ts';
import { isAvroMapSchema, isUnionSchema } from './connect-sum-types.ts';
import { scrubName } from './scrub-name.ts';

/** A default of a Connect schema as it stands in an Avro schema. Throws a `data` error for a value of another type. */
export function jsonOfDefault(schema: Schema, value: unknown, options: AvroDataOptions): JsonNode {
  if (value === null || value === undefined) return null;
  const raw = withoutLogicalType(schema, value);
  switch (schema.type) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
      if (typeof raw === 'number') return BigInt(raw);
      break;
    case 'FLOAT32':
    case 'FLOAT64':
      if (typeof raw === 'number') return numberNode(raw, schema.type === 'FLOAT32');
      break;
    case 'INT64':
      if (typeof raw === 'bigint') return raw;
      break;
    case 'BOOLEAN':
      if (typeof raw === 'boolean') return raw;
      break;
    case 'STRING':
      if (typeof raw === 'string') return raw;
      break;
    case 'BYTES':
      if (raw instanceof Uint8Array) return Buffer.from(raw).toString('latin1');
      break;
    case 'ARRAY':
      if (Array.isArray(raw) && schema.valueSchema !== null) {
        const items = schema.valueSchema;
        return raw.map((item) => jsonOfDefault(items, item, options));
      }
      break;
    case 'MAP':
      if (raw instanceof Map) return jsonOfMap(schema, raw, options);
      break;
    case 'STRUCT':
      if (raw instanceof Struct) return jsonOfStruct(schema, raw, options);
      break;
  }
  throw dataError(`The default of schema ${schema.name ?? schema.type} is of another type.`);
}

function withoutLogicalType(schema: Schema, value: unknown): unknown {
  if (value instanceof Decimal) return decimalToBytes(schema, value);
  if (!(value instanceof Date)) return value;
  if (schema.name === logicalNames.date) return dateToDays(value);
  if (schema.name === logicalNames.time) return timeToMs(value);
  return BigInt(value.getTime());
}

/** Not a number and infinities have no JSON of their own; Java writes their names. */
function numberNode(value: number, isFloat: boolean): JsonNode {
  const text = isFloat ? floatText(value) : doubleText(value);
  return Number.isFinite(value) ? new JsonDecimal(text) : text;
}

function jsonOfMap(schema: Schema, map: ReadonlyMap<unknown, unknown>, options: AvroDataOptions): JsonNode {
  const { keySchema, valueSchema } = schema;
  if (keySchema === null || valueSchema === null) {
    throw dataError('The default of a map needs schemas of its keys and values.');
  }
  if (!isAvroMapSchema(schema, options)) {
    return Array.from(map, ([key, value]) => [
      jsonOfDefault(keySchema, key, options),
      jsonOfDefault(valueSchema, value, options),
    ]);
  }
  return new Map(
    Array.from(map, ([key, value]) => [String(key), jsonOfDefault(valueSchema, value, options)]),
  );
}

/** A struct that stands for a union is its first field, whatever that holds: Avro knows no other default. */
function jsonOfStruct(schema: Schema, struct: Struct, options: AvroDataOptions): JsonNode {
  const members = new Map<string, JsonNode>();
  for (const field of schema.fields) {
    const node = jsonOfDefault(field.schema, struct.get(field.name), options);
    if (isUnionSchema(schema)) return node;
    members.set(scrubName(field.name, options), node);
  }
  return members;
}

/** Whether Avro takes this as the default of a field; any branch of a union will do. */
export function isAvroDefault(schema: AvroSchema, node: JsonNode): boolean {
  switch (schema.type) {
    case 'null':
      return node === null;
    case 'boolean':
      return typeof node === 'boolean';
    case 'int':
      return typeof node === 'bigint' && BigInt.asIntN(32, node) === node;
    case 'long':
      return typeof node === 'bigint' && BigInt.asIntN(64, node) === node;
    case 'float':
    case 'double':
      return typeof node === 'bigint' || node instanceof JsonDecimal;
    case 'string':
    case 'bytes':
    case 'enum':
    case 'fixed':
      return typeof node === 'string';
    case 'array':
      return Array.isArray(node) && node.every((item) => isAvroDefault(schema.items, item));
    case 'map':
      return node instanceof Map && [...node.values()].every((item) => isAvroDefault(schema.values, item));
    case 'union':
      return schema.branches.some((branch) => isAvroDefault(branch, node));
    case 'record':
      return (
        node instanceof Map &&
        schema.fields.every((field) => {
          const value = node.has(field.name) ? node.get(field.name) : field.default;
          return value !== undefined && isAvroDefault(field.schema, value);
        })
      );
  }
}
