import { describe, expect, test } from 'vitest';
import { Decimal } from '../../records/decimal.ts';
import { valuesEqual } from '../../records/equality.ts';
import { dateSchema, decimalSchema, timestampSchema } from '../../records/logical-types.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { ByteWriter } from '../schema-registry/byte-writer.ts';
import type { AvroFormat } from './avro-format.ts';
import { avroFormat } from './testing/avro-format-of.ts';
import { registeredAs } from './testing/our-avro-answers.ts';

const int32 = schemaOf({ type: 'INT32' });
const int64 = schemaOf({ type: 'INT64' });
const string = schemaOf({ type: 'STRING' });
const double = schemaOf({ type: 'FLOAT64' });
const optional = (schema: Schema): Schema =>
  schemaOf({ type: schema.type, optional: true, name: schema.name, version: schema.version });

function written(format: AvroFormat, schema: Schema | null, value: unknown): { text: string; bytes: Buffer } {
  const writer = format.writerFor(schema);
  const out = new ByteWriter();
  writer.write(value, out);
  return { text: writer.text.schema, bytes: Buffer.from(out.view()) };
}

function readAs(avro: unknown, bytes: Uint8Array | string, format = avroFormat()): unknown {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : Buffer.from(bytes);
  const text = typeof avro === 'string' ? avro : JSON.stringify(avro);
  return format.readerOf(registeredAs(text)).read(buffer, 0, buffer.length).value;
}

function roundTrip(schema: Schema | null, value: unknown, format = avroFormat()): unknown {
  const { text, bytes } = written(format, schema, value);
  return readAs(text, bytes, format);
}

const record = (name: string, ...fields: unknown[]) => ({ type: 'record', name, fields });

