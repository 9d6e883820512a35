import { expect, test } from 'vitest';
import { messageOf } from '../errors/connect-error.ts';
import type { Validator } from './config-key.ts';
import {
  allOf,
  atLeast,
  between,
  listWithoutDuplicates,
  nonEmptyString,
  nonEmptyWithoutControlCharacters,
  oneOf,
  oneOfIgnoringCase,
  satisfies,
} from './validators.ts';

function refusal<T>(validator: Validator<T>, value: T | null): string | null {
  try {
    validator.ensureValid('K', value);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

test.each([
  [atLeast(1), 1, null],
  [atLeast(1), 0, 'Invalid value 0 for configuration K: Value must be at least 1'],
  [atLeast(1), null, 'Invalid value null for configuration K: Value must be non-null'],
  [between(1, 5), 5, null],
  [between(1, 5), 0, 'Invalid value 0 for configuration K: Value must be at least 1'],
  [between(1, 5), 6, 'Invalid value 6 for configuration K: Value must be no more than 5'],
])('numbers: %j answers %j with %j', (validator, value, message) => {
  expect(refusal(validator, value)).toBe(message);
});

test.each([
  [oneOf('a', 'b'), 'a', null],
  [oneOf('a', 'b'), 'c', 'Invalid value c for configuration K: String must be one of: a, b'],
  [oneOf('a', 'b'), null, 'Invalid value null for configuration K: String must be one of: a, b'],
  [oneOfIgnoringCase('BASE64', 'numeric'), 'base64', null],
  [
    oneOfIgnoringCase('BASE64', 'numeric'),
    'c',
    'Invalid value c for configuration K: String must be one of (case insensitive): BASE64, NUMERIC',
  ],
  [nonEmptyString(), '', 'Invalid value  for configuration K: String must be non-empty'],
  [nonEmptyString(), null, null],
  [nonEmptyWithoutControlCharacters(), ' x ', null],
  [nonEmptyWithoutControlCharacters(), null, null],
  [nonEmptyWithoutControlCharacters(), '', 'Invalid value  for configuration K: String may not be empty'],
  [
    nonEmptyWithoutControlCharacters(),
    'a\u0001b\u0085',
    'Invalid value a\u0001b\u0085 for configuration K: String may not contain control sequences but had the following ASCII chars: 1, 133',
  ],
  [satisfies<string>('short', (text) => (text.length > 2 ? 'too long' : null)), 'ab', null],
  [
    satisfies<string>('short', (text) => (text.length > 2 ? 'too long' : null)),
    'abc',
    'Invalid value abc for configuration K: too long',
  ],
  [allOf(nonEmptyString(), oneOf('a')), '', 'Invalid value  for configuration K: String must be non-empty'],
])('texts: %j answers %j with %j', (validator, value, message) => {
  expect(refusal(validator, value)).toBe(message);
});

const unique = listWithoutDuplicates();
const some = listWithoutDuplicates({ emptyAllowed: false });
const known = listWithoutDuplicates({ emptyAllowed: false, allowed: ['a', 'b'] });

test.each([
  [unique, [], null],
  [unique, ['a', 'a'], "Configuration 'K' values must not be duplicated."],
  [unique, ['', ''], "Configuration 'K' values must not be duplicated."],
  [unique, ['a', ''], "Configuration 'K' values must not be empty."],
  [unique, null, "Configuration 'K' values must not be null."],
  [some, [], "Configuration 'K' must not be empty. Valid values include: any non-empty value"],
  [known, [], "Configuration 'K' must not be empty. Valid values include: [a, b]"],
  [known, ['c'], 'Invalid value c for configuration K: String must be one of: a, b'],
  [listWithoutDuplicates({ nullAllowed: true }), null, null],
])('lists: %j answers %j with %j', (validator, value, message) => {
  expect(refusal(validator, value)).toBe(message);
});
