import { logical, type SchemaNote, type ValueNote } from '../../converters/verification/value-notation.ts';

export interface ProjectionCase {
  readonly source: SchemaNote;
  readonly value: ValueNote;
  readonly target: SchemaNote;
}

const scalar = (is: 'int8' | 'int16' | 'int32' | 'int64' | 'float' | 'double' | 'string' | 'bytes') => {
  return (text: string): ValueNote => ({ is, text });
};
const [int8, int16, int32, int64] = [scalar('int8'), scalar('int16'), scalar('int32'), scalar('int64')];
const [float, double, string, bytes] = [scalar('float'), scalar('double'), scalar('string'), scalar('bytes')];
const yes: ValueNote = { is: 'boolean', text: 'true' };
const list = (...items: ValueNote[]): ValueNote => ({ is: 'list', items });
const map = (...entries: [ValueNote, ValueNote][]): ValueNote => ({ is: 'map', entries });
const struct = (schema: SchemaNote, ...items: ValueNote[]): ValueNote => ({ is: 'struct', schema, items });
const decimalOf = (scale: number): SchemaNote => ({
  type: 'BYTES',
  name: logical.decimal,
  version: 1,
  parameters: { scale: String(scale) },
});

/** A schema of every type with values at its edges. */
const typed: readonly (readonly [SchemaNote, readonly ValueNote[]])[] = [
  [{ type: 'INT8' }, [int8('-128'), int8('127')]],
  [{ type: 'INT16' }, [int16('-32768'), int16('255')]],
  [{ type: 'INT32' }, [int32('-2147483648'), int32('16777217')]],
  [
    { type: 'INT64' },
    // The last two are nearest to another float than the double that is nearest to them.
    ['-9223372036854775808', '9007199254740993', '1152921573326323713', '-1152921573326323713'].map(int64),
  ],
  [{ type: 'FLOAT32' }, ['0.1', '-0.0', 'NaN', '3.4028235E38'].map(float)],
  [{ type: 'FLOAT64' }, ['0.1', '-Infinity', '5.0E-324'].map(double)],
  [{ type: 'BOOLEAN' }, [yes]],
  [{ type: 'STRING' }, [string('text')]],
  [{ type: 'BYTES' }, [bytes('AAEC')]],
  [{ type: 'ARRAY', values: { type: 'INT8' } }, [list(int8('1'))]],
  [{ type: 'MAP', keys: { type: 'STRING' }, values: { type: 'INT8' } }, [map([string('a'), int8('1')])]],
  [{ type: 'STRUCT', fields: [] }, [struct({ type: 'STRUCT', fields: [] })]],
];

const presence: readonly Partial<SchemaNote>[] = [
  {},
  { optional: true },
  { default: int64('7') },
  { optional: true, default: int64('7') },
];

/** Everything that a schema may say of itself besides its type. */
const labels: readonly Partial<SchemaNote>[] = [
  {},
  { name: 'a' },
  { name: 'b' },
  { version: 2 },
  { doc: 'd' },
  { parameters: { p: '1' } },
  { parameters: { p: '2' } },
  { parameters: { p: '1', q: '2' } },
  { name: 'a', version: 1, parameters: { q: '2', p: '1' } },
];

const inner = (...fields: [string, SchemaNote][]): SchemaNote => ({ type: 'STRUCT', name: 'Inner', fields });
const outer = (...fields: [string, SchemaNote][]): SchemaNote => ({ type: 'STRUCT', name: 'Outer', fields });
const narrow = inner(['n', { type: 'INT16' }], ['gone', { type: 'STRING', optional: true }]);
const wide = inner(['n', { type: 'FLOAT64' }], ['new', { type: 'STRING', default: string('fresh') }]);
const other = inner(['n', { type: 'STRING' }]);
const source = outer(
  ['id', { type: 'INT32' }],
  ['in', { ...narrow, optional: true }],
  ['all', { type: 'ARRAY', values: narrow }],
  ['byName', { type: 'MAP', keys: { type: 'INT8' }, values: { type: 'INT32', optional: true } }],
  ['told', { type: 'STRING', optional: true, default: string('told') }],
);
const oneInner = struct(narrow, int16('300'), string('x'));
const whole = struct(
  source,
  int32('1'),
  struct({ ...narrow, optional: true }, int16('-1'), null),
  list(oneInner, struct(narrow, int16('0'), null)),
  map([int8('1'), int32('2')], [int8('3'), null]),
  null,
);
const empty = struct(source, int32('1'), null, list(), map(), string('else'));

