import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../errors/connect-error.ts';
import type { Converter, HeaderConverter } from '../plugin-api/converter.ts';
import { Decimal } from '../records/decimal.ts';
import { valuesEqual } from '../records/equality.ts';
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  STRING_SCHEMA,
} from '../records/primitive-schemas.ts';
import type { Schema } from '../records/schema.ts';
import { structSchema } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import { converterPlugins } from './converter-plugins.ts';
import { registryConverterPlugins } from './registry-converter-plugins.ts';

const simpleName = ({ className }: { className: string }) => className.slice(className.lastIndexOf('.') + 1);

/** Runs it; refusing a record with a `data` error is fine, failing in any other way is not. */
function outcomeOf<T>(run: () => T): { readonly value: T } | 'refused' {
  try {
    return { value: run() };
  } catch (error) {
    if (codeOf(error) !== 'data') throw error;
    return 'refused';
  }
}

const point = structSchema({ x: INT32_SCHEMA });
const oddValues: readonly (readonly [Schema | null, unknown])[] = [
  [null, Symbol('odd')],
  [null, () => {}],
  [null, new Date(Number.NaN)],
  [null, { plain: 'object' }],
  [null, undefined],
  [null, 2n ** 70n],
  [null, Number.NaN],
  [null, Decimal.parse('1.5')],
  [null, new Map([[{}, null]])],
  [INT32_SCHEMA, 'text'],
  [INT32_SCHEMA, 2 ** 40],
  [INT64_SCHEMA, 5],
  [BOOLEAN_SCHEMA, 'true'],
  [BYTES_SCHEMA, 'text'],
  [STRING_SCHEMA, 5],
  [STRING_SCHEMA, null],
  [point, new Struct(point)],
  [point, { x: 1 }],
];

/** Values that come back as they went, for each converter of keys and values. */
const roundTrips: Readonly<Record<string, readonly [Schema, fc.Arbitrary<unknown>]>> = {
  StringConverter: [STRING_SCHEMA, fc.string({ unit: 'binary' })],
  JsonConverter: [STRING_SCHEMA, fc.string({ unit: 'binary' })],
  ByteArrayConverter: [BYTES_SCHEMA, fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  BooleanConverter: [BOOLEAN_SCHEMA, fc.boolean()],
  ShortConverter: [INT16_SCHEMA, fc.integer({ min: -32768, max: 32767 })],
  IntegerConverter: [INT32_SCHEMA, fc.integer()],
  LongConverter: [INT64_SCHEMA, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  FloatConverter: [FLOAT32_SCHEMA, fc.float()],
  DoubleConverter: [FLOAT64_SCHEMA, fc.double()],
};

const bytesToRead = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc.string().map((text) => Buffer.from(text)),
  fc
    .tuple(fc.constantFrom('string', 'int64', 'boolean', 'bytes'), fc.jsonValue())
    .map(([type, payload]) => Buffer.from(JSON.stringify({ schema: { type, optional: true }, payload }))),
);

/** Those that need no registry. */
const converters = converterPlugins.filter(
  (plugin) => plugin.type === 'converter' && !registryConverterPlugins.includes(plugin),
);

describe.each(converters)('$title', (plugin) => {
  function create(settings: Record<string, string> = {}): Converter {
    if (plugin.type !== 'converter') throw new Error('not a converter');
    const converter = plugin.createConverter();
    converter.configure({ 'converter.type': 'value', ...settings });
    return converter;
  }

  test('serves keys and values, ignores settings of others and refuses an unknown use', () => {
    for (const type of ['key', 'value', 'header']) create({ 'converter.type': type, 'no.such.setting': 'x' });
    expect(() => create({ 'converter.type': 'topic' })).toThrow('String must be one of: key, value, header');
  });

  test('null without schema is no bytes, and no bytes are null', () => {
    expect(create().fromConnectData('t', null, null, null)).toBeNull();
    expect(create().toConnectData('t', null, null).value).toBeNull();
  });

  test('a value it cannot write is refused as data, whatever it is', () => {
    const converter = create();
    for (const [schema, value] of oddValues)
      outcomeOf(() => converter.fromConnectData('t', schema, value, null));
  });

  test('any bytes are read or refused as data, and equally so inside a larger buffer', () => {
    const converter = create();
    fc.assert(
      fc.property(bytesToRead, fc.nat({ max: 5 }), (bytes, before) => {
        const whole = outcomeOf(() => converter.toConnectData('t', bytes, null));
        const buffer = Buffer.concat([Buffer.alloc(before, 0x22), bytes, Buffer.from('"]}')]);
        const end = before + bytes.length;
        const inside = outcomeOf(() => converter.toConnectDataFromRange?.('t', buffer, before, end));
        buffer.fill(0x5a);
        if (whole === 'refused' || inside === 'refused') {
          expect(inside).toBe(whole);
        } else {
          expect(valuesEqual(inside.value?.value, whole.value.value)).toBe(true);
          expect(inside.value?.schema).toEqual(whole.value.schema);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('what it wrote it reads again', () => {
    const converter = create();
    const [schema, values] = roundTrips[simpleName(plugin)] ?? [];
    if (schema === undefined || values === undefined) throw new Error(`no values for ${plugin.className}`);
    fc.assert(
      fc.property(values, (value) => {
        const bytes = converter.fromConnectData('t', schema, value, null);
        if (bytes === null) throw new Error('a value became null');
        const read = converter.toConnectData('t', Buffer.from(bytes), null);
        expect(read.schema?.type).toBe(schema.type);
        expect(valuesEqual(read.value, value)).toBe(true);
      }),
    );
  });
});

describe.each(converterPlugins.filter(({ type }) => type === 'header_converter'))(
  '$title for headers',
  (plugin) => {
    function create(): HeaderConverter {
      if (plugin.type !== 'header_converter') throw new Error('not a header converter');
      const converter = plugin.createHeaderConverter();
      converter.configure({});
      return converter;
    }

    test('null is no bytes and comes back as null', () => {
      expect(create().fromConnectHeader('t', 'h', null, null)).toBeNull();
      expect(create().toConnectHeader('t', 'h', null).value).toBeNull();
    });

    test('odd values and any bytes are converted or refused as data', () => {
      const converter = create();
      for (const [schema, value] of oddValues)
        outcomeOf(() => converter.fromConnectHeader('t', 'h', schema, value));
      fc.assert(
        fc.property(bytesToRead, (bytes) => void outcomeOf(() => converter.toConnectHeader('t', 'h', bytes))),
      );
    });
  },
);

test('every plugin says what it is, and all its keys are documented', () => {
  for (const plugin of converterPlugins) {
    expect(plugin.summary).toMatch(/\.$/);
    for (const key of Object.values(plugin.config.keys)) expect(key.documentation).toMatch(/\.$/);
  }
});
