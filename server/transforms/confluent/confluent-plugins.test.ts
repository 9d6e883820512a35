import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { ConnectHeaders } from '../../records/headers.ts';
import { BYTES_SCHEMA, INT32_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { confluentPlugins } from './confluent-plugins.ts';

type Settings = Readonly<Record<string, string>>;

function record(other: Partial<ConnectRecord> = {}): ConnectRecord {
  return {
    topic: 'bar',
    kafkaPartition: 1,
    keySchema: STRING_SCHEMA,
    key: 'k1',
    valueSchema: null,
    value: null,
    timestamp: 5,
    headers: null,
    ...other,
  };
}

function applied(name: string, settings: Settings, input: ConnectRecord): ConnectRecord | null {
  const className = `io.confluent.connect.transforms.${name}`;
  const plugin = confluentPlugins.find((each) => each.className === className);
  if (plugin === undefined) throw new Error(`no ${className}`);
  const transformation = plugin.createTransformation();
  transformation.configure(settings);
  return transformation.apply(input);
}

function refusal(name: string, settings: Settings, input = record()): string {
  try {
    applied(name, settings, input);
    return 'none';
  } catch (error) {
    return codeOf(error);
  }
}

const schema = structSchema({ f1: structSchema({ f3: STRING_SCHEMA }), f2: STRING_SCHEMA, n: INT32_SCHEMA });
const struct = new Struct(schema, {
  f1: new Struct(structSchema({ f3: STRING_SCHEMA }), { f3: 'inner' }),
  f2: 'outer',
  n: 3,
});
const withStruct = record({ valueSchema: schema, value: struct });
const withMap = record({
  value: new Map<unknown, unknown>([
    ['f2', 'mapped'],
    ['none', null],
  ]),
});

describe('ExtractTopic', () => {
  it.each<[string, Settings, ConnectRecord, string]>([
    ['ExtractTopic$Key', {}, record(), 'k1'],
    ['ExtractTopic$Value', { field: 'f2' }, withStruct, 'outer'],
    ['ExtractTopic$Value', { field: 'f2' }, withMap, 'mapped'],
    ['ExtractTopic$Value', { field: '["f1"]["f3"]', 'field.format': 'JSON_PATH' }, withStruct, 'inner'],
    ['ExtractTopic$Value', { field: '$.f1.f3', 'field.format': 'json_path' }, withStruct, 'inner'],
    ['ExtractTopic$Value', { field: 'f9', 'skip.missing.or.null': 'true' }, withStruct, 'bar'],
    ['ExtractTopic$Value', { field: 'none', 'skip.missing.or.null': 'true' }, withMap, 'bar'],
    ['ExtractTopic$Value', { 'skip.missing.or.null': 'true' }, record(), 'bar'],
    [
      'ExtractTopic$Header',
      { field: 'h' },
      record({ headers: new ConnectHeaders().add('h', null, 'a').add('h', STRING_SCHEMA, 'b') }),
      'b',
    ],
    ['ExtractTopic$Header', { field: 'h', 'skip.missing.or.null': 'true' }, record(), 'bar'],
  ])('%s with %j names the topic', (name, settings, input, topic) => {
    expect(applied(name, settings, input)).toEqual({ ...input, topic });
  });

  it('fails where there is no text', () => {
    expect(refusal('ExtractTopic$Value', { field: 'f9' }, withStruct)).toBe('data');
    expect(refusal('ExtractTopic$Value', { field: 'n' }, withStruct)).toBe('data');
    expect(refusal('ExtractTopic$Value', {})).toBe('data');
    expect(refusal('ExtractTopic$Value', { field: 'x' }, record({ value: 'text' }))).toBe('data');
    expect(refusal('ExtractTopic$Header', { field: 'h' })).toBe('data');
  });

  it('refuses paths to several values and wrong formats', () => {
    expect(refusal('ExtractTopic$Key', { field: '$..x', 'field.format': 'JSON_PATH' })).toBe('config');
    expect(refusal('ExtractTopic$Key', { field: 'x', 'field.format': 'XPATH' })).toBe('config');
    expect(refusal('ExtractTopic$Header', {})).toBe('config');
  });
});

describe('Filter', () => {
  const condition = "$.f1[?(@.f3 == 'inner')]";
  const other = "$.f1[?(@.f3 == 'other')]";
  const missing = '$.none[?(@.x == 1)]';

  it.each<[string, string, string, boolean]>([
    [condition, 'include', 'fail', true],
    [condition, 'exclude', 'fail', false],
    [other, 'include', 'fail', false],
    [other, 'exclude', 'fail', true],
    [missing, 'include', 'include', true],
    [missing, 'include', 'exclude', false],
    [missing, 'exclude', 'include', true],
    ['f2', 'include', 'fail', true],
  ])('by %s with %s and %s behind it keeps the record: %s', (path, type, behavior, isKept) => {
    const settings = { 'filter.condition': path, 'filter.type': type, 'missing.or.null.behavior': behavior };
    expect(applied('Filter$Value', settings, withStruct)).toBe(isKept ? withStruct : null);
  });

  it('fails where a field is missing or null, unless told otherwise', () => {
    for (const path of [missing, '$.missing']) {
      expect(
        refusal('Filter$Value', { 'filter.condition': path, 'filter.type': 'include' }, withStruct),
      ).toBe('data');
    }
    expect(refusal('Filter$Value', { 'filter.condition': '$.none', 'filter.type': 'include' }, withMap)).toBe(
      'data',
    );
  });

  it('refuses what is no path', () => {
    expect(refusal('Filter$Key', { 'filter.condition': '$[', 'filter.type': 'include' })).toBe('config');
    expect(refusal('Filter$Key', { 'filter.condition': '$.a', 'filter.type': 'some' })).toBe('config');
    expect(refusal('Filter$Key', { 'filter.condition': '$.a' })).toBe('config');
  });
});

describe('Drop', () => {
  it('takes the schema away, keeps it, or makes it optional', () => {
    const behavior = (text: string) => applied('Drop$Key', { 'schema.behavior': text }, record());
    expect(applied('Drop$Key', {}, record())).toEqual(record({ keySchema: null, key: null }));
    expect(behavior('retain')).toEqual(record({ key: null }));
    expect(behavior('force_optional')?.keySchema).toMatchObject({ type: 'STRING', optional: true });
    expect(
      applied('Drop$Value', { 'schema.behavior': 'force_optional' }, withStruct)?.valueSchema,
    ).toMatchObject({ optional: true, fields: [{ name: 'f1' }, { name: 'f2' }, { name: 'n' }] });
  });

  it('validates that the schema is optional', () => {
    expect(refusal('Drop$Key', { 'schema.behavior': 'validate' })).toBe('data');
    expect(refusal('Drop$Value', { 'schema.behavior': 'validate' })).toBe('none');
    expect(refusal('Drop$Key', { 'schema.behavior': 'some' })).toBe('config');
  });
});

describe('GzipDecompress', () => {
  const text = Buffer.from('SGVsbG8gd29ybGQK');
  const packed = (value: unknown) => record({ valueSchema: BYTES_SCHEMA, value });

  it('unpacks bytes and passes null', () => {
    expect(applied('GzipDecompress$Value', {}, packed(gzipSync(text)))?.value).toEqual(text);
    expect(applied('GzipDecompress$Value', {}, record())).toEqual(record());
  });

  it('fails for damaged data, other types, and results beyond the limit', () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect(refusal('GzipDecompress$Value', {}, packed(text))).toBe('data');
    expect(refusal('GzipDecompress$Value', {}, packed(gzipSync(text).subarray(0, 20)))).toBe('data');
    expect(refusal('GzipDecompress$Key', {})).toBe('data');
    expect(refusal('GzipDecompress$Value', { 'max.uncompressed.bytes': '1000000' }, packed(bomb))).toBe(
      'data',
    );
    expect(() =>
      applied('GzipDecompress$Value', { 'max.uncompressed.bytes': '1000000' }, packed(bomb)),
    ).toThrow('larger than 1000000 bytes');
  });
});

