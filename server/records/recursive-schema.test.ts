import { expect, test } from 'vitest';
import { schemasEqual } from './equality.ts';
import { OPTIONAL_STRING_SCHEMA } from './primitive-schemas.ts';
import { RecursiveSchema } from './recursive-schema.ts';
import type { Schema } from './schema.ts';
import { structSchema } from './schema-of.ts';
import { Struct } from './struct.ts';
import { validateValue } from './validate-value.ts';

/** A list of names: each node may have a next one. */
function nodeSchema(parameters?: Record<string, string>): Schema {
  let whole: Schema | null = null;
  const next = new RecursiveSchema({
    optional: true,
    target: () => whole,
    ...(parameters === undefined ? {} : { parameters }),
  });
  whole = structSchema({ label: OPTIONAL_STRING_SCHEMA, next }, { name: 'Node', version: 2, doc: 'a node' });
  return whole;
}

test('a struct inside of itself says what the struct says, but for what is of its place', () => {
  const node = nodeSchema();
  const next = node.field('next')?.schema;
  expect(next).toMatchObject({ type: 'STRUCT', optional: true, name: 'Node', version: 2, doc: 'a node' });
  expect(next?.fields).toBe(node.fields);
  expect(next?.field('next')?.schema).toBe(next);
  expect(nodeSchema({ tag: '2' }).field('next')?.schema.parameters).toEqual({ tag: '2' });
});

test('values of any depth are valid, and two schemas of one shape are equal', () => {
  const node = nodeSchema();
  const next = node.field('next')?.schema ?? node;
  const value = new Struct(node, { label: 'a', next: new Struct(next, { label: 'b' }) });
  expect(() => validateValue(node, value)).not.toThrow();
  expect(schemasEqual(node, nodeSchema())).toBe(true);
  expect(schemasEqual(node, nodeSchema({ tag: '2' }))).toBe(false);
});

test('it cannot be looked at before the struct is made', () => {
  const early = new RecursiveSchema({ optional: true, target: () => null });
  expect(() => early.fields).toThrow('not complete yet');
});
