import type { SchemaNote, ValueNote } from '../../converters/verification/value-notation.ts';
import {
  type Data,
  date,
  double,
  int64,
  list,
  record,
  recordData,
  string,
  timestampSchema,
  yes,
} from './case-data.ts';

export interface RecordNote {
  readonly topic: string;
  readonly partition: number | null;
  /** null: a source record. */
  readonly offset: number | null;
  readonly timestamp: number | null;
  readonly keySchema: SchemaNote | null;
  readonly key: ValueNote;
  readonly valueSchema: SchemaNote | null;
  readonly value: ValueNote;
  readonly headers: readonly (readonly [string, SchemaNote | null, ValueNote])[];
}

type Config = Readonly<Record<string, string>>;

export interface ApplyCase {
  /** Class name after Kafka's package. */
  readonly type: string;
  readonly config: Config;
  readonly record: RecordNote;
}

export interface ValidateCase {
  readonly type: string;
  readonly config: Config;
  readonly validate: true;
}

export interface DescribeCase {
  readonly type: string;
  readonly describe: true;
}

export type TransformCase = ApplyCase | ValidateCase | DescribeCase;

const plain: RecordNote = {
  topic: 'orders-eu.v1',
  partition: 3,
  offset: 42,
  timestamp: 1_700_000_000_123,
  keySchema: { type: 'STRING' },
  key: string('the key'),
  valueSchema: { type: 'INT32' },
  value: { is: 'int32', text: '1' },
  headers: [
    ['h', { type: 'STRING' }, string('one')],
    ['other', null, int64('2')],
    ['h', null, null],
  ],
};
const fromSource: RecordNote = { ...plain, partition: null, offset: null, timestamp: null, headers: [] };

function holding([schema, value]: Data, side: 'Key' | 'Value', base = plain): RecordNote {
  return side === 'Key'
    ? { ...base, keySchema: schema, key: value }
    : { ...base, valueSchema: schema, value };
}

const keepsNull = { 'replace.null.with.default': 'false' };

