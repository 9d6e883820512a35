import { expect, test } from 'vitest';
import { compareVersions } from './maven-version.ts';
import { VersionRange } from './version-range.ts';

test.each(['latest', null, undefined])('%s is no range: the newest is wanted', (text) => {
  expect(VersionRange.parse(text)).toBeNull();
});

test.each([
  ['1.2.3', true],
  ['1.2', false],
  ['[1.2.3]', true],
  ['[1.0,2.0)', true],
  ['[1.0,1.2.3)', false],
  ['(1.2.3,2]', false],
  ['(,1.3]', true],
  ['[2,)', false],
  ['[0,1),[1.2,1.3)', true],
])('%s holds 1.2.3: %s', (range, expected) => {
  expect(VersionRange.parse(range)?.has('1.2.3')).toBe(expected);
});

test.each(['[1.0,', '1.0]', '(1.0)', '[1,2)x'])('%s is refused', (text) => {
  expect(() => VersionRange.parse(text)).toThrow(`Invalid version specification: ${text}`);
});

test('a version of a million characters is compared as soon as a short one', () => {
  expect(compareVersions('1.'.repeat(500_000), '1')).toBe(1);
  expect(compareVersions('-'.repeat(1_000_000), '1')).toBe(-1);
});
