import { expect, test } from 'vitest';
import { StringConverter } from './string-converter.ts';

function create(encoding?: string): StringConverter {
  const converter = new StringConverter();
  converter.configure({ 'converter.type': 'value', ...(encoding ? { 'converter.encoding': encoding } : {}) });
  return converter;
}

test('a string goes through untouched, to be encoded where the batch is built', () => {
  const text = 'zwölf';
  expect(create().fromConnectData('t', null, text)).toBe(text);
});

test.each([
  ['ISO-8859-1', 'zwölf€', '7a77f66c663f', 'zwölf?'],
  ['latin1', 'ö', 'f6', 'ö'],
  ['US-ASCII', 'ö', '3f', '?'],
  ['UTF-16', 'aö', 'feff006100f6', 'aö'],
  ['UTF-16', '', '', ''],
  ['utf-16be', 'aö', '006100f6', 'aö'],
  ['UTF-16LE', 'a😀', '61003dd800de', 'a😀'],
  ['UTF8', 'ö', 'c3b6', 'ö'],
  ['utf-8', '😀', 'f09f9880', '😀'],
])('%s writes %s as %s and reads %s', (encoding, text, hex, again) => {
  const bytes = Buffer.from(create(encoding).fromConnectData('t', null, text) ?? '');
  expect(bytes.toString('hex')).toBe(hex);
  expect(create(encoding).toConnectData('t', bytes).value).toBe(again);
});

test('UTF-16 is read in the order that its mark says', () => {
  expect(create('UTF-16').toConnectData('t', Buffer.from('fffe6100', 'hex')).value).toBe('a');
});

test('bytes outside of ASCII are shown as replaced', () => {
  expect(create('US-ASCII').toConnectData('t', Buffer.from([0x61, 0xf6])).value).toBe('a\ufffd');
});

test('an encoding that is not known is refused with those that are', () => {
  expect(() => create('klingon')).toThrow(
    'Invalid value klingon for configuration converter.encoding: Must be one of UTF-8, ISO-8859-1',
  );
});
