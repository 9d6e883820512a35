import { logical, type SchemaNote, type ValueNote } from './value-notation.ts';

export interface WriteCase {
  readonly converter: 'json' | 'string' | 'simple';
  readonly config: Readonly<Record<string, string>>;
  readonly schema: SchemaNote | null;
  readonly value: ValueNote;
}

export interface ReadCase {
  readonly converter: 'json' | 'string' | 'simple';
  readonly config: Readonly<Record<string, string>>;
  readonly text: string;
}

export type ConverterCase = WriteCase | ReadCase;

const string = (text: string): ValueNote => ({ is: 'string', text });
const int8 = (text: string): ValueNote => ({ is: 'int8', text });
const int32 = (text: string): ValueNote => ({ is: 'int32', text });
const int64 = (text: string): ValueNote => ({ is: 'int64', text });
const double = (text: string): ValueNote => ({ is: 'double', text });
const float = (text: string): ValueNote => ({ is: 'float', text });
const bytes = (text: string): ValueNote => ({ is: 'bytes', text });
const decimal = (text: string): ValueNote => ({ is: 'decimal', text });
const date = (text: string): ValueNote => ({ is: 'date', text });
const yes: ValueNote = { is: 'boolean', text: 'true' };
const no: ValueNote = { is: 'boolean', text: 'false' };
const list = (...items: ValueNote[]): ValueNote => ({ is: 'list', items });
const map = (...entries: [ValueNote, ValueNote][]): ValueNote => ({ is: 'map', entries });
const struct = (schema: SchemaNote, ...items: ValueNote[]): ValueNote => ({ is: 'struct', schema, items });

const decimalOf = (scale: number): SchemaNote => ({
  type: 'BYTES',
  name: logical.decimal,
  version: 1,
  parameters: { scale: String(scale) },
});
const dateSchema: SchemaNote = { type: 'INT32', name: logical.date, version: 1 };
const timeSchema: SchemaNote = { type: 'INT32', name: logical.time, version: 1 };
const timestampSchema: SchemaNote = { type: 'INT64', name: logical.timestamp, version: 1 };

const address: SchemaNote = {
  type: 'STRUCT',
  optional: true,
  name: 'Address',
  version: 3,
  doc: 'Where "it" is',
  fields: [
    ['street', { type: 'STRING' }],
    ['number', { type: 'INT32', optional: true, default: int32('7') }],
    ['tags', { type: 'ARRAY', optional: true, values: { type: 'STRING', optional: true } }],
  ],
};
const person: SchemaNote = {
  type: 'STRUCT',
  name: 'Person',
  fields: [
    ['id', { type: 'INT64' }],
    ['näme "x"', { type: 'STRING', optional: true, parameters: { source: 'a\\b' } }],
    ['address', address],
    ['paid', { ...decimalOf(2), optional: true }],
    ['born', { ...dateSchema, optional: true }],
    ['counts', { type: 'MAP', optional: true, keys: { type: 'STRING' }, values: { type: 'INT8' } }],
  ],
};

const longText = 'Zwölf Boxkämpfer: "\\ \u0000\u0001\u001f\u007f\b\f\n\r\t / \u2028 € 😀 \ud7ff';
const onOff = [{ 'schemas.enable': 'true' }, { 'schemas.enable': 'false' }];