/** Settings of the transformations with a Key and a Value form; each meets every kind of record. */
const sided: Readonly<Record<string, readonly Config[]>> = {
  Cast: [
    ...['int8', 'INT16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string'].map((spec) => ({
      spec,
    })),
    {
      spec: 'id:int8, i8:string,i16:float32,i32:int16,f32:int32,f64:int64,flag:int8,name:boolean,price:int32',
    },
    {
      spec: 'id:string,f32:string,f64:string,flag:string,blob:string,price:string,day:string,time:string,ts:string',
    },
    { spec: 'day:int64,time:int64,ts:int8,name:int32,f32:int8,f64:float32', ...keepsNull },
    { spec: 'id:float32,i8:boolean,price:float64,missing:string' },
    { spec: 'name:float64,id:boolean,i16:float64' },
    { spec: 'inner:string' },
    { spec: 'tags:string' },
    { spec: 'blob:int8' },
  ],
  ExtractField: [
    { field: 'id' },
    { field: 'name', ...keepsNull },
    { field: 'inner' },
    { field: 'inner.x' },
    { field: 'inner.y', 'field.syntax.version': 'V2' },
    { field: 'inner.y', 'field.syntax.version': 'v2', ...keepsNull },
    { field: 'inner.`d.t`', 'field.syntax.version': 'V2' },
    { field: 'inner.deep.z', 'field.syntax.version': 'V2' },
    { field: 'id.x', 'field.syntax.version': 'V2' },
    { field: 'missing' },
  ],
  Flatten: [{}, { delimiter: '_' }, { delimiter: '' }],
  HeaderFrom: [
    { fields: 'id', headers: 'H', operation: 'copy' },
    { fields: 'id,name', headers: 'h,h', operation: 'move' },
    { fields: 'name,inner', headers: 'n,i', operation: 'move', ...keepsNull },
    { fields: 'missing', headers: 'H', operation: 'copy' },
  ],
  HoistField: [{ field: 'whole' }, { field: 'id' }],
  InsertField: [
    { 'topic.field': 't', 'partition.field': 'p?', 'offset.field': 'o!', 'timestamp.field': 'at' },
    { 'static.field': 'made', 'static.value': 'here', 'topic.field': 'topic!', ...keepsNull },
    { 'timestamp.field': 'at!', 'partition.field': 'p!' },
    { 'static.field': 'name', 'static.value': 'again' },
    { 'static.field': 'x?', 'static.value': '' },
  ],
  MaskField: [
    { fields: 'id,i8,i16,i32,f32,f64,flag,name,price,day,time,ts,tags' },
    { fields: 'id,name', replacement: '12' },
    { fields: 'i8,i16,i32,f32,f64', replacement: '100' },
    { fields: 'id,i8', replacement: 'xxx' },
    { fields: 'name', replacement: 'xxx', ...keepsNull },
    { fields: 'f32,f64', replacement: '-1.5e3' },
    { fields: 'inner' },
    { fields: 'blob' },
    { fields: 'flag', replacement: 'true' },
    { fields: 'i8', replacement: '128' },
    { fields: 'missing' },
  ],
  ReplaceField: [
    {},
    { exclude: 'name,inner' },
    { include: 'id,name,ts' },
    { include: 'id,name', exclude: 'name' },
    { renames: 'id:key,name:called' },
    { renames: 'id:name,name:id', include: 'id,name', ...keepsNull },
    { renames: 'id:name' },
    { exclude: 'id,ts,inner', renames: 'id:x' },
  ],
  SetSchemaMetadata: [
    { 'schema.name': 'New' },
    { 'schema.version': '12' },
    { 'schema.name': 'New', 'schema.version': '-1', ...keepsNull },
  ],
  TimestampConverter: [
    ...['unix', 'Date', 'Time', 'Timestamp'].flatMap((type): Config[] => [
      { 'target.type': type },
      { 'target.type': type, field: 'ts', format: 'yyyy-MM-dd HH:mm:ss' },
    ]),
    { 'target.type': 'string', format: 'yyyy-MM-dd HH:mm:ss' },
    { 'target.type': 'string', format: "yyyyMMdd'T'HHmmssSSSX", field: 'ts' },
    { 'target.type': 'string', format: 'HH:mm', field: 'time', ...keepsNull },
    { 'target.type': 'unix', 'unix.precision': 'seconds', field: 'ts' },
    { 'target.type': 'unix', 'unix.precision': 'seconds' },
    { 'target.type': 'unix', 'unix.precision': 'microseconds' },
    { 'target.type': 'Timestamp', 'unix.precision': 'nanoseconds' },
    { 'target.type': 'unix', 'unix.precision': 'nanoseconds', format: 'yyyy-MM-dd HH:mm:ss' },
    { 'target.type': 'Timestamp', field: 'day' },
    { 'target.type': 'unix', field: 'missing' },
    { 'target.type': 'unix', field: 'id' },
    { 'target.type': 'unix', field: 'flag' },
  ],
};

/** Settings of those that look at the whole record. */
const whole: Readonly<Record<string, readonly Config[]>> = {
  DropHeaders: [{ headers: 'h' }, { headers: 'other,none' }],
  Filter: [{}],
  InsertHeader: ['text', '12', '3.5', '[1,2]', '{"a":true}', 'null', '2024-02-29', 'true'].map((literal) => ({
    header: 'h',
    'value.literal': literal,
  })),
  TimestampRouter: [{}, { 'topic.format': '${topic}.${topic}/${timestamp}', 'timestamp.format': 'yyyy-MM' }],
  'predicates.HasHeaderKey': [{ name: 'h' }, { name: 'H' }, { name: 'none' }],
  'predicates.RecordIsTombstone': [{}],
};

const valueToKey: readonly Config[] = [
  { fields: 'id' },
  { fields: 'name,inner', ...keepsNull },
  { fields: 'ts,name' },
  { fields: 'missing' },
];

