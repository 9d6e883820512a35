import { expect, it } from 'vitest';
import { INT32_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { structSchema } from '../../records/schema-of.ts';
import { SchemaKeyedCache } from './schema-keyed-cache.ts';

const make = (name: string, field = 'a') => structSchema({ [field]: STRING_SCHEMA }, { name });

it('finds by identity and by equality, and keeps what differs apart', () => {
  const cache = new SchemaKeyedCache<string>(10);
  cache.set(make('R'), 'one');
  expect(cache.get(make('R'))).toBe('one');
  expect(cache.get(make('S'))).toBeUndefined();
  expect(cache.get(make('R', 'b'))).toBeUndefined();
  const alike = structSchema({ a: INT32_SCHEMA }, { name: 'R' });
  expect(cache.get(alike)).toBeUndefined();
  cache.set(alike, 'two');
  expect([cache.get(make('R')), cache.get(alike)]).toEqual(['one', 'two']);
});

it('replaces what it has for an equal schema', () => {
  const cache = new SchemaKeyedCache<string>(10);
  const first = make('R');
  cache.set(first, 'one');
  cache.set(make('R'), 'two');
  expect(cache.get(first)).toBe('two');
  expect(cache.size).toBe(1);
});

it('forgets what was not used for longest', () => {
  const cache = new SchemaKeyedCache<string>(2);
  cache.set(make('A'), 'a');
  cache.set(make('B'), 'b');
  expect(cache.get(make('A'))).toBe('a');
  cache.set(make('C'), 'c');
  expect(cache.size).toBe(2);
  expect([cache.get(make('A')), cache.get(make('B')), cache.get(make('C'))]).toEqual(['a', undefined, 'c']);
});

it('stays within its limit when every schema is another', () => {
  const cache = new SchemaKeyedCache<number>(100);
  for (let i = 0; i < 5_000; i++) cache.set(make(`R${i % 7}`, `f${i}`), i);
  expect(cache.size).toBe(100);
});
