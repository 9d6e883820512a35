import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import { Decimal } from '../../records/decimal.ts';
import { Struct } from '../../records/struct.ts';
import { validateValue } from '../../records/validate-value.ts';
import type { Json } from './arg-json.ts';
import { Generation } from './generation.ts';
import { compileSource } from './schema-source.ts';
import { SeededRandom } from './seeded-random.ts';

const withArgs = (type: Json, args: Json) => ({ type, 'arg.properties': args });
const schemaOfField = (type: Json, field: Readonly<Record<string, Json>> = {}) =>
  JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'a', type, ...field }] }, (_name, value) =>
    typeof value === 'bigint' ? `#${value}#` : value,
  ).replaceAll(/"#(-?\d+)#"/g, '$1');

/** Values of a record with one field of this type, checked against the schema. */
function valuesOf(type: Json, count = 100, field: Readonly<Record<string, Json>> = {}): unknown[] {
  const { schema, generate } = compileSource({ 'schema.string': schemaOfField(type, field) });
  const generation = new Generation(new SeededRandom(5));
  return Array.from({ length: count }, (_, index) => {
    generation.begin(index);
    const value = generate(generation);
    validateValue(schema, value);
    return value instanceof Struct ? value.get('a') : undefined;
  });
}

function connectOf(type: Json, field: Readonly<Record<string, Json>> = {}) {
  return compileSource({ 'schema.string': schemaOfField(type, field) }).schema.field('a')?.schema;
}

function refusalOf(text: string): string {
  try {
    compileSource({ 'schema.string': text });
  } catch (error) {
    expect(codeOf(error)).toBe('config');
    return messageOf(error);
  }
  return 'accepted';
}

const numbersOf = (type: Json, count?: number) => valuesOf(type, count).map(Number);

test('ranges hold their min and leave out their max', () => {
  expect(new Set(numbersOf(withArgs('int', { range: { min: -1, max: 2 } })))).toEqual(new Set([-1, 0, 1]));
  expect(new Set(valuesOf(withArgs('long', { range: { min: 9223372036854775806n } })))).toEqual(
    new Set([9223372036854775806n, 9223372036854775807n]),
  );
  for (const value of numbersOf(withArgs('double', { range: { min: 1.5, max: 1.75 } }))) {
    expect(value).toBeGreaterThanOrEqual(1.5);
    expect(value).toBeLessThan(1.75);
  }
  const floats = numbersOf(withArgs('float', { range: { min: 0.1, max: 0.2 } }));
  expect(floats.every((value) => value === Math.fround(value) && value < 0.2)).toBe(true);
  expect(numbersOf(withArgs('double', { range: { min: 0 } })).every((value) => value >= 0)).toBe(true);
});

test('numbers without options are any of their type, fractions from 0 to 1', () => {
  expect(numbersOf('int').some((value) => value < 0)).toBe(true);
  expect(numbersOf('long').some((value) => Math.abs(value) > 2 ** 53)).toBe(true);
  expect(numbersOf('double').every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(valuesOf('boolean'))).toEqual(new Set([true, false]));
});

test.each<[Json, Json, readonly unknown[]]>([
  ['int', { start: 1 }, [1, 2, 3, 4, 5]],
  ['int', { start: 50, restart: -10, step: -25 }, [50, 25, 0, 35, 10]],
  ['long', { start: 0, restart: 5, step: 3 }, [0n, 3n, 1n, 4n, 2n]],
  ['int', { start: 0, restart: 3, initial: 2 }, [2, 0, 1, 2, 0]],
  ['int', { start: 2147483646 }, [2147483646, 2147483646, 2147483646, 2147483646, 2147483646]],
  ['double', { start: 0, step: 0.1 }, [0, 0.1, 0.2, 0.3, 0.4]],
  ['float', { start: 1, restart: 2, step: 0.5 }, [1, 1.5, 1, 1.5, 1]],
  ['boolean', { start: true }, [true, false, true, false, true]],
  ['string', { start: 7 }, ['7', '8', '9', '10', '11']],
])('values of %o in a row by %o', (type, iteration, expected) => {
  expect(valuesOf(withArgs(type, { iteration }), 5)).toEqual(expected);
});

