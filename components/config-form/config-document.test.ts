import { expect, test } from 'vitest';
import { formatDocument, isSameDocument, parseDocument, withValue } from './config-document.ts';

function parsed(text: string): unknown {
  const result = parseDocument(text);
  return result.ok ? result.document : result.message;
}

test('a flat object is taken as it is, in its order', () => {
  expect(Object.entries(parsed('{"b":"1","a":"2"}') as object)).toEqual([
    ['b', '1'],
    ['a', '2'],
  ]);
});

test('numbers and booleans become the text they were written as', () => {
  expect(parsed('{"a":1.10,"b":12345678901234567890,"c":true,"d":-0.0,"e":1e3}')).toEqual({
    a: '1.10',
    b: '12345678901234567890',
    c: 'true',
    d: '-0.0',
    e: '1e3',
  });
});

test('null means that the key is not set', () => {
  expect(parsed('{"a":null,"b":"x"}')).toEqual({ b: 'x' });
});

test('the body that Connect REST takes is unwrapped and its name kept', () => {
  expect(parsed('{"name":"n","config":{"file":"f"},"tasks":[],"type":"source"}')).toEqual({
    name: 'n',
    file: 'f',
  });
  expect(parsed('{"name":"outer","config":{"name":"inner"}}')).toEqual({ name: 'inner' });
});

test('a plain key called config stays a key', () => {
  expect(parsed('{"config":"x","file":"f"}')).toEqual({ config: 'x', file: 'f' });
});

test('properties lines are taken with comments, continuations and escapes', () => {
  expect(parsed('# c\n! d\nname = n\nfile: /a\\\n  b\nkey\\=x=1\nu=\\u00e9\\t|\nempty=')).toEqual({
    name: 'n',
    file: '/ab',
    'key=x': '1',
    u: 'é\t|',
    empty: '',
  });
});

test('a nested value is refused with its key', () => {
  expect(parsed('{"a":{"b":1}}')).toBe('a: a value must be text, a number, true or false.');
  expect(parsed('{"a":[1]}')).toBe('a: a value must be text, a number, true or false.');
});

test('broken JSON is refused with its place', () => {
  expect(parsed('{\n "a": "x"\n "b": 1}')).toMatch(/^Not JSON yet/);
  expect(parsed('{"a":')).toMatch(/^Not JSON yet/);
});

test('an empty text is an empty document', () => {
  expect(parsed('  \n')).toEqual({});
});

test('what is formatted parses back to the same document', () => {
  const document = { 'a.b': 'x"y\n', z: '', ünï: '1' };
  expect(parsed(formatDocument(document))).toEqual(document);
});

test('setting a key keeps its place, and null takes it away', () => {
  const document = { a: '1', b: '2' };
  expect(Object.entries(withValue(document, 'a', '3'))).toEqual([
    ['a', '3'],
    ['b', '2'],
  ]);
  expect(withValue(document, 'a', null)).toEqual({ b: '2' });
  expect(isSameDocument(document, { b: '2', a: '1' })).toBe(true);
  expect(isSameDocument(document, { a: '1' })).toBe(false);
});