describe('MessageTimestampRouter', () => {
  const settings = {
    'topic.format': `foo-\${topic}-\${timestamp}`,
    'message.timestamp.format': 'yyyy-MM-dd',
    'topic.timestamp.format': 'yyyy.MM.dd',
    'message.timestamp.keys': 'timestamp,time,ts',
  };

  it('takes the first field that is there', () => {
    const value = new Map([
      ['ts', '2001-01-01'],
      ['time', '2019-08-06'],
    ]);
    expect(applied('MessageTimestampRouter', settings, record({ value }))?.topic).toBe('foo-bar-2019.08.06');
  });

  it('fails without such a text, and for one of another form', () => {
    const ofTime = (time: unknown) => record({ value: new Map([['time', time]]) });
    expect(refusal('MessageTimestampRouter', settings, record({ value: new Map() }))).toBe('data');
    expect(refusal('MessageTimestampRouter', settings, ofTime(5n))).toBe('data');
    expect(refusal('MessageTimestampRouter', settings, ofTime('yesterday'))).toBe('data');
    expect(refusal('MessageTimestampRouter', settings)).toBe('data');
    expect(refusal('MessageTimestampRouter', { ...settings, 'topic.timestamp.format': 'b' })).toBe('config');
  });
});

describe('TombstoneHandler', () => {
  it('drops tombstones, or fails', () => {
    expect(applied('TombstoneHandler', {}, record())).toBeNull();
    expect(
      applied('TombstoneHandler', { behavior: 'ignore' }, record({ valueSchema: STRING_SCHEMA })),
    ).toBeNull();
    expect(applied('TombstoneHandler', {}, withMap)).toBe(withMap);
    expect(refusal('TombstoneHandler', { behavior: 'fail' })).toBe('data');
    expect(refusal('TombstoneHandler', { behavior: 'drop' })).toBe('config');
  });
});
