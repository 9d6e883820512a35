import { Decimal } from '../../records/decimal.ts';
import { dateFromDays, decimalScaleOf, timeFromMs, timestampFromMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import { JsonDecimal } from '../json/json-decimal.ts';
import { type JsonNode, nodeType } from '../json/json-node.ts';
import type { JsonParser } from '../json/json-parser.ts';
import { bytesOf, decimalOf, requireInteger } from '../json/lenient-scalar.ts';
import { enumParameterOf, nullSymbol } from './union-names.ts';

/** Takes the next JSON value, which is not null, and makes it a value of one schema. */
export type ScalarReader = (parser: JsonParser) => unknown;

/** A decimal keeps more digits than these only as they were written. */
const mostZerosAdded = 1_000;
const unbounded: ReadonlyMap<JsonNode, number> = new Map<JsonNode, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Reads values that have no parts. Stricter than Java, which takes a text for 0, whatever is no boolean for false, and
 * the lower bits of a number that is too large: here each is a `data` error.
 */
export function scalarReaderOf(schema: Schema): ScalarReader {
  switch (schema.name) {
    case logicalNames.decimal:
      return decimalReader(schema);
    case logicalNames.date:
      return (parser) => dateFromDays(Number(requireInteger(parser.value(), 'Date', 32)));
    case logicalNames.time:
      return (parser) => timeFromMs(Number(requireInteger(parser.value(), 'Time', 32)));
    case logicalNames.timestamp:
      return (parser) => timestampFromMs(requireInteger(parser.value(), 'Timestamp', 64));
  }
  switch (schema.type) {
    case 'INT8':
      return integerReader(schema, 8);
    case 'INT16':
      return integerReader(schema, 16);
    case 'INT32':
      return integerReader(schema, 32);
    case 'INT64':
      return (parser) => {
        const whole = parser.safeInteger();
        return Number.isNaN(whole) ? wholeNumberOf(parser.value(), schema, 64) : BigInt(whole);
      };
    case 'FLOAT32':
      return doubleReader(schema, Math.fround);
    case 'FLOAT64':
      return doubleReader(schema, (value) => value);
    case 'BOOLEAN':
      return (parser) => {
        const node = parser.value();
        if (typeof node === 'boolean') return node;
        throw wrongKind(schema, node);
      };
    case 'BYTES':
      return (parser) => {
        if (parser.isAtString) return bytesOf(parser.string(), 'Invalid bytes field');
        throw wrongKind(schema, parser.value());
      };
    default:
      return enumParameterOf(schema) === null ? textReader(schema) : symbolReader(schema);
  }
}

function textReader(schema: Schema): ScalarReader {
  return (parser) => {
    if (parser.isAtString) return parser.string();
    throw wrongKind(schema, parser.value());
  };
}

/** Symbols of an enum without type may be numbers and booleans; a Connect enum has their texts. */
function symbolReader(schema: Schema): ScalarReader {
  return (parser) => {
    const node = parser.value();
    if (typeof node === 'string') return node;
    if (typeof node === 'bigint' || typeof node === 'boolean') return String(node);
    if (node instanceof JsonDecimal) return node.text;
    if (node === null) return nullSymbol;
    throw wrongKind(schema, node);
  };
}

function integerReader(schema: Schema, bits: 8 | 16 | 32): ScalarReader {
  const max = 2 ** (bits - 1) - 1;
  return (parser) => {
    const whole = parser.safeInteger();
    if (whole <= max && whole >= -max - 1) return whole;
    return Number(wholeNumberOf(Number.isNaN(whole) ? parser.value() : BigInt(whole), schema, bits));
  };
}

/** Also from `1.0` and `1e3`, but from nothing with a fraction. */
function wholeNumberOf(node: JsonNode, schema: Schema, bits: number): bigint {
  const value = node instanceof JsonDecimal ? wholeOf(Decimal.parse(node.text)) : node;
  if (typeof value !== 'bigint' && value !== null) throw wrongKind(schema, node);
  if (value !== null && BigInt.asIntN(bits, value) === value) return value;
  throw dataError(`A number does not fit a field of type ${schema.type}.`);
}

function wholeOf({ unscaled, scale }: Decimal): bigint | null {
  if (Math.abs(scale) > mostZerosAdded) return unscaled === 0n ? 0n : null;
  if (scale <= 0) return unscaled * 10n ** BigInt(-scale);
  const factor = 10n ** BigInt(scale);
  return unscaled % factor === 0n ? unscaled / factor : null;
}

/** Infinity comes as a text; a number that becomes one is too large. */
function doubleReader(schema: Schema, rounded: (value: number) => number): ScalarReader {
  return (parser) => {
    if (parser.isAtNumber) {
      const value = rounded(parser.double());
      if (Number.isFinite(value)) return value;
      throw dataError(`A number does not fit a field of type ${schema.type}.`);
    }
    const node = parser.value();
    const value = unbounded.get(node);
    if (value === undefined) throw wrongKind(schema, node);
    return value;
  };
}

function decimalReader(schema: Schema): ScalarReader {
  const scale = decimalScaleOf(schema);
  return (parser) => {
    const decimal = decimalOf(parser.value(), schema);
    const zeros = scale - decimal.scale;
    if (zeros <= 0 || zeros > mostZerosAdded) return decimal;
    return new Decimal(decimal.unscaled * 10n ** BigInt(zeros), scale);
  };
}

function wrongKind(schema: Schema, node: JsonNode) {
  return dataError(`Invalid type for ${schema.type}: JSON has ${nodeType(node)}`);
}
