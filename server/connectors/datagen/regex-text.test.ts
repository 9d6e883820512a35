import { expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import { parseRegex } from './regex-parts.ts';
import { regexText } from './regex-text.ts';
import { SeededRandom } from './seeded-random.ts';

const random = new SeededRandom(3);

test.each([
  'User_[1-9]{0,1}',
  'a|bc|def',
  '^[A-Z]{2}-\\d{4}$',
  '[a-zA-Z]{5,40}',
  '(ab?){3}c+',
  '\\w+@[a-z]+\\.(com|org)',
  '(?:x|y)*z',
  '(?<year>20\\d\\d)-(0[1-9]|1[0-2])',
  '[^a-zA-Z]{3}',
  '\\D\\S\\W.',
  '[\\d\\-x]+',
  '[a\\]-]{4}',
  '\\x41\\u0042\\t',
  'é{2}',
  '',
])('texts made of %s match it', (regex) => {
  const part = parseRegex(regex, 'r.a');
  for (let count = 0; count < 200; count++) {
    expect(regexText(part, null, random)).toMatch(
      new RegExp(`^(?:${regex})$`, 'u'.repeat(regex.includes('\\-') ? 0 : 1)),
    );
  }
});

test.each<[string, number, number]>([
  ['[a-z]*', 10, 10],
  ['[a-zA-Z]{0,15}', 5, 15],
  ['[a-zA-Z]{5,}', 5, 15],
  ['a{3}|b{20}', 16, 30],
  ['[a-z]+-[0-9]+', 60, 64],
  ['(a|bb|ccc)*', 100, 100],
  ['a*b*c*', 33, 33],
])('texts of %s have a length from %d to %d when asked', (regex, min, max) => {
  const part = parseRegex(regex, 'r.a');
  for (let count = 0; count < 100; count++) {
    const text = regexText(part, { min, max }, random);
    expect(text).toMatch(new RegExp(`^(?:${regex})$`));
    expect(text.length).toBeGreaterThanOrEqual(min);
    expect(text.length).toBeLessThanOrEqual(max);
  }
});

test('a length that the expression cannot have gives way to it', () => {
  expect(regexText(parseRegex('abc', 'r.a'), { min: 8, max: 15 }, random)).toBe('abc');
  expect(regexText(parseRegex('a{20}', 'r.a'), { min: 8, max: 15 }, random)).toBe('a'.repeat(20));
});

test.each([
  ['(?!a)b', 'look-around'],
  ['(?<=a)b', 'look-around'],
  ['(?i)a', 'flags'],
  ['(a)\\1', '\\1'],
  ['a++', 'possessive'],
  ['[a-z&&[^b]]', 'a class inside a class'],
  ['\\p{L}', '\\p'],
  ['\\bword', '\\b'],
  ['(a', 'a ( without its )'],
  ['a)', 'a ) without its ('],
  ['[a', 'an end where more must follow'],
  ['a{2', 'a { that is no'],
  ['a{3,2}', '{3,2}'],
  ['a{99999999}', 'more than 65536 repetitions'],
  ['*a', 'a * with nothing to repeat'],
  ['[b-a]', 'whose end is before its start'],
  ['[^ -~]', 'a class without any printable character'],
  ['(a{60000}){60000}', 'regex makes texts longer than 65536 characters'],
  ['('.repeat(100) + ')'.repeat(100), 'groups nested deeper than 50'],
  ['a'.repeat(5_000), 'regex is longer than 4096 characters'],
])('%.40s is refused by name: %s', (regex, why) => {
  try {
    parseRegex(regex, 'r.a');
    expect.unreachable();
  } catch (error) {
    expect(messageOf(error)).toContain(why);
    expect(codeOf(error)).toBe('config');
  }
});

test('repetitions of nothing end with an error instead of never', () => {
  const part = parseRegex('((|||||a){60000}){60000}', 'r.a');
  expect(() => regexText(part, null, random)).toThrow('more than 1048576 steps');
  const free = parseRegex('((a{0,60000}){0,60000}){0,60000}', 'r.a');
  expect(regexText(free, null, random).length).toBeLessThanOrEqual(65_536);
});
