import type { ValueNote } from '../../converters/verification/value-notation.ts';
import { int64, list, string } from './case-data.ts';
import { changeRecord, changes, dropHeader, outboxRecord, row, transaction } from './debezium-data.ts';
import type { ApplyCase, Config, RecordNote, TransformCase } from './transform-cases.ts';

const types = {
  unwrap: 'io.debezium.transforms.ExtractNewRecordState',
  route: 'io.debezium.transforms.ByLogicalTableRouter',
  outbox: 'io.debezium.transforms.outbox.EventRouter',
  header: 'io.debezium.transforms.HeaderToValue',
  changed: 'io.debezium.transforms.ExtractChangedRecordState',
} as const;

const modes = ['drop', 'tombstone', 'rewrite', 'rewrite-with-tombstone', 'Delete-To-Tombstone'];
const mode = 'delete.tombstone.handling.mode';

const unwrapConfigs: readonly Config[] = [
  {},
  ...modes.map((each) => ({ [mode]: each })),
  ...modes.map((each) => ({
    [mode]: each,
    'add.fields': 'op,table, lsn,source.ts_ms,ts_ms,transaction.id,nothing',
    'add.headers': 'op,source.connector:SRC,total_order,extra,missing',
    'route.by.field': 'route',
  })),
  {
    'add.fields': 'op,events,version:V',
    'add.fields.prefix': '',
    'add.headers.prefix': 'x.',
    'add.headers': 'op',
  },
  { 'add.fields': 'op,op' },
  { 'add.fields': 'nowhere.x' },
  { 'add.fields': 'op', 'add.fields.prefix': 'name', [mode]: 'rewrite' },
  { 'add.fields': 'id:name', 'add.fields.prefix': '' },
  { 'route.by.field': 'id' },
  { 'route.by.field': 'missing' },
  { [mode]: 'rewrite', 'replace.null.with.default': 'false' },
];

const droppers: readonly Config[] = [
  { 'drop.fields.header.name': 'drop' },
  { 'drop.fields.header.name': 'drop', 'drop.fields.from.key': 'true' },
  {
    'drop.fields.header.name': 'drop',
    'drop.fields.from.key': 'true',
    'drop.fields.keep.schema.compatible': 'false',
  },
  { 'drop.fields.header.name': 'drop', [mode]: 'rewrite', 'add.fields': 'op' },
  { 'drop.fields.header.name': 'h' },
];

const named = row(string('Ann'), string('elsewhere'));
const dropped: readonly RecordNote[] = [
  ...[['name', 'part'], ['id', 'note'], ['nothing'], []].flatMap((names) => [
    changeRecord({ op: 'c', after: named }, dropHeader(...names)),
    changeRecord({ op: 'd', before: row(null, null) }, dropHeader(...names)),
  ]),
  changeRecord({ op: 'c', after: named }),
];

const routeConfigs: readonly Config[] = [
  { 'topic.regex': '(.*)\\.customers', 'topic.replacement': '$1.all-shards' },
  { 'topic.regex': 'server\\.(.*)', 'topic.replacement': '1.$1', 'schema.name.adjustment.mode': 'avro' },
  {
    'topic.regex': 'server(.*)',
    'topic.replacement': 'a_b-c$1',
    'schema.name.adjustment.mode': 'avro_unicode',
  },
  { 'topic.regex': '.*', 'topic.replacement': 'one', 'key.enforce.uniqueness': 'false' },
  {
    'topic.regex': '.*',
    'topic.replacement': 'one',
    'key.field.name': 'shard',
    'key.field.regex': '(.*)\\.inventory\\..*',
    'key.field.replacement': '<$1>',
  },
  {
    'topic.regex': '.*',
    'topic.replacement': 'one',
    'key.field.regex': 'no(.*)',
    'key.field.replacement': '$1',
  },
  { 'topic.regex': '.*', 'topic.replacement': 'one', 'key.field.name': 'id' },
  { 'topic.regex': 'nothing', 'topic.replacement': 'one' },
  { 'topic.regex': '(nothing)?.*', 'topic.replacement': '$1' },
];

