import { describe, expect, it } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import { Decimal } from '../../records/decimal.ts';
import { valuesEqual } from '../../records/equality.ts';
import { DATE_SCHEMA, decimalSchema, TIME_SCHEMA, TIMESTAMP_SCHEMA } from '../../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { bytesOf, formatWith, readValue, registered } from './testing/note-data.ts';

type Settings = Readonly<Record<string, string>>;

/** What comes back of a value that is written and read under the text made for its schema. */
function thereAndBack(schema: Schema, value: unknown, settings: Settings = {}): unknown {
  const format = formatWith(settings);
  const writer = format.writerFor(schema);
  const reader = format.readerOf(registered(writer.text.schema), writer.messageIndexes ?? []);
  return readValue(reader, bytesOf(writer, value));
}

/** The same for one field of a struct. */
function fieldThereAndBack(schema: Schema, value: unknown, settings: Settings = {}): unknown {
  const back = thereAndBack(
    structSchema({ f: schema }),
    new Struct(structSchema({ f: schema }), { f: value }),
    settings,
  );
  return back instanceof Struct ? back.get('f') : back;
}

function hexOf(schema: Schema, value: unknown, settings: Settings = {}): string {
  return bytesOf(formatWith(settings).writerFor(schema), value).toString('hex');
}

function read(text: string, hex: string, settings: Settings = {}): string {
  return String(readValue(formatWith(settings).readerOf(registered(text), []), Buffer.from(hex, 'hex')));
}

