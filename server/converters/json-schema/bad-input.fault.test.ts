import { describe, expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import { valuesEqual } from '../../records/equality.ts';
import { decimalSchema, TIMESTAMP_SCHEMA } from '../../records/logical-types.ts';
import {
  FLOAT64_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import { arraySchema, mapSchema, type schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import {
  connectSchema,
  formatOf,
  read,
  registered,
  registeredText,
  written,
} from './testing/json-schema-format-of.ts';

const text = { type: 'string' };
const int8 = { type: 'integer', 'connect.type': 'int8' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(codeOf(error), messageOf(error)).toBe('data');
    return messageOf(error);
  }
  throw new Error('it was not refused');
}

describe('values (groups 138 and 139)', () => {
  test.each<[string, object, string, string]>([
    ['nothing', text, '', 'JSON ends too early'],
    ['no JSON', text, '{"a":', 'JSON ends too early'],
    ['text behind the end', text, '"a" "b"', 'Something follows the JSON value'],
    ['the word NaN', { type: 'number' }, 'NaN', 'JSON is malformed at character 0'],
    ['1e400 for a double', { type: 'number' }, '1e400', 'does not fit a field of type FLOAT64'],
    ['1e39 for a float', { type: 'number', 'connect.type': 'float32' }, '1e39', 'type FLOAT32'],
    ['2^63 for int64', { type: 'integer' }, '9223372036854775808', 'type INT64'],
    ['128 for int8', int8, '128', 'type INT8'],
    ['1.5 for a whole number', { type: 'integer' }, '1.5', 'type INT64'],
    ['1e999999999 for a whole number', { type: 'integer' }, '1e999999999', 'must lie within'],
    ['1e99999 for a whole number', { type: 'integer' }, '1e99999', 'type INT64'],
    ['10 MB of digits', { type: 'integer' }, '9'.repeat(10_000_000), 'more than 1000 digits'],
    [
      'nesting without end',
      { type: 'array', items: text },
      '['.repeat(100_000),
      '[0]: JSON is nested deeper than 1000',
    ],
    [
      'nesting without end in what is not read',
      object({ a: text }),
      `{"b":${'['.repeat(100_000)}`,
      'nested deeper than 1000',
    ],
    ['nesting without end without schema', {}, '['.repeat(100_000), 'nested deeper than 1000'],
    [
      'bytes that are no base64 (147)',
      { type: 'string', 'connect.type': 'bytes' },
      '"AA="',
      'it is not base64',
    ],
    ['a text for a number', object({ a: int8 }), '{"a":"1"}', 'a: Invalid type for INT8: JSON has STRING'],
    ['a number for a text', object({ a: text }), '{"a":1}', 'a: Invalid type for STRING: JSON has NUMBER'],
    [
      'a text for a boolean',
      object({ a: { type: 'boolean' } }),
      '{"a":"true"}',
      'a: Invalid type for BOOLEAN',
    ],
    [
      'null for what is required',
      object({ a: text }),
      '{"a":null}',
      'a: Invalid null value for required STRING',
    ],
    [
      'an array for an object',
      object({ a: text }),
      '[1]',
      'Structs should be encoded as JSON objects, but found ARRAY',
    ],
    [
      'an object for an array',
      { type: 'array', items: text },
      '{}',
      'Arrays should be encoded as JSON arrays',
    ],
    [
      'what no type of a union is',
      object({ a: { oneOf: [int8, { type: 'boolean' }] } }),
      '{"a":"x"}',
      'a: Did not find matching oneof field',
    ],
  ])('%s is refused', (_, schema, json, problem) => {
    expect(refusal(() => read(schema, json))).toContain(problem);
  });

  test('a place deep inside is named, and nothing of what is there', () => {
    const schema = object({
      orders: { type: 'array', items: object({ lines: { type: 'array', items: object({ price: int8 }) } }) },
    });
    const json = '{"orders":[{"lines":[]},{"lines":[{"price":1},{"price":"secret"}]}]}';
    const message = refusal(() => read(schema, json));
    expect(message).toBe('orders[1].lines[1].price: Invalid type for INT8: JSON has STRING');
  });

  test.each<[string, object, string, unknown]>([
    ['2^53+1', { type: 'integer' }, '9007199254740993', 9007199254740993n],
    ['-2^63', { type: 'integer' }, '-9223372036854775808', -(2n ** 63n)],
    ['-0', { type: 'integer' }, '-0', 0n],
    ['-0.0', { type: 'number' }, '-0.0', -0],
    ['a whole number with fraction', { type: 'integer' }, '1.0', 1n],
    ['a whole number with exponent', { type: 'integer' }, '12e2', 1200n],
    ['not a number', { type: 'number' }, '"NaN"', Number.NaN],
    ['infinity', { type: 'number' }, '"-Infinity"', Number.NEGATIVE_INFINITY],
    ['a lone surrogate', text, '"\\ud800"', '\ud800'],
    ['NUL', text, '"\\u0000"', '\u0000'],
    [
      'the last of duplicate keys',
      { type: 'object', 'connect.type': 'map', additionalProperties: int8 },
      '{"a":1,"a":2}',
      new Map([['a', 2]]),
    ],
    ['white space around', { type: 'integer' }, ' 1\n', 1n],
  ])('%s is read', (_, schema, json, value) => {
    expect(valuesEqual(read(schema, json).value, value)).toBe(true);
  });

  test('the last of duplicate keys counts in a struct', () => {
    const { value } = read(object({ a: int8 }), '{"a":1,"a":2}');
    expect(value instanceof Struct && value.values).toEqual([2]);
  });

  test('keys named after prototypes are names like any other', () => {
    const properties = JSON.parse(
      '{"__proto__":{"type":"string"},"constructor":{"type":"string"},"toString":{"type":"string"}}',
    );
    const schema = connectSchema(object(properties));
    expect(schema?.fields.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString']);
    const { value } = read(object(properties), '{"__proto__":"a","constructor":"b"}');
    expect(value instanceof Struct && value.values).toEqual(['a', 'b', null]);
    const { value: map } = read(
      { type: 'object', 'connect.type': 'map', additionalProperties: text },
      '{"__proto__":"a"}',
    );
    expect(map).toEqual(new Map([['__proto__', 'a']]));
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('a text of 10 MB comes back', () => {
    const long = 'ä'.repeat(5_000_000);
    expect(read(text, written(STRING_SCHEMA, long)).value).toBe(long);
  });

  test('a reader that refused a value reads the next', () => {
    const reader = formatOf().readerOf(registered(object({ a: int8 })));
    const next = (json: string) => reader.read(Buffer.from(json), 0, json.length).value;
    refusal(() => next('{"a":"x"}'));
    expect(String(next('{"a":1}'))).toBe('Struct{a=1}');
  });

  test('bytes that are no UTF-8 are refused', () => {
    const reader = formatOf().readerOf(registered(text));
    expect(refusal(() => reader.read(Buffer.from([0x22, 0xff, 0x22]), 0, 3))).toContain('UTF-8');
  });

  test.each<[string, unknown, ReturnType<typeof schemaOf>, string]>([
    ['a text for a number', 'x', INT32_SCHEMA, 'Invalid type for INT32'],
    ['2^70', 2n ** 70n, INT64_SCHEMA, 'Invalid type for INT64'],
    [
      'null in an array of required items',
      [null],
      arraySchema(STRING_SCHEMA),
      '[0]: null value for a required STRING',
    ],
    ['an invalid date', new Date(Number.NaN), TIMESTAMP_SCHEMA, 'Invalid type for Timestamp'],
    ['null', null, FLOAT64_SCHEMA, 'null value for a required FLOAT64'],
    ['an object', {}, structSchema({}), 'Invalid type for STRUCT'],
    [
      'a struct of another schema',
      new Struct(structSchema({})),
      structSchema({ a: STRING_SCHEMA }),
      'Mismatching schema.',
    ],
    ['an item', new Map([['a', 1]]), mapSchema(STRING_SCHEMA, STRING_SCHEMA), '[0]: Invalid type for STRING'],
  ])('%s that the schema does not allow is not written', (_, value, schema, problem) => {
    expect(refusal(() => written(schema, value))).toContain(problem);
  });

  test('decimals are never rounded (148)', () => {
    const schema = JSON.parse(registeredText(decimalSchema(2), { 'decimal.format': 'NUMERIC' }));
    const decimalOf = (json: string) => String(read(schema, json).value);
    expect(decimalOf('1.5')).toBe('1.50');
    expect(decimalOf('7')).toBe('7.00');
    expect(decimalOf('0.1234567890123456789')).toBe('0.1234567890123456789');
    expect(decimalOf(`1e${'9'.repeat(4)}`)).toBe('1E+9999');
    expect(refusal(() => decimalOf('1e999999999'))).toContain('Scale');
  });
});

describe('schemas (group 140)', () => {
  test.each<[string, string | object, string]>([
    ['no JSON', '{', 'JSON ends too early'],
    ['text behind the end', '{} {}', 'The schema has text behind its end'],
    ['a list', '[]', 'is no schema'],
    ['false', 'false', 'The schema allows no value'],
    ['an unknown type', { type: 'decimal' }, '"type" must name types of JSON Schema'],
    ['nothing but null', { type: 'null' }, 'The schema allows nothing but null'],
    ['a property of no type', object({ a: {} }), 'a: The schema says no type'],
    ['an array without items', { type: 'array' }, 'Array schema did not specify the items type'],
    ['a tuple', { type: 'array', items: [text] }, 'Array schema did not specify the items type'],
    [
      'an unknown connect.type',
      object({ a: { type: 'integer', 'connect.type': 'int128' } }),
      'a: Unsupported connect.type of a number: int128',
    ],
    [
      'a map without values',
      { type: 'object', 'connect.type': 'map' },
      'Map schema did not specify the type',
    ],
    [
      'a default of another type',
      object({ a: { ...int8, default: 'x' } }),
      'a.default: Invalid type for INT8',
    ],
    ['a default that is too large', { ...int8, default: 1000 }, 'default: A number does not fit'],
    ['an empty union', { oneOf: [] }, '"oneOf" must be a list of schemas'],
    [
      'a reference to elsewhere',
      object({ a: { $ref: 'http://example.test/a.json' } }),
      'a: $ref http://example.test/a.json is none of the schema',
    ],
    ['a reference to a file', { $ref: 'file:///etc/passwd' }, 'Schemas are never fetched from elsewhere'],
    ['a reference to nowhere', { $ref: '#/definitions/missing' }, '$ref #/definitions/missing leads nowhere'],
    ['a reference into a prototype', { $ref: '#/constructor' }, 'leads nowhere'],
    ['a malformed reference', { $ref: '#/%zz' }, 'is malformed'],
    ['a reference to itself', { $ref: '#' }, 'refers to itself'],
    [
      'references in a ring',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'refers to itself',
    ],
    ['a struct in itself', object({ parent: { $ref: '#' } }), 'parent: The schema refers to itself'],
    [
      'a struct in its own list',
      object({ children: { type: 'array', items: { $ref: '#' } } }),
      'children.items: The schema refers to itself',
    ],
    ['allOf of itself alone', { allOf: [{ $ref: '#' }] }, 'refers to itself'],
  ])('%s is refused', (_, schema, problem) => {
    expect(refusal(() => connectSchema(schema))).toContain(problem);
  });

  test('a decimal without scale is refused', () => {
    const schema = {
      type: 'number',
      'connect.type': 'bytes',
      title: 'org.apache.kafka.connect.data.Decimal',
    };
    expect(refusal(() => formatOf().readerOf(registered(schema)))).toContain('scale parameter not found');
  });

  test('nesting without end is refused, by brackets and by references', () => {
    const brackets = `${'{"type":"array","items":'.repeat(400)}{"type":"string"}${'}'.repeat(400)}`;
    expect(refusal(() => connectSchema(brackets))).toContain('nested deeper than 200 levels');
    expect(refusal(() => connectSchema('{"items":'.repeat(100_000)))).toContain(
      'nested deeper than 1000 levels',
    );
    const chain = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => [
        `d${at}`,
        { type: 'array', items: { $ref: `#/$defs/d${at + 1}` } },
      ]),
    );
    expect(refusal(() => connectSchema({ $ref: '#/$defs/d0', $defs: { ...chain, d1000: text } }))).toContain(
      'nested deeper than 200',
    );
    const all = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => [`d${at}`, { allOf: [{ $ref: `#/$defs/d${at + 1}` }] }]),
    );
    expect(refusal(() => connectSchema({ $ref: '#/$defs/d0', $defs: { ...all, d1000: text } }))).toContain(
      'allOf',
    );
  });

  test('a few lines that stand for billions of parts are refused', () => {
    const definitions = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => {
        const part = { $ref: `#/$defs/d${at + 1}` };
        return [`d${at}`, object({ a: part, b: part })];
      }),
    );
    const schema = { $ref: '#/$defs/d0', $defs: { ...definitions, d30: text } };
    expect(refusal(() => connectSchema(schema))).toContain('more than 100000 parts');
  }, 120_000);

  test('50,000 properties are read (F80)', () => {
    const properties = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`c${at}`, int8]));
    const schema = connectSchema(object(properties));
    expect(schema?.fields.length).toBe(50_000);
    expect(JSON.parse(registeredText(schema)).properties.c49999['connect.index']).toBe(49_999);
  }, 120_000);
});
