import { describe, expect, test } from 'vitest';
import { messageOf } from '../errors/connect-error.ts';
import { Decimal } from '../records/decimal.ts';
import { valuesEqual } from '../records/equality.ts';
import { logicalNames } from '../records/logical-types.ts';
import { ByteArrayConverter } from './byte-array-converter.ts';
import { JsonConverter } from './json/json-converter.ts';
import { doubleFormat, PrimitiveConverter } from './primitive-converter.ts';
import { SimpleHeaderConverter } from './simple-header/simple-header-converter.ts';
import { StringConverter } from './string-converter.ts';
import { type Message, type Plugins, readAsSink } from './testing/read-as-sink.ts';

/** What becomes of it: a value, or a refusal whose reason is told. */
type Expected = { readonly value: unknown } | { readonly refused: RegExp };
type Row = readonly [group: string, what: string, bytes: string | Buffer | null, expected: Expected];

const is = (value: unknown): Expected => ({ value });
const refused = (reason: RegExp): Expected => ({ refused: reason });
const map = (...entries: [unknown, unknown][]) => new Map(entries);

const settings = { 'converter.type': 'value' };
const header = new SimpleHeaderConverter();

function json(more: Record<string, string> = {}): Plugins {
  const value = new JsonConverter();
  value.configure({ ...settings, ...more });
  return { value, header };
}

