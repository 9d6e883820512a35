import { describe, expect, test } from 'vitest';
import type { Transformation } from '../plugin-api/transformation.ts';
import { Decimal } from '../records/decimal.ts';
import { schemasEqual, valuesEqual } from '../records/equality.ts';
import { ConnectHeaders } from '../records/headers.ts';
import { decimalSchema } from '../records/logical-types.ts';
import { projectValue } from '../records/project-value.ts';
import type { SourceRecord } from '../records/record.ts';
import type { Schema } from '../records/schema.ts';
import { schemaOf, structSchema } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import { transformPlugins } from '../transforms/transform-plugins.ts';
import { HeaderByConverter } from './header-by-converter.ts';
import { JsonConverter } from './json/json-converter.ts';
import { SimpleHeaderConverter } from './simple-header/simple-header-converter.ts';
import { StringConverter } from './string-converter.ts';

const debezium = (name: string, type: 'INT32' | 'INT64' | 'STRING'): Schema =>
  schemaOf({ type, name: `io.debezium.time.${name}`, version: 1 });

/** Semantic types that a Date of milliseconds could not hold, and numbers that a double could not. */
const values: readonly (readonly [string, Schema, unknown])[] = [
  ['date', debezium('Date', 'INT32'), -719_162],
  ['time of day in ms', debezium('Time', 'INT32'), 86_399_999],
  ['time of day in µs', debezium('MicroTime', 'INT64'), 86_399_999_999n],
  ['time of day in ns', debezium('NanoTime', 'INT64'), 86_399_999_999_999n],
  ['timestamp in ms', debezium('Timestamp', 'INT64'), 253_402_300_799_999n],
  ['timestamp in µs', debezium('MicroTimestamp', 'INT64'), 1_700_000_000_123_457n],
  ['timestamp in µs, year 9999', debezium('MicroTimestamp', 'INT64'), 253_402_300_799_999_999n],
  ['timestamp in µs, year 1', debezium('MicroTimestamp', 'INT64'), -62_135_596_799_999_999n],
  ['timestamp in ns', debezium('NanoTimestamp', 'INT64'), 1_700_000_000_123_456_789n],
  ['timestamp in ns, the largest', debezium('NanoTimestamp', 'INT64'), 2n ** 63n - 1n],
  ['zoned timestamp', debezium('ZonedTimestamp', 'STRING'), '2024-02-29T23:59:60.123456789+05:30'],
  ['zoned time', debezium('ZonedTime', 'STRING'), '23:59:59.999999999Z'],
  ['interval', debezium('MicroDuration', 'INT64'), -(2n ** 63n)],
  ['number beyond doubles', schemaOf({ type: 'INT64' }), 9_007_199_254_740_993n],
  ['decimal of 38 digits', decimalSchema(10), Decimal.parse('-1234567890123456789012345678.0123456789')],
  ['decimal of scale 1000', decimalSchema(1000), new Decimal(-7n, 1000)],
  ['decimal of negative scale', decimalSchema(-5), new Decimal(12_345n, -5)],
];

const rowOf = (schema: Schema) =>
  structSchema({ before: schemaOf({ type: 'STRING', optional: true }), it: schema }, { name: 'Row' });

const plugins = transformPlugins({
  createHeaderConverter: () => new SimpleHeaderConverter(),
  createJson: () => new JsonConverter(),
  createText: () => new StringConverter(),
});

function transform(name: string, settings: Record<string, string>): Transformation {
  const plugin = plugins.find(({ className }) => className === `org.apache.kafka.connect.transforms.${name}`);
  if (plugin?.type !== 'transformation') throw new Error(`no ${name}`);
  const created = plugin.createTransformation();
  created.configure(settings);
  return created;
}

function recordOf(valueSchema: Schema | null, value: unknown): SourceRecord {
  return {
    topic: 't',
    kafkaPartition: null,
    keySchema: null,
    key: null,
    valueSchema,
    value,
    timestamp: 5,
    headers: new ConnectHeaders(),
    sourcePartition: null,
    sourceOffset: null,
  };
}

