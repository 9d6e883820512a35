import type { SchemaNote, ValueNote } from '../../converters/verification/value-notation.ts';
import { int64, list, string } from './case-data.ts';
import type { RecordNote } from './transform-cases.ts';

const optional = (type: SchemaNote['type']): SchemaNote => ({ type, optional: true });
const struct = (schema: SchemaNote, ...items: ValueNote[]): ValueNote => ({ is: 'struct', schema, items });
const int32 = (text: string): ValueNote => ({ is: 'int32', text });

export const rowSchema: SchemaNote = {
  type: 'STRUCT',
  optional: true,
  name: 'server.inventory.customers.Value',
  version: 3,
  doc: 'A row',
  parameters: { p: 'q' },
  fields: [
    ['id', { type: 'INT32' }],
    ['name', { type: 'STRING', optional: true, default: string('nobody') }],
    ['route', optional('STRING')],
    ['note', { type: 'STRING' }],
    ['data', { type: 'BYTES', optional: true }],
  ],
};

export const row = (name: ValueNote, route: ValueNote, note = 'n'): ValueNote =>
  struct(rowSchema, int32('7'), name, route, string(note), { is: 'bytes', text: 'AAEC' });

const sourceSchema: SchemaNote = {
  type: 'STRUCT',
  name: 'io.debezium.connector.mysql.Source',
  fields: [
    ['version', { type: 'STRING' }],
    ['connector', { type: 'STRING' }],
    ['ts_ms', { type: 'INT64', default: int64('5') }],
    ['table', optional('STRING')],
    ['lsn', { type: 'INT64', optional: true, doc: 'a place' }],
    ['events', { type: 'ARRAY', optional: true, values: { type: 'STRING' } }],
  ],
};
const source = struct(
  sourceSchema,
  string('3.2'),
  string('mysql'),
  int64('1700000000001'),
  string('customers'),
  int64('9007199254740993'),
  list(string('a')),
);

const transactionSchema: SchemaNote = {
  type: 'STRUCT',
  optional: true,
  name: 'event.block',
  fields: [
    ['id', { type: 'STRING' }],
    ['total_order', { type: 'INT64' }],
    ['data_collection_order', { type: 'INT64' }],
  ],
};
export const transaction = struct(transactionSchema, string('tx-1'), int64('2'), int64('3'));

export function envelopeSchema(rows: SchemaNote, name = 'server.inventory.customers.Envelope'): SchemaNote {
  return {
    type: 'STRUCT',
    name,
    version: 2,
    fields: [
      ['before', rows],
      ['after', rows],
      ['source', sourceSchema],
      ['transaction', transactionSchema],
      ['op', { type: 'STRING' }],
      ['ts_ms', { type: 'INT64', optional: true }],
      ['extra', optional('STRING')],
    ],
  };
}

export interface Change {
  readonly before?: ValueNote;
  readonly after?: ValueNote;
  readonly op: string;
  readonly transaction?: ValueNote;
  readonly rows?: SchemaNote;
  readonly name?: string;
}

const keySchema: SchemaNote = {
  type: 'STRUCT',
  name: 'server.inventory.customers.Key',
  fields: [
    ['id', { type: 'INT32' }],
    ['part', optional('STRING')],
  ],
};

export const key = struct(keySchema, int32('7'), string('eu'));

/** The record of a change; every part of it can be another. */
export function changeRecord(change: Change, other: Partial<RecordNote> = {}): RecordNote {
  const schema = envelopeSchema(change.rows ?? rowSchema, change.name);
  const value = struct(
    schema,
    change.before ?? null,
    change.after ?? null,
    source,
    change.transaction ?? null,
    string(change.op),
    int64('1700000000555'),
    string('more'),
  );
  return {
    topic: 'server.inventory.customers',
    partition: null,
    offset: null,
    timestamp: null,
    keySchema,
    key,
    valueSchema: schema,
    value,
    headers: [['h', { type: 'STRING' }, string('one')]],
    ...other,
  };
}

const named = row(string('Ann'), string('elsewhere'));
const plainRow = row(null, null);

/** Inserts, updates, deletes, truncates, tombstones and what is no change at all. */
export const changes: readonly RecordNote[] = [
  changeRecord({ op: 'c', after: named, transaction }),
  changeRecord({ op: 'r', after: plainRow }),
  changeRecord({ op: 'u', before: plainRow, after: named, transaction }, { timestamp: 5, partition: 1 }),
  changeRecord({ op: 'd', before: named }),
  changeRecord({ op: 'd', before: plainRow, transaction }),
  changeRecord({ op: 't' }),
  changeRecord({ op: 'c', after: named }, { valueSchema: null, value: null }),
  changeRecord({ op: 'c', after: named }, { value: null }),
  changeRecord({ op: 'c', after: named, name: 'io.debezium.connector.common.Heartbeat' }),
  changeRecord({ op: 'c', after: named }, { keySchema: null, key: null }),
  changeRecord({ op: 'c', after: named }, { keySchema: { type: 'STRING' }, key: string('k') }),
  changeRecord(
    { op: 'c' },
    { valueSchema: null, value: { is: 'map', entries: [[string('a'), int64('1')]] } },
  ),
  changeRecord({ op: 'c' }, { valueSchema: { type: 'STRING' }, value: string('text') }),
  changeRecord({ op: 'c', after: string('text'), rows: optional('STRING') }),
];

export const dropHeader = (...names: string[]): Partial<RecordNote> => ({
  headers: [['drop', { type: 'ARRAY', values: { type: 'STRING' } }, list(...names.map(string))]],
});

const outboxSchema: SchemaNote = {
  type: 'STRUCT',
  optional: true,
  name: 'server.public.outbox.Value',
  fields: [
    ['id', { type: 'STRING' }],
    ['aggregatetype', optional('STRING')],
    ['aggregateid', optional('STRING')],
    ['type', optional('STRING')],
    ['payload', optional('STRING')],
    ['version', optional('INT32')],
    ['at', { type: 'INT64', optional: true, name: 'io.debezium.time.MicroTimestamp', version: 1 }],
    ['nanos', { type: 'INT64', optional: true, name: 'io.debezium.time.NanoTimestamp', version: 1 }],
    ['bare', optional('INT64')],
    ['tenant', { type: 'STRING', optional: true, default: string('default-tenant') }],
    ['blob', optional('BYTES')],
  ],
};

export function outboxRecord(payload: ValueNote, change: Partial<Change> = {}, full = true): RecordNote {
  const after = struct(
    outboxSchema,
    string('e-1'),
    full ? string('order') : null,
    full ? string('42') : null,
    string('OrderCreated'),
    payload,
    full ? int32('4') : null,
    full ? int64('1700000000123456') : null,
    full ? int64('-1') : null,
    full ? int64('12') : null,
    full ? string('acme') : null,
    { is: 'bytes', text: 'AAEC' },
  );
  return changeRecord({
    op: 'c',
    after,
    rows: outboxSchema,
    name: 'server.public.outbox.Envelope',
    ...change,
  });
}
