import { expect, test } from 'vitest';
import { findUnknownKeys } from './lint-keys.ts';

const known = new Set(['batch.size', 'file', 'topic', 'tasks.max', 'name', 'connection.url']);

test('known keys and keys under open prefixes are not reported', () => {
  expect(
    findUnknownKeys(
      ['file', 'producer.override.acks', 'transforms.a.type', 'value.converter.schemas.enable'],
      known,
    ),
  ).toEqual([]);
});

test.each([
  ['batch.sise', 'batch.size'],
  ['batch_size', 'batch.size'],
  ['batchSize', 'batch.size'],
  ['taks.max', 'tasks.max'],
  ['topics', 'topic'],
  ['conection.url', 'connection.url'],
])('%s was probably meant as %s', (key, suggestion) => {
  expect(findUnknownKeys([key], known)).toEqual([{ key, suggestion }]);
});

test('a key that is like no other has no suggestion', () => {
  expect(findUnknownKeys(['something.else.entirely', 'xy'], known)).toEqual([
    { key: 'something.else.entirely', suggestion: null },
    { key: 'xy', suggestion: null },
  ]);
});
