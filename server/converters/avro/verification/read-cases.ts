import type { AvroConfig, AvroReadCase } from './avro-cases.ts';

const none: AvroConfig = {};
const everyConfig: readonly AvroConfig[] = [
  none,
  { 'enhanced.avro.schema.support': 'true' },
  { 'generalized.sum.type.support': 'true' },
  { 'connect.meta.data': 'false' },
  { 'discard.type.doc.default': 'true' },
];

const record = (name: string, fields: readonly unknown[], more: object = {}) => ({
  type: 'record',
  name,
  fields,
  ...more,
});
const field = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more });
const color = {
  type: 'enum',
  name: 'Color',
  namespace: 'ns',
  doc: 'of it',
  symbols: ['RED', 'BLUE'],
  default: 'RED',
};
const address = record('Address', [field('street', 'string', { doc: 'which' })], {
  namespace: 'ns',
  doc: 'where',
});

const schemas: readonly unknown[] = [
  'null',
  ...['boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'],
  { type: 'int', 'connect.type': 'int8', 'connect.doc': 'd', 'connect.version': 3, 'connect.name': 'my.Int' },
  { type: 'int', 'connect.type': 'int64' },
  { type: 'int', logicalType: 'date' },
  { type: 'int', logicalType: 'date', 'connect.type': 'int8' },
  { type: 'long', logicalType: 'date' },
  { type: 'int', logicalType: 'unknown-one' },
  { type: 'long', logicalType: 'time-micros' },
  { type: 'long', logicalType: 'local-timestamp-millis' },
  { type: 'long', logicalType: 'timestamp-millis', 'connect.version': 2 },
  { type: 'long', logicalType: 'timestamp-millis', 'connect.name': 'other.Name' },
  { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
  { type: 'bytes', logicalType: 'decimal', precision: 64, scale: 2 },
  { type: 'bytes', logicalType: 'decimal', precision: 4 },
  { type: 'bytes', logicalType: 'decimal', scale: 2 },
  {
    type: 'fixed',
    name: 'ns.Money',
    size: 5,
    'connect.name': 'org.apache.kafka.connect.data.Decimal',
    logicalType: 'decimal',
    precision: 9,
    scale: 2,
  },
  { type: 'fixed', name: 'ns.Hash', size: 3, 'connect.doc': 'd' },
  color,
  ['null', color],
  ['null', 'int'],
  [{ type: 'string', 'connect.default': 'x', 'connect.parameters': { a: 'b' } }, 'null'],
  ['int', 'string'],
  ['null', 'int', 'string', 'boolean'],
  ['string', 'null', address],
  ['null', address, record('Other', [field('x', 'int')], { namespace: 'ns2' }), color],
  { type: 'array', items: 'long' },
  { type: 'array', items: ['null', 'long'], 'connect.doc': 'longs' },
  { type: 'map', values: { type: 'map', values: 'string' } },
  {
    type: 'array',
    items: record('MapEntry', [field('key', 'int'), field('value', 'string')], {
      namespace: 'io.confluent.connect.avro',
    }),
  },
  {
    type: 'array',
    items: record('E', [field('value', ['null', 'string']), field('key', 'long')], {
      'connect.internal.type': 'MapEntry',
    }),
  },
  { type: 'array', items: record('E', [field('key', 'long')], { 'connect.internal.type': 'MapEntry' }) },
  record('Empty', []),
  record('io.confluent.connect.avro.ConnectDefault', [field('x', 'int')]),
  record('io.confluent.connect.avro.ConnectDefault2', [field('x', 'int')]),
  record('R', [
    field('a', 'int'),
    field('b', address),
    field('c', ['null', 'ns.Address']),
    field('d', { type: 'array', items: 'ns.Address' }),
  ]),
  record(
    'R',
    [
      field('a', color, { doc: 'a color', default: 'BLUE' }),
      field('b', ['null', 'ns.Color'], { default: null }),
    ],
    { doc: 'doc', 'connect.name': 'given.Name', 'connect.version': 7, 'avro.x': 5 },
  ),
  record('Defaults', [
    field('int', 'int', { default: 5 }),
    field('tiny', { type: 'int', 'connect.type': 'int8' }, { default: 5 }),
    field('both', { type: 'int', 'connect.default': 6 }, { default: 5 }),
    field('long', 'long', { default: 9223372036854 }),
    field('float', 'float', { default: 1 }),
    field('double', 'double', { default: 1.25 }),
    field('bool', 'boolean', { default: false }),
    field('text', 'string', { default: 'ü' }),
    field('bytes', 'bytes', { default: '\u0001\u00ff' }),
    field('fixed', { type: 'fixed', name: 'F', size: 2 }, { default: 'ab' }),
    field('list', { type: 'array', items: 'int' }, { default: [1, 2] }),
    field('map', { type: 'map', values: 'string' }, { default: { k: 'v' } }),
    field('inner', record('Inner', [field('x', 'int'), field('y', 'string', { default: 'z' })]), {
      default: { x: 1 },
    }),
    field('day', { type: 'int', logicalType: 'date' }, { default: 3 }),
    field('money', { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, { default: '\u0001' }),
    field('union', ['int', 'string', 'boolean'], { default: 3 }),
    field('nullable', ['int', 'null'], { default: 3 }),
  ]),
  record('WrongDefaults', [
    field('int', 'int', { default: 'x' }),
    field('text', 'string', { default: 5 }),
    field('list', { type: 'array', items: 'int' }, { default: {} }),
    field('none', 'int', { default: null }),
  ]),
  { type: 'string', 'connect.parameters': { a: 5 } },
  { type: 'string', 'connect.parameters': 'text' },
  { type: 'string', 'connect.version': 'text' },
  { type: 'string', 'connect.name': 5 },
];

export const readCases: readonly AvroReadCase[] = schemas.flatMap((schema, index) =>
  everyConfig.flatMap((config) =>
    [1, 2, 3].map((seed) => ({
      config,
      avro: JSON.stringify(schema),
      seed: seed + index,
      ...(seed === 3 ? { version: 4 } : {}),
    })),
  ),
);
