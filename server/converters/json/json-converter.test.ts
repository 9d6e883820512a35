import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../records/decimal.ts';
import { valuesEqual } from '../../records/equality.ts';
import { decimalSchema, TIMESTAMP_SCHEMA } from '../../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  FLOAT64_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_BYTES_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import { RecursiveSchema } from '../../records/recursive-schema.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { JsonConverter } from './json-converter.ts';
import { NameTable } from './name-table.ts';

function create(settings: Record<string, string> = {}): JsonConverter {
  const converter = new JsonConverter();
  converter.configure({ 'converter.type': 'value', ...settings });
  return converter;
}

const read = (converter: JsonConverter, text: string) => converter.toConnectData('t', Buffer.from(text));

const order = structSchema(
  {
    id: INT64_SCHEMA,
    paid: decimalSchema(2, { optional: true }),
    at: TIMESTAMP_SCHEMA,
    note: OPTIONAL_STRING_SCHEMA,
    raw: OPTIONAL_BYTES_SCHEMA,
    rate: FLOAT64_SCHEMA,
    tags: arraySchema(STRING_SCHEMA),
    flags: mapSchema(STRING_SCHEMA, BOOLEAN_SCHEMA),
    places: mapSchema(INT64_SCHEMA, STRING_SCHEMA),
  },
  { name: 'Order', version: 3 },
);

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const orders = fc
  .record({
    id: int64,
    paid: fc.option(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((unscaled) => new Decimal(unscaled, 2)),
    ),
    at: fc.date({ noInvalidDate: true }),
    note: fc.option(fc.string({ unit: 'binary' })),
    raw: fc.option(fc.uint8Array()),
    rate: fc.double({ noNaN: true, noDefaultInfinity: true }),
    tags: fc.array(fc.string()),
    flags: fc.array(fc.tuple(fc.string(), fc.boolean())).map((entries) => new Map(entries)),
    places: fc.array(fc.tuple(int64, fc.string())).map((entries) => new Map(entries)),
  })
  .map((values) => new Struct(order, values));

test.each<Record<string, string>>([{}, { 'decimal.format': 'NUMERIC' }])(
  'any struct survives with its schema, with %o',
  (settings) => {
    const [writer, reader] = [create(settings), create()];
    fc.assert(
      fc.property(orders, (value) => {
        const text = String(writer.fromConnectData('t', order, value));
        const again = read(reader, text);
        expect(again.schema).toEqual(order);
        expect(valuesEqual(again.value instanceof Struct && again.value.values, value.values)).toBe(true);
        JSON.parse(text);
      }),
    );
  },
);

test('messages of one schema share the schema object, so that what is compiled for it is used again', () => {
  const converter = create();
  const messages = [1, 2, 3].map((id) => read(converter, `{"schema":{"type":"int64"},"payload":${id}}`));
  expect(messages.map(({ value }) => value)).toEqual([1n, 2n, 3n]);
  expect(new Set(messages.map(({ schema }) => schema)).size).toBe(1);
});

test('many schemas in turn are each read with their own', () => {
  const converter = create();
  for (let round = 0; round < 3; round++) {
    for (const type of ['int8', 'int16', 'int32', 'int64', 'string', 'boolean', 'double']) {
      const payload = type === 'string' ? '"1"' : '1';
      const { schema } = read(converter, `{"schema":{"type":"${type}"},"payload":${payload}}`);
      expect(schema?.type).toBe({ double: 'FLOAT64' }[type] ?? type.toUpperCase());
    }
  }
});

test('a known beginning does not hide what is wrong behind it', () => {
  const converter = create();
  const start = '{"schema":{"type":"string"},"payload":';
  expect(read(converter, `${start}"a"}`).value).toBe('a');
  expect(read(converter, `${start}"b\\n\\u00e9"}`).value).toBe('b\né');
  expect(read(converter, `${start}"a" , "payload":"z"}`).value).toBe('z');
  expect(read(converter, `${start}"c"} `).value).toBe('c');
  for (const rest of ['"a"', '"a', '', '"a","more":1}', '"a\tb"}', '"a"b"}', '}', '"a",}']) {
    expect(() => read(converter, start + rest), rest).toThrow();
  }
});