describe('a value that is written and read', () => {
  it.each<[string, Schema, readonly unknown[]]>([
    ['INT8', INT8_SCHEMA, [0, 127, -128]],
    ['INT16', INT16_SCHEMA, [0, 32_767, -32_768]],
    ['INT32', INT32_SCHEMA, [0, 2_147_483_647, -2_147_483_648]],
    ['INT64', INT64_SCHEMA, [0n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]],
    ['FLOAT32', FLOAT32_SCHEMA, [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['FLOAT64', FLOAT64_SCHEMA, [0, -0, 0.1, 5e-324, Number.NaN, Number.NEGATIVE_INFINITY]],
    ['BOOLEAN', BOOLEAN_SCHEMA, [true, false]],
    ['STRING', STRING_SCHEMA, ['', 'a', 'Zürich 日本 😀', '\u0000', '\ufeffx', '\ufffd', 'x'.repeat(70_000)]],
    ['BYTES', BYTES_SCHEMA, [Buffer.alloc(0), Buffer.from('00ff80', 'hex'), Buffer.alloc(100_000, 7)]],
    [
      'Decimal',
      decimalSchema(4),
      ['0.0000', '-12.3400', '99999999999999999999999999999999.9999'].map(Decimal.parse),
    ],
    [
      'Date',
      DATE_SCHEMA,
      ['0001-01-01', '1969-12-31', '2024-02-29', '9999-12-31'].map((day) => new Date(day)),
    ],
    ['Time', TIME_SCHEMA, [0, 1, 86_399_999].map((ms) => new Date(ms))],
    [
      'Timestamp',
      TIMESTAMP_SCHEMA,
      [-1, 0, 1, -62_135_596_800_000, 253_402_300_799_999].map((ms) => new Date(ms)),
    ],
    ['ARRAY', arraySchema(INT64_SCHEMA), [[], [1n], Array.from({ length: 1_000 }, (_, i) => BigInt(i))]],
    [
      'MAP',
      mapSchema(STRING_SCHEMA, INT32_SCHEMA),
      [
        new Map(),
        new Map([
          ['', 0],
          ['__proto__', -1],
        ]),
      ],
    ],
    ['MAP by numbers', mapSchema(INT64_SCHEMA, BYTES_SCHEMA), [new Map([[-1n, Buffer.from('x')]])]],
  ])('is the same as a field (F77): %s', (_, schema, values) => {
    for (const value of values) {
      const back = fieldThereAndBack(schema, value);
      expect(
        valuesEqual(back, value),
        `${String(value).slice(0, 50)} came back as ${String(back).slice(0, 50)}`,
      ).toBe(true);
    }
  });

  it('is the same as a plain key or value', () => {
    const values: readonly (readonly [Schema, unknown])[] = [
      [STRING_SCHEMA, 'key'],
      [STRING_SCHEMA, ''],
      [INT32_SCHEMA, -1],
      [INT64_SCHEMA, 2n ** 62n],
      [BOOLEAN_SCHEMA, true],
      [FLOAT32_SCHEMA, 0.5],
      [FLOAT64_SCHEMA, -0.1],
      [BYTES_SCHEMA, Buffer.from([0, 1])],
    ];
    for (const [schema, value] of values) expect(thereAndBack(schema, value)).toEqual(value);
    expect(hexOf(STRING_SCHEMA, 'a')).toBe('0a0161');
    expect(hexOf(INT32_SCHEMA, 0)).toBe('');
  });

  it('keeps null apart from zero only where the schema is told to', () => {
    const of = (value: unknown, settings: Settings) =>
      fieldThereAndBack(OPTIONAL_INT32_SCHEMA, value, settings);
    expect([of(null, {}), of(0, {})]).toEqual([0, 0]);
    for (const key of ['optional.for.nullables', 'wrapper.for.nullables']) {
      expect([of(null, { [key]: 'true' }), of(0, { [key]: 'true' }), of(5, { [key]: 'true' })]).toEqual([
        null,
        0,
        5,
      ]);
    }
  });

  it('is a default where the schema has one, unless nulls are to be kept', () => {
    const schema = schemaOf({ type: 'STRING', optional: true, default: 'x' });
    expect(hexOf(structSchema({ f: schema }), new Struct(structSchema({ f: schema })))).toBe('0a0178');
    const settings = { 'ignore.default.for.nullables': 'true' };
    expect(hexOf(structSchema({ f: schema }), new Struct(structSchema({ f: schema })), settings)).toBe('');
  });

  it('is written field by field in the order of the numbers', () => {
    const tagged = (number: string) =>
      schemaOf({ type: 'INT32', parameters: { 'io.confluent.connect.protobuf.Tag': number } });
    const schema = structSchema({ a: tagged('3'), b: tagged('1'), c: tagged('2') });
    expect(hexOf(schema, new Struct(schema, { a: 3, b: 1, c: 2 }))).toBe('080110021803');
  });
});

describe('what a message holds', () => {
  const text = `syntax = "proto3"; import "google/protobuf/timestamp.proto"; message M {
    int32 i = 1; optional int32 o = 2; E e = 3; N n = 4; repeated N list = 5; oneof kind { string s = 6; N m = 7; int32 z = 8; }
    google.protobuf.Timestamp t = 9; message N { int32 x = 1; int32 y = 2; repeated int32 r = 3; } } enum E { A = 0; B = 1; }`;

  it('is read as defaults, nulls and empty lists when there is nothing', () => {
    expect(read(text, '')).toBe('Struct{i=0,e=A,list=[]}');
  });

  it('may come in any order, many times over: messages add up, the last plain value counts', () => {
    const hex = ['220408011801', '2204100218021001', '0801', '0802', '1000'].join('');
    expect(read(text, hex)).toBe('Struct{i=2,o=0,e=A,n=Struct{x=1,y=2,r=[1, 2]},list=[]}');
  });

  it('is one field of a oneof: the last that comes', () => {
    expect(read(text, '3201613a0208013a021002')).toBe(
      'Struct{kind_0=Struct{m=Struct{x=1,y=2,r=[]}},i=0,e=A,list=[]}',
    );
    expect(read(text, '3a0208014000')).toBe('Struct{kind_0=Struct{z=0},i=0,e=A,list=[]}');
    expect(read(text, '3a0208014000', { 'flatten.unions': 'true' })).toBe('Struct{z=0,i=0,e=A,list=[]}');
  });

  it('has structs of defaults for messages that are not there, if asked', () => {
    expect(read(text, '', { 'generate.struct.for.nulls': 'true' })).toBe(
      'Struct{i=0,e=A,n=Struct{x=0,y=0,r=[]},list=[]}',
    );
    const recursive = 'syntax = "proto3"; message M { M m = 1; int32 a = 2; }';
    expect(read(recursive, '', { 'generate.struct.for.nulls': 'true' })).toBe('Struct{a=0}');
    const doubling = Array.from(
      { length: 60 },
      (_, i) => `message M${i} { M${i + 1} a = 1; M${i + 1} b = 2; }`,
    );
    const text60 = `syntax = "proto3"; ${doubling.join(' ')} message M60 {}`;
    expect(() => read(text60, '', { 'generate.struct.for.nulls': 'true' })).toThrow(
      'too many messages inside',
    );
    expect(read(text60, '')).toBe('Struct{}');
    const endless = `syntax = "proto3"; ${doubling.join(' ')} message M60 { M60 a = 1; }`;
    expect(read(endless, '', { 'generate.struct.for.nulls': 'true' })).toBe('Struct{}');
  });

  it('has values that an enum does not name, and writes them as they came', () => {
    expect(read(text, '1863')).toContain('e=UNKNOWN_ENUM_VALUE_E_99');
    const format = formatWith();
    const reader = format.readerOf(registered(text), []);
    const value = reader.read(Buffer.from('1863', 'hex'), 0, 2);
    expect(bytesOf(format.writerWith(registered(text), value.schema), value.value).toString('hex')).toBe(
      '1863',
    );
    expect(read(text, '1863', { 'int.for.enums': 'true' })).toContain('e=99');
  });

  it('is cut to milliseconds, as there are no finer timestamps', () => {
    const stamped =
      'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message M { google.protobuf.Timestamp t = 1; }';
    const reader = formatWith().readerOf(registered(stamped), []);
    // One second and 999,999,999 nanoseconds.
    const value = readValue(reader, Buffer.from('0a08080110ff93ebdc03', 'hex'));
    expect(value instanceof Struct && value.get('t')).toEqual(new Date(1_999));
  });

  it('has defaults of proto2, or nulls, and skips what a closed enum does not know', () => {
    const old = `message M { optional int32 a = 1 [default = 7]; optional E e = 2 [default = B]; repeated E list = 3;
      optional group G = 4 { optional int32 x = 1; } enum E { A = 1; B = 2; } }`;
    expect(read(old, '')).toBe('Struct{list=[]}');
    expect(read(old, '', { 'optional.for.proto2': 'false' })).toBe('Struct{a=7,e=B,list=[]}');
    expect(read(old, '1063180118631802')).toBe('Struct{list=[A, B]}');
    expect(read(old, '23080524')).toBe('Struct{list=[],g=Struct{x=5}}');
  });
});

describe('a schema that the registry has already', () => {
  const text =
    'syntax = "proto3"; package p; message Other { int32 a = 1; } message Row { int64 a = 4; string b = 2; message In { bool c = 1; } }';
  const schema = structSchema({ a: INT32_SCHEMA }, { name: 'somewhere.Row' });

  it('is written by the message of the name, fields by name, numbers widened', () => {
    const writer = formatWith().writerWith(registered(text), schema);
    expect(writer.messageIndexes).toEqual([1]);
    expect(writer.recordName).toBe('p.Row');
    expect(bytesOf(writer, new Struct(schema, { a: -1 })).toString('hex')).toBe('20ffffffffffffffffff01');
  });

  it('is written by the first message when none has the name', () => {
    expect(
      formatWith().writerWith(registered(text), structSchema({ a: INT32_SCHEMA })).messageIndexes,
    ).toEqual([0]);
    const inner = formatWith().writerWith(
      registered(text),
      structSchema({ c: BOOLEAN_SCHEMA }, { name: 'p.Row.In' }),
    );
    expect(inner.messageIndexes).toEqual([1, 0]);
  });

  it('is refused for a field that it does not have or cannot hold', () => {
    const more = structSchema({ a: INT32_SCHEMA, c: INT32_SCHEMA }, { name: 'Row' });
    expect(() => formatWith().writerWith(registered(text), more)).toThrow(
      'Protobuf message p.Row: has no field c for the value of c',
    );
    const other = structSchema({ b: INT32_SCHEMA }, { name: 'Row' });
    expect(() => formatWith().writerWith(registered(text), other)).toThrow(
      'Protobuf field p.Row.b: cannot hold INT32',
    );
    const required = 'message Row { required int32 x = 1; optional int32 a = 2; }';
    expect(() => formatWith().writerWith(registered(required), schema)).toThrow(
      'no field for the required x',
    );
  });

  it('has one value at most for a oneof whose fields come without a struct around them', () => {
    const flat = structSchema({ a: OPTIONAL_INT32_SCHEMA, b: OPTIONAL_STRING_SCHEMA }, { name: 'M' });
    const writer = formatWith().writerWith(
      registered('syntax = "proto3"; message M { oneof k { int32 a = 1; string b = 2; } }'),
      flat,
    );
    expect(bytesOf(writer, new Struct(flat, { b: '' })).toString('hex')).toBe('1200');
    expect(() => bytesOf(writer, new Struct(flat, { a: 0, b: 'x' }))).toThrow(
      'more than one field of a oneof has a value',
    );
  });

  it('has no message at an index that is not there', () => {
    expect(() => formatWith().readerOf(registered(text), [1, 1])).toThrow('no message at index [1, 1]');
    expect(() => formatWith().readerOf(registered('syntax = "proto3";'), [])).toThrow(
      'no message at index []',
    );
  });

  it('changes in mid stream without mixing: added, dropped and widened fields (F79)', () => {
    const versions = [
      'syntax = "proto3"; message M { int32 a = 1; }',
      'syntax = "proto3"; message M { int64 a = 1; string added = 2; }',
      'syntax = "proto3"; message M { reserved 1; string added = 2; }',
    ];
    const texts = versions.map((each) =>
      versions.map((version) => read(version, each === versions[0] ? '0805' : '0805120178')),
    );
    expect(texts[0]).toEqual(['Struct{a=5}', 'Struct{a=5,added=}', 'Struct{added=}']);
    expect(texts[1]).toEqual(['Struct{a=5}', 'Struct{a=5,added=x}', 'Struct{added=x}']);
    // Another type under the same number is no value of this field.
    expect(read('syntax = "proto3"; message M { string a = 1; }', '0805')).toBe('Struct{a=}');
  });
});

describe('a value that the schema does not allow', () => {
  const cases: readonly (readonly [string, Schema, unknown, string])[] = [
    ['another type', INT32_SCHEMA, 'x', 'an integer of this size is expected, but this is string'],
    ['too large for INT8', INT8_SCHEMA, 128, 'an integer of this size is expected'],
    ['a number for INT64', INT64_SCHEMA, 5, 'a bigint of 64 bits is expected'],
    ['65 bits', INT64_SCHEMA, 2n ** 63n, 'a bigint of 64 bits is expected'],
    ['too large for FLOAT32', FLOAT32_SCHEMA, 1e300, 'does not fit into 32 bits'],
    ['half a surrogate pair', STRING_SCHEMA, 'a\ud800b', 'half of a surrogate pair'],
    [
      'half a surrogate pair in a long text',
      STRING_SCHEMA,
      `${'a'.repeat(100)}\udc00`,
      'half of a surrogate pair',
    ],
    ['a date with a time of day', DATE_SCHEMA, new Date(1), 'a Date has no time of day'],
    ['a date before the year 1', DATE_SCHEMA, new Date('-000001-01-01'), 'before the year 1'],
    ['a time of the next day', TIME_SCHEMA, new Date(86_400_000), 'a Time lies within one day'],
    [
      'a timestamp of the year 10000',
      TIMESTAMP_SCHEMA,
      new Date(253_402_300_800_000),
      'within the years 1 to 9999',
    ],
    ['a date that is none', TIMESTAMP_SCHEMA, new Date(Number.NaN), 'a Date is expected'],
    ['a null element', arraySchema(OPTIONAL_STRING_SCHEMA), ['a', null], 'an element is null'],
    [
      'a null key',
      mapSchema(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA),
      new Map([[null, 1]]),
      'a key of a map cannot be null',
    ],
    ['an object', mapSchema(STRING_SCHEMA, INT32_SCHEMA), {}, 'a Map is expected'],
    [
      'a struct of another schema',
      structSchema({ x: INT32_SCHEMA }),
      new Struct(structSchema({ y: INT32_SCHEMA })),
      'another schema',
    ],
  ];

  it.each(cases)('fails with its place, and does not show itself: %s', (_, schema, value, message) => {
    const outer = structSchema({ f: schema }, { name: 'a.M' });
    try {
      hexOf(outer, new Struct(outer, { f: value }));
      expect.unreachable();
    } catch (error) {
      expect(codeOf(error)).toBe('data');
      expect(messageOf(error)).toContain('Protobuf message a.M, field f: ');
      expect(messageOf(error)).toContain(message);
    }
  });

  it('fails for 32 bits without sign beyond their range, and for a union without a value or with two', () => {
    const unsigned = schemaOf({
      type: 'INT64',
      parameters: { 'io.confluent.connect.protobuf.Type': 'uint32' },
    });
    expect(fieldThereAndBack(unsigned, 2n ** 32n - 1n)).toBe(2n ** 32n - 1n);
    expect(() => fieldThereAndBack(unsigned, 2n ** 32n)).toThrow('32 bits without sign');
    expect(() => fieldThereAndBack(unsigned, -1n)).toThrow('32 bits without sign');
    const union = structSchema(
      { a: OPTIONAL_INT32_SCHEMA, b: OPTIONAL_INT32_SCHEMA },
      { name: 'io.confluent.connect.protobuf.Union.k', optional: true },
    );
    const row = structSchema({ k: union });
    expect(() => hexOf(row, new Struct(row, { k: new Struct(union) }))).toThrow(
      'no field of the union has a value',
    );
    const both = new Struct(union, { a: 1, b: 2 });
    expect(() => hexOf(row, new Struct(row, { k: both }))).toThrow(
      'more than one field of the union has a value',
    );
    expect(hexOf(row, new Struct(row, { k: new Struct(union, { b: 0 }) }))).toBe('1000');
  });

  it('leaves nothing behind for the next value', () => {
    const schema = structSchema({ f: structSchema({ g: STRING_SCHEMA }) });
    const inner = schema.field('f')?.schema;
    if (inner === undefined) throw new Error('no field');
    const writer = formatWith().writerFor(schema);
    for (let times = 0; times < 200; times++) {
      expect(() => bytesOf(writer, new Struct(schema, { f: new Struct(inner, { g: 1 }) }))).toThrow(
        'field f.g',
      );
    }
    expect(bytesOf(writer, new Struct(schema, { f: new Struct(inner, { g: 'a' }) })).toString('hex')).toBe(
      '0a030a0161',
    );
  });
});

describe('bytes that are wrong (4.G group 141)', () => {
  const text =
    'syntax = "proto3"; message M { string s = 1; repeated int32 p = 2; M m = 3; map<string, int32> map = 4; fixed64 x = 5; bytes b = 6; }';
  it.each([
    ['a string cut off', '0a0561', ', field s: the bytes end too early'],
    ['a huge length', '0affffffff07', ', field s: the bytes end too early'],
    ['a negative length', '0affffffffffffffffff01', ', field s: the bytes end too early'],
    ['a huge length of bytes', '32ffffffff0741', ', field b: the bytes end too early'],
    ['a list cut off', '120580', ': the bytes end too early'],
    ['an integer cut off', '128080', ': the bytes end too early'],
    ['an integer without end', '12ffffffffffffffffffff01', ': an integer has more than ten bytes'],
    ['a number cut off', '290000', ', field x: the bytes end too early'],
    ['a message cut off', '1a0a0a01', ', field m: the bytes end too early'],
    ['a field inside a message cut off', '1a020a05', ', field m.s: the bytes end too early'],
    ['an entry that is longer than its map', '220a0a01611001', ', field map: the bytes end too early'],
    ['the field number 0', '0001', ': a field has the number 0'],
    ['a wire type that does not exist', '0f', ': the field 1 has a wire type that cannot stand here'],
    ['the end of a group that did not begin', '0c', ': the field 1 has a wire type that cannot stand here'],
    ['a group of another number', '530c', ': a group ends that did not begin'],
    ['a group without end', '53', ': the bytes end too early'],
    ['half an UTF-8 character', '0a01c3', ', field s: a string is not in UTF-8'],
    ['half a surrogate pair', '0a03eda080', ', field s: a string is not in UTF-8'],
  ])('are a data error with its place: %s', (_, hex, message) => {
    try {
      read(text, hex);
      expect.unreachable();
    } catch (error) {
      expect(codeOf(error)).toBe('data');
      expect(messageOf(error)).toBe(`Protobuf message M${message}`);
    }
  });

  it('may nest messages and groups as deep as they like, without the stack running over', () => {
    let hex = '';
    for (let depth = 0; depth < 5_000; depth++) {
      const bytes = hex.length / 2;
      const length = bytes < 128 ? Buffer.of(bytes) : Buffer.of((bytes & 0x7f) | 0x80, bytes >> 7);
      hex = bytes < 16_000 ? `1a${length.toString('hex')}${hex}` : hex;
    }
    expect(() => read(text, hex)).toThrow('messages are nested more than 100 deep');
    expect(() => read(text, '53'.repeat(100_000))).toThrow('messages are nested more than 100 deep');
  });

  it('are refused where a logical type does not exist', () => {
    const logical = `syntax = "proto3"; import "google/protobuf/timestamp.proto"; import "google/type/date.proto"; import "google/type/timeofday.proto";
      import "confluent/type/decimal.proto"; message M { google.protobuf.Timestamp t = 1; google.type.Date d = 2; google.type.TimeOfDay o = 3; confluent.type.Decimal c = 4; }`;
    expect(() => read(logical, '0a0808ffffffffffff7f')).toThrow('field t: the timestamp lies outside');
    expect(() => read(logical, '120708e80f1002181e')).toThrow('field d: the date does not exist');
    expect(() => read(logical, '1200')).toThrow('field d: the date does not exist');
    expect(() => read(logical, '1a020818')).toThrow('field o: the time of day does not exist');
    expect(() => read(logical, '2200')).toThrow('field c: the decimal has no value');
    expect(() => read(logical, '22080a010118ffffff7f')).toThrow('field c: Scale');
  });

  it('are refused for a required field that is missing, and for integers that INT8 does not hold', () => {
    expect(() => read('message M { required int32 a = 1; optional M m = 2; }', '08011200')).toThrow(
      'field m: the required field a is missing',
    );
    const small =
      'syntax = "proto3"; message M { int32 a = 1 [(confluent.field_meta) = {params: {key: "connect.type" value: "int8"}}]; }';
    expect(() => read(small, '088001')).toThrow('field a: the value does not fit into INT8');
  });
});
