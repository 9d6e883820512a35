import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const drawn = (seed: number | bigint) => {
  const random = new SeededRandom(seed);
  return Array.from({ length: 20 }, () => random.between(-1_000_000, 1_000_000));
};

test.each([0, 1, -1, 4294967295, 4294967296, -4294967297, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
  'seed %d is the same as a number and as a bigint, as stores give it back',
  (seed) => {
    expect(drawn(BigInt(seed))).toEqual(drawn(seed));
  },
);

test('seeds that differ in any part make other numbers', () => {
  const seeds = [0, 1, -1, 2 ** 32, 2 ** 40, -(2 ** 40), 2n ** 62n, -(2n ** 62n)];
  expect(new Set(seeds.map((seed) => drawn(seed).join())).size).toBe(seeds.length);
});

test('numbers keep to their bounds and reach them', () => {
  const random = new SeededRandom(1);
  const all = new Set(Array.from({ length: 500 }, () => random.between(3, 5)));
  expect(all).toEqual(new Set([3, 4, 5]));
  const large = Array.from({ length: 500 }, () => random.bigBetween(2n ** 63n - 2n, 2n ** 63n - 1n));
  expect(new Set(large)).toEqual(new Set([2n ** 63n - 2n, 2n ** 63n - 1n]));
  for (let count = 0; count < 500; count++) {
    expect(random.fraction()).toBeLessThan(1);
    expect(Number.isSafeInteger(random.seed())).toBe(true);
  }
});
