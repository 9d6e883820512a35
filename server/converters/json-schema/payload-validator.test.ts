import { describe, expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import { INT32_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { ByteWriter } from '../schema-registry/byte-writer.ts';
import { PayloadValidator } from './payload-validator.ts';
import { type SchemaDialect, schemaDialects } from './schema-dialect.ts';
import { formatOf, read, registered } from './testing/json-schema-format-of.ts';

const strict = { 'json.fail.invalid.schema': 'true' };

/** What is wrong with a value, or null. */
function problemOf(
  schema: object,
  json: string,
  dialect: SchemaDialect = 'draft_7',
  imports: Record<string, object> = {},
): string | null {
  const known = registered(schema, imports);
  try {
    new PayloadValidator(known.schema, known.imports, dialect).check(json);
    return null;
  } catch (error) {
    expect(codeOf(error), messageOf(error)).toBe('data');
    return messageOf(error);
  }
}

test('what does not match is named by its place, without what is there', () => {
  const schema = { properties: { a: { items: { maxLength: 3 } } } };
  expect(problemOf(schema, '{"a":["abc"]}')).toBeNull();
  expect(problemOf(schema, '{"a":["abc","secret"]}')).toBe(
    'The value does not match its JSON Schema at /a/1: it must NOT have more than 3 characters',
  );
});

test.each(schemaDialects)('%s is known', (dialect) => {
  expect(problemOf({ type: 'integer', maximum: 3 }, '3', dialect)).toBeNull();
  expect(problemOf({ type: 'integer', maximum: 3 }, '4', dialect)).toContain('must be <= 3');
  expect(problemOf({ format: 'date-time' }, '"yesterday"', dialect)).toContain('must match format');
  expect(problemOf({ format: 'int32' }, '"anything"', dialect)).toBeNull();
});

test('keywords mean what they mean in their version', () => {
  expect(problemOf({ minimum: 3, exclusiveMinimum: true }, '3', 'draft_4')).toContain('must be > 3');
  expect(problemOf({ exclusiveMinimum: 3 }, '3', 'draft_6')).toContain('must be > 3');
  expect(problemOf({ prefixItems: [{ type: 'string' }] }, '[1]', 'draft_2020_12')).toContain(
    'must be string',
  );
  expect(problemOf({ prefixItems: [{ type: 'string' }] }, '[1]', 'draft_7')).toBeNull();
  expect(problemOf({ unevaluatedProperties: false }, '{"a":1}', 'draft_2019_09')).toContain('unevaluated');
});

test('a pattern is searched for in the text, in linear time', () => {
  expect(problemOf({ pattern: 'b+' }, '"abbc"')).toBeNull();
  expect(problemOf({ pattern: '^b' }, '"abbc"')).toContain('must match pattern');
  expect(problemOf({ pattern: 'c$' }, '"a\\nbc"')).toBeNull();
  expect(problemOf({ pattern: '^(a+)+$' }, JSON.stringify(`${'a'.repeat(50_000)}!`))).toContain('must match');
  expect(problemOf({ patternProperties: { '^(a|a)*$': false } }, '{"b":1}')).toBeNull();
});

test('a pattern that no linear engine can run is refused with its reason', () => {
  expect(problemOf({ pattern: '(?=a)b' }, '"b"')).toContain('lookahead');
});

test('what is read leniently but is no JSON is refused as data', () => {
  expect(read({ type: 'integer' }, '007').value).toBe(7n);
  expect(problemOf({ type: 'integer' }, '007')).toContain('zeros in front');
});

test('registered references are followed, and no others', () => {
  const schema = { $ref: 'http://example.test/a.json#/$defs/x' };
  const imports = { 'http://example.test/a.json': { $defs: { x: { type: 'string' } } } };
  expect(problemOf(schema, '"a"', 'draft_7', imports)).toBeNull();
  expect(problemOf(schema, '1', 'draft_7', imports)).toContain('must be string');
  expect(problemOf(schema, '1')).toContain('cannot be used to validate');
});

test('names of properties cannot break out into code', () => {
  const name = `x"]);throw new Error('broken out');//'\`\${1}\u2028`;
  const schema = { required: [name], properties: { [name]: { const: name, pattern: 'x' } }, $comment: name };
  expect(problemOf(schema, JSON.stringify({ [name]: name }))).toBeNull();
  expect(problemOf(schema, '{}')).toContain('must have required property');
});

describe('with json.fail.invalid.schema', () => {
  const schema = { type: 'object', properties: { a: { type: 'string', maxLength: 3 } }, required: ['a'] };

  test('reading refuses what Connect schemas would take', () => {
    expect(String(read(schema, '{"a":"abc"}', strict).value)).toBe('Struct{a=abc}');
    expect(() => read(schema, '{"a":"abcd"}', strict)).toThrow('at /a: it must NOT have more than 3');
    expect(() => read(schema, '{}', strict)).toThrow("must have required property 'a'");
    expect(String(read(schema, '{"a":"abcd"}').value)).toBe('Struct{a=abcd}');
  });

  test('the version that the schema names counts, else json.schema.spec.version', () => {
    const items = { type: 'array', items: { type: 'integer' }, contains: { const: 5 }, minContains: 2 };
    const modern = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...items };
    expect(() => read(modern, '[5]', strict)).toThrow('must contain at least 2');
    expect(read(items, '[5]', strict).value).toEqual([5n]);
    expect(() => read(items, '[5]', { ...strict, 'json.schema.spec.version': 'DRAFT_2019_09' })).toThrow(
      'at least 2',
    );
    expect(read(modern, '[5]', { ...strict, 'ignore.modern.dialects': 'true' }).value).toEqual([5n]);
  });

  test('writing refuses what the registered schema does not allow', () => {
    const data = structSchema({ a: STRING_SCHEMA, b: INT32_SCHEMA });
    const value = new Struct(data, { a: 'abcd', b: 1 });
    const writer = formatOf(strict).writerWith(registered(schema), data);
    const out = new ByteWriter();
    expect(() => writer.write(value, out)).toThrow('at /a: it must NOT have more than 3');
    expect(out.length).toBe(0);
    writer.write(value.put('a', 'abc'), out);
    expect(out.view().toString()).toBe('{"a":"abc","b":1}');
  });

  test('a required field without value is refused only here', () => {
    const data = structSchema({ a: STRING_SCHEMA });
    const out = new ByteWriter();
    formatOf().writerWith(registered(schema), data).write(new Struct(data), out);
    expect(out.view().toString()).toBe('{}');
    const writer = formatOf(strict).writerWith(registered(schema), data);
    expect(() => writer.write(new Struct(data), out)).toThrow("must have required property 'a'");
  });
});
