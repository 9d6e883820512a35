import { logical, type SchemaNote, type ValueNote } from '../../converters/verification/value-notation.ts';

export const string = (text: string): ValueNote => ({ is: 'string', text });
export const int64 = (text: string): ValueNote => ({ is: 'int64', text });
const int8 = (text: string): ValueNote => ({ is: 'int8', text });
const int16 = (text: string): ValueNote => ({ is: 'int16', text });
const int32 = (text: string): ValueNote => ({ is: 'int32', text });
export const double = (text: string): ValueNote => ({ is: 'double', text });
const float = (text: string): ValueNote => ({ is: 'float', text });
const bytes = (text: string): ValueNote => ({ is: 'bytes', text });
const decimal = (text: string): ValueNote => ({ is: 'decimal', text });
export const date = (text: string): ValueNote => ({ is: 'date', text });
export const yes: ValueNote = { is: 'boolean', text: 'true' };
const no: ValueNote = { is: 'boolean', text: 'false' };
export const list = (...items: ValueNote[]): ValueNote => ({ is: 'list', items });
export const map = (...entries: [ValueNote, ValueNote][]): ValueNote => ({ is: 'map', entries });
const struct = (schema: SchemaNote, ...items: ValueNote[]): ValueNote => ({ is: 'struct', schema, items });
export const record = (fields: Readonly<Record<string, ValueNote>>): ValueNote =>
  map(...Object.entries(fields).map(([name, value]) => [string(name), value] as [ValueNote, ValueNote]));

export const decimalSchema: SchemaNote = {
  type: 'BYTES',
  name: logical.decimal,
  version: 1,
  parameters: { scale: '2' },
};
export const dateSchema: SchemaNote = { type: 'INT32', name: logical.date, version: 1 };
export const timeSchema: SchemaNote = { type: 'INT32', name: logical.time, version: 1 };
export const timestampSchema: SchemaNote = { type: 'INT64', name: logical.timestamp, version: 1 };
const text: SchemaNote = { type: 'STRING' };
const optionalText: SchemaNote = { type: 'STRING', optional: true };

const inner: SchemaNote = {
  type: 'STRUCT',
  optional: true,
  name: 'Inner',
  fields: [
    ['x', { type: 'INT32', doc: 'An x' }],
    ['y', { type: 'STRING', optional: true, default: string('dflt') }],
    ['d.t', optionalText],
  ],
};

const everything: SchemaNote = {
  type: 'STRUCT',
  name: 'com.example.Everything',
  version: 7,
  doc: 'All there is',
  parameters: { p: 'q' },
  fields: [
    ['id', { type: 'INT64' }],
    ['i8', { type: 'INT8', default: int8('7') }],
    ['i16', { type: 'INT16', optional: true, name: 'Named', version: 2, doc: 'sixteen' }],
    ['i32', { type: 'INT32', optional: true, default: int32('300') }],
    ['f32', { type: 'FLOAT32', optional: true }],
    ['f64', { type: 'FLOAT64', optional: true }],
    ['flag', { type: 'BOOLEAN', optional: true }],
    ['name', { ...optionalText, default: string('nobody') }],
    ['blob', { type: 'BYTES', optional: true }],
    ['price', { ...decimalSchema, optional: true }],
    ['day', { ...dateSchema, optional: true }],
    ['time', { ...timeSchema, optional: true }],
    ['ts', { ...timestampSchema, optional: true }],
    ['tags', { type: 'ARRAY', optional: true, values: optionalText }],
    ['inner', inner],
  ],
};

const outerInner: SchemaNote = { type: 'STRUCT', fields: [['z', { type: 'INT32' }]] };
const outer: SchemaNote = {
  type: 'STRUCT',
  optional: true,
  name: 'Outer',
  fields: [
    ['id', { type: 'INT32' }],
    ['ts', timestampSchema],
    ['inner', outerInner],
  ],
};

const mapped: SchemaNote = {
  type: 'STRUCT',
  fields: [
    ['id', { type: 'INT32' }],
    ['m', { type: 'MAP', keys: text, values: { type: 'INT32' } }],
  ],
};

export type Data = readonly [schema: SchemaNote | null, value: ValueNote];

/** Data of records of all kinds, with schema and without, whole and with holes. */
export const recordData: readonly Data[] = [
  [null, null],
  [null, string('text')],
  [null, int64('-129')],
  [null, double('3.75')],
  [null, yes],
  [null, list(string('a'), int64('1'))],
  [null, record({})],
  [
    null,
    record({
      id: int64('9007199254740993'),
      i8: int64('300'),
      f64: double('1.0E10'),
      flag: no,
      name: string('Änne'),
      ts: int64('1700000000123'),
      tags: list(string('x'), null),
      inner: record({ x: int64('1'), y: null, 'd.t': string('dotted'), deep: record({ z: string('zz') }) }),
      'inner.x': string('taken'),
      nothing: null,
    }),
  ],
  [
    null,
    record({ id: string('12'), name: string(''), ts: string('2024-02-29 23:59:59'), inner: string('flat') }),
  ],
  [
    everything,
    struct(
      everything,
      int64('-9223372036854775808'),
      int8('-128'),
      int16('32767'),
      int32('-70000'),
      float('3.1415927'),
      double('-2.5E-7'),
      yes,
      string('42'),
      bytes('AAEC/w=='),
      decimal('1234567.89'),
      date('1709164800000'),
      date('3723004'),
      date('1700000000123'),
      list(string('x'), null),
      struct(inner, int32('1'), string('why'), string('dotted')),
    ),
  ],
  [
    everything,
    struct(
      everything,
      int64('1'),
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ),
  ],
  [
    everything,
    struct(
      everything,
      int64('255'),
      int8('0'),
      int16('-1'),
      int32('0'),
      float('NaN'),
      double('1.0E30'),
      no,
      string('TRUE'),
      bytes(''),
      decimal('-0.50'),
      date('0'),
      date('0'),
      date('0'),
      list(),
      struct(inner, int32('-5'), null, null),
    ),
  ],
  [{ ...everything, optional: true }, null],
  [outer, struct(outer, int32('1'), date('1'), struct(outerInner, int32('2')))],
  [outer, null],
  [mapped, struct(mapped, int32('1'), map([string('k'), int32('2')]))],
  [text, string('2024-02-29 23:59:59')],
  [optionalText, null],
  [{ type: 'INT32', optional: true, default: int32('5'), name: 'Five' }, int32('6')],
  [{ type: 'INT64' }, int64('1700000000123')],
  [{ type: 'FLOAT64', optional: true }, double('300.99')],
  [{ type: 'BOOLEAN' }, yes],
  [{ type: 'BYTES' }, bytes('AQI=')],
  [decimalSchema, decimal('300.99')],
  [dateSchema, date('86400000')],
  [timeSchema, date('86399999')],
  [{ ...timestampSchema, optional: true, default: date('5') }, date('1700000000123')],
  [{ type: 'ARRAY', values: text }, list(string('x'))],
  [{ type: 'MAP', keys: text, values: { type: 'INT32' } }, map([string('k'), int32('2')])],
];