test('texts have the length asked for, prefix and suffix beside it', () => {
  const plain = valuesOf('string').map((value) => String(value).length);
  expect(Math.min(...plain)).toBeGreaterThanOrEqual(8);
  expect(Math.max(...plain)).toBeLessThanOrEqual(15);
  expect(valuesOf(withArgs('string', { length: { min: 2, max: 3 }, prefix: '<', suffix: '>' }))).toEqual(
    Array(100).fill(expect.stringMatching(/^<[A-Za-z0-9]{2}>$/)),
  );
  const counted = withArgs('string', { iteration: { start: 1 }, prefix: 'no ' });
  expect(valuesOf(counted, 2)).toEqual(['no 1', 'no 2']);
});

test('kinds of texts look like what they are', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(valuesOf(withArgs('string', { kind: 'uuid' }), 3)).toEqual(
    Array(3).fill(expect.stringMatching(uuid)),
  );
  expect(valuesOf(withArgs('string', { kind: 'email' }), 1)).toEqual([
    expect.stringMatching(/^\S+@example\.com$/),
  ]);
  expect(valuesOf(withArgs('string', { kind: 'name' }), 1)).toEqual([expect.stringMatching(/^\S+ \S+$/)]);
});

test('a share of malformed texts ends in U+FFFD', () => {
  const broken = (rate: number, name = 'malformed.rate') =>
    valuesOf(withArgs('string', { regex: 'abcd', [name]: rate }), 1_000).filter((text) => text === 'ab\ufffd')
      .length;
  expect(broken(1)).toBe(1_000);
  expect(broken(0)).toBe(0);
  expect(broken(0.5, 'malformed-rate')).toBeGreaterThan(100);
});

test('odds are the share of true', () => {
  expect(valuesOf(withArgs('boolean', { odds: 1 }))).not.toContain(false);
  expect(valuesOf(withArgs('boolean', { odds: 0 }))).not.toContain(true);
});

test('options are the values there are, of every type', () => {
  const only = (type: Json, option: Json) =>
    valuesOf(
      {
        ...(typeof type === 'string' ? { type } : (type as object)),
        'arg.properties': { options: [option] },
      } as Json,
      1,
    )[0];
  expect(only('int', 5)).toBe(5);
  expect(only('long', 9007199254740993n)).toBe(9007199254740993n);
  expect(only('bytes', 'NDI=')).toEqual(Buffer.from('NDI='));
  expect(only({ type: 'fixed', name: 'f', size: 2 }, '42')).toEqual(Buffer.from('42'));
  expect(only({ type: 'enum', name: 'e', symbols: ['A', 'B'] }, 'B')).toBe('B');
  expect(only({ type: 'array', items: 'string' }, ['x', 'y'])).toEqual(['x', 'y']);
  expect(only({ type: 'map', values: 'int' }, { one: 1 })).toEqual(new Map([['one', 1]]));
  expect(only({ type: 'int', logicalType: 'date' }, 1)).toEqual(new Date(86_400_000));
  const decimal = { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 };
  expect(only(decimal, 12.5)).toEqual(new Decimal(1250n, 2));
  expect(only(decimal, '\u0001\u0000')).toEqual(new Decimal(256n, 2));
  const day = {
    type: 'record',
    name: 'day',
    fields: [
      { name: 'month', type: 'string' },
      { name: 'day', type: 'int', default: 1 },
    ] as const,
  };
  expect(String(only(day, { month: 'May' }))).toBe('Struct{month=May,day=1}');
});

