import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from './decimal.ts';

test.each([
  ['0', 0n, 0, '0'],
  ['-12.50', -1250n, 2, '-12.50'],
  ['.5', 5n, 1, '0.5'],
  ['5.', 5n, 0, '5'],
  ['1e3', 1n, -3, '1E+3'],
  ['1.50E-10', 150n, 12, '1.50E-10'],
  ['0.000001', 1n, 6, '0.000001'],
  ['0.0000001', 1n, 7, '1E-7'],
  ['12345678901234567890.1', 123456789012345678901n, 1, '12345678901234567890.1'],
])('%s is read exactly and shown as Java shows it', (text, unscaled, scale, shown) => {
  const decimal = Decimal.parse(text);
  expect(decimal).toMatchObject({ unscaled, scale });
  expect(decimal.toString()).toBe(shown);
});

test.each(['', '.', '-', 'x', '1e', '1 2', '0x1', 'NaN', '1e999999999'])('%j is not a decimal', (text) => {
  expect(() => Decimal.parse(text)).toThrow(/decimal/);
});

test.each([
  [0n, '00'],
  [127n, '7f'],
  [128n, '0080'],
  [-1n, 'ff'],
  [-128n, '80'],
  [-129n, 'ff7f'],
  [156n, '009c'],
  [2n ** 64n, '010000000000000000'],
])('%s has the bytes of BigInteger.toByteArray', (unscaled, hex) => {
  expect(new Decimal(unscaled, 0).unscaledBytes().toString('hex')).toBe(hex);
});

test('bytes and texts lead back to the same decimal', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
      fc.integer({ min: -20, max: 40 }),
      (n, scale) => {
        const decimal = new Decimal(n, scale);
        expect(Decimal.fromUnscaledBytes(decimal.unscaledBytes(), scale).equals(decimal)).toBe(true);
        expect(Decimal.parse(decimal.toString()).equals(decimal)).toBe(true);
        if (scale >= 0) expect(Decimal.parse(decimal.toPlainString()).equals(decimal)).toBe(true);
      },
    ),
  );
});

test('digits without end are refused before they cost anything', () => {
  expect(() => Decimal.parse('9'.repeat(10_000_000))).toThrow('more than 160000 characters');
  expect(() => Decimal.fromUnscaledBytes(Buffer.alloc(10_000_000, 1), 0)).toThrow('10000000 bytes is longer');
  const longest = Decimal.fromUnscaledBytes(Buffer.alloc(65_536, 0x7f), 0);
  expect(Decimal.parse(longest.toString()).equals(longest)).toBe(true);
});

test('1.5 and 1.50 are two values', () => {
  expect(Decimal.parse('1.5').equals(Decimal.parse('1.50'))).toBe(false);
});
