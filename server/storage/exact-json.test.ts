import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactJsonPrimitive, parseExactJson } from './exact-json.ts';

describe('exact JSON', () => {
  test.each([
    [9007199254740993n, '9007199254740993'],
    [-9223372036854775808n, '-9223372036854775808'],
    [30, '30'],
    [0, '0'],
    ['ü"\n', '"ü\\"\\n"'],
    [null, 'null'],
    [true, 'true'],
    [new Uint8Array([1, 2, 255]), '"AQL/"'],
    // Floats: printed by Java 17's Double.toString.
    [0.1, '0.1'],
    [9999999.5, '9999999.5'],
    [12345678.5, '1.23456785E7'],
    [0.001, '0.001'],
    [1e-4, '1.0E-4'],
    [0.00012, '1.2E-4'],
    [1e300, '1.0E300'],
    [1e22, '1.0E22'],
    [123.456, '123.456'],
    [-0, '-0.0'],
    [-1.5, '-1.5'],
  ])('writes %s as %s', (value, text) => {
    expect(exactJsonPrimitive(value, 'offset')).toBe(text);
  });

  test('reads an integer exactly, as a bigint only where a number cannot hold it', () => {
    expect(parseExactJson('{"a":9007199254740993,"b":5,"c":1.5,"d":[-9223372036854775808]}')).toEqual({
      a: 9007199254740993n,
      b: 5,
      c: 1.5,
      d: [-9223372036854775808n],
    });
  });

  test('reads back every float and every 64-bit integer it wrote', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseExactJson(exactJsonPrimitive(value, 'x'))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(BigInt(parseExactJson(exactJsonPrimitive(value, 'x')) as number | bigint)).toBe(value);
      }),
    );
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [2n ** 63n], [{}], [[1]], [undefined]])(
    'refuses %s and names the place',
    (value) => {
      expect(() => exactJsonPrimitive(value, 'offset of connector c, key position')).toThrow(
        /^offset of connector c, key position: /,
      );
    },
  );
});