const wrong: readonly (readonly [string, Config])[] = [
  [types.unwrap, { [mode]: 'nonsense' }],
  [types.unwrap, { 'add.fields': 'a:b:c' }],
  [types.unwrap, { 'add.fields': '.' }],
  [types.unwrap, { 'add.headers': ':' }],
  [types.route, {}],
  [types.route, { 'topic.regex': '(', 'topic.replacement': 'x' }],
  [types.route, { 'topic.regex': '.*' }],
  [types.route, { 'topic.regex': '.*', 'topic.replacement': 'one', 'key.field.regex': '.*' }],
  [types.route, { 'topic.regex': '.*', 'topic.replacement': 'one', 'schema.name.adjustment.mode': 'some' }],
  [types.outbox, { 'table.fields.additional.placement': 'type' }],
  [types.outbox, { 'table.fields.additional.placement': 'a:header:c:d' }],
  [types.outbox, { 'table.op.invalid.behavior': 'some' }],
  [types.outbox, { 'route.topic.regex': '(' }],
  [types.outbox, { 'table.json.payload.null.behavior': 'some' }],
  [types.header, {}],
  [types.header, { headers: 'a', fields: 'a,b', operation: 'move' }],
  [types.header, { headers: 'a b', fields: 'a', operation: 'move' }],
  [types.header, { headers: 'a,,b', fields: 'a,b,c', operation: 'move' }],
  [types.header, { headers: 'a', fields: 'a', operation: 'some' }],
];

const outboxConfigs: readonly Config[] = [
  {},
  { 'table.fields.additional.placement': 'type:header:eventType,tenant:header' },
  { 'table.fields.additional.placement': 'type:envelope,tenant:envelope:who, version:partition' },
  {
    'table.fields.additional.placement': 'type:envelope',
    'table.field.event.schema.version': 'version',
    'route.topic.regex': 'or(.*)',
    'route.topic.replacement': 'routed-$1',
  },
  { 'table.fields.additional.placement': 'missing:header' },
  {
    'table.fields.additional.placement': 'missing:header,missing:partition,type:envelope',
    'table.fields.additional.error.on.missing': 'false',
  },
  {
    'table.fields.additional.placement': 'missing:envelope,tenant:envelope',
    'table.fields.additional.error.on.missing': 'false',
  },
  { 'table.field.event.timestamp': 'at' },
  { 'table.field.event.timestamp': 'nanos' },
  { 'table.field.event.timestamp': 'bare' },
  { 'table.field.event.timestamp': 'none' },
  { 'table.field.event.payload': 'none' },
  { 'table.field.event.payload': 'blob', 'table.expand.json.payload': 'true' },
  { 'table.field.event.id': 'none' },
  { 'table.field.event.key': 'tenant', 'table.field.event.id': 'version' },
  { 'table.field.event.key': 'none' },
  { 'route.by.field': 'none' },
  { 'route.by.field': 'version' },
  { 'route.tombstone.on.empty.payload': 'true' },
  { 'table.op.invalid.behavior': 'fatal' },
  { 'table.op.invalid.behavior': 'ERROR' },
];

const outboxRecords: readonly RecordNote[] = [
  outboxRecord(string('{"a":1}')),
  outboxRecord(string(' ')),
  outboxRecord(null),
  outboxRecord(string('text'), {}, false),
  outboxRecord(string('x'), { op: 'r', transaction }),
  outboxRecord(string('x'), { op: 'u' }),
  outboxRecord(string('x'), { op: 'd' }),
  outboxRecord(string('x'), { op: 't', after: null }),
  { ...outboxRecord(string('x')), valueSchema: null, value: null },
  outboxRecord(string('x'), { name: 'Heartbeat' }),
];

