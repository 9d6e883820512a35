import { logical, type SchemaNote, type ValueNote } from '../../verification/value-notation.ts';
import type { AvroConfig, AvroWriteCase } from './avro-cases.ts';

const string = (text: string): ValueNote => ({ is: 'string', text });
const int8 = (text: string): ValueNote => ({ is: 'int8', text });
const int32 = (text: string): ValueNote => ({ is: 'int32', text });
const int64 = (text: string): ValueNote => ({ is: 'int64', text });
const float = (text: string): ValueNote => ({ is: 'float', text });
const double = (text: string): ValueNote => ({ is: 'double', text });
const bytes = (text: string): ValueNote => ({ is: 'bytes', text });
const decimal = (text: string): ValueNote => ({ is: 'decimal', text });
const date = (text: string): ValueNote => ({ is: 'date', text });
const yes: ValueNote = { is: 'boolean', text: 'true' };
const list = (...items: ValueNote[]): ValueNote => ({ is: 'list', items });
const map = (...entries: [ValueNote, ValueNote][]): ValueNote => ({ is: 'map', entries });
const struct = (schema: SchemaNote, ...items: ValueNote[]): ValueNote => ({ is: 'struct', schema, items });

const none: AvroConfig = {};
const enhanced: AvroConfig = { 'enhanced.avro.schema.support': 'true' };
const generalized: AvroConfig = { 'generalized.sum.type.support': 'true' };
const scrubbed: AvroConfig = { 'scrub.invalid.names': 'true' };
const bare: AvroConfig = { 'connect.meta.data': 'false' };
const discarding: AvroConfig = { 'discard.type.doc.default': 'true' };
const withoutDefaults: AvroConfig = { 'ignore.default.for.nullables': 'true' };
const optionalKeys: AvroConfig = { 'allow.optional.map.keys': 'true' };
const everyConfig = [none, enhanced, generalized, scrubbed, bare, discarding, withoutDefaults, optionalKeys];

const structOf = (
  fields: Readonly<Record<string, SchemaNote>>,
  more: Partial<SchemaNote> = {},
): SchemaNote => ({
  type: 'STRUCT',
  fields: Object.entries(fields),
  ...more,
});
const decimalOf = (scale: number, more: Readonly<Record<string, string>> = {}): SchemaNote => ({
  type: 'BYTES',
  name: logical.decimal,
  version: 1,
  parameters: { scale: String(scale), ...more },
});
const dateSchema: SchemaNote = { type: 'INT32', name: logical.date, version: 1 };
const timeSchema: SchemaNote = { type: 'INT32', name: logical.time, version: 1 };
const timestampSchema: SchemaNote = { type: 'INT64', name: logical.timestamp, version: 1 };

const address = structOf(
  { street: { type: 'STRING' }, number: { type: 'INT32', optional: true } },
  { name: 'com.example.Address', version: 3, doc: 'where' },
);
const optionalAddress: SchemaNote = { ...address, optional: true };
const enumKey = 'io.confluent.connect.avro.Enum';
const color: SchemaNote = {
  type: 'STRING',
  name: 'com.example.Color',
  parameters: {
    'io.confluent.connect.avro.enum.doc.Color': 'of a thing',
    'io.confluent.connect.avro.enum.default.Color': 'BLUE',
    'connect.enum.doc': 'other doc',
    [enumKey]: 'com.example.Color',
    [`${enumKey}.RED`]: 'RED',
    [`${enumKey}.BLUE`]: 'BLUE',
    'org.apache.kafka.connect.data.Enum': 'com.example.Color',
    'org.apache.kafka.connect.data.Enum.RED': '0',
    'org.apache.kafka.connect.data.Enum.BLUE': '1',
  },
};
const union = (fields: Readonly<Record<string, SchemaNote>>, more: Partial<SchemaNote> = {}): SchemaNote =>
  structOf(
    Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, { ...schema, optional: true }])),
    { name: 'io.confluent.connect.avro.Union', ...more },
  );
