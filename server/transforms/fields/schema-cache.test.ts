import { expect, it } from 'vitest';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { structSchema } from '../../records/schema-of.ts';
import { SchemaCache } from './schema-cache.ts';

it('shares an entry between equal schemas', () => {
  let builds = 0;
  const cache = new SchemaCache(() => ({ build: ++builds }));
  const first = cache.of(structSchema({ a: STRING_SCHEMA }));
  expect(cache.of(structSchema({ a: STRING_SCHEMA }))).toBe(first);
  expect(cache.of(structSchema({ b: STRING_SCHEMA }))).not.toBe(first);
  expect(builds).toBe(2);
});

it('forgets the schema that was not used for the longest time', () => {
  const built: string[] = [];
  const cache = new SchemaCache((schema) => built.push(schema.fields[0]?.name ?? ''));
  const schemas = Array.from({ length: 17 }, (_, index) => structSchema({ [`f${index}`]: STRING_SCHEMA }));
  for (const schema of schemas.slice(0, 16)) cache.of(schema);
  cache.of(schemas[0] ?? STRING_SCHEMA);
  cache.of(schemas[16] ?? STRING_SCHEMA);
  expect(cache.size).toBe(16);
  built.length = 0;
  cache.of(schemas[0] ?? STRING_SCHEMA);
  cache.of(schemas[1] ?? STRING_SCHEMA);
  expect(built).toEqual(['f1']);
});
