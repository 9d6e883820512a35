import { Decimal } from '../../records/decimal.ts';
import { dateFromDays, decimalFromBytes, timeFromMs, timestampFromMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { logicalNames, validateValue } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { JsonFormat } from './json-config.ts';
import { JsonDecimal } from './json-decimal.ts';
import type { JsonNode } from './json-node.ts';

/**
 * The Connect value of a schema that JSON stands for. As lenient as the Java converter: a text where a number should
 * be is 0, what is no boolean is false, what is no text is null. Unlike it, a number that does not fit its type is
 * refused instead of losing its upper bits.
 */
export function readJsonValue(
  schema: Schema | null,
  node: JsonNode | undefined,
  format: JsonFormat,
): unknown {
  if (schema === null) return readWithoutSchema(node ?? null);
  if (node === undefined || node === null) {
    if (schema.default !== undefined && format.replacesNullWithDefault) return schema.default;
    if (schema.optional) return null;
    throw dataError(`Invalid null value for required ${schema.type} field`);
  }
  switch (schema.name) {
    case logicalNames.decimal:
      return readDecimal(schema, node);
    case logicalNames.date:
      return dateFromDays(Number(requireInteger(node, 'Date', 32)));
    case logicalNames.time:
      return timeFromMs(Number(requireInteger(node, 'Time', 32)));
    case logicalNames.timestamp:
      return timestampFromMs(requireInteger(node, 'Timestamp', 64));
  }
  switch (schema.type) {
    case 'INT8':
      return Number(wholeNumber(node, schema, 8));
    case 'INT16':
      return Number(wholeNumber(node, schema, 16));
    case 'INT32':
      return Number(wholeNumber(node, schema, 32));
    case 'INT64':
      return wholeNumber(node, schema, 64);
    case 'FLOAT32':
      return Math.fround(doubleOf(node));
    case 'FLOAT64':
      return doubleOf(node);
    case 'BOOLEAN':
      return node === true;
    case 'STRING':
      return typeof node === 'string' ? node : null;
    case 'BYTES':
      return typeof node === 'string' ? bytesOf(node, 'Invalid bytes field') : null;
    case 'ARRAY':
      return itemsOf(node).map((item) => readJsonValue(schema.valueSchema, item, format));
    case 'MAP':
      return readMap(schema, node, format);
    case 'STRUCT':
      return readStruct(schema, node, format);
  }
}

function readWithoutSchema(node: JsonNode): unknown {
  if (node instanceof JsonDecimal) return Number(node.text);
  if (typeof node === 'bigint' && BigInt.asIntN(64, node) !== node) {
    throw dataError('A whole number does not fit 64 bits.');
  }
  if (Array.isArray(node)) return node.map(readWithoutSchema);
  if (node instanceof Map) {
    const map = new Map<string, unknown>();
    for (const [name, value] of node) map.set(name, readWithoutSchema(value));
    return map;
  }
  return node;
}

function readMap(schema: Schema, node: JsonNode, format: JsonFormat): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  if (schema.keySchema?.type === 'STRING') {
    if (!(node instanceof Map)) {
      throw dataError(
        `Maps with string fields should be encoded as JSON objects, but found ${nodeType(node)}`,
      );
    }
    for (const [name, value] of node) map.set(name, readJsonValue(schema.valueSchema, value, format));
    return map;
  }
  if (!Array.isArray(node)) {
    throw dataError(
      `Maps with non-string fields should be encoded as JSON array of tuples, but found ${nodeType(node)}`,
    );
  }
  for (const entry of node) {
    if (!Array.isArray(entry)) {
      throw dataError(`Found invalid map entry instead of array tuple: ${nodeType(entry)}`);
    }
    if (entry.length !== 2) {
      throw dataError(`Found invalid map entry, expected length 2 but found :${entry.length}`);
    }
    map.set(
      readJsonValue(schema.keySchema, entry[0], format),
      readJsonValue(schema.valueSchema, entry[1], format),
    );
  }
  return map;
}

function readStruct(schema: Schema, node: JsonNode, format: JsonFormat): Struct {
  if (!(node instanceof Map)) {
    throw dataError(`Structs should be encoded as JSON objects, but found ${nodeType(node)}`);
  }
  const struct = new Struct(schema);
  for (const field of schema.fields) {
    const value = readJsonValue(field.schema, node.get(field.name), format);
    // What is no text became null, which a required field does not take.
    if (value === null) validateValue(field.schema, value, field.name);
    struct.values[field.index] = value;
  }
  return struct;
}

function readDecimal(schema: Schema, node: JsonNode): Decimal {
  if (node instanceof JsonDecimal) return Decimal.parse(node.text);
  if (typeof node === 'bigint') return new Decimal(node, 0);
  if (typeof node === 'string')
    return decimalFromBytes(schema, bytesOf(node, 'Invalid bytes for Decimal field'));
  throw dataError(
    `Invalid type for Decimal, underlying representation should be numeric or bytes but was ${nodeType(node)}`,
  );
}

function requireInteger(node: JsonNode, type: string, bits: number): bigint {
  if (typeof node === 'bigint' && BigInt.asIntN(bits, node) === node) return node;
  throw dataError(
    `Invalid type for ${type}, underlying representation should be integer but was ${nodeType(node)}`,
  );
}

function wholeNumber(node: JsonNode, schema: Schema, bits: number): bigint {
  let value = 0n;
  if (typeof node === 'bigint') value = node;
  if (node instanceof JsonDecimal) value = truncated(Decimal.parse(node.text));
  if (BigInt.asIntN(bits, value) === value) return value;
  throw dataError(`A number does not fit a field of type ${schema.type}.`);
}

function truncated({ unscaled, scale }: Decimal): bigint {
  return scale <= 0 ? unscaled * 10n ** BigInt(-scale) : unscaled / 10n ** BigInt(scale);
}

function doubleOf(node: JsonNode): number {
  if (node instanceof JsonDecimal) return Number(node.text);
  return typeof node === 'bigint' ? Number(node) : 0;
}

/** Elements of an array; of an object its values; of anything else none. */
function itemsOf(node: JsonNode): readonly JsonNode[] {
  if (Array.isArray(node)) return node;
  return node instanceof Map ? [...node.values()] : [];
}

function bytesOf(text: string, problem: string): Buffer {
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  throw dataError(`${problem}: it is not base64.`);
}

/** Name of the kind of a node as Jackson calls it. */
function nodeType(node: JsonNode): string {
  if (node === null) return 'NULL';
  if (Array.isArray(node)) return 'ARRAY';
  if (node instanceof JsonDecimal || typeof node === 'bigint') return 'NUMBER';
  if (node instanceof Map) return 'OBJECT';
  return typeof node === 'string' ? 'STRING' : 'BOOLEAN';
}
