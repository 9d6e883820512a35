import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemasEqual, valuesEqual } from '../../records/equality.ts';
import { INT32_SCHEMA, OPTIONAL_STRING_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { ByteWriter } from '../schema-registry/byte-writer.ts';
import { anySchema, valuesOf } from './testing/any-schema.ts';
import {
  type FormatSettings,
  formatOf,
  read,
  registered,
  registeredText,
  written,
} from './testing/json-schema-format-of.ts';

const cases = anySchema.chain((schema) =>
  fc.tuple(fc.constant(schema), fc.array(valuesOf(schema), { minLength: 1, maxLength: 3 })),
);

test.each<[FormatSettings, number]>([
  [{}, 300],
  [{ 'decimal.format': 'NUMERIC', 'object.additional.properties': 'false' }, 200],
  [{ 'ignore.default.for.nullables': 'true', 'json.indent.output': 'true' }, 200],
])('any value comes back with its schema, with %o', (settings, numRuns) => {
  const format = formatOf(settings);
  const out = new ByteWriter();
  fc.assert(
    fc.property(cases, ([schema, values]) => {
      const writer = format.writerFor(schema);
      const reader = format.readerOf(registered(writer.text.schema));
      for (const value of values) {
        out.length = 0;
        writer.write(value, out);
        const bytes = Buffer.concat([Buffer.from('"'), out.view(), Buffer.from('}')]);
        const again = reader.read(bytes, 1, bytes.length - 1);
        expect(again.schema !== null && schemasEqual(again.schema, schema)).toBe(true);
        expect(valuesEqual(again.value, value)).toBe(true);
      }
    }),
    { numRuns, seed: 20_260_101 },
  );
});

const row = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

test('versions of a schema in turn are each read with their own (F79)', () => {
  const versions = [
    row({ id: { type: 'integer', 'connect.type': 'int32' } }),
    row({
      id: { type: 'integer', 'connect.type': 'int64' },
      note: { oneOf: [{ type: 'null' }, { type: 'string' }] },
    }),
    row({ id: { type: 'string' } }),
  ];
  const format = formatOf();
  const readers = versions.map((schema) => format.readerOf(registered(schema)));
  const readWith = (version: number, json: string) => {
    const { schema, value } = readers[version]?.read(Buffer.from(json), 0, json.length) ?? {};
    return [schema?.field('id')?.schema.type, String(value)];
  };
  expect(readWith(0, '{"id":1}')).toEqual(['INT32', 'Struct{id=1}']);
  expect(readWith(1, '{"id":1,"note":"n"}')).toEqual(['INT64', 'Struct{id=1,note=n}']);
  expect(readWith(0, '{"id":2,"note":"more"}')).toEqual(['INT32', 'Struct{id=2}']);
  expect(readWith(2, '{"id":"x"}')).toEqual(['STRING', 'Struct{id=x}']);
  expect(() => readWith(0, '{"id":"x"}')).toThrow('id: Invalid type for INT32');
  expect(readWith(1, '{"id":3}')).toEqual(['INT64', 'Struct{id=3}']);
});

test('data without schema is written as it is, under a schema that allows anything, and so it is read', () => {
  const value = new Map<string, unknown>([
    ['a', [1n, 1.5, null, true]],
    ['b', new Map()],
  ]);
  expect(registeredText(null)).toBe('{}');
  const json = written(null, value);
  expect(json).toBe('{"a":[1,1.5,null,true],"b":{}}');
  expect(read({}, json)).toEqual({ schema: null, value });
});

test('null of an optional schema has bytes of its own', () => {
  expect(written(OPTIONAL_STRING_SCHEMA, null)).toBe('null');
  expect(read(registeredText(OPTIONAL_STRING_SCHEMA), 'null')).toEqual({
    schema: OPTIONAL_STRING_SCHEMA,
    value: null,
  });
});

test('the default stands in for null, unless it is to be ignored', () => {
  const withDefault = schemaOf({ type: 'STRING', optional: true, default: 'd' });
  const schema = structSchema({ a: withDefault });
  const ignored = { 'ignore.default.for.nullables': 'true' };
  expect(written(schema, new Struct(schema))).toBe('{"a":"d"}');
  expect(written(schema, new Struct(schema), ignored)).toBe('{"a":null}');
  const text = registeredText(schema);
  expect(String(read(text, '{"a":null}').value)).toBe('Struct{a=d}');
  expect(String(read(text, '{"a":null}', ignored).value)).toBe('Struct{}');
  expect(String(read(text, '{}', ignored).value)).toBe('Struct{a=d}');
});

test('a required field without value is left out, and stays empty when it is missing', () => {
  const schema = structSchema({ a: STRING_SCHEMA, b: INT32_SCHEMA });
  expect(written(schema, new Struct(schema, { b: 1 }))).toBe('{"b":1}');
  expect(String(read(registeredText(schema), '{"b":1,"unknown":{"c":[1]}}').value)).toBe('Struct{b=1}');
});

test.each<[string, string, number]>([
  ['1', 'io.confluent.connect.json.OneOf.field.0', 0],
  ['"a"', 'io.confluent.connect.json.OneOf.field.1', 1],
  ['[1]', 'io.confluent.connect.json.OneOf.field.2', 2],
  ['{"b":1}', 'io.confluent.connect.json.OneOf.field.4', 4],
  ['{"a":1}', 'io.confluent.connect.json.OneOf.field.3', 3],
  ['{"a":1,"b":1,"x":1}', 'io.confluent.connect.json.OneOf.field.3', 3],
  ['{}', 'io.confluent.connect.json.OneOf.field.3', 3],
  ['1.5', 'io.confluent.connect.json.OneOf.field.5', 5],
  ['200', 'io.confluent.connect.json.OneOf.field.5', 5],
])('of a union %s is %s', (json, name, index) => {
  const int8 = { type: 'integer', 'connect.type': 'int8' };
  const integer = { type: 'integer' };
  const schema = {
    oneOf: [
      int8,
      { type: 'string' },
      { type: 'array', items: integer },
      row({ a: integer }),
      row({ b: integer }),
      { type: 'number' },
    ],
  };
  const { value } = read(schema, json);
  if (!(value instanceof Struct)) throw new Error('no struct');
  expect(
    value.schema.fields.filter((field) => value.values[field.index] !== null).map((field) => field.name),
  ).toEqual([name]);
  expect(value.schema.field(name)?.index).toBe(index);
});

test('bytes and doubles without number are found among the types of a union as texts', () => {
  const bytes = { type: 'string', 'connect.type': 'bytes' };
  const valuesOfText = (schema: object, json: string) => {
    const { value } = read(schema, json);
    return value instanceof Struct ? value.values : null;
  };
  expect(valuesOfText({ oneOf: [{ type: 'boolean' }, bytes] }, '"AAE="')).toEqual([
    null,
    Buffer.from([0, 1]),
  ]);
  expect(valuesOfText({ oneOf: [{ type: 'boolean' }, { type: 'number' }] }, '"NaN"')).toEqual([
    null,
    Number.NaN,
  ]);
});

test('a schema in the registry is written with as it stands', () => {
  const known = registered({ type: 'object', title: 'Known' });
  const data = structSchema({ a: STRING_SCHEMA }, { name: 'Own' });
  const writer = formatOf().writerWith(known, data);
  const out = new ByteWriter();
  writer.write(new Struct(data, { a: 'x' }), out);
  expect(writer.text).toBe(known);
  expect(out.view().toString()).toBe('{"a":"x"}');
});

test('records are named by their title', () => {
  const format = formatOf();
  expect(format.writerFor(structSchema({}, { name: 'a.b.C', optional: true })).recordName).toBe('a.b.C');
  expect(format.writerFor(STRING_SCHEMA).recordName).toBeNull();
  expect(format.readerOf(registered({ type: 'object', title: 'a.b.C' })).recordName).toBe('a.b.C');
  const union = registered({ oneOf: [{ type: 'string' }, { type: 'integer' }] });
  expect(format.readerOf(union).recordName).toBeNull();
});

test('indented output has a line for each member', () => {
  const schema = structSchema({
    a: STRING_SCHEMA,
    b: arraySchema(INT32_SCHEMA),
    c: mapSchema(STRING_SCHEMA, INT32_SCHEMA),
    d: arraySchema(INT32_SCHEMA),
  });
  const value = new Struct(schema, { a: '{"x":[1,2]}\\', b: [1, 2], c: new Map([['k', 1]]), d: [] });
  expect(written(schema, value, { 'json.indent.output': 'true' })).toBe(
    '{\n  "a" : "{\\"x\\":[1,2]}\\\\",\n  "b" : [ 1, 2 ],\n  "c" : {\n    "k" : 1\n  },\n  "d" : [ ]\n}',
  );
});

test('texts longer than the room made at first are written whole', () => {
  const long = '€'.repeat(200_000);
  expect(read({ type: 'string' }, written(STRING_SCHEMA, long)).value).toBe(long);
});
