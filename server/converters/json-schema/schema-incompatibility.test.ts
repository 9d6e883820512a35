import { expect, test } from 'vitest';
import { decimalSchema } from '../../records/logical-types.ts';
import {
  FLOAT64_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { formatOf, registered } from './testing/json-schema-format-of.ts';

const text = { type: 'string' };
const int32 = { type: 'integer', 'connect.type': 'int32' };
const enumOf = (...symbols: string[]) =>
  schemaOf({
    type: 'STRING',
    parameters: Object.fromEntries(
      ['', ...symbols].map((symbol) => [`io.confluent.connect.json.Enum${symbol && `.${symbol}`}`, symbol]),
    ),
  });

function conflict(own: Schema | null, wanted: object): string | null {
  const format = formatOf();
  return format.incompatibility(registered(wanted), format.writerFor(own).text);
}

test.each<[Schema | null, object]>([
  [STRING_SCHEMA, text],
  [STRING_SCHEMA, {}],
  [null, text],
  [INT32_SCHEMA, { type: 'integer' }],
  [INT64_SCHEMA, { type: 'number' }],
  [OPTIONAL_STRING_SCHEMA, { type: ['string', 'null'] }],
  [schemaOf({ type: 'STRING', optional: true, default: 'd' }), text],
  [STRING_SCHEMA, { oneOf: [int32, text] }],
  [structSchema({ a: STRING_SCHEMA, more: INT32_SCHEMA }), { type: 'object', properties: { a: text } }],
  [structSchema({ a: STRING_SCHEMA }), { type: 'object', properties: { a: text, b: text }, required: ['a'] }],
  [arraySchema(INT32_SCHEMA), { type: 'array', items: int32 }],
  [enumOf('a'), { enum: ['a', 'b'] }],
  [enumOf('a'), text],
])('data of schema %# fits', (own, wanted) => {
  expect(conflict(own, wanted)).toBeNull();
});

test.each<[Schema, object, string]>([
  [STRING_SCHEMA, int32, 'STRING is not INT32'],
  [INT64_SCHEMA, int32, 'INT64 is not INT32'],
  [FLOAT64_SCHEMA, { type: 'integer' }, 'FLOAT64 is not INT64'],
  [OPTIONAL_STRING_SCHEMA, text, 'it may be null, which is not allowed'],
  [decimalSchema(2), text, 'a decimal is not STRING'],
  [STRING_SCHEMA, { enum: ['a'] }, 'STRING is not an enum with all these symbols'],
  [enumOf('a', 'c'), { enum: ['a', 'b'] }, 'an enum with all these symbols is not'],
  [FLOAT64_SCHEMA, { oneOf: [int32, text] }, 'none of the types of the union is FLOAT64'],
  [
    structSchema({ a: structSchema({ b: arraySchema(STRING_SCHEMA) }) }),
    { properties: { a: { properties: { b: { items: int32 } } } } },
    'a.b[]: STRING is not INT32',
  ],
  [structSchema({ a: OPTIONAL_STRING_SCHEMA }), { properties: { a: text } }, 'a: it may be null'],
  [structSchema({}), { properties: { a: text }, required: ['a'] }, 'a: it is required and missing'],
  [
    mapSchema(STRING_SCHEMA, STRING_SCHEMA),
    { type: 'object', 'connect.type': 'map', additionalProperties: int32 },
    'value: STRING is not INT32',
  ],
])('data of schema %# would be refused by its readers', (own, wanted, problem) => {
  expect(conflict(own, wanted)).toContain(problem);
});

test('decimals that are written as numbers fit numbers', () => {
  const format = formatOf({ 'decimal.format': 'NUMERIC' });
  const { text: own } = format.writerFor(decimalSchema(2));
  expect(format.incompatibility(registered({ type: 'number' }), own)).toBeNull();
  expect(format.incompatibility(registered({ type: 'integer' }), own)).toBe('a decimal is not INT64');
});
