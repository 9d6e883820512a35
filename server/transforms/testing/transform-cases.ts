import type { SchemaNote, ValueNote } from '../../converters/verification/value-notation.ts';
import {
  type Data,
  date,
  int64,
  list,
  record,
  recordData,
  string,
  timestampSchema,
  yes,
} from './case-data.ts';
import { castNumbers, castTexts, castTypes } from './cast-values.ts';
import { dateTexts, moments, patterns } from './date-texts.ts';
import { wrongSettings } from './wrong-settings.ts';

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

export type Config = Readonly<Record<string, string>>;

export interface ApplyCase {
  /** Class name: after Kafka's package, or whole where it begins with io or com. */
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

export const plain: RecordNote = {
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
export const fromSource: RecordNote = {
  ...plain,
  partition: null,
  offset: null,
  timestamp: null,
  headers: [],
};

export function holding([schema, value]: Data, side: 'Key' | 'Value', base = plain): RecordNote {
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
  TimestampRouter: [
    {},
    { 'topic.format': `\${topic}.\${topic}/\${timestamp}`, 'timestamp.format': 'yyyy-MM' },
  ],
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
  ['(?<kind>[a-z]+)-.*', `x-\${kind}`],
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
  ['(.*)', `\${none}`],
  ['(.*)', 'a\\'],
  ['(?:orders-)(?<a1>\\w+)\\..+?', `\${a1}`],
  ['(', 'bad'],
  ['[', 'bad'],
  ['*', 'bad'],
  ['\\y', 'bad'],
  ['a{2,1}', 'bad'],
];

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

export function apply(type: string, config: Config, note: RecordNote): ApplyCase {
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