const numberOrText = union({ int: { type: 'INT32' }, string: { type: 'STRING' } });
const recordUnion = union({ Address: address, int: { type: 'INT32' }, Color: color });
const fixed: SchemaNote = {
  type: 'BYTES',
  name: 'com.example.Hash',
  parameters: { 'connect.fixed.size': '3' },
};
const documented = structOf(
  { a: { type: 'INT32', doc: 'own doc' }, b: { type: 'STRING', optional: true } },
  {
    name: 'Documented',
    parameters: {
      'io.confluent.connect.avro.record.doc': 'doc of the record',
      'connect.record.doc': 'other doc of the record',
      'io.confluent.connect.avro.field.doc.a': 'doc of a',
      avroish: 'kept',
    },
  },
);
const badNames = structOf(
  { 'a-b': { type: 'INT32' }, '1st': { type: 'STRING' }, 'é c': { type: 'BOOLEAN' }, ok: optionalAddress },
  { name: 'com.example.not-a name' },
);
const withDefaults = structOf(
  {
    text: { type: 'STRING', default: string('d "ü"') },
    optional: { type: 'INT32', optional: true, default: int32('5') },
    long: { type: 'INT64', default: int64('9223372036854775807') },
    double: { type: 'FLOAT64', default: double('1.0E10') },
    float: { type: 'FLOAT32', default: float('0.1') },
    bytes: { type: 'BYTES', default: bytes('AP+A') },
    flag: { type: 'BOOLEAN', default: yes },
    tiny: { type: 'INT8', default: int8('-1') },
    list: { type: 'ARRAY', values: { type: 'INT32' }, default: list(int32('1'), int32('2')) },
    map: {
      type: 'MAP',
      keys: { type: 'STRING' },
      values: { type: 'INT64' },
      default: map([string('k'), int64('1')]),
    },
    pairs: {
      type: 'MAP',
      keys: { type: 'INT32' },
      values: { type: 'STRING' },
      default: map([int32('1'), string('x')]),
    },
    money: { ...decimalOf(2), default: decimal('1.50') },
    day: { ...dateSchema, default: date('86400000') },
    at: { ...timestampSchema, optional: true, default: date('1234') },
  },
  { name: 'WithDefaults' },
);
const nulls = (count: number): ValueNote[] => Array.from({ length: count }, () => null);

/** Data that is written, with each value in turn. */
const data: readonly (readonly [readonly AvroConfig[], SchemaNote | null, readonly ValueNote[]])[] = [
  [[none, bare], { type: 'INT8', doc: 'd', version: 2 }, [int8('-128'), int8('127'), null]],
  [[none, bare], { type: 'INT16', optional: true }, [{ is: 'int16', text: '-32768' }, null]],
  [[none], { type: 'INT32', name: 'my.Int' }, [int32('-2147483648'), int32('63'), int32('64'), int32('-65')]],
  [
    [none],
    { type: 'INT64', optional: true, default: int64('4') },
    [
      ...[
        '-9223372036854775808',
        '9223372036854775807',
        '9007199254740993',
        '4503599627370496',
        '34359738368',
      ],
      ...['-4503599627370496', '-4503599627370497', '1073741824', '-1073741825', '268435456', '0'],
    ].map(int64),
  ],
  [[none], { type: 'FLOAT32' }, [float('1.5'), float('-0.0'), float('NaN'), float('Infinity')]],
  [
    [none],
    { type: 'FLOAT64', optional: true },
    [double('1.5'), double('-Infinity'), double('4.9E-324'), null],
  ],
  [[none], { type: 'BOOLEAN' }, [yes, { is: 'boolean', text: 'false' }, null]],
  [
    [none],
    { type: 'STRING' },
    ['', 'a', 'ü', '😀', 'x'.repeat(21), 'x'.repeat(22), 'ü'.repeat(21), 'ü'.repeat(200), '\u0000'].map(
      string,
    ),
  ],
  [[none], { type: 'BYTES', optional: true }, [bytes(''), bytes('AP8B'), null]],
  [
    everyConfig,
    decimalOf(2),
    ['0.00', '-0.01', '1.28', '-1.28', '1.29', '99999999999999999999999999999999999.99'].map(decimal),
  ],
  [[none], decimalOf(2), [decimal('1.5')]],
  [[none], decimalOf(-3), [decimal('5E+3')]],
  [[none, bare], decimalOf(70), [decimal('1E-70')]],
  [[none], decimalOf(4, { 'connect.decimal.precision': '18' }), [decimal('1.2345')]],
  [[none], { ...decimalOf(1), optional: true, default: decimal('0.5') }, [null, decimal('2.5')]],
  [[none], { ...dateSchema, optional: true }, [date('0'), date('-86400000'), date('5'), null]],
  [[none], timeSchema, [date('0'), date('86399999'), date('-1')]],
  [
    [none, bare],
    timestampSchema,
    [date('0'), date('-62135596800000'), date('253402300800000'), date('8640000000000000')],
  ],
  [
    [none],
    { type: 'INT64', name: 'io.debezium.time.MicroTimestamp', version: 1 },
    [int64('1700000000000001')],
  ],
  [[none], { type: 'ARRAY', values: { type: 'INT32', optional: true } }, [list(), list(int32('1'), null)]],
  [
    [none],
    { type: 'ARRAY', optional: true, values: address },
    [null, list(struct(address, string('s'), null))],
  ],
  [
    everyConfig,
    { type: 'MAP', keys: { type: 'STRING' }, values: { type: 'INT32' } },
    [map(), map([string('k'), int32('1')])],
  ],
  [
    everyConfig,
    { type: 'MAP', keys: { type: 'STRING', optional: true }, values: { type: 'INT32' }, optional: true },
    [map([string('k'), int32('1')])],
  ],
  [
    [none],
    { type: 'MAP', keys: { type: 'INT32' }, values: optionalAddress, name: 'my.Entry' },
    [map(), map([int32('1'), null]), map([int32('2'), struct(optionalAddress, string('a'), int32('3'))])],
  ],
  [
    everyConfig,
    address,
    [struct(address, string('s'), int32('4')), struct(address, string('s'), null), null],
  ],
  [everyConfig, optionalAddress, [struct(optionalAddress, string('s'), null), null]],
  [everyConfig, documented, [struct(documented, int32('1'), null)]],
  [
    [none, scrubbed],
    badNames,
    [struct(badNames, int32('1'), string('x'), yes, struct(optionalAddress, string('q'), null))],
  ],
  [
    everyConfig.filter((each) => each !== withoutDefaults),
    withDefaults,
    [struct(withDefaults, ...nulls(14))],
  ],
  [everyConfig, color, [string('RED'), string('BLUE')]],
  [[enhanced, generalized], color, [string('GREEN')]],
  [everyConfig, { ...color, optional: true }, [string('BLUE'), null]],
  [everyConfig, { ...color, default: string('RED') }, [string('BLUE')]],
  [everyConfig, fixed, [bytes('AQID')]],
  [[none], { ...fixed, optional: true }, [bytes('AQID'), null]],
  [
    everyConfig,
    numberOrText,
    [struct(numberOrText, int32('1'), null), struct(numberOrText, null, string('x'))],
  ],
  [
    everyConfig,
    { ...numberOrText, optional: true },
    [
      struct({ ...numberOrText, optional: true }, null, string('x')),
      struct({ ...numberOrText, optional: true }, null, null),
      null,
    ],
  ],
  [
    everyConfig,
    recordUnion,
    [
      struct(recordUnion, struct(optionalAddress, string('s'), null), null, null),
      struct(recordUnion, null, int32('7'), null),
      struct(recordUnion, null, null, string('RED')),
    ],
  ],
  [[none], union({ a: { type: 'INT8' }, b: { type: 'INT16' } }), [null]],
  [[none], structOf({}), [struct(structOf({}))]],
  ...[structOf({ a: { type: 'INT32' } }, { name: 'com.x.Ä' }), structOf({ ä1: { type: 'INT32' } })].map(
    (schema) => [[none, scrubbed], schema, [struct(schema, int32('1'))]] as const,
  ),
  [
    everyConfig,
    null,
    [
      yes,
      int64('5'),
      double('1.5'),
      string('x'),
      list(int64('1'), null, list()),
      map([string('k'), map([int64('1'), yes])]),
    ],
  ],
];