/** A bad record between good ones: each tolerance does its own, and the good ones come through. */
function behaves(create: () => Plugins, good: Message, goodValue: unknown, bad: Message, expected: Expected) {
  const messages = [good, bad, good];
  test('with errors.tolerance=all the other records are unharmed', async () => {
    const { records, error, log, skipped } = await readAsSink(create(), 'all', messages);
    expect(error).toBeNull();
    const values = records.map((record) => record.value);
    expect(valuesEqual(values[0], goodValue)).toBe(true);
    expect(valuesEqual(values.at(-1), goodValue)).toBe(true);
    if ('refused' in expected) {
      expect(records.map((record) => record.kafkaOffset)).toEqual([40, 42]);
      expect(skipped).toBe(1);
      expect(log).toHaveLength(1);
    } else {
      expect(records.map((record) => record.kafkaOffset)).toEqual([40, 41, 42]);
      expect(valuesEqual(values[1], expected.value)).toBe(true);
      expect(log).toEqual([]);
    }
  });

  test('with errors.tolerance=none the task fails on it alone, and tells its place', async () => {
    const { records, error, log } = await readAsSink(create(), 'none', messages);
    if ('refused' in expected) {
      expect(messageOf(error)).toMatch(
        /^Tolerance exceeded in error handler: stage \w+, class \S+, where consumed record is \{topic=/,
      );
      expect(error instanceof Error && messageOf(error.cause)).toMatch(expected.refused);
      expect(log).toHaveLength(1);
      expect(log[0]).toMatch(
        /Executing stage '(KEY|VALUE|HEADER)_CONVERTER' with class '\w+', where consumed record is \{topic='input', partition=3, offset=41,/,
      );
      expect(log[0]?.length).toBeLessThan(1_000);
    } else {
      expect(error).toBeNull();
      expect(records).toHaveLength(3);
    }
  });
}

function table(create: () => Plugins, good: string, goodValue: unknown, rows: readonly Row[]): void {
  describe.each(rows)('%s: %s', (_group, _what, bytes, expected) => {
    const value = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    behaves(create, { value: Buffer.from(good) }, goodValue, { value }, expected);
  });
}

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const lists = (levels: number): unknown => {
  let list: unknown = [];
  for (let level = 1; level < levels; level++) list = [list];
  return list;
};
const longText = 'ä'.repeat(5_000_000);

describe('JSON without schemas', () => {
  table(() => json({ 'schemas.enable': 'false' }), '{"good":1}', map(['good', 1n]), [
    ['138', 'no value', null, is(null)],
    ['138', 'no bytes', '', is(null)],
    ['139', 'text that ends too early', '{"a":', refused(/ends too early/)],
    ['139', 'single quotes', "{'a':1}", refused(/malformed at character 1 of 7/)],
    ['139', 'bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), refused(/not in UTF-8/)],
    ['139', 'NaN', 'NaN', refused(/malformed/)],
    ['139', '1e400, which is infinite as a double, as in Java', '1e400', is(Number.POSITIVE_INFINITY)],
    ['139', '2^53+1', '9007199254740993', is(9_007_199_254_740_993n)],
    ['139', '-2^63', '-9223372036854775808', is(-(2n ** 63n))],
    ['139', '2^63', '9223372036854775808', refused(/does not fit 64 bits/)],
    ['139', '-0', '-0', is(0n)],
    ['139', '-0.0', '-0.0', is(-0)],
    ['139', 'a number of 10 MB', '9'.repeat(10_000_000), refused(/more than 1000 digits/)],
    ['139', 'a fraction of 10 MB', `0.${'9'.repeat(10_000_000)}`, refused(/more than 1000 digits/)],
    ['139', 'a text of 10 MB', `"${longText}"`, is(longText)],
    ['139', 'equal names', '{"a":1,"b":2,"a":3}', is(map(['a', 3n], ['b', 2n]))],
    ['139', '__proto__', '{"__proto__":{"x":1}}', is(map(['__proto__', map(['x', 1n])]))],
    [
      '139',
      'names of methods',
      '{"constructor":1,"toString":2}',
      is(map(['constructor', 1n], ['toString', 2n])),
    ],
    ['139', '1,000 levels', nested(1_000), is(lists(1_000))],
    ['139', '10,000 levels', nested(10_000), refused(/deeper than 1000 levels/)],
    ['139', '10,000 levels of objects', '{"a":'.repeat(10_000), refused(/deeper than 1000 levels/)],
    ['139', 'half a character, escaped', '"a\\ud800"', is('a\ud800')],
    ['139', 'half a character, in bytes', Buffer.from('22eda08022', 'hex'), refused(/not in UTF-8/)],
    ['139', 'NUL as it is', '"a\u0000"', refused(/malformed at character 2/)],
    ['139', 'NUL, escaped', '"a\\u0000"', is('a\u0000')],
    ['F78', 'a byte order mark', '\ufeff[1]', is([1n])],
    [
      'F78',
      'text from right to left, emoji, noncharacters',
      '"\u202ea\u{1f600}\uffff"',
      is('\u202ea\u{1f600}\uffff'),
    ],
    [
      '146',
      'times as plain numbers',
      '[-1,0,9223372036854775807,253402300800000]',
      is([-1n, 0n, 2n ** 63n - 1n, 253_402_300_800_000n]),
    ],
  ]);
});

const envelope = (schema: string, payload: string) => `{"schema":${schema},"payload":${payload}}`;
const logical = (type: string, name: string, more = '') =>
  `{"type":"${type}","name":"${name}","version":1${more}}`;
const decimal = (scale: string) =>
  logical('bytes', logicalNames.decimal, `,"parameters":{"scale":"${scale}"}`);
const timestamp = (payload: string) => envelope(logical('int64', logicalNames.timestamp), payload);
const date = (payload: string) => envelope(logical('int32', logicalNames.date), payload);
const time = (payload: string) => envelope(logical('int32', logicalNames.time), payload);
const field = '{"type":"int32","field":"a"}';
const struct = `{"type":"struct","fields":[${field}]}`;

describe('JSON with schemas', () => {
  const good = envelope('{"type":"string"}', '"good"');
  table(json, good, 'good', [
    ['138', 'no value', null, is(null)],
    ['138', 'no bytes', '', refused(/requires "schema" and "payload"/)],
    [
      '139',
      'a number of 10 MB',
      envelope('{"type":"int64"}', '9'.repeat(10_000_000)),
      refused(/more than 1000 digits/),
    ],
    ['139', '1e400 as a whole number', envelope('{"type":"int64"}', '1e400'), refused(/does not fit/)],
    ['139', '10,000 levels of payload', envelope('null', nested(10_000)), refused(/deeper than 1000 levels/)],
    [
      '139',
      '10,000 levels in a field that nobody knows',
      envelope(struct, `{"a":1,"x":${nested(10_000)}}`),
      refused(/deeper than 1000/),
    ],
    ['140', 'no schema', '{"payload":1}', refused(/requires "schema" and "payload"/)],
    ['140', 'no payload', '{"schema":{"type":"int32"}}', refused(/requires "schema" and "payload"/)],
    [
      '140',
      'more than schema and payload',
      '{"schema":null,"payload":1,"x":2}',
      refused(/may not contain additional fields/),
    ],
    ['140', 'no envelope', '[1]', refused(/requires "schema" and "payload"/)],
    ['140', 'the schema null', envelope('null', '{"a":1}'), is(map(['a', 1n]))],
    ['140', 'text for a number, which is 0 as in Java', envelope('{"type":"int32"}', '"text"'), is(0)],
    [
      '140',
      'a number beyond its type',
      envelope('{"type":"int8"}', '128'),
      refused(/does not fit a field of type INT8/),
    ],
    [
      '140',
      'a list for a struct',
      envelope(struct, '[1]'),
      refused(/should be encoded as JSON objects, but found ARRAY/),
    ],
    [
      '140',
      'a text for a map',
      envelope('{"type":"map","keys":{"type":"string"},"values":{"type":"int8"}}', '"x"'),
      refused(/found STRING/),
    ],
    ['140', 'an unknown type', envelope('{"type":"uuid"}', '1'), refused(/Unknown schema type: uuid/)],
    ['140', 'a schema of no type', envelope('{}', '1'), refused(/must contain 'type' field/)],
    ['140', 'a schema that is a text', envelope('"int8"', '1'), refused(/must contain 'type' field/)],
    [
      '140',
      'a schema inside of itself 10,000 times',
      envelope(`${'{"type":"array","items":'.repeat(10_000)}`, ''),
      refused(/deeper than 1000 levels/),
    ],
    [
      '140',
      'a struct without fields',
      envelope('{"type":"struct"}', '{}'),
      refused(/"fields" argument is not an array/),
    ],
    [
      '140',
      'two fields of one name',
      envelope(`{"type":"struct","fields":[${field},${field}]}`, '{"a":1}'),
      refused(/two fields of one name/),
    ],
    [
      '140',
      'null for what is required',
      envelope('{"type":"int32","optional":false}', 'null'),
      refused(/Invalid null value for required INT32 field/),
    ],
    [
      '140',
      'a required field missing',
      envelope(struct, '{}'),
      refused(/Invalid null value for required INT32 field/),
    ],
    [
      '140',
      'a default of another type, which is 0 as in Java',
      envelope('{"type":"int32","default":"x"}', 'null'),
      is(0),
    ],
    [
      '140',
      'a default that is too large',
      envelope('{"type":"int8","default":1000}', '1'),
      refused(/does not fit/),
    ],
    [
      '140',
      'a default of the wrong shape',
      envelope(`{"type":"struct","fields":[${field}],"default":[]}`, 'null'),
      refused(/encoded as JSON objects/),
    ],
    [
      '140',
      'parameters that are no texts',
      envelope('{"type":"int8","parameters":{"a":1}}', '1'),
      refused(/parameters must have string values/),
    ],
    ['140', 'a text for a date', date('"2024-01-01"'), refused(/Invalid type for Date/)],
    [
      '140',
      'a decimal without scale',
      envelope(logical('bytes', logicalNames.decimal), '"AQ=="'),
      refused(/scale parameter not found/),
    ],
    ['140', 'true for a decimal', envelope(decimal('2'), 'true'), refused(/Invalid type for Decimal/)],
    [
      '140',
      '__proto__ as a field that is missing',
      envelope('{"type":"struct","fields":[{"type":"string","optional":true,"field":"__proto__"}]}', '[]'),
      refused(/found ARRAY/),
    ],
    ['146', 'the timestamp -1', timestamp('-1'), is(new Date(-1))],
    ['146', 'the timestamp 0', timestamp('0'), is(new Date(0))],
    ['146', 'the year 10000', timestamp('253402300800000'), is(new Date(253_402_300_800_000))],
    ['146', 'the year 1', timestamp('-62135596800000'), is(new Date(-62_135_596_800_000))],
    [
      '146',
      'a timestamp of 2^63-1',
      timestamp('9223372036854775807'),
      refused(/outside of what can be kept/),
    ],
    ['146', 'a timestamp of 2^63', timestamp('9223372036854775808'), refused(/Invalid type for Timestamp/)],
    [
      '147',
      'base64 without its padding',
      envelope('{"type":"bytes"}', '"AAE"'),
      refused(/Invalid bytes field: it is not base64/),
    ],
    ['147', 'base64 padded in the middle', envelope('{"type":"bytes"}', '"A=AA"'), refused(/not base64/)],
    ['147', 'base64 of another alphabet', envelope('{"type":"bytes"}', '"-_-_"'), refused(/not base64/)],
    [
      '147',
      'a decimal that is no base64',
      envelope(decimal('2'), '"!"'),
      refused(/Invalid bytes for Decimal field/),
    ],
    ['147', 'a decimal of no bytes', envelope(decimal('2'), '""'), refused(/at least one byte/)],
    ['148', 'scale 1000', envelope(decimal('1000'), '"/w=="'), is(new Decimal(-1n, 1000))],
    ['148', 'a negative scale', envelope(decimal('-3'), '"AQ=="'), is(new Decimal(1n, -3))],
    [
      '148',
      'a decimal of ten million digits',
      envelope(decimal('2'), `"${'AAAA'.repeat(1_000_000)}"`),
      refused(/longer than 65536/),
    ],
    [
      '148',
      'a scale beyond reason',
      envelope(decimal('2147483647'), '"AQ=="'),
      refused(/Scale .* must lie within/),
    ],
    [
      '148',
      'a scale that is no number',
      envelope(decimal('2.5'), '"AQ=="'),
      refused(/Invalid scale parameter/),
    ],
    [
      '148',
      'an exponent beyond reason',
      envelope(decimal('2'), '1e999999999'),
      refused(/Scale .* must lie within/),
    ],
    ['149', 'a time of 24:00', time('86400000'), is(new Date(86_400_000))],
    ['149', 'a time after 24:00', time('86400001'), refused(/less than 86400000/)],
    ['149', 'a time before 0:00', time('-1'), refused(/greater than 0/)],
    ['149', 'a day outside of all calendars', date('2147483647'), refused(/outside of what can be kept/)],
  ]);
});

describe('texts, bytes and numbers', () => {
  const text = () => {
    const value = new StringConverter();
    value.configure(settings);
    return { value, header };
  };
  table(text, 'good', 'good', [
    ['138', 'no bytes', '', is('')],
    ['F78', 'bytes that are no text are shown as such', Buffer.from('61ff62', 'hex'), is('a\ufffdb')],
    [
      'F78',
      'a byte order mark, NUL and right to left are kept',
      '\ufeff\u0000\u202e',
      is('\ufeff\u0000\u202e'),
    ],
    ['F78', 'emoji', '\u{1f600}', is('\u{1f600}')],
  ]);
  table(() => ({ value: new ByteArrayConverter(), header }), 'good', Buffer.from('good'), [
    ['138', 'no bytes', '', is(Buffer.alloc(0))],
    [
      'F78',
      'bytes that are no text are kept',
      Buffer.from('61ff62', 'hex'),
      is(Buffer.from('61ff62', 'hex')),
    ],
  ]);
  const double = (hex: string) => Buffer.from(hex, 'hex');
  table(() => ({ value: new PrimitiveConverter(doubleFormat), header }), '\u0000'.repeat(8), 0, [
    ['F77', 'NaN', double('7ff8000000000000'), is(Number.NaN)],
    ['F77', '-Infinity', double('fff0000000000000'), is(Number.NEGATIVE_INFINITY)],
    ['F77', '-0', double('8000000000000000'), is(-0)],
    ['138', 'no bytes', double(''), refused(/it has 8 bytes, but there are 0/)],
    ['138', 'a byte too many', double('000000000000000000'), refused(/it has 8 bytes, but there are 9/)],
  ]);
});

describe('138: keys and headers', () => {
  const key = new JsonConverter();
  key.configure({ 'converter.type': 'key', 'schemas.enable': 'false' });
  const good = { key: Buffer.from('1'), value: Buffer.from('"good"') };
  const plugins = () => ({ ...json({ 'schemas.enable': 'false' }), key });
  const byJson = new JsonConverter();
  byJson.configure({ 'converter.type': 'header' });

  describe('a key that is no JSON', () =>
    behaves(plugins, good, 'good', { ...good, key: Buffer.from('{') }, refused(/ends too early/)));
  describe('neither key nor value', () =>
    behaves(plugins, good, 'good', { key: null, value: null }, is(null)));
  describe('a header that its converter refuses', () => {
    const strict = {
      configure() {},
      fromConnectHeader: () => null,
      toConnectHeader: (topic: string, _key: string, bytes: Buffer | null) =>
        byJson.toConnectData(topic, bytes),
    };
    const bad = { ...good, headers: [{ key: 'h', value: Buffer.from('no JSON') }] };
    behaves(() => ({ ...plugins(), header: strict }), good, 'good', bad, refused(/requires "schema"/));
  });

  test('headers keep their order, their doubles, nulls and empty bytes, ten thousand of them', async () => {
    const some = ['1', '', null, 'text', '1'].map((value, index) => ({
      key: index % 2 === 0 ? 'even' : 'odd',
      value: value === null ? null : Buffer.from(value),
    }));
    const headers = Array.from({ length: 2_000 }, () => some).flat();
    const { records, error } = await readAsSink(plugins(), 'none', [{ ...good, headers }]);
    expect(error).toBeNull();
    const read = [...(records[0]?.headers ?? [])];
    expect(read).toHaveLength(10_000);
    expect(read.slice(-5).map((each) => [each.key, each.value])).toEqual([
      ['even', 1],
      ['odd', ''],
      ['even', null],
      ['odd', 'text'],
      ['even', 1],
    ]);
  });
});

describe('149: days and times in headers', () => {
  test.each([
    ['2024-02-30', '2024-03-01T00:00:00.000Z'],
    ['2023-02-29', '2023-03-01T00:00:00.000Z'],
    ['24:00:00.000Z', '1970-01-02T00:00:00.000Z'],
    ['2016-12-31T23:59:60.000Z', '2017-01-01T00:00:00.000Z'],
    ['2024-03-31T02:30:00.000Z', '2024-03-31T02:30:00.000Z'],
  ])('%s runs over to %s, as in Java, whatever the zone of the machine', (text, iso) => {
    expect(header.toConnectHeader('t', 'h', Buffer.from(text)).value).toEqual(new Date(iso));
  });
});

describe('F79: schemas that change in mid stream', () => {
  test('every record is read under its own schema', async () => {
    const structOf = (fields: string, name = 'S') =>
      `{"type":"struct","name":"${name}","fields":[${fields}]}`;
    const id = '{"type":"int32","field":"id"}';
    const values = [
      envelope(structOf(id), '{"id":1}'),
      envelope(structOf(`${id},{"type":"string","optional":true,"field":"new"}`), '{"id":2,"new":null}'),
      envelope(structOf(`${id},{"type":"string","field":"new"}`), '{"id":3,"new":"x"}'),
      envelope(structOf('{"type":"int64","field":"id"}'), '{"id":9007199254740993}'),
      envelope(structOf('{"type":"string","field":"id"}'), '{"id":"five"}'),
      envelope(structOf('{"type":"string","field":"key"}', 'T'), '{"key":"six"}'),
      envelope(structOf(''), '{}'),
      envelope(structOf(id), '{"id":8}'),
    ].map((value) => ({ value: Buffer.from(value) }));
    const { records } = await readAsSink(json(), 'none', [...values, ...values]);
    const shown = [
      'Struct{id=1}',
      'Struct{id=2}',
      'Struct{id=3,new=x}',
      'Struct{id=9007199254740993}',
      'Struct{id=five}',
      'Struct{key=six}',
      'Struct{}',
      'Struct{id=8}',
    ];
    expect(records.map(({ value }) => String(value))).toEqual([...shown, ...shown]);
  });
});

describe('F80: records of great size', () => {
  test('50,000 columns are read and written again', async () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `column_${index}`);
    const schema = `{"type":"struct","fields":[${names.map((name) => `{"type":"int64","optional":true,"field":"${name}"}`).join(',')}],"optional":false}`;
    const text = envelope(schema, `{${names.map((name, index) => `"${name}":${index}`).join(',')}}`);
    const plugins = json();
    const { records } = await readAsSink(plugins, 'none', [
      { value: Buffer.from(text) },
      { value: Buffer.from(text) },
    ]);
    expect(records).toHaveLength(2);
    const [first] = records;
    const written = String(
      plugins.value.fromConnectData('t', first?.valueSchema ?? null, first?.value, null),
    );
    expect(written.slice(written.indexOf('"payload"'))).toBe(text.slice(text.indexOf('"payload"')));
  });

  test('a record of 9.9 MB of small values comes back the same', async () => {
    const item = '{"id":1,"text":"some text","list":[1,2.5,null,true]}';
    const text = `[${new Array(Math.floor(9_900_000 / (item.length + 1))).fill(item).join(',')}]`;
    const plugins = json({ 'schemas.enable': 'false' });
    const { records } = await readAsSink(plugins, 'none', [{ value: Buffer.from(text) }]);
    expect(plugins.value.fromConnectData('t', null, records[0]?.value, null)).toBe(text);
  });
});
