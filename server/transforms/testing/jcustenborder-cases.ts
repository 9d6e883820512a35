import type { SchemaNote, ValueNote } from '../../converters/verification/value-notation.ts';
import { type Data, int64, record, recordData, string } from './case-data.ts';
import { apply, type Config, fromSource, holding, plain, type TransformCase } from './transform-cases.ts';

const family = 'com.github.jcustenborder.kafka.connect.transform.common';
const forms = ['LOWER_HYPHEN', 'LOWER_UNDERSCORE', 'LOWER_CAMEL', 'UPPER_CAMEL', 'UPPER_UNDERSCORE'];

const sided: Readonly<Record<string, readonly Config[]>> = {
  BytesToString: [
    {},
    { fields: 'blob' },
    { charset: 'US-ASCII', fields: 'blob' },
    { charset: 'ISO-8859-1' },
    { charset: 'UTF-8', fields: 'blob,missing' },
    { fields: 'name' },
    { fields: 'price' },
  ],
  ChangeCase: [
    { from: 'LOWER_UNDERSCORE', to: 'UPPER_CAMEL' },
    { from: 'LOWER_CAMEL', to: 'UPPER_UNDERSCORE' },
    { from: 'LOWER_HYPHEN', to: 'LOWER_HYPHEN' },
  ],
  ExtractNestedField: [
    { 'input.outer.field.name': 'inner', 'input.inner.field.name': 'x', 'output.field.name': 'x' },
    { 'input.outer.field.name': 'inner', 'input.inner.field.name': 'y', 'output.field.name': 'y' },
    { 'input.outer.field.name': 'inner', 'input.inner.field.name': 'z', 'output.field.name': 'z' },
    { 'input.outer.field.name': 'inner', 'input.inner.field.name': 'z', 'output.field.name': 'flat_z' },
    { 'input.outer.field.name': 'id', 'input.inner.field.name': 'x', 'output.field.name': 'x' },
    { 'input.outer.field.name': 'missing', 'input.inner.field.name': 'x', 'output.field.name': 'x' },
  ],
  PatternRename: [
    { 'field.pattern': '^I', 'field.replacement': 'the_i' },
    { 'field.pattern': '([a-z])(\\d+)', 'field.replacement': '$2$1', 'field.pattern.flags': '' },
    {
      'field.pattern': '[AEIOU]',
      'field.replacement': '_',
      'field.pattern.flags': 'CASE_INSENSITIVE,DOTALL',
    },
    { 'field.pattern': '.', 'field.replacement': '-', 'field.pattern.flags': 'LITERAL' },
    { 'field.pattern': '.*', 'field.replacement': 'same' },
  ],
  ToJSON: [
    {},
    { 'output.schema.type': 'BYTES' },
    { 'schemas.enable': 'true' },
    { 'decimal.format': 'NUMERIC', 'output.schema.type': 'STRING' },
  ],
};

const namedFields: SchemaNote = {
  type: 'STRUCT',
  name: 'Named',
  version: 3,
  fields: ['first_name', 'HTTPPort', 'someName', 'a-b', '_x__y', 'ALL_CAPS', 'ümlautName'].map(
    (name) => [name, { type: 'STRING', optional: true }] as const,
  ),
};
const names: Data = [
  namedFields,
  { is: 'struct', schema: namedFields, items: namedFields.fields?.map(([name]) => string(name)) ?? [] },
];
const bytes = (text: string): ValueNote => ({ is: 'bytes', text });
const more: readonly Data[] = [
  names,
  [null, bytes('aMOkw7w=')],
  [{ type: 'BYTES' }, bytes('/+Fh')],
  [{ type: 'BYTES', optional: true }, bytes('YQBiAA==')],
  [{ type: 'BYTES', optional: true }, null],
  [null, record({ iId: int64('1'), 'a.b': string('x') })],
];

const topics = [
  'orders',
  'some_name',
  'someName',
  'SomeName',
  'SOME_NAME',
  'some-name',
  'a',
  '',
  '_a',
  'HTTPPort',
  'x1Y2',
  'ÄbcDef',
];

const wrong: readonly (readonly [string, Config])[] = [
  ['BytesToString$Value', { charset: 'nonsense' }],
  ['ChangeCase$Value', {}],
  ['ChangeCase$Value', { from: 'LOWER_CAMEL', to: 'some' }],
  ['ExtractNestedField$Value', { 'input.outer.field.name': 'a' }],
  ['ExtractTimestamp$Value', {}],
  ['PatternRename$Value', { 'field.pattern': '(', 'field.replacement': '' }],
  ['PatternRename$Value', { 'field.pattern': 'a' }],
  ['PatternRename$Value', { 'field.pattern': 'a', 'field.replacement': '', 'field.pattern.flags': 'some' }],
  ['ToJSON$Value', { 'output.schema.type': 'INT8' }],
];

export const jcustenborderCases: readonly TransformCase[] = [
  ...[...Object.keys(sided), 'ExtractTimestamp'].map(
    (name) => ({ type: `${family}.${name}$Value`, describe: true }) as const,
  ),
  ...Object.entries(sided).flatMap(([name, configs]) =>
    configs.flatMap((config, index) =>
      [...recordData, ...more].flatMap((data) => [
        apply(`${family}.${name}$Value`, config, holding(data, 'Value')),
        ...(index < 2 ? [apply(`${family}.${name}$Key`, config, holding(data, 'Key', fromSource))] : []),
      ]),
    ),
  ),
  ...['id', 'ts', 'day', 'i32', 'name', 'missing'].flatMap((field) =>
    recordData.map((data) =>
      apply(`${family}.ExtractTimestamp$Value`, { 'field.name': field }, holding(data, 'Value')),
    ),
  ),
  ...forms.flatMap((from) =>
    forms.flatMap((to) => [
      ...topics.map((topic) => apply(`${family}.ChangeTopicCase`, { from, to }, { ...plain, topic })),
      apply(`${family}.ChangeCase$Value`, { from, to }, holding(names, 'Value')),
    ]),
  ),
  ...wrong.map(([name, config]) => apply(`${family}.${name}`, config, plain)),
];