/** Values that fit their schemas, written by each converter. */
const written: readonly (readonly [SchemaNote | null, readonly ValueNote[]])[] = [
  [{ type: 'INT8' }, [int8('-128'), int8('127'), null]],
  [
    { type: 'INT16', doc: 'd' },
    [
      { is: 'int16', text: '-32768' },
      { is: 'int16', text: '0' },
    ],
  ],
  [{ type: 'INT32', version: 2 }, [int32('-2147483648'), int32('2147483647')]],
  [
    { type: 'INT64', optional: true },
    [int64('-9223372036854775808'), int64('9223372036854775807'), int64('9007199254740993'), null],
  ],
  [
    { type: 'FLOAT32' },
    [
      '0.0',
      '-0.0',
      '1.0',
      '0.1',
      '1.0E7',
      '9999999.0',
      '0.001',
      '1.0E-4',
      '3.4028235E38',
      'NaN',
      '-Infinity',
      '1.6777216E7',
    ].map(float),
  ],
  [
    { type: 'FLOAT64' },
    [
      '0.0',
      '-0.0',
      '1.0',
      '0.1',
      '1.0E7',
      '9999999.999',
      '0.001',
      '9.999E-4',
      '1.7976931348623157E308',
      'NaN',
      'Infinity',
      '123456.789',
      '1.0E21',
      '100.0',
    ].map(double),
  ],
  [{ type: 'BOOLEAN' }, [yes, no]],
  [{ type: 'STRING' }, [string(''), string('plain'), string(longText), string('\\u001f'), null]],
  [
    { type: 'STRING' },
    ['\ud800', 'a\udc00b', '\udc00\ud800', '\ufeff', '\u202e', '\ufffe\uffff'].map(string),
  ],
  [{ type: 'STRING', optional: true, default: string('de"f') }, [string('x'), null]],
  [{ type: 'INT32', default: int32('5') }, [int32('6'), null]],
  [{ type: 'BYTES', optional: true }, [bytes(''), bytes('AAEC/f7/'), null]],
  [decimalOf(2), ['0.00', '-12.50', '12345678901234567890.12', '1.5'].map(decimal)],
  [decimalOf(0), ['5', '-129'].map(decimal)],
  [decimalOf(-3), ['1E+3', '-7E+3'].map(decimal)],
  [decimalOf(12), ['1.50E-10', '0E-12', '1.000000000000'].map(decimal)],
  [{ ...decimalOf(2), optional: true, default: decimal('1.25') }, [null]],
  [dateSchema, [date('0'), date('-86400000'), date('1566518400000'), date('1')]],
  [timeSchema, [date('0'), date('45296789'), date('86399999'), date('86400001')]],
  [timestampSchema, [date('0'), date('1566570894346'), date('1566518400000'), date('-1')]],
  [{ ...timestampSchema, optional: true, default: date('7') }, [null]],
  [
    { type: 'ARRAY', values: { type: 'INT32', optional: true } },
    [list(), list(int32('1'), null, int32('-2'))],
  ],
  [{ type: 'ARRAY', values: { type: 'INT32' } }, [list(null)]],
  [
    { type: 'ARRAY', values: { type: 'ARRAY', values: { type: 'STRING' } } },
    [list(list(string('a')), list())],
  ],
  [
    { type: 'MAP', keys: { type: 'STRING' }, values: { type: 'INT64' } },
    [map(), map([string('a"b'), int64('1')])],
  ],
  [
    { type: 'MAP', keys: { type: 'INT32' }, values: { type: 'STRING', optional: true } },
    [map(), map([int32('1'), string('x')]), map([int32('1'), null])],
  ],
  [
    { type: 'MAP', keys: { type: 'STRING', optional: true }, values: { type: 'INT64' } },
    [map([null, int64('1')])],
  ],
  [
    person,
    [
      struct(
        person,
        int64('9007199254740993'),
        string('Ü'),
        struct(address, string('Road'), null, list(string('a'), null)),
        decimal('10.50'),
        date('86400000'),
        map([string('k'), int8('1')]),
      ),
      struct(person, int64('1'), null, null, null, null, null),
      struct(person, null, null, null, null, null, null),
    ],
  ],
  [address, [null]],
  [
    null,
    [
      null,
      string('text'),
      string(longText),
      int64('12'),
      double('1.5'),
      double('1.0E10'),
      yes,
      bytes('AAEC'),
      list(),
      list(int64('1'), string('a'), null, list(double('2.0'))),
      map(),
      map([string('a'), int64('1')]),
      map([string('a'), null]),
      map([int64('1'), string('b')]),
      map([string('a'), map([string('b'), list(no)])]),
    ],
  ],
];

const fixed = '{"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"}],"optional":false}';

const envelope = (schema: string, payload: string) => `{"schema":${schema},"payload":${payload}}`;

