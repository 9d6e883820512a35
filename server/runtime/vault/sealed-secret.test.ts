import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyRing } from './key-ring.ts';
import { type OpenSecret, openSecret, rewrapSecret, sealSecret } from './sealed-secret.ts';

const k1 = randomBytes(32);
const k2 = randomBytes(32);
const before = new KeyRing(new Map([['k1', k1]]));
const after = new KeyRing(
  new Map([
    ['k1', k1],
    ['k2', k2],
  ]),
);
const secret = (fields: Record<string, string>): OpenSecret => ({
  name: 'pg',
  version: 3,
  fields: new Map(Object.entries(fields)),
  updatedAt: 1,
  updatedBy: 'ann',
});
const stored = sealSecret(secret({ user: 'u', password: 'canary-71c' }), before);

test('whatever was sealed opens, and sealing twice looks different', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' })), (fields) => {
      const given = secret(fields);
      expect(openSecret(sealSecret(given, before), before)).toEqual(given.fields);
    }),
  );
  expect(sealSecret(secret({ a: 'b' }), before).sealed).not.toBe(
    sealSecret(secret({ a: 'b' }), before).sealed,
  );
});

test('nothing of a value is in what is stored', () => {
  const text = JSON.stringify(stored);
  expect(text).not.toContain('canary');
  expect(text).not.toContain(Buffer.from('canary-71c').toString('base64').slice(0, 8));
});

test('moved to another name or version, or changed in any place, it does not open', () => {
  const flipped = (text: string, at: number) => {
    const bytes = Buffer.from(text, 'base64');
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  const changed = [
    { ...stored, name: 'other' },
    { ...stored, version: 4 },
    { ...stored, fieldNames: ['user'] },
    { ...stored, sealed: '' },
    { ...stored, sealed: stored.wrappedKey },
  ];
  for (let at = 0; at < Buffer.from(stored.sealed, 'base64').length; at++) {
    changed.push({ ...stored, sealed: flipped(stored.sealed, at) });
  }
  for (let at = 0; at < Buffer.from(stored.wrappedKey, 'base64').length; at++) {
    changed.push({ ...stored, wrappedKey: flipped(stored.wrappedKey, at) });
  }
  for (const one of changed) {
    expect(() => openSecret(one, before)).toThrow(/^Secret .* version \d does not open/);
  }
});

test('with another key of the same name it does not open, without the key it says which is missing', () => {
  expect(() => openSecret(stored, new KeyRing(new Map([['k1', k2]])))).toThrow('does not open');
  expect(() => openSecret(stored, new KeyRing(new Map([['k9', k2]])))).toThrow('has no key k1');
});

test('after rewrapping the old key is not needed any more', () => {
  const rewrapped = rewrapSecret(stored, after);
  expect(rewrapped).toMatchObject({ keyId: 'k2', version: 3, sealed: stored.sealed });
  expect(openSecret(rewrapped, new KeyRing(new Map([['k2', k2]])))).toEqual(openSecret(stored, before));
});