const routes: readonly (readonly [string, string])[] = [
  ['orders-(.*)\\.v(\\d)', '$2-$1'],
  ['(?<kind>[a-z]+)-.*', 'x-${kind}'],
  ['.*', 'all'],
  ['.*', '$0$0'],
  ['orders', 'never'],
  ['o|orders-eu.v1', 'O'],
  ['(?i)ORDERS(.*)', '\\$1-$1'],
  ['(orders)?(nothing)?(.*)', '[$2]$3'],
  ['[a-z\\-]+\\.v[\\d]', 'r'],
  ['\\p{Alpha}+-\\p{Lower}{2}\\.\\p{Alnum}*', 'p'],
  ['\\Qorders-eu.v1\\E', 'q'],
  ['\\u006frders.*', 'u'],
  ['\\x6frders.*', 'x'],
  ['^orders-eu\\.v1$', 'a'],
  ['(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)', '$12$11$10'],
  ['(.)rders(.*)', '$10$2'],
  ['(.*)', '$3'],
  ['(.*)', '$'],
  ['(.*)', '${none}'],
  ['(.*)', 'a\\'],
  ['(?:orders-)(?<a1>\\w+)\\..+?', '${a1}'],
  ['(', 'bad'],
  ['[', 'bad'],
  ['*', 'bad'],
  ['\\y', 'bad'],
  ['a{2,1}', 'bad'],
];

const patterns = [
  'yyyy-MM-dd', 'yyyyMMdd', 'yyyy-MM-dd HH:mm:ss.SSS', "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", 'yyyy-MM-dd\'T\'HH:mm:ssX',
  'yyyy-MM-dd HH:mm:ss Z', 'yyyy-MM-dd HH:mm:ss XXX', 'yyyy-MM-dd HH:mm:ss XX', 'yyyy-MM-dd HH:mm z', 'dd/MM/yy',
  'd.M.y', 'dd MMM yyyy', 'd MMMM yyyy', 'EEE, dd MMM yyyy HH:mm:ss zzz', 'EEEE d MMMM yyyy', 'hh:mm a', 'h:mm:ss a',
  'KK:mm a', 'kk:mm', 'k', 'DDD', 'yyyy-DDD', 'yyyyDDD', 'w', 'ww', 'W', 'F', 'u', 'YYYY', 'YY-ww', "''yy''",
  "h 'o''clock' a", 'G yyyy', 'yyyyy', 'yyy', 'SSSSSS', 'S', 's', 'mm', 'MM', 'LLLL', 'zzzz', 'yyyyMMddHHmmssSSS',
  'HH:mm', '', ' yyyy', 'yyyy/MM/dd/HH', "'week' w 'of' Y", 'GGGG', 'MMddyyyy',
]; // biome-ignore format: a list of words

const moments = [
  '0', '-1', '1', '86399999', '1700000000123', '1709251199999', '951782400000', '4102444800000', '-62135596800000',
  '-12219292800000', '-12219292800001', '253402300799999', '1735516800000', '1704067199999', '43200000', '-5000000000000',
  '1672531200000', '1483228799000',
]; // biome-ignore format: a list of words

const dateTexts = [
  '2024-02-29', '20240229', '2024-02-29 23:59:59.5', '2024-02-29 23:59:59.123', '2024-02-29T23:59:59.123Z',
  '2024-02-29T23:59:59Z', '2024-02-29T23:59:59+02', '2024-02-29 23:59:59 +0530', '2024-02-29 23:59:59 -05:30',
  '2024-02-29 23:59 GMT', '2024-02-29 23:59 UTC', '2024-02-29 23:59 GMT+01:00', '29/02/24', '1/2/24', '1.2.24', '1.2.2024',
  '29 Feb 2024', '29 february 2024', 'Thu, 29 Feb 2024 01:02:03 GMT', 'thursday 29 FEBRUARY 2024', '11:30 PM', '12:30 am',
  '24:10', '00:10', '060', '2024-060', '2024060', 'AD 2024', 'BC 0044', '123456', '5', '20240229235959123',
  '2024-13-45', '2023-02-29', '2024-2-9', ' 2024-02-29', '2024-02-29 trailing', '2024', '', 'garbage', '0001-01-01',
  '1582-10-04', '1582-10-10', "'24'", '3 o\'clock PM', '02292024', '2024/02/29/05', '99999-01-01', '29/02/1924',
]; // biome-ignore format: a list of words

