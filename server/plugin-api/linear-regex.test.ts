import { describe, expect, it } from 'vitest';
import { codeOf } from '../errors/connect-error.ts';
import { LinearRegex, linearRegex } from './linear-regex.ts';

describe('a regular expression of a user', () => {
  it('matches a text as a whole', () => {
    expect(new LinearRegex('a|ab').matches('ab')).toBe(true);
    expect(new LinearRegex('a').matches('ab')).toBe(false);
  });

  it.each([
    ['\\p{Alpha}+\\p{Digit}', 'abc1'],
    ['[\\p{Upper}_]+', 'A_B'],
    ['\\Qa.b\\E+', 'a.bb'],
    ['\\u0061\\x62\\x{63}\\0144', 'abcd'],
    ['(?i:A)b', 'ab'],
    ['(?<first>a)b{2}?', 'abb'],
    ['[]a]+', ']a'],
    ['\\é', 'é'],
  ])('understands %s as Java does', (pattern, text) => {
    expect(new LinearRegex(pattern).matches(text)).toBe(true);
  });

  it('finds a part of the text, with its groups', () => {
    const regex = new LinearRegex('(?:[.]|^)([^.]*)(x)?$');
    expect(regex.find('a.b.c')).toEqual(['.c', 'c', null]);
    expect(new LinearRegex('z').find('abc')).toBeNull();
  });

  it('replaces every match', () => {
    expect(new LinearRegex('([ab])').replaceAll('abc', '<$1>')).toBe('<a><b>c');
  });

  it.each([
    ['a(?=b)', 'lookahead'],
    ['a(?!b)', 'negative lookahead'],
    ['(?<=a)b', 'lookbehind'],
    ['(?<!a)b', 'negative lookbehind'],
    ['(?>a)', 'atomic groups'],
    ['(a)\\1', 'back references'],
    ['(?<n>a)\\k<n>', 'back references'],
    ['a++', 'possessive quantifiers ++'],
    ['a{2}+', 'possessive'],
    ['[a[b]]', 'inside character classes'],
    ['[a-z&&b]', 'intersections'],
    ['\\h', '\\h'],
    ['(?x)a', 'flag x'],
    ['\\p{InGreek}', 'InGreek'],
    ['\\p{javaLowerCase}', 'javaLowerCase'],
  ])('refuses %s by name', (pattern, name) => {
    expect(() => new LinearRegex(pattern)).toThrow(name);
  });

  it('refuses what is malformed, for the key that holds it', () => {
    for (const pattern of ['(', '[', '*', 'a{2,1}', '\\y', '\\']) {
      expect(() => linearRegex().ensureValid('regex', pattern)).toThrow(
        `Invalid value ${pattern} for configuration regex: Invalid regex: `,
      );
    }
  });

  it('takes no longer for an expression that others never end with', () => {
    const started = performance.now();
    expect(new LinearRegex('(a+)+b').matches('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('calls a replacement with a group that is not there a data error', () => {
    let code = '';
    try {
      new LinearRegex('(a)').replaceFirst('a', '$2');
    } catch (error) {
      code = codeOf(error);
    }
    expect(code).toBe('data');
  });
});
