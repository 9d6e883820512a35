import { inspect } from 'node:util';
import { expect, expectTypeOf, test } from 'vitest';
import { codeOf } from '../errors/connect-error.ts';
import type { Password } from './config-key.ts';
import { defineConfig } from './define-config.ts';
import { boolean, int, list, long, password, string } from './kinds.ts';
import { maskConfig } from './mask-config.ts';
import { parseConfig } from './parse-config.ts';
import { atLeast } from './validators.ts';

const about = { importance: 'LOW', documentation: 'Help.' } as const;

const def = defineConfig({
  'file.name': string({ ...about, default: null }),
  'batch.size': int({ ...about, default: 2000, validator: atLeast(1) }),
  topic: string(about),
  fast: boolean({ ...about, default: false }),
  'poll.ms': long({ ...about, default: 0 }),
  tags: list({ ...about, default: [] }),
  secret: password({ ...about, default: null }),
});

test('values are typed and stand under the dotted names', () => {
  const config = parseConfig(def, {
    topic: 't',
    'batch.size': '5',
    fast: 'True',
    tags: 'a, b',
    unknown: 'x',
  });
  expectTypeOf(config.topic).toEqualTypeOf<string>();
  expectTypeOf(config['file.name']).toEqualTypeOf<string | null>();
  expectTypeOf(config['batch.size']).toEqualTypeOf<number>();
  expectTypeOf(config.secret).toEqualTypeOf<Password | null>();
  expect(config).toEqual({
    'file.name': null,
    'batch.size': 5,
    topic: 't',
    fast: true,
    'poll.ms': 0,
    tags: ['a', 'b'],
    secret: null,
  });
});

test('one error names every key that is wrong, each once', () => {
  const parse = () => parseConfig(def, { 'batch.size': 'x', fast: 'maybe' });
  expect(parse).toThrow(
    [
      'Invalid value x for configuration batch.size: Not a number of type INT',
      'Missing required configuration "topic" which has no default value.',
      'Invalid value maybe for configuration fast: Expected value to be either true or false',
    ].join('\n'),
  );
  try {
    parse();
  } catch (error) {
    expect(codeOf(error)).toBe('config');
  }
});

test('a long beyond safe integers is held at the largest one', () => {
  const parsed = parseConfig(def, { topic: 't', 'poll.ms': '9223372036854775807' });
  expect(parsed['poll.ms']).toBe(Number.MAX_SAFE_INTEGER);
});

test('a password is only seen when asked for', () => {
  const config = parseConfig(def, { topic: 't', secret: 'hunter2' });
  expect(config.secret?.value).toBe('hunter2');
  const shown = `${config.secret} ${JSON.stringify(config)} ${inspect(config, { showHidden: true, depth: 9 })}`;
  expect(shown).not.toContain('hunter2');
  expect(shown).toContain('[hidden]');
});

test('masking hides values of password keys and nothing else', () => {
  expect(maskConfig(def, { secret: 'hunter2', topic: 't', 'a.b': null })).toEqual({
    secret: '[hidden]',
    topic: 't',
    'a.b': null,
  });
});

test('a dependent that is not defined is refused when the definition is made', () => {
  expect(() => defineConfig({ a: string({ ...about, dependents: ['b'] }) })).toThrow(
    'b is a dependent of a, but is not defined.',
  );
});
