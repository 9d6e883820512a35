import { expect, test } from 'vitest';
import { INT32_SCHEMA } from '../../records/primitive-schemas.ts';
import { RecentSchemas } from './recent-schemas.ts';

function create(limit: number) {
  const schemas = new RecentSchemas(limit);
  const made: string[] = [];
  return {
    made,
    get: (text: string) =>
      schemas.get(text, () => {
        made.push(text);
        return INT32_SCHEMA;
      }),
  };
}

test('the schema not used for longest is forgotten', () => {
  const { get, made } = create(2);
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) get(text);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

test.each([0, -1])('with %i places every schema is made anew', (limit) => {
  const { get, made } = create(limit);
  for (const text of ['a', 'a', 'b']) get(text);
  expect(made).toEqual(['a', 'a', 'b']);
});

test('texts of megabytes push each other out, however many places there are', () => {
  const { get, made } = create(1000);
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(3 * 1024 * 1024));
  for (const text of [...texts, ...texts]) get(text);
  expect(made).toHaveLength(6);
  for (const text of texts.slice(1)) get(text);
  expect(made).toHaveLength(6);
});

test('a schema that cannot be made leaves nothing behind', () => {
  const schemas = new RecentSchemas(2);
  expect(() =>
    schemas.get('a', () => {
      throw new Error('no schema');
    }),
  ).toThrow('no schema');
  expect(schemas.get('a', () => INT32_SCHEMA)).toBe(INT32_SCHEMA);
});
