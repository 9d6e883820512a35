import { expect, test } from 'vitest';
import { Decimal } from './decimal.ts';
import { schemasEqual, valuesEqual } from './equality.ts';
import { DATE_SCHEMA, decimalSchema, TIMESTAMP_SCHEMA } from './logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from './primitive-schemas.ts';
import type { Schema } from './schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from './schema-of.ts';
import { Struct } from './struct.ts';
import { validateValue } from './validate-value.ts';

const point = structSchema({ x: INT32_SCHEMA, label: OPTIONAL_STRING_SCHEMA }, { name: 'Point' });

test.each<[Schema, unknown]>([
  [INT8_SCHEMA, -128],
  [INT16_SCHEMA, 32767],
  [INT32_SCHEMA, -2147483648],
  [INT64_SCHEMA, 2n ** 63n - 1n],
  [FLOAT64_SCHEMA, Number.NaN],
  [BYTES_SCHEMA, new Uint8Array()],
  [OPTIONAL_STRING_SCHEMA, null],
  [arraySchema(INT32_SCHEMA), [1, 2]],
  [mapSchema(STRING_SCHEMA, BOOLEAN_SCHEMA), new Map([['a', true]])],
  [point, new Struct(point, { x: 1 })],
  [decimalSchema(2), Decimal.parse('1.50')],
  [DATE_SCHEMA, new Date(0)],
  [TIMESTAMP_SCHEMA, new Date(1)],
])('%j takes %o', (schema, value) => {
  expect(() => validateValue(schema, value)).not.toThrow();
});

test.each<[Schema, unknown, string]>([
  [INT8_SCHEMA, 128, 'Invalid value for schema with type INT8: integer number'],
  [INT32_SCHEMA, 1.5, 'Invalid value for schema with type INT32: number'],
  [INT64_SCHEMA, 1, 'Invalid value for schema with type INT64: integer number'],
  [INT64_SCHEMA, 2n ** 63n, 'Invalid value for schema with type INT64: bigint'],
  [STRING_SCHEMA, null, 'Invalid value: null used for required field, schema type: STRING'],
  [arraySchema(INT32_SCHEMA), [1, 'a'], 'Invalid value for schema with type INT32: string'],
  [mapSchema(STRING_SCHEMA, BOOLEAN_SCHEMA), { a: true }, 'Invalid value for schema with type MAP: Object'],
  [point, new Struct(point, { x: 'one' }), 'Invalid value for schema with type INT32: string for field: "x"'],
  [point, new Struct(point), 'Invalid value: null used for required field: "x", schema type: INT32'],
  [point, new Struct(structSchema({ x: INT32_SCHEMA }), { x: 1 }), 'Struct schemas do not match.'],
  [
    DATE_SCHEMA,
    5,
    'Invalid value for schema "org.apache.kafka.connect.data.Date" with type INT32: integer number',
  ],
])('%j refuses %o', (schema, value, message) => {
  expect(() => validateValue(schema, value)).toThrow(message);
});

test('a field with a default may stay empty and is read as its default', () => {
  const schema = structSchema({ n: schemaOf({ type: 'INT32', default: 7 }) });
  const struct = new Struct(schema);
  expect(() => validateValue(schema, struct)).not.toThrow();
  expect(struct.get('n')).toBe(7);
  expect(struct.getWithoutDefault('n')).toBeNull();
});

test('a struct refuses fields that it does not have', () => {
  expect(() => new Struct(point).put('y', 1)).toThrow('y is not a valid field name');
  expect(() => new Struct(point).get('constructor')).toThrow('constructor is not a valid field name');
  expect(() => new Struct(INT8_SCHEMA)).toThrow('Not a struct schema: INT8');
});

test('a schema refuses a default of another type and a field twice', () => {
  expect(() => schemaOf({ type: 'INT32', default: 'x' })).toThrow('for field: "default"');
  expect(() =>
    schemaOf({
      type: 'STRUCT',
      fields: [
        { name: 'a', schema: INT8_SCHEMA },
        { name: 'a', schema: INT8_SCHEMA },
      ],
    }),
  ).toThrow('two fields of one name');
});

const variants: readonly Schema[] = [
  structSchema({ a: INT32_SCHEMA, b: STRING_SCHEMA }),
  structSchema({ b: STRING_SCHEMA, a: INT32_SCHEMA }),
  structSchema({ a: INT32_SCHEMA, b: OPTIONAL_STRING_SCHEMA }),
  structSchema({ a: INT32_SCHEMA, b: STRING_SCHEMA }, { doc: 'x' }),
  structSchema({ a: INT32_SCHEMA, b: STRING_SCHEMA }, { version: 1 }),
  structSchema({ a: INT32_SCHEMA, b: STRING_SCHEMA }, { parameters: { p: '1' } }),
  structSchema({ a: schemaOf({ type: 'INT32', default: 1 }), b: STRING_SCHEMA }),
  arraySchema(INT32_SCHEMA),
  arraySchema(null),
  mapSchema(STRING_SCHEMA, INT32_SCHEMA),
];

test('schemas are equal only if they say the same in everything', () => {
  for (const [index, left] of variants.entries()) {
    for (const [other, right] of variants.entries()) expect(schemasEqual(left, right)).toBe(index === other);
  }
  expect(schemasEqual(decimalSchema(2), decimalSchema(2))).toBe(true);
  expect(schemasEqual(decimalSchema(2), decimalSchema(3))).toBe(false);
});

test('values are equal by content', () => {
  const map = (...entries: [unknown, unknown][]) => new Map(entries);
  expect(valuesEqual(Buffer.from([1]), new Uint8Array([1]))).toBe(true);
  expect(valuesEqual(map(['a', 1n], ['b', [2n]]), map(['b', [2n]], ['a', 1n]))).toBe(true);
  expect(valuesEqual(map([new Uint8Array([1]), 'x']), map([new Uint8Array([1]), 'x']))).toBe(true);
  expect(valuesEqual(map(['a', undefined]), map(['b', undefined]))).toBe(false);
  expect(valuesEqual(1n, 1)).toBe(false);
  expect(valuesEqual(new Struct(point, { x: 1 }), new Struct(point, { x: 1 }))).toBe(true);
  expect(valuesEqual(new Struct(point, { x: 1 }), new Struct(point, { x: 2 }))).toBe(false);
});
