import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../records/decimal.ts';
import { schemasEqual, valuesEqual } from '../records/equality.ts';
import { decimalSchema } from '../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  STRING_SCHEMA,
} from '../records/primitive-schemas.ts';
import type { Schema } from '../records/schema.ts';
import { arraySchema, mapSchema } from '../records/schema-of.ts';
import { HeaderByConverter } from './header-by-converter.ts';
import { JsonConverter } from './json/json-converter.ts';
import { SimpleHeaderConverter } from './simple-header/simple-header-converter.ts';
import { typedNotes } from './verification/generated-cases.ts';
import { schemaFrom, valueFrom } from './verification/value-notation.ts';

// What is written and read again is the same: every type, alone and inside of others, with and without schemas.

const typed = typedNotes.map(({ schema, value }) => ({
  schema: schemaFrom(schema),
  value: valueFrom(value),
}));
const keepsNulls = { 'replace.null.with.default': 'false' };

function json(settings: Record<string, string>): JsonConverter {
  const converter = new JsonConverter();
  converter.configure({ 'converter.type': 'value', ...settings });
  return converter;
}

test.each<Record<string, string>>([keepsNulls, { ...keepsNulls, 'decimal.format': 'NUMERIC' }])(
  'JSON with its schema, %o',
  (settings) => {
    const [writer, reader] = [json(settings), json(settings)];
    fc.assert(
      fc.property(typed, ({ schema, value }) => {
        // A required null is refused, unless there is a default to be read in its place.
        fc.pre(value !== null || schema.optional);
        const bytes = Buffer.from(writer.fromConnectData('t', schema, value) ?? '');
        const again = reader.toConnectData('t', bytes);
        expect(schemasEqual(again.schema, schema)).toBe(true);
        expect(valuesEqual(again.value, value)).toBe(true);
      }),
      { numRuns: 400 },
    );
  },
);

test('JSON with one schema for all of its messages', () => {
  fc.assert(
    fc.property(typed, ({ schema, value }) => {
      fc.pre(value !== null || schema.optional);
      const envelope = String(json(keepsNulls).fromConnectData('t', schema, value));
      const content = envelope.slice('{"schema":'.length, envelope.lastIndexOf(',"payload":'));
      fc.pre(!content.includes('"payload"'));
      const bytes = Buffer.from(
        json({ ...keepsNulls, 'schemas.enable': 'false' }).fromConnectData('t', schema, value) ?? '',
      );
      const again = json({ ...keepsNulls, 'schema.content': content }).toConnectData('t', bytes);
      expect(schemasEqual(again.schema, schema)).toBe(true);
      expect(valuesEqual(again.value, value)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a header as JSON', () => {
  const converter = new HeaderByConverter(json(keepsNulls));
  converter.configure(keepsNulls);
  fc.assert(
    fc.property(typed, ({ schema, value }) => {
      fc.pre(value !== null || schema.optional);
      const bytes = Buffer.from(converter.fromConnectHeader('t', 'h', schema, value) ?? '');
      const again = converter.toConnectHeader('t', 'h', bytes);
      expect(schemasEqual(again.schema, schema)).toBe(true);
      expect(valuesEqual(again.value, value)).toBe(true);
    }),
  );
});

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const { tree: schemaless } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      int64,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'id')), tie('tree')), {
        maxLength: 4,
      })
      .map((entries) => new Map(entries)),
  ),
}));

test('JSON without schemas, with integers and doubles apart', () => {
  const converter = json({ 'schemas.enable': 'false' });
  fc.assert(
    fc.property(schemaless, (value) => {
      fc.pre(value !== null);
      const bytes = Buffer.from(converter.fromConnectData('t', null, value) ?? '');
      expect(valuesEqual(converter.toConnectData('t', bytes).value, value)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

const float = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value));
/** Types that a header as text comes back as; those that it cannot tell apart are not here. */
const told: readonly (readonly [Schema, fc.Arbitrary<unknown>])[] = [
  [BOOLEAN_SCHEMA, fc.boolean()],
  [INT8_SCHEMA, fc.integer({ min: -128, max: 127 })],
  [INT16_SCHEMA, fc.oneof(fc.integer({ min: 128, max: 32_767 }), fc.integer({ min: -32_768, max: -129 }))],
  [INT32_SCHEMA, fc.oneof(fc.integer({ min: 32_768 }), fc.integer({ max: -32_769 }))],
  [INT64_SCHEMA, fc.oneof(int64.filter((value) => BigInt.asIntN(32, value) !== value))],
  [FLOAT32_SCHEMA, float],
  [
    FLOAT64_SCHEMA,
    fc.double({ min: 1e39, noDefaultInfinity: true, noNaN: true, max: 1e200 }).map((value) => value),
  ],
  [decimalSchema(0), fc.bigInt({ min: 2n ** 64n, max: 2n ** 100n }).map((value) => new Decimal(value, 0))],
  [STRING_SCHEMA, fc.string().map((text) => `w${text}`)],
];

test.each(told.map(([schema, values]) => [schema.name ?? schema.type, schema, values] as const))(
  'a header as text: %s, alone, in lists and in maps',
  (_name, schema, values) => {
    const converter = new SimpleHeaderConverter();
    function expectSame(of: Schema, value: unknown): void {
      const bytes = Buffer.from(converter.fromConnectHeader('t', 'h', of, value) ?? '');
      const again = converter.toConnectHeader('t', 'h', bytes);
      expect(again.schema?.type).toBe(of.type);
      expect(valuesEqual(again.value, value)).toBe(true);
    }
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), (some) => {
        expectSame(schema, some[0]);
        expectSame(arraySchema(schema), some);
        expectSame(
          mapSchema(STRING_SCHEMA, schema),
          new Map(some.map((value, index) => [`k${index}`, value])),
        );
      }),
    );
  },
);