test('envelopes are read again however they are spaced and ordered', () => {
  const converter = create();
  const envelopes = [
    (payload: string) => `{"schema": {"type": "string"}, "payload": ${payload}}`,
    (payload: string) => `\n { "schema" : {"type":"string"} ,\t"payload" : ${payload} } `,
    (payload: string) => `{"payload":${payload},"schema":{"type":"string"}}`,
    (payload: string) => `{"schema":{"type":"int8"},"schema":{"type":"string"},"payload":${payload}}`,
    (payload: string) => `{"payload":"first","schema":{"type":"string"},"payload":${payload}}`,
    (payload: string) => `\ufeff{"schema":{"type":"string"},"payload":${payload}}`,
    (payload: string) => `{"schema":{"type":"string"},"payload":${payload},"payload":${payload}}`,
  ];
  for (const text of ['a', 'b', 'c']) {
    for (const envelope of envelopes) {
      const { schema, value } = read(converter, envelope(`"${text}"`));
      expect([schema?.type, value], envelope('')).toEqual(['STRING', text]);
      expect(() => read(converter, envelope(`"${text}`))).toThrow('JSON');
    }
  }
});

test('numbers stay exact in both directions', () => {
  const plain = create({ 'schemas.enable': 'false' });
  expect(read(plain, '[9007199254740993,1,1.0]').value).toEqual([9007199254740993n, 1n, 1]);
  expect(plain.fromConnectData('t', null, [9007199254740993n, 1n, 1])).toBe('[9007199254740993,1,1.0]');
});

test.each(['128', '-129', '1e10'])('%s is refused for int8 instead of losing its upper bits', (number) => {
  expect(() => read(create(), `{"schema":{"type":"int8"},"payload":${number}}`)).toThrow(
    'A number does not fit a field of type INT8.',
  );
});

test('a whole number beyond 64 bits is refused without schema', () => {
  expect(() => read(create({ 'schemas.enable': 'false' }), '9223372036854775808')).toThrow(
    'does not fit 64 bits',
  );
});

test('bytes that are no UTF-8 are refused, and the replacement character itself is not', () => {
  const converter = create({ 'schemas.enable': 'false' });
  expect(() => converter.toConnectData('t', Buffer.from([0x22, 0xff, 0x22]))).toThrow(
    'JSON is not in UTF-8.',
  );
  expect(read(converter, '"\ufffd"').value).toBe('\ufffd');
});

test('nesting without end is refused instead of overflowing the stack', () => {
  const converter = create({ 'schemas.enable': 'false' });
  expect(() => read(converter, '['.repeat(100_000))).toThrow('nested deeper than 1000 levels');
  expect(() => read(converter, '{"a":'.repeat(100_000))).toThrow('nested deeper than 1000 levels');
});

test('a number of absurd size is refused before it costs anything', () => {
  const converter = create();
  const huge = '9'.repeat(5_000);
  expect(() => read(converter, `{"schema":null,"payload":${huge}}`)).toThrow('more than 1000 digits');
  const decimal =
    '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"}}';
  expect(() => read(converter, `{"schema":${decimal},"payload":1e999999999}`)).toThrow('Scale');
  expect(() => read(converter, '{"schema":{"type":"int64"},"payload":1e99999}')).toThrow('does not fit');
});

test('schema.content that is no schema is refused when the converter is configured', () => {
  expect(() => create({ 'schema.content': '{"type":"what"}' })).toThrow('Unknown schema type: what');
  expect(() => create({ 'schema.content': '{"type":' })).toThrow('JSON ends too early.');
});

test('a decimal of another scale than its schema is refused in base64', () => {
  const value = Decimal.parse('1.5');
  expect(() => create().fromConnectData('t', decimalSchema(2), value)).toThrow('mismatching scale');
});

test.each(['0', '1', '-5', '1000'])(
  'with schemas.cache.size %s every message is read and written right',
  (size) => {
    const converter = create({ 'schemas.cache.size': size });
    const text = (type: string) => `{"schema":{"type":"${type}","optional":false},"payload":1}`;
    for (const type of ['int8', 'int16', 'int8', 'int64', 'int16', 'int8']) {
      const { schema, value } = read(converter, text(type));
      expect(schema?.type).toBe(type.toUpperCase());
      expect(converter.fromConnectData('t', schema, value)).toBe(text(type));
    }
  },
);

test.each([
  ['0', false],
  ['1', true],
])('with schemas.cache.size %s the schema of the message before is used again: %s', (size, isSame) => {
  const converter = create({ 'schemas.cache.size': size });
  const [first, second] = [1, 2].map((id) => read(converter, `{"schema":{"type":"int64"},"payload":${id}}`));
  expect(first?.schema === second?.schema).toBe(isSame);
});

