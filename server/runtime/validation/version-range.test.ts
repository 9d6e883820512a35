import { describe, expect, it } from 'vitest';
import { compareVersions, isInVersionRange } from './version-range.ts';

describe('version ranges', () => {
  it.each([
    ['latest', true],
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
    expect(isInVersionRange(range, '1.2.3')).toBe(expected);
  });

  it.each(['[1.0,', '1.0]', '', '[]', '(1.0)', '[1,2,3]', '[1,2)x'])('%s is none', (range) => {
    expect(() => isInVersionRange(range, '1.2.3')).toThrow('Invalid version specification');
  });

  it('compare numbers by value and put words before the release', () => {
    expect(compareVersions('1.10', '1.9')).toBe(1);
    expect(compareVersions('1.0', '1')).toBe(0);
    expect(compareVersions('1.0-rc1', '1.0')).toBe(-1);
    expect(compareVersions('1.0-beta', '1.0-rc')).toBe(-1);
  });
});
