import { expect, test } from 'vitest';
import { Decimal } from './decimal.ts';
import { javaText } from './java-text.ts';
import {
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from './primitive-schemas.ts';
import { arraySchema, structSchema } from './schema-of.ts';
import { Struct } from './struct.ts';

test.each([
  [null, 'text', 'text'],
  [null, 5n, '5'],
  [null, 5, '5.0'],
  [INT32_SCHEMA, 5, '5'],
  [FLOAT64_SCHEMA, 0.1, '0.1'],
  [FLOAT64_SCHEMA, 1e7, '1.0E7'],
  [FLOAT64_SCHEMA, 123456.75, '123456.75'],
  [FLOAT64_SCHEMA, -0, '-0.0'],
  [FLOAT64_SCHEMA, 5e-324, '4.9E-324'],
  [FLOAT64_SCHEMA, Number.POSITIVE_INFINITY, 'Infinity'],
  [FLOAT64_SCHEMA, 2e-323, '2.0E-323'],
  [FLOAT64_SCHEMA, 1e23, '1.0E23'],
  [FLOAT32_SCHEMA, Math.fround(0.1), '0.1'],
  [FLOAT32_SCHEMA, Math.fround(1.4e-45), '1.4E-45'],
  [FLOAT32_SCHEMA, Math.fround(1e10), '1.0E10'],
  [FLOAT32_SCHEMA, Math.fround(3.4028235e38), '3.4028235E38'],
  [FLOAT32_SCHEMA, Math.fround(1.17549435e-38), '1.1754944E-38'],
  [FLOAT32_SCHEMA, 409660.125, '409660.12'],
  [FLOAT32_SCHEMA, 1000000.125, '1000000.1'],
  [FLOAT32_SCHEMA, 497147.875, '497147.88'],
  [FLOAT32_SCHEMA, Math.fround(16777216), '1.6777216E7'],
  [null, true, 'true'],
  [null, null, 'null'],
  [null, Decimal.parse('1.50'), '1.50'],
  [null, new Uint8Array([1, 2]), 'AQI='],
  [null, new Date(86_400_000), 'Fri Jan 02 00:00:00 UTC 1970'],
  [null, ['a', 1n, null], '[a, 1, null]'],
  [arraySchema(INT32_SCHEMA), [1, 2], '[1, 2]'],
  [
    null,
    new Map<string, unknown>([
      ['a', 1n],
      ['b', new Map()],
    ]),
    '{a=1, b={}}',
  ],
])('%s: %o is shown as %s', (schema, value, text) => {
  expect(javaText(schema, value)).toBe(text);
});

test('a struct shows its fields that are not null', () => {
  const schema = structSchema({ a: INT32_SCHEMA, b: OPTIONAL_STRING_SCHEMA, c: STRING_SCHEMA });
  expect(javaText(null, new Struct(schema, { a: 1, c: 'x' }))).toBe('Struct{a=1,c=x}');
});