/** Texts that a JsonConverter with schemas reads. */
const enveloped: readonly string[] = [
  ...['int8', 'int16', 'int32', 'int64', 'float', 'double', 'boolean', 'string', 'bytes'].flatMap((type) =>
    ['1', '-1', '1.5', '"x"', '"AAEC"', 'true', 'null', '[]', '{}', '1e2'].flatMap((payload) => [
      envelope(`{"type":"${type}","optional":false}`, payload),
      envelope(`{"type":"${type}","optional":true}`, payload),
    ]),
  ),
  ...[
    '"127"',
    '9007199254740993',
    '-9223372036854775808',
    '0.1',
    '1.0',
    '123456789.125',
    '1e400',
    '007',
    '-0',
    '-0.0',
  ].flatMap((payload) => [
    envelope('{"type":"int64"}', payload),
    envelope('{"type":"double"}', payload),
    envelope('null', payload),
  ]),
  ...['5', '5.50', '"Afs="', '"!"', 'true', '"AQ="', 'null', '12345678901234567890.123'].map((payload) =>
    envelope(
      `{"type":"bytes","name":"${logical.decimal}","version":1,"parameters":{"scale":"2"},"optional":true}`,
      payload,
    ),
  ),
  envelope(`{"type":"bytes","name":"${logical.decimal}","version":1}`, '"AQ=="'),
  envelope(`{"type":"bytes","name":"${logical.decimal}","version":1,"parameters":{"scale":"x"}}`, '"AQ=="'),
  ...[logical.date, logical.time].flatMap((name) =>
    ['0', '1', '-1', '18131', '86400001', '3000000000', '"1"', '1.5', 'null'].map((payload) =>
      envelope(`{"type":"int32","name":"${name}","version":1,"optional":true}`, payload),
    ),
  ),
  ...['0', '-1', '1566570894346', '"1"', '1.5', 'null'].map((payload) =>
    envelope(`{"type":"int64","name":"${logical.timestamp}","version":1,"optional":true}`, payload),
  ),
  envelope('{"type":"string","default":"d","optional":true}', 'null'),
  envelope('{"type":"string","default":null,"optional":true}', 'null'),
  envelope('{"type":"string","default":null}', '"x"'),
  envelope('{"type":"int32","default":3}', 'null'),
  envelope('{"type":"int32","default":"x"}', 'null'),
  envelope(`{"type":"int64","name":"${logical.timestamp}","version":1,"default":5}`, 'null'),
  ...['[1,2]', '[]', '[null]', '{"a":1}', '"x"', '5'].map((payload) =>
    envelope('{"type":"array","items":{"type":"int32"}}', payload),
  ),
  envelope('{"type":"array","items":{"type":"int32","optional":true}}', '[1,null]'),
  ...['{"a":1}', '{}', '[["a",1]]', '{"a":null}', '{"a":1,"a":2}', '"x"'].map((payload) =>
    envelope('{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}', payload),
  ),
  ...['[[1,true]]', '[]', '{"1":true}', '[1]', '[[1]]', '[[1,true,2]]', '[[1,false],[1,true]]'].map(
    (payload) => envelope('{"type":"map","keys":{"type":"int64"},"values":{"type":"boolean"}}', payload),
  ),
  ...[
    '{"a":1,"b":"x"}',
    '{"b":"x","a":1}',
    '{"a":1}',
    '{"a":1,"b":null,"c":{"deep":[1]}}',
    '{"b":"x"}',
    '{"a":1,"b":5}',
    '{"a":null}',
    '[]',
    '"x"',
    'null',
  ].map((payload) =>
    envelope(
      '{"type":"struct","name":"S","version":2,"doc":"dd","parameters":{"p":"q"},"fields":[{"type":"int32","optional":false,"field":"a"},{"type":"string","optional":true,"default":"dflt","field":"b"}]}',
      payload,
    ),
  ),
  envelope('{"type":"struct","fields":[{"type":"string","field":"a"}]}', '{"a":5}'),
  ...['int8', 'int16', 'int32', 'int64', 'float', 'double', 'boolean', 'string', 'bytes'].flatMap((type) =>
    ['"text"', '"127"', '"1.5"', '""', '12', '1.9', '-1.9', 'true', '[]', '[1]', '{}', '{"a":1}'].map(
      (payload) =>
        envelope(
          `{"type":"struct","fields":[{"type":"${type}","optional":true,"field":"a"},{"type":"${type}","field":"b"}]}`,
          `{"a":${payload},"b":${payload}}`,
        ),
    ),
  ),
  ...[
    '{"b":[1],"a":1}',
    '{"c":{"x":1},"a":1,"b":[]}',
    '{"a":1,"b":[1,2],"c":{"x":1},"d":{"a":7}}',
    '{ "a" : 1 , "b" : [ 1 , 2 ] , "c" : { "x" : 1 } }',
    '{"a":1,"a":2,"b":[]}',
    '{"a":1,"b":{"x":1,"y":2},"c":{}}',
    '{"a":1,"b":[],"c":{"x":"text"}}',
    '{"b":[]}',
    '{"a":1}',
    '{}',
    '{"a":1,"b":[],"c":null}',
    '{"\\u0061":5,"b":[]}',
    '{"a":1,"b":[],"unknown":{"a":[{}]}}',
  ].map((payload) =>
    envelope(
      '{"type":"struct","fields":[{"type":"int32","field":"a"},{"type":"array","items":{"type":"int64"},"field":"b"},{"type":"map","keys":{"type":"string"},"values":{"type":"int8"},"optional":true,"field":"c"}]}',
      payload,
    ),
  ),
  envelope('{"type":"struct","fields":[{"type":"string","field":"toString"}]}', '{"toString":"x"}'),
  envelope('{"type":"struct","fields":[{"type":"string","optional":true,"field":"__proto__"}]}', '{}'),
  envelope(
    '{"type":"struct","fields":[{"type":"struct","optional":true,"fields":[{"type":"bytes","field":"x"}],"field":"in"}]}',
    '{"in":{"x":"AA=="}}',
  ),
  ...[
    '{"type":"what"}',
    '{}',
    '{"type":5}',
    '{"type":"array"}',
    '{"type":"array","items":null}',
    '{"type":"map","values":{"type":"int8"}}',
    '{"type":"map","keys":{"type":"int8"}}',
    '{"type":"struct"}',
    '{"type":"struct","fields":[{"type":"int8"}]}',
    '{"type":"struct","fields":[{"field":"a"}]}',
    '{"type":"int8","parameters":{"a":1}}',
    '{"type":"int8","optional":"true","name":5,"version":"1","doc":1,"parameters":[]}',
    '{"type":"int8","version":1.5}',
    '{"type":"int8","name":"n","version":1,"doc":"d","parameters":{}}',
    '"int8"',
    '5',
    '[]',
  ].map((schema) => envelope(schema, '1')),
  '',
  ' ',
  'null',
  '1',
  '[]',
  '{}',
  '{"schema":null}',
  '{"payload":1}',
  '{"schema":null,"payload":1,"x":2}',
  '{"payload":{"a":[1,2.5,"x",null,true]},"schema":null}',
  ' { "schema" : { "type" : "int8" } , "payload" : 5 } ',
  '{"schema":{"type":"int8"},"payload":5} trailing',
  '{"schema":{"type":"string"},"payload":"a\\u00e9\\n\\"\\\\\\/\\ud83d\\ude00"}',
  '{"schema":null,"payload":null}',
  '{"schema":null,"schema":{"type":"int8"},"payload":5}',
];

