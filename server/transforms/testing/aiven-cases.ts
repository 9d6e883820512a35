import type { SchemaNote, ValueNote } from '../../converters/verification/value-notation.ts';
import { type Data, double, int64, recordData, string, yes } from './case-data.ts';
import { apply, type Config, fromSource, holding, plain, type TransformCase } from './transform-cases.ts';

const family = 'io.aiven.kafka.connect.transforms';

/** Settings of the transformations with a Key and a Value form; each meets every kind of record. */
const sided: Readonly<Record<string, readonly Config[]>> = {
  CaseTransform: [
    { 'field.names': 'name,missing', case: 'upper' },
    { 'field.names': 'id,flag,inner.x,f64', case: 'lower' },
    { 'field.names': 'tags', case: 'upper' },
  ],
  ConcatFields: [
    { 'field.names': 'id,name,missing', 'output.field.name': 'all' },
    {
      'field.names': 'i8,i32,f32,f64,flag,price,day,ts,inner,tags',
      'output.field.name': 'all',
      delimiter: '-',
      'field.replace.missing': '*',
    },
    { 'field.names': 'id', 'output.field.name': 'name' },
    { 'field.names': '', 'output.field.name': 'none' },
  ],
  ExtractTimestamp: [
    { 'field.name': 'id' },
    { 'field.name': 'id', 'timestamp.resolution': 'seconds' },
    { 'field.name': 'ts' },
    { 'field.name': 'ts', 'timestamp.resolution': 'seconds' },
    { 'field.name': 'day' },
    { 'field.name': 'i32' },
    { 'field.name': 'name' },
    { 'field.name': 'missing' },
  ],
  ExtractTopic: [
    {},
    { 'skip.missing.or.null': 'true' },
    ...[
      'id',
      'name',
      'f64',
      'flag',
      'i8',
      'f32',
      'ts',
      'day',
      'price',
      'inner',
      'tags',
      'missing',
      'nothing',
    ].flatMap((field): readonly Config[] => [
      { 'field.name': field },
      { 'field.name': field, 'skip.missing.or.null': 'true' },
    ]),
  ],
  FilterByFieldValue: [
    { 'field.name': 'name', 'field.value': '42' },
    { 'field.name': 'name', 'field.value': 'Änne' },
    { 'field.name': 'name', 'field.value': 'Änne', 'field.value.matches': 'false' },
    { 'field.name': 'flag', 'field.value': 'true' },
    { 'field.name': 'i8', 'field.value': '-128' },
    { 'field.name': 'id', 'field.value': '9007199254740993' },
    { 'field.name': 'name', 'field.value.pattern': '^[0-9n]+' },
    { 'field.name': 'id', 'field.value.pattern': '\\d{4}' },
    { 'field.name': 'tags', 'field.value.pattern': 'x', 'field.value.matches': 'false' },
    { 'field.name': 'inner', 'field.value.pattern': 'x' },
    { 'field.value': 'text' },
    { 'field.value.pattern': 'ex' },
    { 'field.name': 'missing', 'field.value.pattern': '.*' },
  ],
  Hash: [
    { function: 'md5' },
    { function: 'sha256', 'skip.missing.or.null': 'true' },
    ...['name', 'id', 'missing'].flatMap((field): readonly Config[] => [
      { function: 'sha1', 'field.name': field },
      { function: 'md5', 'field.name': field, 'skip.missing.or.null': 'true' },
    ]),
  ],
};

const schemaNameConfigs: readonly Config[] = [
  {},
  { 'schema.name.topic-map': 'com.example.Everything:all,Outer:out' },
  { 'schema.name.regex': '(?:[.]|^)([^.]*)$' },
  { 'schema.name.regex': 'com.(example).(.*)' },
  { 'schema.name.regex': 'nothing(.*)' },
  { 'schema.name.regex': '' },
];

const keyToValue: readonly Config[] = [
  { 'key.fields': '*' },
  { 'key.fields': '*', 'value.fields': 'whole' },
  { 'key.fields': 'id,name', 'value.fields': 'key_id' },
  { 'key.fields': 'id,*', 'value.fields': 'id,*' },
  { 'key.fields': 'missing' },
];

const text: SchemaNote = { type: 'STRING', optional: true };

