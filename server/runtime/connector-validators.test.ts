import { expect, it } from 'vitest';
import { regexProblem, wholeNameRegex } from './connector-validators.ts';

it.each([
  ['a.*', 'abc', true],
  ['a', 'ab', false],
  ['a|b', 'b', true],
  ['a|b', 'xb', false],
  ['(?i)abc', 'ABC', true],
  ['my\\-topic\\.[\\w.-]+', 'my-topic.a-b', true],
])('the regular expression %s matches the whole of %s: %s', (regex, name, expected) => {
  expect(wholeNameRegex(regex).test(name)).toBe(expected);
});

it('a regular expression that does not compile is refused with the reason', () => {
  expect(regexProblem('[a')).toMatch('Invalid regex');
  expect(regexProblem('[a]')).toBeNull();
});
