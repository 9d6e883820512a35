import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { murmur2, partitionForKey } from './murmur2.ts';

/** Printed by verification/KeyHashes.java. */
const fixture = new URL('./verification/fixtures/java-key-hashes.txt', import.meta.url);
const partitionCounts = [2, 7, 50, 1000];

test('keys have the hashes and partitions that Java gives them', () => {
  const lines = readFileSync(fixture, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1000);
  for (const line of lines) {
    const [quoted = '', hash, ...partitions] = line.split(' ');
    const key = Buffer.from(JSON.parse(quoted) as string, 'base64');
    expect(murmur2(key), line).toBe(Number(hash));
    const ours = partitionCounts.map((count) => partitionForKey(key, count));
    expect(ours, line).toEqual(partitions.map(Number));
  }
});
