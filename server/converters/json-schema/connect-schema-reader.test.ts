import { describe, expect, test } from 'vitest';
import { schemasEqual } from '../../records/equality.ts';
import { decimalSchema } from '../../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_INT8_SCHEMA,
  OPTIONAL_INT16_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { connectSchema, type FormatSettings, formatOf, registered } from './testing/json-schema-format-of.ts';

const oneOf = (...parts: Schema[]) =>
  structSchema(
    Object.fromEntries(parts.map((part, index) => [`io.confluent.connect.json.OneOf.field.${index}`, part])),
    {
      name: 'io.confluent.connect.json.OneOf',
    },
  );
const text = { type: 'string' };
const int8 = { type: 'integer', 'connect.type': 'int8' };
const int16 = { type: 'integer', 'connect.type': 'int16' };
const enumOf = (...symbols: string[]) =>
  schemaOf({
    type: 'STRING',
    parameters: Object.fromEntries([
      ['io.confluent.connect.json.Enum', ''],
      ...symbols.map((symbol) => [`io.confluent.connect.json.Enum.${symbol}`, symbol]),
    ]),
  });
const optionalOf = (schema: Schema) => schemaOf({ ...schema, fields: schema.fields, optional: true });

const mappings: [string, string | object, Schema | null, FormatSettings?][] = [
  ['boolean', { type: 'boolean' }, BOOLEAN_SCHEMA],
  ['integer', { type: 'integer' }, INT64_SCHEMA],
  ['number', { type: 'number' }, FLOAT64_SCHEMA],
  ['string', text, STRING_SCHEMA],
  ['int8', int8, INT8_SCHEMA],
  ['int16', int16, INT16_SCHEMA],
  ['int32', { type: 'integer', 'connect.type': 'int32' }, INT32_SCHEMA],
  ['int64', { type: 'integer', 'connect.type': 'int64' }, INT64_SCHEMA],
  ['float32', { type: 'number', 'connect.type': 'float32' }, FLOAT32_SCHEMA],
  ['float64', { type: 'number', 'connect.type': 'float64' }, FLOAT64_SCHEMA],
  ['bytes', { type: 'string', 'connect.type': 'bytes' }, BYTES_SCHEMA],
  [
    'a decimal that is a number',
    {
      type: 'number',
      title: 'org.apache.kafka.connect.data.Decimal',
      'connect.version': 1,
      'connect.type': 'bytes',
      'connect.parameters': { scale: '2' },
    },
    decimalSchema(2),
  ],
  ['a number with a format', { type: 'integer', format: 'int32' }, INT64_SCHEMA],
  ['null or boolean', { oneOf: [{ type: 'null' }, { type: 'boolean' }] }, OPTIONAL_BOOLEAN_SCHEMA],
  ['boolean or null by anyOf', { anyOf: [{ type: 'boolean' }, { type: 'null' }] }, OPTIONAL_BOOLEAN_SCHEMA],
  ['a list of types with null', { type: ['null', 'string'] }, OPTIONAL_STRING_SCHEMA],
  ['a list of types', { type: ['string', 'integer'] }, oneOf(OPTIONAL_STRING_SCHEMA, OPTIONAL_INT64_SCHEMA)],
  [
    'a list of types and null',
    { type: ['string', 'integer', 'null'] },
    optionalOf(oneOf(OPTIONAL_STRING_SCHEMA, OPTIONAL_INT64_SCHEMA)),
  ],
  ['an array', { type: 'array', items: int8 }, arraySchema(INT8_SCHEMA)],
  [
    'an array or null',
    { type: ['array', 'null'], items: text },
    arraySchema(STRING_SCHEMA, { optional: true }),
  ],
  [
    'a map of texts',
    { type: 'object', 'connect.type': 'map', additionalProperties: int8 },
    mapSchema(STRING_SCHEMA, INT8_SCHEMA),
  ],
  [
    'a named map',
    { type: 'object', title: 'foo.bar', 'connect.type': 'map', additionalProperties: int8 },
    mapSchema(STRING_SCHEMA, INT8_SCHEMA, { name: 'foo.bar' }),
  ],
  [
    'a map of other keys',
    {
      type: 'array',
      'connect.type': 'map',
      items: { type: 'object', properties: { key: int8, value: { oneOf: [{ type: 'null' }, text] } } },
    },
    mapSchema(INT8_SCHEMA, OPTIONAL_STRING_SCHEMA),
  ],
  [
    'an object, its properties by connect.index',
    {
      type: 'object',
      title: 'Record',
      properties: { b: { ...text, 'connect.index': 1 }, a: { ...int8, 'connect.index': 0 } },
    },
    structSchema({ a: INT8_SCHEMA, b: STRING_SCHEMA }, { name: 'Record' }),
  ],
  [
    'an object, its properties in their order without connect.index',
    { type: 'object', properties: { b: text, a: int8 } },
    structSchema({ b: STRING_SCHEMA, a: INT8_SCHEMA }),
  ],
  [
    'two properties of one connect.index',
    {
      type: 'object',
      properties: { b: { ...text, 'connect.index': 0 }, a: { ...int8, 'connect.index': 0 } },
    },
    structSchema({ b: STRING_SCHEMA, a: INT8_SCHEMA }),
  ],
  ['an object without properties', { type: 'object' }, structSchema({})],
  [
    'properties that are not required, as they are',
    { type: 'object', properties: { a: text }, required: [] },
    structSchema({ a: STRING_SCHEMA }),
  ],
  [
    'properties that are not required, as optional ones',
    { type: 'object', properties: { a: text, b: int8 }, required: ['b'] },
    structSchema({ a: OPTIONAL_STRING_SCHEMA, b: INT8_SCHEMA }),
    { 'use.optional.for.nonrequired': 'true' },
  ],
  [
    'version, description and parameters',
    { ...int8, 'connect.version': 3, description: 'What it is.', 'connect.parameters': { a: 'b', n: 1 } },
    schemaOf({ type: 'INT8', version: 3, doc: 'What it is.', parameters: { a: 'b', n: '1' } }),
  ],
  ['a default', { ...int8, default: 34 }, schemaOf({ type: 'INT8', default: 34 })],
  ['a default of null', { type: 'string', default: null }, STRING_SCHEMA],
  ['an enum', { enum: ['one', 'two'] }, enumOf('one', 'two')],
  ['an enum with null', { enum: ['one', null] }, enumOf('one', '<NULL>')],
  ['an enum of texts', { type: 'string', enum: ['one', 'two'] }, enumOf('one', 'two')],
  ['an enum of numbers', { type: 'integer', enum: [1, 2] }, INT64_SCHEMA],
  ['an enum without type', { enum: [1, true, 1.5] }, enumOf('1', 'true', '1.5')],
  ['a constant', { const: 'one' }, enumOf('one')],
  ['a constant text', { const: 'one', type: 'string' }, STRING_SCHEMA],
  ['a constant number', { const: 123, type: 'integer' }, INT64_SCHEMA],
  [
    'an enum for all formats',
    { enum: ['one', 'two'] },
    schemaOf({
      type: 'STRING',
      parameters: {
        'org.apache.kafka.connect.data.Enum': '',
        'org.apache.kafka.connect.data.Enum.one': '0',
        'org.apache.kafka.connect.data.Enum.two': '1',
      },
    }),
    { 'generalized.sum.type.support': 'true' },
  ],
  ['a union', { oneOf: [int8, int16] }, oneOf(OPTIONAL_INT8_SCHEMA, OPTIONAL_INT16_SCHEMA)],
  ['a union by anyOf', { anyOf: [int8, int16] }, oneOf(OPTIONAL_INT8_SCHEMA, OPTIONAL_INT16_SCHEMA)],
  [
    'a union with null',
    { oneOf: [{ type: 'null' }, int8, int16] },
    optionalOf(oneOf(OPTIONAL_INT8_SCHEMA, OPTIONAL_INT16_SCHEMA)),
  ],
  [
    'a union for all formats',
    { oneOf: [int8, int16] },
    structSchema(
      { connect_union_field_0: OPTIONAL_INT8_SCHEMA, connect_union_field_1: OPTIONAL_INT16_SCHEMA },
      { name: 'connect_union_0', parameters: { 'org.apache.kafka.connect.data.Union': 'connect_union_0' } },
    ),
    { 'generalized.sum.type.support': 'true' },
  ],
  ['a union of one', { oneOf: [text] }, STRING_SCHEMA],
  [
    'a union of one as it is',
    { oneOf: [text] },
    oneOf(OPTIONAL_STRING_SCHEMA),
    { 'flatten.singleton.unions': 'false' },
  ],
  ['allOf with an enum', { allOf: [text, { enum: ['one', 'two'] }] }, enumOf('one', 'two')],
  ['allOf with an enum of numbers', { allOf: [{ type: 'number' }, { enum: [1, 2] }] }, FLOAT64_SCHEMA],
  [
    'allOf with a union',
    { allOf: [{ oneOf: [int8, int16] }, { enum: [1, 2] }] },
    oneOf(OPTIONAL_INT8_SCHEMA, OPTIONAL_INT16_SCHEMA),
  ],
  [
    'allOf with properties',
    {
      allOf: [{ $ref: '#/definitions/base' }, { properties: { c: text } }],
      type: 'object',
      title: 'T',
      properties: { b: int8 },
      definitions: { base: { properties: { a: int16 } } },
    },
    structSchema({ a: INT16_SCHEMA, c: STRING_SCHEMA, b: INT8_SCHEMA }, { name: 'T' }),
  ],
  [
    'allOf with properties, or null',
    { type: ['object', 'null'], allOf: [{ properties: { a: text } }] },
    structSchema({ a: STRING_SCHEMA }, { optional: true }),
  ],
  [
    'an object with alternatives',
    { type: 'object', title: 'T', anyOf: [{ type: 'object', properties: { a: text } }, { type: 'string' }] },
    oneOf(structSchema({ a: STRING_SCHEMA }, { optional: true }), OPTIONAL_STRING_SCHEMA),
  ],
  [
    'what is told by its keywords alone',
    { properties: { a: { minimum: 1 } } },
    structSchema({ a: FLOAT64_SCHEMA }),
  ],
  ['anything', {}, null],
  ['anything, as true', 'true', null],
];

