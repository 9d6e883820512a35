import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { arraySchema, mapSchema } from '../../records/schema-of.ts';
import { SimpleHeaderConverter } from './simple-header-converter.ts';

const converter = new SimpleHeaderConverter();
const read = (text: string) => converter.toConnectHeader('t', 'h', Buffer.from(text));
const roundTrip = (schema: Parameters<typeof converter.fromConnectHeader>[2], value: unknown) =>
  read(String(converter.fromConnectHeader('t', 'h', schema, value)));

/** Words that are no numbers, dates or literals on reading. */
const word = fc.string({ unit: 'binary' }).map((text) => `w${text}`);

test('lists and maps of any strings survive, quotes and backslashes included', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      expect(roundTrip(arraySchema(STRING_SCHEMA), words).value).toEqual(words);
      const map = new Map(words.map((each, index) => [each, `w${index}`]));
      expect(roundTrip(mapSchema(STRING_SCHEMA, STRING_SCHEMA), map).value).toEqual(map);
    }),
  );
});

test('any whole number that fits 64 bits survives by value', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      expect(BigInt(String(roundTrip(null, value).value))).toBe(value);
    }),
  );
});

test.each(['1,2', '1:2', '[1,2] tail', '{"a":1}x', '10:00:00.000Zx', 'true,false'])(
  '%s stays whole instead of being cut at its first part',
  (text) => {
    expect(read(text)).toEqual({ schema: STRING_SCHEMA, value: text });
  },
);

test('nested lists widen together', () => {
  const { schema, value } = read('[[1],[9223372036854775807],[]]');
  expect(schema?.valueSchema?.valueSchema?.type).toBe('INT64');
  expect(value).toEqual([[1n], [9223372036854775807n], []]);
});

test('nesting without end is just a string', () => {
  const text = '['.repeat(50_000) + ']'.repeat(50_000);
  expect(read(text)).toEqual({ schema: STRING_SCHEMA, value: text });
});

test('backslashes without end are read in reasonable time', () => {
  const text = `["${'\\'.repeat(100_001)}`;
  const started = performance.now();
  expect(read(text).value).toBe(text);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('digits without end are just a string', () => {
  const digits = '9'.repeat(1_000_000);
  expect(read(digits)).toEqual({ schema: STRING_SCHEMA, value: digits });
  expect(read(`[${digits}]`)).toEqual({ schema: STRING_SCHEMA, value: `[${digits}]` });
  expect(read('9'.repeat(1_000)).schema?.type).toBe('BYTES');
});
