import { expect, test } from 'vitest';
import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { validateConfig } from '../config/validate-config.ts';
import { checkConfigDef } from './check-config-def.ts';
import { checkPlugin } from './check-plugin.ts';

const config = defineConfig({ 'a.b': string({ importance: 'HIGH', documentation: 'A thing.' }) });
const source = {
  type: 'source',
  className: 'com.example.ThingSourceConnector',
  title: 'Things',
  summary: 'Reads things.',
  config,
  createConnector: () => ({}),
  createTask: () => ({}),
};

test('what is left out has a default', () => {
  expect(checkPlugin(source, '1.2.3')).toMatchObject({
    version: '1.2.3',
    support: 'community',
    system: 'other',
    verified: '',
    taskClassName: 'com.example.ThingSourceTask',
  });
  expect(checkPlugin(source, null).version).toBe('undefined');
  expect(checkPlugin({ ...source, version: '2.0' }, '1.0').version).toBe('2.0');
});

test('nobody but Millrace can say that Millrace supports it', () => {
  expect(checkPlugin({ ...source, support: 'supported' }, null).support).toBe('community');
  expect(checkPlugin({ ...source, support: 'experimental' }, null).support).toBe('experimental');
});

test('methods are called on the object that was exported', () => {
  const plugin = checkPlugin(
    {
      ...source,
      type: 'transformation',
      made: { apply: () => null },
      createTransformation(this: { readonly made: object }) {
        return this.made;
      },
    },
    null,
  );
  if (plugin.type !== 'transformation') throw new Error('no transformation');
  expect(plugin.createTransformation()).toHaveProperty('apply');
});

test.each([
  [null, 'plugin: must be an object'],
  [[], 'plugin: must be an object'],
  ['text', 'plugin: must be an object'],
  [{}, 'className: must be a text'],
  [{ ...source, className: 'a..b' }, 'className: must be names parted by dots'],
  [{ ...source, className: '../x' }, 'className: must be names parted by dots'],
  [{ ...source, className: 'x'.repeat(300) }, 'className: must be names parted by dots'],
  [{ ...source, type: 'widget' }, 'type: must be one of source, sink'],
  [{ ...source, title: '' }, 'title: must not be empty'],
  [{ ...source, title: 'a\u0000b' }, 'title: must be a text'],
  [{ ...source, summary: 7 }, 'summary: must be a text'],
  [{ ...source, version: '1 2' }, 'version: must be a version'],
  [{ ...source, support: 'best' }, 'support: must be one of'],
  [{ ...source, icon: 'skull' }, 'icon: must be one of'],
  [{ ...source, createTask: undefined }, 'createTask: must be a function'],
  [{ ...source, config: undefined }, 'config: must be an object'],
])('%j is refused: %s', (value, message) => {
  expect(() => checkPlugin(value, null)).toThrow(message);
});

test('a factory that makes nothing says so when it is used', () => {
  const plugin = checkPlugin({ ...source, createTask: () => null }, null);
  if (plugin.type !== 'source') throw new Error('no source');
  expect(() => plugin.createTask()).toThrow('createTask: has made no object');
});

const key = config.keys['a.b'];

test.each([
  [{}, 'config.keys: must be an object'],
  [{ keys: { '': key } }, 'is no name of a key'],
  [{ keys: { 'a b': key } }, 'is no name of a key'],
  [{ keys: JSON.parse('{"__proto__": {}}') }, 'is no name of a key'],
  [{ keys: { a: null } }, 'config key a: must be an object'],
  [{ keys: { a: { ...key, type: 'ENUM' } } }, 'config key a: type: must be one of'],
  [{ keys: { a: { ...key, importance: 'high' } } }, 'config key a: importance: must be one of'],
  [{ keys: { a: { ...key, documentation: ' ' } } }, 'config key a: documentation: must be a text'],
  [{ keys: { a: { ...key, default: 7 } } }, 'config key a: default: must be of the type STRING'],
  [{ keys: { a: { ...key, type: 'INT', default: 1.5 } } }, 'default: must be of the type INT'],
  [{ keys: { a: { ...key, type: 'LIST', default: [1] } } }, 'default: must be of the type LIST'],
  [{ keys: { a: { ...key, validator: () => {} } } }, 'config key a: validator: must be an object'],
  [{ keys: { a: { ...key, validator: { description: 'x' } } } }, 'validator.ensureValid: must be a function'],
  [{ keys: { a: { ...key, recommender: {} } } }, 'must have the functions validValues and visible'],
  [{ keys: { a: { ...key, dependents: ['b'] } } }, 'b is a dependent of a, but is not defined.'],
  [{ keys: { a: { ...key, width: 'WIDE' } } }, 'width: must be one of'],
  [{ keys: { a: key }, rules: {} }, 'config.rules: must be a list of functions'],
  [{ keys: { a: key }, rules: [1] }, 'config.rules[0]: must be a function'],
  [
    { keys: Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, key])) },
    'config.keys: has more than 1000 keys',
  ],
])('the definition %.60j is refused: %s', (value, message) => {
  expect(() => checkConfigDef(value)).toThrow(message);
});

test('a recommender that gives rubbish is an error of its key and of no other', () => {
  const def = checkConfigDef({
    keys: { a: { ...key, recommender: { validValues: () => 'x', visible: () => true } }, b: key },
  });
  const [a, b] = validateConfig(def, { a: '1', b: '2' });
  expect(a?.errors).toEqual(['The recommender of a gave no list']);
  expect(b?.errors).toEqual([]);
});