const targets: readonly SchemaNote[] = [
  source,
  outer(),
  outer(['id', { type: 'INT64' }]),
  outer(['id', { type: 'INT8' }]),
  outer(['id', { type: 'STRING' }]),
  outer(['new', { type: 'STRING' }]),
  outer(['new', { type: 'STRING', optional: true }]),
  outer(['new', { type: 'STRING', optional: true, default: string('d') }]),
  outer(['new', { type: 'STRING', default: string('d') }], ['id', { type: 'FLOAT32' }]),
  outer(['in', { ...wide, optional: true }]),
  outer(['in', wide]),
  outer(['in', { ...other, optional: true }]),
  outer(['all', { type: 'ARRAY', values: wide }]),
  outer(['all', { type: 'ARRAY', values: other }]),
  outer(['byName', { type: 'MAP', keys: { type: 'INT64' }, values: { type: 'INT64', optional: true } }]),
  outer(['byName', { type: 'MAP', keys: { type: 'INT64' }, values: { type: 'INT64' } }]),
  outer([
    'byName',
    { type: 'MAP', keys: { type: 'INT8' }, values: { type: 'FLOAT64', default: double('0.5') } },
  ]),
  outer(['told', { type: 'STRING', optional: true }]),
  outer(['told', { type: 'STRING', default: string('target') }]),
  outer(['told', { type: 'STRING' }]),
  { ...outer(['id', { type: 'INT32' }]), name: 'Renamed' },
  { ...outer(['id', { type: 'INT32' }]), version: 9, doc: 'other' },
];

const times = (unit: string, type: 'INT32' | 'INT64'): SchemaNote => ({
  type,
  name: `io.debezium.time.${unit}`,
  version: 1,
});

export const projectionCases: readonly ProjectionCase[] = [
  ...typed.flatMap(([from, values]) =>
    typed.flatMap(([target]) => values.map((value) => ({ source: from, value, target }))),
  ),
  ...presence.flatMap((from) =>
    presence.flatMap((to) =>
      [int64('1'), null].map((value) => ({
        source: { type: 'INT64' as const, ...from },
        value,
        target: { type: 'INT64' as const, ...to },
      })),
    ),
  ),
  ...labels.flatMap((from) =>
    labels.map((to) => ({
      source: { type: 'INT32' as const, ...from },
      value: int32('5'),
      target: { type: 'INT64' as const, ...to },
    })),
  ),
  ...targets.flatMap((target) => [whole, empty].map((value) => ({ source, value, target }))),
  ...[decimalOf(2), decimalOf(3), decimalOf(-2), { type: 'BYTES' } satisfies SchemaNote].flatMap((target) => [
    { source: decimalOf(2), value: { is: 'decimal', text: '-12.50' } satisfies ValueNote, target },
    { source: decimalOf(-2), value: { is: 'decimal', text: '1.5E+3' } satisfies ValueNote, target },
  ]),
  ...([logical.date, logical.time] as const).flatMap((name) =>
    ([logical.date, logical.time] as const).map((targetName) => ({
      source: { type: 'INT32' as const, name, version: 1 },
      value: { is: 'date', text: '0' } satisfies ValueNote,
      target: { type: 'INT32' as const, name: targetName, version: 1, optional: true },
    })),
  ),
  {
    source: { type: 'INT32', name: 'moment' },
    value: int32('5'),
    target: { type: 'INT64', name: 'moment' },
  },
  ...['MicroTime', 'NanoTime', 'MicroTimestamp', 'NanoTimestamp'].map((unit) => ({
    source: times(unit, 'INT64'),
    value: int64('1700000000123456789'),
    target: { ...times(unit, 'INT64'), optional: true },
  })),
  {
    source: times('MicroTimestamp', 'INT64'),
    value: int64('1700000000123456'),
    target: times('NanoTimestamp', 'INT64'),
  },
];
