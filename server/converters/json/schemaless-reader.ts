import { dataError } from '../converter-error.ts';
import type { JsonParser } from './json-parser.ts';

/** The Connect value of the next JSON value without a schema: objects are Maps, whole numbers bigints, others doubles. */
export function readSchemaless(parser: JsonParser): unknown {
  if (parser.isAtString) return parser.string();
  if (parser.isAtNumber) return numberOf(parser);
  if (parser.startsObject()) return mapOf(parser);
  if (parser.startsArray()) return listOf(parser);
  return parser.value();
}

function numberOf(parser: JsonParser): bigint | number {
  const number = parser.number();
  if (typeof number !== 'bigint') return Number(number.text);
  if (BigInt.asIntN(64, number) === number) return number;
  throw dataError('A whole number does not fit 64 bits.');
}

function mapOf(parser: JsonParser): Map<string, unknown> {
  const map = new Map<string, unknown>();
  if (parser.endsObject()) return map;
  do map.set(parser.name(), readSchemaless(parser));
  while (parser.hasMoreMembers());
  return map;
}

function listOf(parser: JsonParser): unknown[] {
  const list: unknown[] = [];
  if (parser.endsArray()) return list;
  do list.push(readSchemaless(parser));
  while (parser.hasMoreItems());
  return list;
}
