import { expect, test } from 'vitest';
import { murmur2, partitionForKey } from './murmur2.ts';

/** Printed by Java's `Utils.murmur2`. */
const javaHashes: readonly (readonly [string, number])[] = [
  ['', 275646681],
  ['a', -1563381124],
  ['ab', 316155434],
  ['abc', 479470107],
  ['abcd', -1323649548],
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['schlüssel-äöü', 1514026263],
  ['🚀', 761778625],
  ['order-4711', 1584983611],
];

test.each(javaHashes)('the hash of "%s" is the one Java computes', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
  expect(partitionForKey(Buffer.from(key), 7)).toBe((hash & 0x7fffffff) % 7);
});

test('the hash of all byte values is the one Java computes', () => {
  expect(murmur2(Uint8Array.from({ length: 256 }, (_, i) => i))).toBe(-1948347274);
});