/** Moves the field about without touching what is in it. */
const chain = [
  transform('InsertField$Value', { 'static.field': 'new', 'static.value': 'x' }),
  transform('ReplaceField$Value', { renames: 'it:moved', exclude: 'before' }),
  transform('HoistField$Value', { field: 'deep' }),
  transform('Flatten$Value', { delimiter: '_' }),
  transform('ValueToKey', { fields: 'deep_moved' }),
  transform('ExtractField$Key', { field: 'deep_moved' }),
  transform('HeaderFrom$Value', { fields: 'deep_moved', headers: 'h', operation: 'copy' }),
  transform('SetSchemaMetadata$Value', { 'schema.name': 'Other' }),
  transform('ExtractField$Value', { field: 'deep_moved' }),
];

describe.each(values)('%s', (_name, schema, value) => {
  test.each<Record<string, string>>([{}, { 'decimal.format': 'NUMERIC' }])(
    'is the same after JSON with its schema, %o',
    (settings) => {
      const converter = new JsonConverter();
      converter.configure({ 'converter.type': 'value', ...settings });
      const row = new Struct(rowOf(schema), { it: value });
      const bytes = Buffer.from(converter.fromConnectData('t', row.schema, row) ?? '');
      const again = converter.toConnectData('t', bytes);
      expect(schemasEqual(again.schema, row.schema)).toBe(true);
      expect(valuesEqual(again.value, row)).toBe(true);
    },
  );

  test('is the same after a header as JSON', () => {
    const converter = new HeaderByConverter(new JsonConverter());
    converter.configure({});
    const bytes = Buffer.from(converter.fromConnectHeader('t', 'h', schema, value) ?? '');
    const again = converter.toConnectHeader('t', 'h', bytes);
    expect(schemasEqual(again.schema, schema)).toBe(true);
    expect(valuesEqual(again.value, value)).toBe(true);
  });

  test('has the same digits after JSON without its schema and in a header as text', () => {
    const plain = new JsonConverter();
    plain.configure({ 'converter.type': 'value', 'schemas.enable': 'false', 'decimal.format': 'NUMERIC' });
    const digits = String(value);
    expect(plain.fromConnectData('t', schema, value)).toBe(
      typeof value === 'string' ? `"${digits}"` : digits,
    );
    if (typeof value === 'bigint') expect(plain.toConnectData('t', Buffer.from(digits)).value).toBe(value);
    expect(String(new SimpleHeaderConverter().fromConnectHeader('t', 'h', schema, value))).toBe(digits);
  });

  test('is the same under a schema with new fields', () => {
    const target = structSchema(
      { it: schema, more: schemaOf({ type: 'INT8', default: 1 }) },
      { name: 'Row' },
    );
    const projected = projectValue(rowOf(schema), new Struct(rowOf(schema), { it: value }), target);
    expect(projected instanceof Struct && valuesEqual(projected.get('it'), value)).toBe(true);
  });

  test('is the same after a chain of transforms, as value, key and header', () => {
    const row = new Struct(rowOf(schema), { it: value });
    let record: SourceRecord | null = recordOf(row.schema, row);
    for (const each of chain) record = record === null ? null : each.apply(record);
    expect(schemasEqual(record?.valueSchema ?? null, schema)).toBe(true);
    expect(valuesEqual(record?.value, value)).toBe(true);
    expect(valuesEqual(record?.key, value)).toBe(true);
    expect(valuesEqual(record?.headers?.lastWithName('h')?.value, value)).toBe(true);
  });
});

test('a number is the same after Cast to text and back', () => {
  const row = new Struct(rowOf(schemaOf({ type: 'INT64' })), { it: 1_700_000_000_123_456_789n });
  const asText = transform('Cast$Value', { spec: 'it:string' }).apply(recordOf(row.schema, row));
  if (asText === null) throw new Error('the record is gone');
  const asNumber = transform('Cast$Value', { spec: 'it:int64' }).apply(asText);
  expect(asNumber?.value instanceof Struct && asNumber.value.get('it')).toBe(1_700_000_000_123_456_789n);
});