/** Texts that a JsonConverter without schemas reads. */
const plain: readonly string[] = [
  '',
  ' ',
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '007',
  '-012',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '1.0',
  '-0.0',
  '1e3',
  '1E-3',
  '0.1',
  '1e400',
  '123456789012345678901234567890.5',
  '"x"',
  '"\\u0041\\t"',
  '"\u2028"',
  '[]',
  '[1,"a",null,[true],{"b":2.5}]',
  '{}',
  '{"a":1,"b":[1.0,{}],"c":null}',
  '{"a":1,"a":2}',
  '{"__proto__":1,"constructor":"x"}',
  '{"schema":null,"payload":1}',
  ' [ 1 , 2 ] ',
  '[1] 2',
  '"a" b',
  '{"a":1}}',
  '\ufeff1',
  '12abc',
  'truex',
  'nul',
  '[1,]',
  '[1 2]',
  '{"a"}',
  '{a:1}',
  "{'a':1}",
  '{"a":1,}',
  '"a',
  '"\t"',
  '"\\x"',
  '"\\u12"',
  '+1',
  '.5',
  '1.',
  '1e',
  '-',
  'NaN',
  'Infinity',
  '// c\n1',
  '[',
  '{',
  '{"a":',
];

/** Texts that a SimpleHeaderConverter reads. */
const headers: readonly string[] = [
  ...[
    '',
    ' ',
    'null',
    ' null ',
    'true',
    ' true ',
    'false',
    'TRUE',
    'truex',
    'hello world',
    'héllo 😀',
    'a\nb',
  ],
  ...[
    '1',
    '+1',
    '-1',
    '127',
    '128',
    '-129',
    '32768',
    '2147483648',
    '9223372036854775807',
    '9223372036854775808',
  ],
  ...[
    '1.0',
    '1e3',
    '3.14159265358979',
    '1e39',
    '1e400',
    '-1e400',
    '0123',
    '0x1',
    '1f',
    '1.',
    '.',
    '.5',
    '+.5',
    '1_000',
  ],
  ...[
    ' 12 ',
    '1 2',
    'NaN',
    'Infinity',
    '123456789012345678901234567890',
    '1e30',
    '1.5e-50',
    '\t5\n',
    '-',
    '+',
    '--1',
    '5-',
  ],
  ...[
    '12:34:56.789Z',
    '2019-08-23',
    '2019-08-23T14:34:54.346Z',
    '2019-13-45',
    '99:99:99.999Z',
    '2019-08-23x',
  ],
  ...[
    '12\\:34\\:56.789Z',
    '"2019-08-23"',
    '2019-08-23T14:34:54.346',
    '["2019-08-23"]',
    '[2019-08-23]',
    '["12:34:56.789Z"]',
  ],
  ...[
    '[12:34:56.789Z]',
    '["12\\:34\\:56.789Z"]',
    '{"a":"2019-08-23T14:34:54.346Z"}',
    '[2019-08-23T14:34:54.346Z]',
  ],
  ...[
    '[]',
    '[1]',
    '[1,2]',
    '[1,200,70000]',
    '[1,2.5]',
    '[1,"a"]',
    '[1,null]',
    '[null]',
    '[null,null]',
    '[ 1 , 2 ]',
    '[1,2',
  ],
  ...[
    '[1,,2]',
    '[,1]',
    '[1,]',
    '[a]',
    '["a","b"]',
    '["a,b","c:d","e[f"]',
    '[true,false]',
    '[[1],[2,300]]',
    '[[],[1]]',
  ],
  ...[
    '["a", b]',
    '[true,1]',
    '[""]',
    '[ ]',
    '[" x "]',
    '[1 2]',
    '["a"b]',
    '[123456789012345678901234567890]',
  ],
  ...[
    '{}',
    '{"a":1}',
    '{a:1}',
    '{"a":1,"b":200}',
    '{1:2}',
    '{"a":null}',
    '{null:1}',
    '{"a":1,}',
    '{"a"}',
    '{"a":}',
  ],
  ...[
    '{"a":1 "b":2}',
    '{,}',
    '{"a":"b","c":1}',
    '{"a":[1,2]}',
    '{"a":{"b":1}}',
    '{"a":1',
    '{ }',
    '{1:"a",300:"b"}',
  ],
  ...[
    '{"a" : 1 , "b" : 2}',
    '{true:1}',
    '{"a":1,"a":2}',
    '"quoted"',
    'a,b',
    'a:b',
    'hello [1]',
    'a\\,b',
    '\\',
    '"',
    '"a',
  ],
  ...[
    '["é"]',
    '{"k":1.5,"l":2}',
    '[1.5,1e300]',
    '[-1,+1]',
    '["null"]',
    '["true"]',
    '["1"]',
    '[1,\n2]',
    '[1:2]',
    '{"a":b}',
  ],
  ...[
    '["x",null]',
    '{"a":null,"b":1}',
    'true,false',
    'null,',
    '[true,"a",1]',
    '[[1],"a"]',
    '[{"a":1},{"b":2}]',
  ],
  ...[
    '[{"a":1},{"b":"x"}]',
    '[9223372036854775807,1]',
    '[9223372036854775807,1.5]',
    '["\\"q", "b"]',
    '["a", "b"',
    '[1,9223372036854775808]',
  ],
];