test.each(mappings)('%s becomes what it is for Confluent', (_, schema, expected, settings) => {
  const found = connectSchema(schema, settings);
  expect(found).toEqual(expected);
  expect(schemasEqual(found, expected)).toBe(true);
});

test('the version in the registry counts where the schema says none', () => {
  const versionOf = (schema: object) => {
    const known = { ...registered(schema), version: 7 };
    return formatOf().readerOf(known).read(Buffer.from('1'), 0, 1).schema?.version;
  };
  expect(versionOf({ type: 'integer' })).toBe(7);
  expect(versionOf({ type: 'integer', 'connect.version': 3 })).toBe(3);
  expect(versionOf({ oneOf: [{ type: 'null' }, { type: 'integer' }] })).toBe(7);
});

describe('references', () => {
  const address = { type: 'object', title: 'Address', properties: { city: text } };
  const withAddress = structSchema({ home: structSchema({ city: STRING_SCHEMA }, { name: 'Address' }) });
  const withHome = (home: object, more: { $defs?: object; [keyword: string]: unknown } = {}) => ({
    type: 'object',
    properties: { home },
    ...more,
  });

  test.each<[string, object, Record<string, object>]>([
    ['in definitions', withHome({ $ref: '#/definitions/address' }, { definitions: { address } }), {}],
    ['in $defs', withHome({ $ref: '#/$defs/a~1b%20c' }, { $defs: { 'a/b c': address } }), {}],
    ['by anchor', withHome({ $ref: '#there' }, { $defs: { a: { ...address, $anchor: 'there' } } }), {}],
    [
      'by the id of draft 4',
      withHome({ $ref: '#id1' }, { definitions: { a: { ...address, id: '#id1' } } }),
      {},
    ],
    ['to a registered schema', withHome({ $ref: 'address.json' }), { 'address.json': address }],
    ['to a part of one', withHome({ $ref: 'all.json#/$defs/a' }), { 'all.json': { $defs: { a: address } } }],
    [
      'relative to an id',
      withHome({ $ref: 'address.json' }, { $id: 'http://example.test/order.json' }),
      { 'http://example.test/address.json': address },
    ],
    [
      'to the id of a registered schema',
      withHome({ $ref: 'http://example.test/a.json' }),
      { 'other name': { ...address, $id: 'http://example.test/a.json' } },
    ],
    [
      'from one registered schema to another',
      withHome({ $ref: 'b.json' }),
      { 'a.json': address, 'b.json': { $ref: 'a.json' } },
    ],
    [
      'inside a registered schema',
      withHome({ $ref: 'a.json' }),
      { 'a.json': { $ref: '#/$defs/x', $defs: { x: address } } },
    ],
    [
      'inside a part with an id of its own',
      withHome(
        { $ref: '#/$defs/part' },
        { $defs: { part: { $id: 'http://example.test/part', $ref: '#/$defs/x', $defs: { x: address } } } },
      ),
      {},
    ],
  ])('%s lead there', (_, schema, imports) => {
    expect(connectSchema(schema, {}, imports)).toEqual(withAddress);
  });

  test('with keywords beside them count together with these since 2019-09, and alone before', () => {
    const schema = { $ref: '#/$defs/a', type: 'object', properties: { b: int8 }, $defs: { a: address } };
    const fieldsOf = ($schema: string) =>
      connectSchema({ $schema, ...schema })?.fields.map(({ name }) => name);
    expect(fieldsOf('http://json-schema.org/draft-07/schema#')).toEqual(['city']);
    expect(fieldsOf('https://json-schema.org/draft/2020-12/schema')).toEqual(['city', 'b']);
  });

  test('of one part used in many places are no loop', () => {
    const schema = withHome({ $ref: '#/$defs/a' }, { $defs: { a: address } });
    const both = {
      type: 'object',
      properties: { one: schema.properties.home, two: schema.properties.home },
      $defs: schema.$defs,
    };
    expect(connectSchema(both)?.fields.length).toBe(2);
  });
});