const castTexts = [
  '0', '-1', '+5', '127', '128', '-129', '32768', '2147483648', '9223372036854775807', '9223372036854775808', '1.5', '.5',
  '5.', '1e3', '1E-3', '1e400', ' 7 ', '7f', '7d', 'NaN', '-Infinity', 'Inf', '0x10', '', ' ', 'true', 'TRUE', 'yes',
  '3.4028236e38', '1_000', '٣', '--1', '1e', '0123',
]; // biome-ignore format: a list of words

const castTypes = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string'];

const castNumbers = [
  double('0.0'), double('-0.0'), double('0.1'), double('127.9'), double('128.5'), double('-129.9'), double('2.147483648E9'),
  double('9.3E18'), double('-1.0E300'), double('NaN'), double('Infinity'), double('1.0E-5'), double('1.23456789E7'),
  int64('128'), int64('-32769'), int64('4294967296'), int64('9223372036854775807'), int64('16777217'),
]; // biome-ignore format: a list of numbers

const wrongSettings: readonly (readonly [string, Config])[] = [
  ['Cast$Value', {}], ['Cast$Value', { spec: '' }], ['Cast$Value', { spec: 'int8,int16' }],
  ['Cast$Value', { spec: 'a:b:c' }], ['Cast$Value', { spec: 'a:date' }], ['Cast$Value', { spec: 'bytes' }],
  ['Cast$Value', { spec: 'nonsense' }], ['Cast$Value', { spec: 'a:' }], ['Cast$Value', { spec: 'a:struct' }],
  ['Cast$Value', { spec: 'a:int8,', 'replace.null.with.default': 'maybe' }], ['Cast$Value', { spec: ':int8' }],
  ['DropHeaders', {}], ['DropHeaders', { headers: '' }], ['DropHeaders', { headers: 'a,a' }],
  ['DropHeaders', { headers: 'a,,b' }],
  ['ExtractField$Value', {}], ['ExtractField$Value', { field: 'a', 'field.syntax.version': 'V3' }],
  ['ExtractField$Value', { field: '' }], ['ExtractField$Value', { field: '`a.b', 'field.syntax.version': 'V2' }],
  ['HeaderFrom$Value', {}], ['HeaderFrom$Value', { fields: 'a', headers: 'b,c', operation: 'copy' }],
  ['HeaderFrom$Value', { fields: '', headers: '', operation: 'copy' }],
  ['HeaderFrom$Value', { fields: 'a', headers: 'b', operation: 'COPY' }],
  ['HoistField$Value', {}], ['InsertField$Value', {}], ['InsertField$Value', { 'static.field': 'a' }],
  ['InsertField$Value', { 'static.value': 'a' }],
  ['InsertHeader', {}], ['InsertHeader', { header: 'a' }], ['InsertHeader', { header: '', 'value.literal': '' }],
  ['MaskField$Value', {}], ['MaskField$Value', { fields: '' }], ['MaskField$Value', { fields: 'a', replacement: '' }],
  ['MaskField$Value', { fields: 'a,a' }],
  ['RegexRouter', {}], ['RegexRouter', { regex: 'a' }], ['RegexRouter', { regex: '(', replacement: '' }],
  ['ReplaceField$Value', { renames: 'a' }], ['ReplaceField$Value', { renames: 'a:b:c' }],
  ['ReplaceField$Value', { renames: 'a:' }], ['ReplaceField$Value', { renames: ':a' }],
  ['ReplaceField$Value', { include: 'a,a' }], ['ReplaceField$Value', { renames: 'a:b,a:c' }],
  ['SetSchemaMetadata$Value', {}], ['SetSchemaMetadata$Value', { 'schema.version': 'x' }],
  ['TimestampConverter$Value', {}], ['TimestampConverter$Value', { 'target.type': 'STRING' }],
  ['TimestampConverter$Value', { 'target.type': 'string' }],
  ['TimestampConverter$Value', { 'target.type': 'string', format: 'bad pattern' }],
  ['TimestampConverter$Value', { 'target.type': 'string', format: "yyyy'" }],
  ['TimestampConverter$Value', { 'target.type': 'string', format: 'XXXX' }],
  ['TimestampConverter$Value', { 'target.type': 'unix', 'unix.precision': 'days' }],
  ['ValueToKey', {}], ['ValueToKey', { fields: '' }], ['ValueToKey', { fields: 'a,a' }],
  ['predicates.HasHeaderKey', {}], ['predicates.HasHeaderKey', { name: '' }],
  ['predicates.TopicNameMatches', {}], ['predicates.TopicNameMatches', { pattern: '' }],
  ['predicates.TopicNameMatches', { pattern: '(' }],
]; // biome-ignore format: a table