/** One name used more than once. */
const twice: readonly SchemaNote[] = [
  structOf({ home: address, work: address }, { name: 'Person' }),
  structOf({ home: address, work: optionalAddress }, { name: 'com.example.Person' }),
  structOf({ work: optionalAddress, home: address }, { name: 'com.other.Person' }),
  structOf({ home: address, list: { type: 'ARRAY', values: address } }, { name: 'Address2' }),
  structOf({ a: structOf({ x: { type: 'INT32' } }), b: structOf({ y: { type: 'INT32' } }) }),
  structOf({ a: structOf({ x: { type: 'INT32' } }), b: structOf({ x: { type: 'INT32' } }) }),
  structOf({ a: fixed, b: { ...fixed, optional: true }, c: fixed }, { name: 'com.example.Hashes' }),
  structOf({ a: structOf({ x: { type: 'INT32' } }, { name: 'NoSpace' }) }, { name: 'with.space.Outer' }),
  structOf(
    { a: structOf({ x: { type: 'INT32' } }, { name: 'with.space.int' }) },
    { name: 'with.space.Outer' },
  ),
];

const someValueOf = (schema: SchemaNote): ValueNote => {
  if (schema.type === 'STRUCT')
    return struct(schema, ...(schema.fields ?? []).map(([, field]) => someValueOf(field)));
  if (schema.type === 'ARRAY') return list(...(schema.values ? [someValueOf(schema.values)] : []));
  if (schema.type === 'BYTES') return bytes('AQID');
  return schema.type === 'STRING' ? string('s') : int32('1');
};

export const writeCases: readonly AvroWriteCase[] = [
  ...data.flatMap(([configs, schema, values]) =>
    configs.flatMap((config) => values.map((value) => ({ config, schema, value }))),
  ),
  ...twice.flatMap((schema) => everyConfig.map((config) => ({ config, schema, value: someValueOf(schema) }))),
];