test('schema.content is the schema of every message, of empty ones too', () => {
  const content = '{"type":"struct","optional":true,"fields":[{"type":"int32","default":7,"field":"n"}]}';
  const converter = create({ 'schema.content': content });
  const values = ['{"n":1}', '{}', 'null', ''].map((text) => read(converter, text));
  expect(values.map(({ value }) => String(value))).toEqual(['Struct{n=1}', 'Struct{n=7}', 'null', 'null']);
  expect(new Set(values.map(({ schema }) => schema)).size).toBe(1);
  expect(converter.toConnectData('t', null)).toEqual({ schema: null, value: null });
});

test('schema.content is not looked at when schemas are off, and does not change what is written', () => {
  const off = create({ 'schemas.enable': 'false', 'schema.content': '{"type":"what"}' });
  expect(read(off, '1')).toEqual({ schema: null, value: 1n });
  const on = create({ 'schema.content': '{"type":"int8"}' });
  expect(on.fromConnectData('t', INT64_SCHEMA, 1n)).toBe(
    '{"schema":{"type":"int64","optional":false},"payload":1}',
  );
});

test('schema.content that requires a value refuses messages without one', () => {
  expect(() => read(create({ 'schema.content': '{"type":"int8"}' }), ' ')).toThrow(
    'Invalid null value for required INT8 field',
  );
});

test.each([
  ['NUMERIC', '12.50'],
  ['numeric', '12.50'],
  ['BASE64', '"BOI="'],
  ['base64', '"BOI="'],
])('decimal.format %s writes a decimal as %s', (format, text) => {
  const converter = create({ 'schemas.enable': 'false', 'decimal.format': format });
  expect(converter.fromConnectData('t', decimalSchema(2), Decimal.parse('12.50'))).toBe(text);
});

test('replace.null.with.default decides about null in both directions', () => {
  const schema = structSchema({ a: schemaOf({ type: 'STRING', optional: true, default: 'd' }) });
  const empty = new Struct(schema);
  const replaced = String(create().fromConnectData('t', schema, empty));
  const kept = create({ 'replace.null.with.default': 'false' });
  const nulls = String(kept.fromConnectData('t', schema, empty));
  expect(replaced).toContain('"payload":{"a":"d"}');
  expect(nulls).toContain('"payload":{"a":null}');
  const fieldOf = (converter: JsonConverter, text: string) => {
    const { value } = read(converter, text);
    return value instanceof Struct ? value.getWithoutDefault('a') : undefined;
  };
  expect(fieldOf(create(), nulls)).toBe('d');
  expect(fieldOf(kept, nulls)).toBeNull();
});

test('names in another order, unknown ones and white space do not matter to a struct', () => {
  const converter = create();
  const schema = '{"type":"struct","fields":[{"type":"int32","field":"a"},{"type":"string","field":"b"}]}';
  const texts = [
    '{"a":1,"b":"x"}',
    '{ "a" : 1 , "b" : "x" }',
    '{"b":"x","a":1}',
    '{"z":{"a":5,"b":[]},"a":1,"y":null,"b":"x","w":1}',
    '{"a":9,"b":"y","a":1,"b":"x"}',
    '{"\\u0061":1,"b":"\\u0078"}',
  ];
  for (const text of texts) {
    const { value } = read(converter, `{"schema":${schema},"payload":${text}}`);
    expect(String(value), text).toBe('Struct{a=1,b=x}');
  }
});

test('names of members are known again, whatever their place in the table is taken by', () => {
  const names = new NameTable();
  const text = `{"name":"${'x'.repeat(100)}"}`;
  const name = names.nameIn(text, 2, 6);
  expect(name).toBe('name');
  expect(names.nameIn('name', 0, 4)).toBe(name);
  expect(names.nameIn('', 0, 0)).toBe('');
  const long = 'n'.repeat(1000);
  expect(names.nameIn(long, 0, 1000)).toBe(long);
  for (let index = 0; index < 5_000; index++) {
    const each = `näme ${index}`;
    expect(names.nameIn(`"${each}"`, 1, 1 + each.length)).toBe(each);
  }
});

test('a schema that contains itself is written without schemas, and refused with them', () => {
  let node: Schema | null = null;
  const next = new RecursiveSchema({ optional: true, target: () => node });
  node = structSchema({ label: STRING_SCHEMA, next }, { name: 'Node' });
  const value = new Struct(node, {
    label: 'a',
    next: new Struct(next, { label: 'b', next: new Struct(next, { label: 'c' }) }),
  });
  const plain = create({ 'schemas.enable': 'false' });
  expect(plain.fromConnectData('t', node, value)).toBe(
    '{"label":"a","next":{"label":"b","next":{"label":"c","next":null}}}',
  );
  expect(() => create().fromConnectData('t', node, value)).toThrow('Schema Node contains itself');
});