function* pathsOf(alphabet: string, length: number): Generator<string> {
  if (length === 0) yield '';
  else for (const rest of pathsOf(alphabet, length - 1)) for (const letter of alphabet) yield rest + letter;
}

/** Fields under every name that the steps of such a path may have. */
const nestedNames = record(
  Object.fromEntries(
    ['', 'a', '`', '\\', '`a', 'a`', 'a.a', '.', '\\`', 'a\\'].map((name) => [
      name,
      record({
        a: string(`${name}>a`),
        '': string(`${name}>`),
        '`': string(`${name}>tick`),
        '\\': string(`${name}>slash`),
      }),
    ]),
  ),
);

function apply(type: string, config: Config, note: RecordNote): ApplyCase {
  return { type, config, record: note };
}

const classes = [
  ...Object.keys(sided).map((name) => `${name}$Value`),
  ...Object.keys(whole),
  'RegexRouter',
  'ValueToKey',
  'predicates.TopicNameMatches',
];

export const transformCases: readonly TransformCase[] = [
  ...classes.map((type) => ({ type, describe: true }) as const),
  ...wrongSettings.flatMap(([type, config]) => [
    { type, config, validate: true } as const,
    apply(type, config, plain),
  ]),
  ...Object.entries(sided).flatMap(([name, configs]) =>
    configs.flatMap((config, index) =>
      recordData.flatMap((data) => [
        apply(`${name}$Value`, config, holding(data, 'Value')),
        ...(index < 2 ? [apply(`${name}$Key`, config, holding(data, 'Key', fromSource))] : []),
      ]),
    ),
  ),
  ...Object.entries(whole).flatMap(([type, configs]) =>
    configs.flatMap((config) => [
      apply(type, config, plain),
      apply(type, config, fromSource),
      apply(type, config, { ...plain, value: null, valueSchema: null }),
    ]),
  ),
  ...valueToKey.flatMap((config) =>
    recordData.map((data) => apply('ValueToKey', config, holding(data, 'Value'))),
  ),
  ...routes.map(([regex, replacement]) => apply('RegexRouter', { regex, replacement }, plain)),
  ...routes.map(([pattern]) => apply('predicates.TopicNameMatches', { pattern }, plain)),
  ...patterns.flatMap((format) =>
    moments.map((ms) =>
      apply(
        'TimestampConverter$Value',
        { 'target.type': 'string', format },
        holding([timestampSchema, date(ms)], 'Value', fromSource),
      ),
    ),
  ),
  ...patterns.flatMap((format) =>
    dateTexts.map((text) =>
      apply(
        'TimestampConverter$Value',
        { 'target.type': 'unix', format },
        holding([null, string(text)], 'Value', fromSource),
      ),
    ),
  ),
  ...castTypes.flatMap((spec) =>
    [...castTexts.map(string), ...castNumbers, yes].map((value) =>
      apply('Cast$Value', { spec }, holding([null, value], 'Value', fromSource)),
    ),
  ),
  ...castTypes.flatMap((spec) =>
    castNumbers.map((value) =>
      apply(
        'Cast$Value',
        { spec },
        holding([{ type: value?.is === 'double' ? 'FLOAT64' : 'INT64' }, value], 'Value', fromSource),
      ),
    ),
  ),
  ...[3, 4, 5].flatMap((length) =>
    [...pathsOf('a.`\\', length)]
      .filter((path, index) => path.includes('.') && (length < 5 || index % 3 === 0))
      .map((field) =>
        apply(
          'ExtractField$Value',
          { field, 'field.syntax.version': 'V2' },
          holding([null, nestedNames], 'Value', fromSource),
        ),
      ),
  ),
  apply('InsertField$Value', { 'topic.field': 't' }, holding([null, list()], 'Value')),
];
