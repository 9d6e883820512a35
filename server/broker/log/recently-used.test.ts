import { expect, it } from 'vitest';
import { RecentlyUsed } from './recently-used.ts';

it('lets go of what was unused longest once the limit is reached, and loads it again when asked', () => {
  const disposed: string[] = [];
  const cache = new RecentlyUsed<string>({
    limit: 6,
    weigh: (value) => value.length,
    dispose: (value) => disposed.push(value),
  });
  const loaded: string[] = [];
  const get = (name: string, value: string): string =>
    cache.get(name, () => {
      loaded.push(name);
      return value;
    });
  get('a', 'aa');
  get('b', 'bb');
  get('c', 'cc');
  get('a', 'aa');
  get('d', 'dd');
  expect([disposed, cache.size]).toEqual([['bb'], 3]);
  expect(get('b', 'bb')).toBe('bb');
  expect(loaded).toEqual(['a', 'b', 'c', 'd', 'b']);
  expect(disposed).toEqual(['bb', 'cc']);
  expect(get('large', 'more than the limit')).toBe('more than the limit');
  expect(cache.size).toBe(1);
  cache.delete('large');
  cache.delete('large');
  expect(cache.size).toBe(0);
  expect(disposed.at(-1)).toBe('more than the limit');
});

it('does not give again what was deleted', () => {
  const cache = new RecentlyUsed<number>({ limit: 9, weigh: () => 1, dispose: () => undefined });
  let opened = 0;
  const open = (): number => cache.get('file', () => ++opened);
  expect([open(), open()]).toEqual([1, 1]);
  cache.delete('file');
  expect(open()).toBe(2);
});