export const converterCases: readonly ConverterCase[] = [
  ...written.flatMap(([schema, values]) =>
    values.flatMap((value) => [
      ...onOff.map((config): ConverterCase => ({ converter: 'json', config, schema, value })),
      { converter: 'string', config: {}, schema, value } satisfies ConverterCase,
      { converter: 'simple', config: {}, schema, value } satisfies ConverterCase,
    ]),
  ),
  ...written
    .filter(([schema]) => schema?.name === logical.decimal)
    .flatMap(([schema, values]) =>
      values.map(
        (value): ConverterCase => ({
          converter: 'json',
          config: { 'schemas.enable': 'false', 'decimal.format': 'numeric' },
          schema,
          value,
        }),
      ),
    ),
  ...written
    .filter(([schema]) => schema?.default !== undefined || schema?.type === 'STRUCT')
    .flatMap(([schema, values]) =>
      values.map(
        (value): ConverterCase => ({
          converter: 'json',
          config: { 'replace.null.with.default': 'false' },
          schema,
          value,
        }),
      ),
    ),
  ...enveloped.flatMap((text): ConverterCase[] => [{ converter: 'json', config: {}, text }]),
  ...enveloped
    .filter((text) => text.includes('default'))
    .map(
      (text): ConverterCase => ({
        converter: 'json',
        config: { 'replace.null.with.default': 'false' },
        text,
      }),
    ),
  ...plain.map((text): ConverterCase => ({ converter: 'json', config: { 'schemas.enable': 'false' }, text })),
  ...[
    '{"id":9007199254740993}',
    '{"id":"x","more":1}',
    '{}',
    'null',
    '5',
    '{"schema":null,"payload":{"id":1}}',
  ].map((text): ConverterCase => ({ converter: 'json', config: { 'schema.content': fixed }, text })),
  ...['', 'x', 'ä😀', '\u0000'].map((text): ConverterCase => ({ converter: 'string', config: {}, text })),
  ...headers.map((text): ConverterCase => ({ converter: 'simple', config: {}, text })),
];