/** Alone, without fields. */
const single: readonly Data[] = [
  [text, string('text')],
  [text, string('')],
  [text, string(' ')],
  [text, string('💥')],
  [text, null],
  [{ type: 'INT8' }, { is: 'int8', text: '-7' }],
  [{ type: 'INT64' }, int64('9007199254740993')],
  [{ type: 'FLOAT64' }, double('1.0E10')],
  [{ type: 'BOOLEAN' }, yes],
  [null, string('')],
  [null, string(' ')],
];

const wrong: readonly (readonly [string, Config])[] = [
  ['CaseTransform$Value', { 'field.names': 'a' }],
  ['CaseTransform$Value', { 'field.names': 'a', case: 'UPPER' }],
  ['ConcatFields$Value', { 'field.names': 'a' }],
  ['ConcatFields$Value', { 'field.names': 'a', 'output.field.name': '' }],
  ['ExtractTimestamp$Value', {}],
  ['ExtractTimestamp$Value', { 'field.name': '' }],
  ['ExtractTimestamp$Value', { 'field.name': 'a', 'timestamp.resolution': 'hours' }],
  ['ExtractTopicFromSchemaName$Value', { 'schema.name.regex': '(' }],
  ['ExtractTopicFromSchemaName$Value', { 'schema.name.topic-map': 'a' }],
  ['ExtractTopicFromSchemaName$Value', { 'schema.name.topic-map': 'a:b,a:c' }],
  ['ExtractTopicFromSchemaName$Value', { 'schema.name.topic-map': 'a:b', 'schema.name.regex': '(a)' }],
  ['FilterByFieldValue$Value', {}],
  ['FilterByFieldValue$Value', { 'field.value': 'a', 'field.value.pattern': 'a' }],
  ['FilterByFieldValue$Value', { 'field.value.pattern': '(' }],
  ['Hash$Value', {}],
  ['Hash$Value', { function: 'sha512' }],
  ['KeyToValue', {}],
  ['KeyToValue', { 'key.fields': 'a,b', 'value.fields': 'c,c' }],
  ['TombstoneHandler', {}],
  ['TombstoneHandler', { behavior: 'some' }],
];

const tombstone = { ...plain, valueSchema: null, value: null as ValueNote };
const nullValue = { ...plain, valueSchema: text, value: null as ValueNote };
const dataOfBoth = [...recordData, ...single];

function each(name: string, configs: readonly Config[], data: readonly Data[], side: 'Key' | 'Value') {
  return configs.flatMap((config) =>
    data.map((item) =>
      apply(`${family}.${name}`, config, holding(item, side, side === 'Key' ? fromSource : plain)),
    ),
  );
}

export const aivenCases: readonly TransformCase[] = [
  ...[
    ...Object.keys(sided).map((name) => `${name}$Value`),
    'KeyToValue',
    'TombstoneHandler',
    'MakeTombstone',
  ].map((name) => ({ type: `${family}.${name}`, describe: true }) as const),
  ...Object.entries(sided).flatMap(([name, configs]) => [
    ...each(`${name}$Value`, configs, dataOfBoth, 'Value'),
    ...each(`${name}$Key`, configs.slice(0, 2), dataOfBoth, 'Key'),
  ]),
  ...each('ExtractTopicFromSchemaName$Value', schemaNameConfigs, recordData, 'Value'),
  ...keyToValue.flatMap((config) =>
    recordData.flatMap((value) =>
      [
        ...recordData.slice(-4),
        ...recordData.slice(7, 8),
        single[0],
        single[6],
        recordData[1],
        recordData[0],
        recordData[9],
        recordData[13],
      ].flatMap((key) =>
        key === undefined
          ? []
          : [apply(`${family}.KeyToValue`, config, holding(key, 'Key', holding(value, 'Value')))],
      ),
    ),
  ),
  ...['drop_silent', 'DROP_WARN', 'fail'].flatMap((behavior) =>
    [plain, tombstone, nullValue].map((record) => apply(`${family}.TombstoneHandler`, { behavior }, record)),
  ),
  ...[plain, tombstone].map((record) => apply(`${family}.MakeTombstone`, {}, record)),
  ...wrong.map(([name, config]) => apply(`${family}.${name}`, config, plain)),
];
