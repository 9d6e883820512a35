import { describe, expect, it } from 'vitest';
import type { RecordContent } from '../../server/entities/console-topic.ts';
import { prettyJson, previewOf, showContent } from './record-content.ts';

function text(data: string): NonNullable<RecordContent> {
  return { size: data.length, encoding: 'utf-8', data, isCut: false };
}

function bytes(...values: number[]): NonNullable<RecordContent> {
  const data = btoa(String.fromCharCode(...values));
  return { size: values.length, encoding: 'base64', data, isCut: false };
}

describe('content of a record', () => {
  it('is shown as JSON where it is JSON, else as text, else as bytes', () => {
    expect(showContent(text('{"a":1}'), 'auto')).toEqual({ format: 'json', text: '{\n  "a": 1\n}' });
    expect(showContent(text('{"a":'), 'auto')).toEqual({ format: 'text', text: '{"a":' });
    expect(showContent(text('42'), 'auto').format).toBe('text');
    expect(showContent(text('42'), 'json').format).toBe('json');
    expect(showContent(bytes(0, 255), 'auto').format).toBe('hex');
  });

  it('is shown as chosen', () => {
    expect(showContent(text('{"a":1}'), 'text').text).toBe('{"a":1}');
    expect(showContent(text('hi'), 'hex').text).toBe(
      '00000000  68 69                                            hi',
    );
    expect(showContent(bytes(0x61, 0xff), 'text').text).toBe('a\ufffd');
  });

  it('has a preview of one line', () => {
    expect(previewOf(text('a\n  b'), 'auto')).toBe('a b');
    expect(previewOf(text('x'.repeat(1000)), 'auto')).toHaveLength(160);
    expect(previewOf(bytes(1, 171), 'auto')).toBe('01 ab');
  });
});

describe('pretty JSON', () => {
  it('keeps digits, escapes and the order of members', () => {
    expect(prettyJson('{"b":9007199254740993,"a":[1.50,"x\\"{, ]"],"c":{},"d":[]}')).toBe(
      [
        '{',
        '  "b": 9007199254740993,',
        '  "a": [',
        '    1.50,',
        '    "x\\"{, ]"',
        '  ],',
        '  "c": {},',
        '  "d": []',
        '}',
      ].join('\n'),
    );
  });

  it.each(['', '{', '{"a" 1}', 'NaN', "{'a':1}"])('is none for %j', (not) => {
    expect(prettyJson(not)).toBeNull();
  });

  it('is none for what is nested so deeply that it would be mostly blanks', () => {
    expect(prettyJson('['.repeat(5000) + ']'.repeat(5000))).toBeNull();
    expect(prettyJson('['.repeat(60) + ']'.repeat(60))).not.toBeNull();
  });
});
