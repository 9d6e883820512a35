import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, messageOf } from '../errors/connect-error.ts';
import { parseJson } from './json-reader.ts';

const read = (text: string) => parseJson(text, { number: Number });

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect(codeOf(error)).toBe('bad-request');
    return messageOf(error);
  }
  throw new Error(`accepted: ${text}`);
}

describe('JSON reader', () => {
  it('reads what the standard parser reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what the standard parser refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '01',
      'null',
      'nul',
      'tru',
      '\\',
      ' ',
      "'a'",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          refusal(text);
          return;
        }
        expect(read(text)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('names line and column of a mistake and repeats nothing of the body', () => {
    expect(refusal('{\n  "password": hunter2\n}')).toBe(
      'The request body is not valid JSON: a value is expected at line 2, column 15',
    );
    expect(refusal('{"a":1')).toContain('it ends where "," or "}" is expected');
    expect(refusal('{"a":1} {"b":2}')).toContain('there is more after its end at line 1, column 9');
    expect(refusal("{'a':1}")).toContain('a member name in double quotes is expected');
    expect(refusal('{"a":"x')).toContain('a string does not end');
    expect(refusal('{"a":"\\x"}')).toContain('bad escape');
    expect(refusal('{"a":"line\nend"}')).toContain('control character');
    expect(refusal('{"a":NaN}')).toContain('a value is expected');
    expect(refusal('// no\n{}')).toContain('a value is expected');
    expect(refusal('{"a":')).toContain('it ends where a value is expected');
    expect(refusal(' ')).toBe('The request has no body, JSON is expected');
  });

  it('lets the last of equal names count', () => {
    expect(read('{"a":1,"b":2,"a":3}')).toEqual({ a: 3, b: 2 });
  });

  it('takes a member called __proto__ as any other', () => {
    const value = read('{"__proto__":{"polluted":true}}');
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('bounds depth and number of members', () => {
    expect(refusal('['.repeat(100_000))).toContain('nested more than 64 deep');
    expect(refusal(`[${'1,'.repeat(250_000)}1]`)).toContain('more than 250000 members');
  });
});
