import { Decimal } from '../../records/decimal.ts';
import { decimalFromBytes } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import { JsonDecimal } from './json-decimal.ts';
import { type JsonNode, nodeType } from './json-node.ts';

// What becomes of JSON of another kind than the schema says, by the coercions of the Java converter: a text where a
// number should be is 0, what is no boolean is false, what is no text is null. Unlike there a number that does not
// fit its type is refused instead of losing its upper bits.

/** The whole number of so many bits; fractions are cut off. */
export function wholeNumberOf(node: JsonNode, schema: Schema, bits: number): bigint {
  let value = 0n;
  if (typeof node === 'bigint') value = node;
  if (node instanceof JsonDecimal) value = truncated(Decimal.parse(node.text));
  if (BigInt.asIntN(bits, value) === value) return value;
  throw dataError(`A number does not fit a field of type ${schema.type}.`);
}

function truncated({ unscaled, scale }: Decimal): bigint {
  return scale <= 0 ? unscaled * 10n ** BigInt(-scale) : unscaled / 10n ** BigInt(scale);
}

export function doubleOf(node: JsonNode): number {
  if (node instanceof JsonDecimal) return Number(node.text);
  return typeof node === 'bigint' ? Number(node) : 0;
}

/** Dates, times and timestamps are read from whole numbers only. */
export function requireInteger(node: JsonNode, type: string, bits: number): bigint {
  if (typeof node === 'bigint' && BigInt.asIntN(bits, node) === node) return node;
  throw dataError(
    `Invalid type for ${type}, underlying representation should be integer but was ${nodeType(node)}`,
  );
}

/** From a number or from bytes in base64, however decimals are written. */
export function decimalOf(node: JsonNode, schema: Schema): Decimal {
  if (node instanceof JsonDecimal) return Decimal.parse(node.text);
  if (typeof node === 'bigint') return new Decimal(node, 0);
  if (typeof node === 'string') {
    return decimalFromBytes(schema, bytesOf(node, 'Invalid bytes for Decimal field'));
  }
  throw dataError(
    `Invalid type for Decimal, underlying representation should be numeric or bytes but was ${nodeType(node)}`,
  );
}

export function bytesOf(text: string, problem: string): Buffer {
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  throw dataError(`${problem}: it is not base64.`);
}