describe('bad bytes (group 141)', () => {
  const person = record('P', { name: 'a', type: 'int' }, { name: 'b', type: 'string' });

  test.each<[string, unknown, string, string]>([
    ['nothing at all', person, '', 'ends too early'],
    ['a truncated string', person, '0206616', 'ends too early'],
    ['a truncated varint', '"long"', 'ff', 'ends too early'],
    ['a truncated double', '"double"', '0000', 'ends too early'],
    ['bytes left over', person, '02026100', '1 bytes more'],
    ['a length of 2^62', '"string"', '80808080808080808001', 'ends too early'],
    ['a negative length', '"bytes"', '01', 'negative length'],
    ['an int of more than 32 bits', '"int"', 'ffffffff7f', 'more than 32 bits'],
    ['a long of more than 64 bits', '"long"', 'ffffffffffffffffffff01', 'more than 64 bits'],
    ['an unknown branch', ['null', 'int'], '04', 'no such branch'],
    ['a negative branch', ['int', 'string', 'null'], '01', 'no such branch'],
    ['an unknown symbol', { type: 'enum', name: 'E', symbols: ['A'] }, '02', 'no such symbol'],
    ['a boolean that is neither', '"boolean"', '02', 'neither 0 nor 1'],
    ['a string that is not UTF-8', '"string"', '02ff', 'not UTF-8'],
    ['a decimal of no bytes', { type: 'bytes', logicalType: 'decimal', precision: 4 }, '00', 'no bytes'],
    ['a block of 2^61 items', { type: 'array', items: 'int' }, 'feffffffffffffff3f', 'ends too early'],
    [
      'a negative count of -2^63',
      { type: 'array', items: 'int' },
      'ffffffffffffffffff0100',
      'ends too early',
    ],
    ['a block whose size lies', { type: 'map', values: 'int' }, '01feff0302610200', 'ends too early'],
    [
      'a time of day beyond the day',
      { type: 'int', logicalType: 'time-millis' },
      'fcffffff0f',
      'Time values',
    ],
    ['a day out of reach', { type: 'int', logicalType: 'date' }, 'feffffff0f', 'out of all reach'],
    [
      'a time stamp out of reach',
      { type: 'long', logicalType: 'timestamp-millis' },
      'feffffffffffffffff01',
      'outside of what can be kept',
    ],
  ])('%s is refused', (_, avro, hex, message) => {
    expect(() => readAs(avro, hex)).toThrow(expect.objectContaining({ code: 'data' }));
    expect(() => readAs(avro, hex)).toThrow(message);
  });

  test('records beside a bad one are read as ever', () => {
    const reader = avroFormat().readerOf(registeredAs(JSON.stringify(person)));
    const good = Buffer.from('020261', 'hex');
    expect(() => reader.read(Buffer.from('02', 'hex'), 0, 1)).toThrow('ends too early');
    expect(String(reader.read(good, 0, 3).value)).toBe('Struct{a=1,b=a}');
  });

  test('blocks with a negative count and a size are read, and so are several blocks', () => {
    expect(readAs({ type: 'array', items: 'int' }, '0304020404060800')).toEqual([1, 2, 3, 4]);
  });

  test('items without bytes do not multiply for nothing', () => {
    expect(() => readAs({ type: 'array', items: 'null' }, 'feffffffffffffff3f')).toThrow(
      expect.objectContaining({ code: 'data' }),
    );
    const empty = { type: 'array', items: record('Empty') };
    expect(readAs(empty, '0600')).toHaveLength(3);
    expect(() => readAs(empty, 'feffffffffffffff3f00')).toThrow('more than 1000000 items');
  });

  test('names that unfold without end are refused before a value is read', () => {
    const levels = Array.from({ length: 40 }, (_, level) =>
      record(
        `R${level}`,
        ...(level === 0
          ? []
          : [
              { name: 'a', type: `R${level - 1}` },
              { name: 'b', type: `R${level - 1}` },
            ]),
      ),
    );
    const text = record('Top', ...levels.map((type, index) => ({ name: `f${index}`, type })));
    expect(() => readAs(text, '')).toThrow('unfolds into more than');
  });

  test('branches that look alike are told apart by their index, not by their value', () => {
    const union = ['bytes', { type: 'fixed', name: 'Two', size: 2 }, 'string'];
    expect(String(readAs(union, '020102'))).toMatch(/^Struct\{Two=/);
    expect(String(readAs(union, '00040102'))).toMatch(/^Struct\{bytes=/);
  });
});

describe('schemas that contain themselves', () => {
  const node = record('Node', { name: 'v', type: 'int' }, { name: 'next', type: ['null', 'Node'] });

  test('are read', () => {
    const first = readAs(node, '02020400');
    expect(String(first)).toBe('Struct{v=1,next=Struct{v=2}}');
    const tree = record(
      'Tree',
      { name: 'n', type: 'string' },
      { name: 'c', type: { type: 'array', items: 'Tree' } },
    );
    expect(String(readAs(tree, '02610202620000'))).toBe('Struct{n=a,c=[Struct{n=b,c=[]}]}');
    const maps = record('Maps', { name: 'm', type: { type: 'map', values: 'Maps' } });
    expect(String(readAs(maps, '02026b0000'))).toBe('Struct{m={k=Struct{m={}}}}');
  });

  test('are written again as they were', () => {
    const format = avroFormat();
    const bytes = Buffer.from('02020400', 'hex');
    const { schema, value } = format.readerOf(registeredAs(JSON.stringify(node))).read(bytes, 0, 4);
    const again = written(format, schema, value);
    expect(again.bytes).toEqual(bytes);
    expect(JSON.parse(again.text)).toMatchObject({ name: 'Node', fields: [{}, { type: ['null', 'Node'] }] });
  });

  test('nested deeper than the limit are refused, and the next record is read', () => {
    const reader = avroFormat().readerOf(registeredAs(JSON.stringify(node)));
    const deep = Buffer.from('0202'.repeat(100_000), 'hex');
    expect(() => reader.read(deep, 0, deep.length)).toThrow('nested deeper than 1000');
    const fine = Buffer.from(`${'0202'.repeat(900)}0200`, 'hex');
    expect(reader.read(fine, 0, fine.length).value).toBeInstanceOf(Struct);
  });

  test('that need themselves are refused', () => {
    expect(() => readAs(record('R', { name: 'r', type: 'R' }), '')).toThrow('needs itself');
  });
});

describe('numbers and times (F77)', () => {
  test.each<[Schema, readonly unknown[]]>([
    [
      int64,
      [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 52n, -(2n ** 52n) - 1n, 0n],
    ],
    [double, [Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 1.7976931348623157e308]],
    [schemaOf({ type: 'FLOAT32' }), [Math.fround(0.1), -0, Number.NEGATIVE_INFINITY]],
    [
      decimalSchema(2),
      ['99999999999999999999999999999999999.99', '-0.01', '0.00', '-1.28', '327.68'].map(Decimal.parse),
    ],
    [dateSchema(), [new Date('0001-01-01'), new Date('9999-12-31'), new Date('+010000-01-01')]],
    [timestampSchema(), [new Date('0001-01-01T00:00:00.001Z'), new Date(8.64e15), new Date(-8.64e15)]],
    [
      schemaOf({ type: 'INT64', name: 'io.debezium.time.MicroTimestamp', version: 1 }),
      [1_700_000_000_000_001n],
    ],
    [
      schemaOf({ type: 'INT64', name: 'io.debezium.time.NanoTimestamp', version: 1 }),
      [1_700_000_000_000_000_001n],
    ],
  ])('%j comes back as it was', (schema, values) => {
    for (const value of values)
      expect(valuesEqual(roundTrip(schema, value), value), String(value)).toBe(true);
  });

  test.each<[Schema, unknown]>([
    [int64, 2n ** 63n],
    [int64, -(2n ** 63n) - 1n],
    [int64, 5],
    [int32, 2 ** 31],
    [int32, 1.5],
    [schemaOf({ type: 'INT8' }), 128],
    [decimalSchema(2), Decimal.parse('1.5')],
    [dateSchema(), new Date(5)],
    [timestampSchema(), new Date(Number.NaN)],
    [string, 'half \ud83d'],
    [string, null],
  ])('%j refuses %s', (schema, value) => {
    expect(() => written(avroFormat(), schema, value)).toThrow(expect.objectContaining({ code: 'data' }));
  });

  test('errors name the field and never its contents', () => {
    const schema = structSchema({ in: structSchema({ pin: int32 }, { name: 'In' }) }, { name: 'Out' });
    const inner = new Struct(structSchema({ pin: int32 }, { name: 'In' }));
    inner.values[0] = 'secret-1234';
    expect(() => written(avroFormat(), schema, new Struct(schema, { in: inner }))).toThrow(
      /^A string is no value of INT32 \(field in\.pin\)\.$/,
    );
  });
});

describe('schemas that change in mid stream (F79)', () => {
  const before = structSchema({ id: int32, name: string }, { name: 'Row' });
  const row = (schema: Schema, values: Record<string, unknown>) => new Struct(schema, values);
  const latest = (...fields: unknown[]) => registeredAs(JSON.stringify(record('Row', ...fields)));
  const id = { name: 'id', type: 'int' };
  const name = { name: 'name', type: 'string' };

  function writtenWith(registered: ReturnType<typeof latest>, schema: Schema, value: unknown): string {
    const format = avroFormat();
    const out = new ByteWriter();
    format.writerWith(registered, schema).write(value, out);
    const view = out.view();
    return String(format.readerOf(registered).read(view, 0, view.length).value);
  }

  test('each version is read by its own schema', () => {
    const format = avroFormat();
    const after = structSchema({ id: int64, name: string, mail: optional(string) }, { name: 'Row' });
    const old = written(format, before, row(before, { id: 1, name: 'a' }));
    const young = written(format, after, row(after, { id: 2n ** 40n, name: 'b', mail: 'm' }));
    expect(String(readAs(old.text, old.bytes, format))).toBe('Struct{id=1,name=a}');
    expect(String(readAs(young.text, young.bytes, format))).toBe('Struct{id=1099511627776,name=b,mail=m}');
  });

  test('data without a field that the latest schema has gets its default', () => {
    const added = latest({ name: 'added', type: ['null', 'string'], default: null }, name, id, {
      name: 'tags',
      type: { type: 'array', items: 'long' },
      default: [1, 2],
    });
    expect(writtenWith(added, before, row(before, { id: 1, name: 'a' }))).toBe(
      'Struct{name=a,id=1,tags=[1, 2]}',
    );
  });

  test('a field that was renamed is found by its alias', () => {
    const renamed = latest(id, { name: 'title', type: 'string', aliases: ['name'] });
    expect(writtenWith(renamed, before, row(before, { id: 1, name: 'a' }))).toBe('Struct{id=1,title=a}');
  });

  test('a field that the latest schema lacks is left out', () => {
    expect(writtenWith(latest(id), before, row(before, { id: 1, name: 'a' }))).toBe('Struct{id=1}');
  });

  test('a wider type takes what a narrower held', () => {
    const wide = latest({ name: 'id', type: 'long' }, { name: 'name', type: ['null', 'string'] });
    expect(writtenWith(wide, before, row(before, { id: 7, name: 'a' }))).toBe('Struct{id=7,name=a}');
    const real = latest({ name: 'id', type: 'double' }, name);
    expect(writtenWith(real, before, row(before, { id: 7, name: 'a' }))).toBe('Struct{id=7.0,name=a}');
  });

  test.each<[string, readonly unknown[], string]>([
    ['a required field without a default', [id, name, { name: 'more', type: 'int' }], 'no field for more'],
    [
      'a type swapped',
      [{ name: 'id', type: 'string' }, name],
      "INT32 cannot be written as Avro's string (field id)",
    ],
    [
      'a default that does not fit',
      [id, name, { name: 'more', type: 'int', default: 'x' }],
      'default in the Avro',
    ],
  ])('%s is refused before a row is written', (_, fields, message) => {
    expect(() => avroFormat().writerWith(latest(...fields), before)).toThrow(message);
  });

  test('a whole number that a wider type would round is refused', () => {
    const schema = structSchema({ id: int64 }, { name: 'Row' });
    const real = latest({ name: 'id', type: 'double' });
    expect(writtenWith(real, schema, row(schema, { id: 2n ** 53n }))).toBe('Struct{id=9.007199254740992E15}');
    expect(() => writtenWith(real, schema, row(schema, { id: 2n ** 53n + 1n }))).toThrow('more digits');
  });

  test('decimals of another scale are refused', () => {
    const schema = structSchema({ m: decimalSchema(2) }, { name: 'Row' });
    const other = latest({
      name: 'm',
      type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 3 },
    });
    expect(() => avroFormat().writerWith(other, schema)).toThrow(
      'Decimals of scale 2 do not fit bytes of scale 3',
    );
  });

  test('why readers of the latest schema could not take the data is said', () => {
    const format = avroFormat();
    const own = format.writerFor(before).text;
    expect(format.incompatibility(latest(id, name), own)).toBeNull();
    expect(format.incompatibility(latest(id), own)).toBeNull();
    expect(format.incompatibility(latest(id, name, { name: 'x', type: 'int' }), own)).toContain(
      'field x has no default',
    );
    expect(format.incompatibility(latest(id, { name: 'name', type: 'int' }), own)).toBe(
      'field name is int and not string',
    );
  });
});

describe('mapping', () => {
  test('imports are known by name', () => {
    const address = JSON.stringify({
      ...record('Address', { name: 'street', type: 'string' }),
      namespace: 'ns',
    });
    const person = JSON.stringify({
      ...record('Person', { name: 'home', type: 'Address' }),
      namespace: 'ns',
    });
    const reader = avroFormat().readerOf(registeredAs(person, { 'ns.Address': address }));
    expect(reader.recordName).toBe('ns.Person');
    expect(String(reader.read(Buffer.from('0261', 'hex'), 0, 2).value)).toBe('Struct{home=Struct{street=a}}');
  });

  test.each<[string, string]>([
    [
      '{"type":"record","name":"R","fields":[{"name":"x","type":"Unknown"}]}',
      "at x: type 'Unknown' is not defined",
    ],
    [
      '{"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"x","type":"int"}]}',
      'is there twice',
    ],
    ['["int","int"]', "has 'int' twice"],
    ['["int",["null"]]', 'a union stands in a union'],
    ['{"type":"enum","name":"E","symbols":["A","A"]}', 'a symbol twice'],
    ['{"type":"fixed","name":"F","size":-1}', 'size of a fixed'],
    ['{"type":"fixed","name":"F","size":99999999999}', 'size of a fixed'],
    ['{"type":"record","name":"a-b","fields":[]}', 'cannot be the name'],
    ['{"type":"array"}', 'no items'],
    ['{', 'not JSON'],
    [`${'{"type":"array","items":'.repeat(400)}"int"${'}'.repeat(400)}`, 'nested deeper than 300'],
    [`${'['.repeat(50_000)}`, 'not JSON'],
  ])('the schema %.60s is refused', (text, message) => {
    expect(() => readAs(text, '')).toThrow(expect.objectContaining({ code: 'data' }));
    expect(() => readAs(text, '')).toThrow(message);
  });

  test('a schema of a Connect struct nested too deep is refused', () => {
    let schema: Schema = int32;
    for (let i = 0; i < 2_000; i++) schema = arraySchema(schema);
    expect(() => avroFormat().writerFor(schema)).toThrow('nested deeper than 300');
  });

  test('data without a schema comes back, whole numbers as bigints', () => {
    const value = new Map<unknown, unknown>([
      ['a', [1n, 1.5, null, true, 'x']],
      ['__proto__', new Map([[2n, Buffer.from('b')]])],
    ]);
    expect(valuesEqual(roundTrip(null, value), value)).toBe(true);
    expect(avroFormat().writerFor(null).recordName).toBe('io.confluent.connect.avro.Anything');
  });

  test('data without a schema nested too deep is refused', () => {
    let value: unknown = null;
    for (let i = 0; i < 50_000; i++) value = [value];
    expect(() => written(avroFormat(), null, value)).toThrow('nested deeper than 1000');
    expect(() => written(avroFormat(), null, new Struct(structSchema({ a: int32 })))).toThrow(
      'without a schema',
    );
    expect(() => written(avroFormat(), null, { a: 1 })).toThrow('A Object without a schema');
  });

  test('entries of maps of two kinds have two names, and come back as maps', () => {
    const schema = structSchema(
      {
        a: mapSchema(int32, string),
        b: mapSchema(int64, mapSchema(int32, int32)),
        c: mapSchema(int32, string),
      },
      { name: 'Maps' },
    );
    const value = new Struct(schema, {
      a: new Map([[1, 'x']]),
      b: new Map([[2n, new Map([[3, 4]])]]),
      c: new Map([[5, 'y']]),
    });
    const { text, bytes } = written(avroFormat(), schema, value);
    expect(text.match(/"name":"MapEntry\d?"/g)).toEqual([
      '"name":"MapEntry"',
      '"name":"MapEntry3"',
      '"name":"MapEntry2"',
    ]);
    expect(valuesEqual(readAs(text, bytes), value)).toBe(true);
  });

  test('one name for two different structs is refused', () => {
    const schema = structSchema({
      a: structSchema({ x: int32 }, { name: 'Same' }),
      b: structSchema({ y: int32 }, { name: 'Same' }),
    });
    expect(() => avroFormat().writerFor(schema)).toThrow('Two different schemas have the name Same');
  });

  test('a decimal that was a fixed is written as one again, filled up with its sign', () => {
    const fixed = {
      type: 'fixed',
      name: 'ns.Money',
      size: 4,
      logicalType: 'decimal',
      precision: 9,
      scale: 2,
    };
    const format = avroFormat();
    const registered = registeredAs(JSON.stringify(fixed));
    const { schema, value } = format.readerOf(registered).read(Buffer.from('ffffff9c', 'hex'), 0, 4);
    expect(String(value)).toBe('-1.00');
    const out = new ByteWriter();
    format.writerWith(registered, schema).write(value, out);
    expect(out.view().toString('hex')).toBe('ffffff9c');
    expect(() => format.writerWith(registered, schema).write(Decimal.parse('99999999999.00'), out)).toThrow(
      '4 bytes',
    );
  });

  test('a struct as default stands at the record, and is read again', () => {
    const point = structSchema({ x: int32, y: optional(int32) }, { name: 'Point' });
    const withDefault = schemaOf({
      type: 'STRUCT',
      name: 'Point',
      fields: point.fields,
      default: new Struct(point, { x: 1 }),
    });
    const schema = structSchema({ at: withDefault }, { name: 'Thing' });
    const { text, bytes } = written(avroFormat(), schema, new Struct(schema));
    expect(bytes.toString('hex')).toBe('0200');
    expect(String(readAs(text, bytes))).toBe('Struct{at=Struct{x=1}}');
    const read = avroFormat().readerOf(registeredAs(text)).read(bytes, 0, bytes.length);
    expect(String(read.schema?.field('at')?.schema.default)).toBe('Struct{x=1}');
  });

  test('ignore.default.for.nullables writes the null, and defaults of required fields all the same', () => {
    const schema = structSchema({
      a: schemaOf({ type: 'INT32', optional: true, default: 5 }),
      b: schemaOf({ type: 'INT32', default: 6 }),
    });
    const ignoring = avroFormat({ 'ignore.default.for.nullables': 'true' });
    expect(written(avroFormat(), schema, new Struct(schema)).bytes.toString('hex')).toBe('000a0c');
    expect(written(ignoring, schema, new Struct(schema)).bytes.toString('hex')).toBe('020c');
  });

  test('flatten.singleton.unions decides whether a union of one type is that type', () => {
    expect(readAs(['int'], '0002')).toBe(1);
    expect(String(readAs(['int'], '0002', avroFormat({ 'flatten.singleton.unions': 'false' })))).toBe(
      'Struct{int=1}',
    );
  });

  test('avro.remove.java.properties leaves out what only Java looks at', () => {
    const schema = schemaOf({ type: 'STRING', parameters: { 'avro.java.string': 'String', kept: '1' } });
    const text = avroFormat({ 'avro.remove.java.properties': 'true' }).writerFor(schema).text.schema;
    expect(text).toBe('{"type":"string","connect.parameters":{"kept":"1"}}');
  });

  test('generalized unions and enums come back', () => {
    const format = avroFormat({ 'generalized.sum.type.support': 'true' });
    const text = JSON.stringify(
      record(
        'R',
        { name: 'u', type: ['null', 'int', 'string'] },
        { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } },
      ),
    );
    const bytes = Buffer.from('04026102', 'hex');
    const { schema, value } = format.readerOf(registeredAs(text)).read(bytes, 0, bytes.length);
    expect(schema?.field('u')?.schema.name).toBe('connect_union_0');
    expect(String(value)).toBe('Struct{u=Struct{connect_union_field_2=a},e=B}');
    expect(written(format, schema, value).bytes).toEqual(bytes);
  });

  test('fields named like members of objects are fields', () => {
    const schema = schemaOf({
      type: 'STRUCT',
      name: '__proto__',
      fields: ['__proto__', 'constructor', 'toString'].map((name) => ({ name, schema: int32 })),
    });
    const value = new Struct(schema, undefined, [1, 2, 3]);
    expect(valuesEqual(roundTrip(schema, value), value)).toBe(true);
  });
});
