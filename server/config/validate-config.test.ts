import fc from 'fast-check';
import { expect, test } from 'vitest';
import { invalidValue } from './config-error.ts';
import { defineConfig } from './define-config.ts';
import { boolean, className, double, int, list, long, password, short, string } from './kinds.ts';
import { parseConfig } from './parse-config.ts';
import { validateConfig } from './validate-config.ts';
import { atLeast, listWithoutDuplicates, validator } from './validators.ts';

const about = { importance: 'LOW', documentation: 'Help.' } as const;

function validateOne(key: Parameters<typeof defineConfig>[0][string], raw: string | null | undefined) {
  const [value] = validateConfig(defineConfig({ K: key }), raw === undefined ? {} : { K: raw });
  if (value === undefined) throw new Error('no value');
  return value;
}

test.each([
  [int(about), '+5', '5'],
  [int(about), ' 7 ', '7'],
  [int(about), '-2147483648', '-2147483648'],
  [short(about), '32767', '32767'],
  [long(about), '9223372036854775807', '9223372036854775807'],
  [long(about), '+12', '12'],
  [double(about), '1e3', '1000.0'],
  [double(about), '12345678.9', '1.23456789E7'],
  [double(about), '0.0001', '1.0E-4'],
  [double(about), '1d', '1.0'],
  [double(about), 'NaN', 'NaN'],
  [double(about), '-0', '-0.0'],
  [double(about), '.5', '0.5'],
  [boolean(about), ' TRUE ', 'true'],
  [list(about), ' a , b,', 'a,b,'],
  [list(about), '', ''],
  [string(about), ' a ', 'a'],
  [string(about), '\u00a0a', '\u00a0a'],
  [className(about), ' Foo ', 'Foo'],
  [password(about), ' secret ', '[hidden]'],
])('%j shows %j as %j, as Kafka does', (key, raw, shown) => {
  expect(validateOne(key, raw)).toMatchObject({ value: shown, errors: [] });
});

test.each([
  [int(about), '5x', 'Invalid value 5x for configuration K: Not a number of type INT'],
  [int(about), ' ', 'Invalid value   for configuration K: Not a number of type INT'],
  [int(about), '2147483648', 'Invalid value 2147483648 for configuration K: Not a number of type INT'],
  [short(about), '40000', 'Invalid value 40000 for configuration K: Not a number of type SHORT'],
  [
    long(about),
    '9223372036854775808',
    'Invalid value 9223372036854775808 for configuration K: Not a number of type LONG',
  ],
  [double(about), 'x', 'Invalid value x for configuration K: Not a number of type DOUBLE'],
  [boolean(about), 'yes', 'Invalid value yes for configuration K: Expected value to be either true or false'],
])('%j refuses %j with the message of Kafka', (key, raw, message) => {
  expect(validateOne(key, raw)).toMatchObject({ value: null, errors: [message] });
});

test('a missing required key with a validator has two messages, the missing one first', () => {
  expect(validateOne(int({ ...about, validator: atLeast(1) }), undefined).errors).toEqual([
    'Missing required configuration "K" which has no default value.',
    'Invalid value null for configuration K: Value must be non-null',
  ]);
  expect(validateOne(list({ ...about, validator: listWithoutDuplicates() }), undefined).errors).toEqual([
    'Missing required configuration "K" which has no default value.',
    "Configuration 'K' values must not be null.",
  ]);
});

test('a value that cannot be parsed has the message of the parser, then that of the validator', () => {
  expect(validateOne(int({ ...about, validator: atLeast(1) }), 'x').errors).toEqual([
    'Invalid value x for configuration K: Not a number of type INT',
    'Invalid value null for configuration K: Value must be non-null',
  ]);
});

test('a value given as null is null and not missing, and its default does not apply', () => {
  expect(validateOne(string(about), null)).toMatchObject({ value: null, errors: [] });
  expect(validateOne(string({ ...about, default: 'x' }), null)).toMatchObject({ value: null, errors: [] });
});

test('defaults are shown in text form and passwords stay hidden', () => {
  expect(validateOne(list({ ...about, default: ['a', 'b'] }), undefined).value).toBe('a,b');
  expect(validateOne(string({ ...about, default: null }), undefined).value).toBeNull();
  expect(validateOne(double({ ...about, default: 2 }), undefined).value).toBe('2.0');
});

test('rules across keys add their messages after those of the key, and see null for what is wrong', () => {
  const def = defineConfig({ from: int(about), to: int(about) }, [
    (parsed, addError) => {
      if (parsed.from !== null && parsed.to !== null && parsed.from > parsed.to) {
        addError('to', `Must not be less than from (${parsed.from})`);
      }
    },
  ]);
  expect(validateConfig(def, { from: '5', to: '3' }).map(({ errors }) => errors)).toEqual([
    [],
    ['Must not be less than from (5)'],
  ]);
  expect(validateConfig(def, { from: 'x', to: '3' })[1]?.errors).toEqual([]);
});

test('recommenders see the parsed values, and one that fails leaves a message', () => {
  const def = defineConfig({
    mode: string({ ...about, default: 'a', dependents: ['column'] }),
    column: string({
      ...about,
      default: null,
      recommender: {
        validValues: (_key, parsed) => [`${parsed.mode}-id`],
        visible: (_key, parsed) => parsed.mode !== 'a',
      },
    }),
    broken: string({
      ...about,
      default: null,
      recommender: {
        validValues: (key) => {
          throw invalidValue(key, null, 'no list');
        },
        visible: () => true,
      },
    }),
  });
  const values = validateConfig(def, {});
  expect(values[1]).toMatchObject({ recommendedValues: ['a-id'], visible: false, errors: [] });
  expect(values[2]?.errors).toEqual(['Invalid value null for configuration broken: no list']);
});

test('a validator that throws something else still only leaves its message', () => {
  const odd = validator<string>('odd', () => {
    throw new TypeError('out of order');
  });
  expect(validateOne(string({ ...about, validator: odd }), 'x').errors).toEqual(['out of order']);
});

test('names of the prototype are keys like any other', () => {
  const def = defineConfig({ constructor: string({ ...about, default: 'd' }) });
  expect(validateConfig(def, {})).toMatchObject([{ name: 'constructor', value: 'd' }]);
});

const everyKind = defineConfig({
  string: string(about),
  int: int({ ...about, default: 1, validator: atLeast(1) }),
  short: short({ ...about, default: null }),
  long: long({ ...about, default: 2 }),
  double: double({ ...about, default: 0 }),
  boolean: boolean({ ...about, default: false }),
  list: list({ ...about, default: [], validator: listWithoutDuplicates() }),
  className: className({ ...about, default: 'x' }),
  password: password({ ...about, default: null }),
});

test('whatever is given, validation answers for every key, and parsing agrees with it', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom('', ' 1 ', '-1', '1e9', 'true', 'a,b', 'a,,a', '9999999999999999999'),
  );
  const configs = fc.dictionary(fc.constantFrom(...Object.keys(everyKind.keys), 'other'), fc.option(texts));
  fc.assert(
    fc.property(configs, (raw) => {
      const values = validateConfig(everyKind, raw);
      expect(values.map(({ name }) => name)).toEqual(Object.keys(everyKind.keys));
      const hasErrors = values.some(({ errors }) => errors.length > 0);
      const parse = () => parseConfig(everyKind, raw);
      if (hasErrors) expect(parse).toThrow();
      else expect(parse).not.toThrow();
    }),
  );
});