const texts = [
  '{"a":1,"b":"x","c":true,"d":1.5,"e":null,"f":[],"g":{"h":{"i":9007199254740993}}}',
  '{"list":[1,2,3],"texts":["a",null],"flags":[true,false]}',
  '{"objects":[{"a":1},{"a":2},{"a":3}]}',
  '{"mixed":[1,"a"]}',
  '{"sizes":[1,3000000000]}',
  '{"nested":[[1,2],[3]]}',
  '{"nulls":[null,null]}',
  '{}',
  '{"a":{}}',
  '{"1":1,"0":2,"__proto__":{"x":1}}',
  '{"a":-0.0,"b":1e3,"c":2147483648,"d":-2147483648}',
  '{"a":1,"a":"twice"}',
  '{"deep":[[[{"x":1}]]]}',
  '[1,2]',
  '[]',
  '{"a":12345678901234567890}',
  '{broken',
  ' {"a":1}',
  '"text"',
  '12',
  '',
];

const headersOf = (
  ...headers: (readonly [string, 'STRING' | 'INT64', ValueNote])[]
): Partial<RecordNote> => ({
  headers: headers.map(([name, type, value]) => [name, { type, optional: true }, value] as const),
});

const withHeaders = headersOf(
  ['a', 'STRING', string('x')],
  ['b', 'INT64', int64('5')],
  ['c', 'STRING', null],
);
const headerConfigs: readonly Config[] = [
  { headers: 'a', fields: 'added', operation: 'copy' },
  { headers: 'a,b', fields: 'added,count', operation: 'move' },
  { headers: 'b,missing,c', fields: 'count,none,empty', operation: 'move' },
  { headers: 'a', fields: 'source.added', operation: 'copy' },
  { headers: 'a', fields: 'op', operation: 'copy' },
  { headers: 'missing', fields: 'x', operation: 'move' },
];
const headerRecords: readonly RecordNote[] = [
  changeRecord({ op: 'c', after: named }, withHeaders),
  changeRecord({ op: 'c', after: named }, { headers: [] }),
  changeRecord({ op: 'c', after: named }, { ...withHeaders, valueSchema: null, value: null }),
  changeRecord({ op: 'c' }, { ...withHeaders, valueSchema: null, value: list() }),
  changeRecord(
    { op: 'c', after: named },
    headersOf(['a', 'STRING', string('x')], ['a', 'STRING', string('y')]),
  ),
];

function each(type: string, configs: readonly Config[], records: readonly RecordNote[]): ApplyCase[] {
  return configs.flatMap((config) => records.map((record) => ({ type, config, record })));
}

/** For Debezium 3. */
export const debeziumCases: readonly TransformCase[] = [
  ...Object.values(types).map((type) => ({ type, describe: true }) as const),
  ...each(types.unwrap, unwrapConfigs, changes),
  ...each(types.unwrap, droppers, dropped),
  ...each(types.route, routeConfigs, changes),
  ...each(types.outbox, outboxConfigs, outboxRecords),
  ...each(
    types.outbox,
    [
      { 'table.expand.json.payload': 'true' },
      { 'table.expand.json.payload': 'true', 'table.json.payload.null.behavior': 'optional_bytes' },
      { 'table.expand.json.payload': 'true', 'table.fields.additional.placement': 'type:envelope' },
    ],
    texts.map((text) => outboxRecord(string(text))),
  ),
  ...each(types.header, headerConfigs, headerRecords),
  ...each(
    types.changed,
    [{}, { 'header.changed.name': 'C', 'header.unchanged.name': 'U' }, { 'header.changed.name': '' }],
    [...changes, changeRecord({ op: 'u', before: named, after: row(string('Bea'), string('elsewhere')) })],
  ),
  ...wrong.flatMap(([type, config]) => each(type, [config], changes.slice(0, 1))),
];

/** For Debezium 2, which had these keys. */
export const olderDebeziumCases: readonly TransformCase[] = each(
  types.unwrap,
  ['drop', 'rewrite', 'none'].flatMap((handling) =>
    ['true', 'false'].map((drops) => ({
      'delete.handling.mode': handling,
      'drop.tombstones': drops,
      'add.fields': 'op',
      'add.headers': 'op',
    })),
  ),
  changes,
).concat(
  each(types.unwrap, [{ 'drop.tombstones': 'false' }, { 'delete.handling.mode': 'none' }], changes),
  each(types.unwrap, [{ 'delete.handling.mode': 'none', [mode]: 'rewrite' }], changes),
);