test('options may come from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'datagen-'));
  const file = join(folder, 'nouns.json');
  const fromFile = withArgs('string', { options: { file, encoding: 'json' } });
  try {
    for (const text of ['"cat"\n"dog"\n', '["cat", "dog"]', '"cat" "dog"']) {
      writeFileSync(file, text);
      expect(new Set(valuesOf(fromFile))).toEqual(new Set(['cat', 'dog']));
    }
    writeFileSync(file, '"cat');
    expect(refusalOf(schemaOfField(fromFile))).toContain(`r.a: options file ${file} is not JSON`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('maps take their keys from the option for them', () => {
  const map = { type: 'map', values: 'int', 'arg.properties': { length: 9, keys: { options: ['a', 'b'] } } };
  expect(valuesOf(map, 1)).toEqual([
    new Map([
      ['a', expect.any(Number)],
      ['b', expect.any(Number)],
    ]),
  ]);
  const named = {
    type: 'map',
    values: 'int',
    'arg.properties': { length: 1, keys: { regex: '[xyz]{3}', prefix: 'k' } },
  };
  expect([...(valuesOf(named, 1)[0] as Map<string, number>).keys()]).toEqual([
    expect.stringMatching(/^k[xyz]{3}$/),
  ]);
});

test('options that stand at the field count for its type', () => {
  expect(valuesOf('int', 1, { 'arg.properties': { options: [7] } })).toEqual([7]);
  const values = valuesOf(['null', 'string'], 100, { 'arg.properties': { regex: 'a' } });
  expect(new Set(values)).toEqual(new Set([null, 'a']));
});

test('position and distribution say which type of a union a value has', () => {
  expect(new Set(valuesOf(['null', 'int'], 50, { 'arg.properties': { position: 0 } }))).toEqual(
    new Set([null]),
  );
  const rare = valuesOf(['null', 'boolean'], 50, { 'arg.properties': { distribution: { 0: 0, 1: 1 } } });
  expect(rare).not.toContain(null);
  const any = valuesOf(['null', 'int', { type: 'record', name: 'x.Y', fields: [] }], 100).map((value) =>
    value instanceof Struct
      ? value.schema.fields.flatMap(({ name }) => (value.get(name) === null ? [] : [name])).join()
      : value,
  );
  expect(new Set(any)).toEqual(new Set([null, 'int', 'Y']));
  const chosen = valuesOf(['string', 'int'], 50, {
    'arg.properties': { options: [5, { string: 'x' }, 'y'] },
  });
  expect(new Set(chosen.map(String))).toEqual(
    new Set(['Struct{int=5}', 'Struct{string=x}', 'Struct{string=y}']),
  );
});

test('types become those of Connect', () => {
  expect(connectOf(['null', 'string'])).toMatchObject({ type: 'STRING', optional: true, name: null });
  expect(connectOf('int', { default: 5 })).toMatchObject({ type: 'INT32', default: 5 });
  expect(connectOf({ type: 'int', 'connect.type': 'int8' })).toMatchObject({ type: 'INT8' });
  expect(connectOf({ type: 'enum', name: 'n.e', symbols: ['A'] })).toMatchObject({
    type: 'STRING',
    name: 'n.e',
    parameters: { 'io.confluent.connect.avro.Enum': 'n.e', 'io.confluent.connect.avro.Enum.A': 'A' },
  });
  expect(connectOf({ type: 'fixed', name: 'f', size: 3 })).toMatchObject({
    type: 'BYTES',
    parameters: { 'connect.fixed.size': '3' },
  });
  expect(connectOf({ type: 'bytes', logicalType: 'decimal', precision: 64, scale: 2 })).toMatchObject({
    name: 'org.apache.kafka.connect.data.Decimal',
    parameters: { scale: '2' },
  });
  expect(connectOf({ type: 'long', logicalType: 'timestamp-millis' })).toMatchObject({
    name: 'org.apache.kafka.connect.data.Timestamp',
    version: 1,
  });
  expect(connectOf(['int', 'string'])).toMatchObject({
    type: 'STRUCT',
    name: 'io.confluent.connect.avro.Union',
  });
  const named = { type: 'record', name: 'r2', fields: [], 'connect.name': 'my.Name', 'connect.version': 3 };
  expect(connectOf(named)).toMatchObject({ name: 'my.Name', version: 3 });
});

test('times and decimals stay within what their types hold', () => {
  const year = (type: Json) => valuesOf(type).map((value) => (value as Date).getUTCFullYear());
  for (const logicalType of ['date', 'time-millis'])
    expect(Math.max(...year({ type: 'int', logicalType }))).toBeLessThan(2101);
  expect(Math.max(...year({ type: 'long', logicalType: 'timestamp-millis' }))).toBeLessThan(2101);
  const price = {
    type: 'bytes',
    logicalType: 'decimal',
    precision: 4,
    scale: 2,
    'arg.properties': { range: { min: 0.5, max: 1 } },
  };
  for (const value of valuesOf(price)) expect(String(value)).toMatch(/^0\.[5-9]\d$/);
});

test('named types are used again, with comments between', () => {
  const text = `{ // a pair
    "type": "record", "name": "ns.pair", "fields": [
      {"name": "left", "type": {"type": "record", "name": "end", "fields": [{"name": "x", "type": "int"}]}},
      /* the same */ {"name": "right", "type": "end"}, {"name": "again", "type": "ns.end"}
    ]}`;
  const { schema } = compileSource({ 'schema.string': text });
  expect(schema.fields.map((field) => field.schema.name)).toEqual(['ns.end', 'ns.end', 'ns.end']);
});

const deep = `${'{"type":"array","items":'.repeat(200)}"int"${'}'.repeat(200)}`;
const wide = (level: number): Json =>
  level === 0
    ? { type: 'record', name: 'l0', fields: [{ name: 'a', type: 'int' }] }
    : {
        type: 'record',
        name: `l${level}`,
        fields: [
          { name: 'a', type: wide(level - 1) },
          ...['b', 'c', 'd'].map((name) => ({ name, type: `l${level - 1}` })),
        ],
      };

test.each<[string, string]>([
  [' ', 'it is not JSON'],
  ['[', 'it is not JSON'],
  ['"int"', 'its outermost type must be a record, not int'],
  ['["null", "int"]', 'its outermost type must be a record, not union'],
  ['5', 'a type must be a name, an object or a list'],
  ['{}', 'it has no type'],
  ['{"type": "record", "name": "r"}', 'r: it has no fields'],
  ['{"type": "record", "fields": []}', 'need a name'],
  ['{"type": "record", "name": "r", "fields": [{"name": "a"}]}', 'r.a: it has no type'],
  ['{"type": "record", "name": "r", "fields": [{"name": "a-b", "type": "int"}]}', 'a field needs a name'],
  [
    '{"type": "record", "name": "r", "fields": [{"name": "a", "type": "int"}, {"name": "a", "type": "int"}]}',
    'two fields a',
  ],
  [schemaOfField('nothing'), 'r.a: there is no type nothing'],
  [schemaOfField('null'), 'r.a: null may only stand in a union'],
  [schemaOfField(['null']), 'r.a: null may only stand beside another type'],
  [schemaOfField([]), 'r.a: a union needs at least one type'],
  [schemaOfField(['int', 'int']), 'r.a: a union has int twice'],
  [schemaOfField('r'), 'record r contains itself'],
  [schemaOfField({ type: 'array', items: ['null', 'r'] }), 'record r contains itself'],
  [schemaOfField({ type: 'enum', name: 'e', symbols: [] }), 'r.a: symbols must be a list of names'],
  [schemaOfField({ type: 'enum', name: 'e', symbols: ['A', 'A'] }), 'r.a: an enum has a symbol twice'],
  [schemaOfField({ type: 'fixed', name: 'f', size: 1e12 }), 'r.a: size must be a whole number up to'],
  [
    schemaOfField({ type: 'bytes', logicalType: 'decimal', precision: 2, scale: 3 }),
    'r.a: scale of a decimal',
  ],
  [schemaOfField('int', { default: 'x' }), 'r.a: its default does not fit the type'],
  [schemaOfField(withArgs('int', [])), 'r.a: arg.properties must be an object'],
  [schemaOfField(withArgs('int', { range: {} })), 'r.a: range needs min or max'],
  [
    schemaOfField(withArgs('int', { range: { min: 2, max: 2 } })),
    'r.a: min of range must be less than its max',
  ],
  [schemaOfField(withArgs('int', { range: { min: 2 ** 40 } })), 'r.a: min of range does not fit the type'],
  [schemaOfField(withArgs('int', { range: { min: 'x' } })), 'r.a: min of range must be a whole number'],
  [schemaOfField(withArgs('float', { range: { max: 1e300 } })), 'r.a: max of range must be a float'],
  [schemaOfField(withArgs('int', { options: [] })), 'r.a: options must not be empty'],
  [schemaOfField(withArgs('int', { options: [1, 'x'] })), 'r.a: option 2 does not fit the type'],
  [schemaOfField(withArgs('int', { options: 5 })), 'r.a: options must be a list'],
  [
    schemaOfField(withArgs('int', { options: [1], range: { min: 0 } })),
    'r.a: options and range exclude each other',
  ],
  [schemaOfField(withArgs('int', { options: { file: 'x' } })), 'r.a: options need both file and encoding'],
  [
    schemaOfField(withArgs('int', { options: { file: 'x', encoding: 'binary' } })),
    'r.a: encoding of options must be json',
  ],
  [schemaOfField(withArgs('int', { iteration: {} })), 'r.a: iteration needs a start'],
  [
    schemaOfField(withArgs('int', { iteration: { start: 1, step: 0 } })),
    'r.a: step of iteration must not be zero',
  ],
  [
    schemaOfField(withArgs('int', { iteration: { start: 1, restart: 1 } })),
    'r.a: start and restart of iteration must differ',
  ],
  [
    schemaOfField(withArgs('int', { iteration: { start: 1, restart: 5, step: -1 } })),
    'r.a: step of iteration leads away',
  ],
  [
    schemaOfField(withArgs('int', { iteration: { start: 2 ** 33 } })),
    'r.a: start of iteration does not fit the type',
  ],
  [
    schemaOfField(withArgs('int', { iteration: { start: 1 }, range: { min: 1 } })),
    'r.a: iteration and range exclude',
  ],
  [
    schemaOfField(withArgs('boolean', { iteration: { start: 1 } })),
    'r.a: iteration of a boolean needs start',
  ],
  [
    schemaOfField(withArgs('boolean', { iteration: { start: true, step: 1 } })),
    'r.a: iteration of a boolean has no step',
  ],
  [schemaOfField(withArgs('boolean', { odds: 2 })), 'r.a: odds must lie between 0 and 1'],
  [schemaOfField(withArgs('string', { length: -1 })), 'r.a: length must not be negative'],
  [schemaOfField(withArgs('string', { length: 1e12 })), 'r.a: length must not be more than'],
  [
    schemaOfField(withArgs('string', { length: { min: 5, max: 5 } })),
    'r.a: max of length must be greater than its min',
  ],
  [schemaOfField(withArgs('string', { length: {} })), 'r.a: length needs min or max'],
  [schemaOfField(withArgs('string', { kind: 'iban' })), 'r.a: kind must be one of uuid, name, email'],
  [schemaOfField(withArgs('string', { regex: '(?=a)' })), 'r.a: regex has look-around'],
  [schemaOfField(withArgs('string', { prefix: 5 })), 'r.a: prefix must be a text'],
  [
    schemaOfField(['null', 'int'], { 'arg.properties': { position: 2 } }),
    'r.a: position must be from 0 to 1',
  ],
  [
    schemaOfField(['null', 'int'], { 'arg.properties': { distribution: { 0: 1 } } }),
    'r.a: distribution needs a share',
  ],
  [
    schemaOfField(['null', 'int'], { 'arg.properties': { distribution: { 0: 1, 1: 1 } } }),
    'must add up to 1',
  ],
  [deep, 'nested deeper than 100 levels'],
  [JSON.stringify(wide(9)), 'it unfolds into more than 10000 types'],
  [`"${'x'.repeat(2 ** 20)}"`, 'it is longer than'],
])('the schema %.80s is refused: %s', (text, why) => {
  const refusal = refusalOf(text);
  expect(refusal).toMatch(/^Unable to parse the provided schema: /);
  expect(refusal).toContain(why);
});

test('names of prototypes are plain names', () => {
  const text =
    '{"type":"record","name":"r","fields":[{"name":"__proto__","type":{"type":"map","values":"int","arg.properties":{"options":[{"__proto__":5}]}}}]}';
  const { generate } = compileSource({ 'schema.string': text });
  const value = generate(new Generation(new SeededRandom(1)));
  expect(String(value)).toBe('Struct{__proto__={__proto__=5}}');
});
