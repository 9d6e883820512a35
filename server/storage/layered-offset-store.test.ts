import { describe, expect, test } from 'vitest';
import { waitFor } from '../testing/wait.ts';
import { LayeredOffsetStore } from './layered-offset-store.ts';
import { MemoryOffsetStore } from './memory-offset-store.ts';

const signal = AbortSignal.timeout(60_000);
const [a, b, c] = [{ part: 'a' }, { part: 'b' }, { part: 'c' }];

async function layers() {
  const [own, shared] = [new MemoryOffsetStore(), new MemoryOffsetStore()];
  const lines: string[] = [];
  const both = new LayeredOffsetStore(
    own,
    shared,
    (level, message) => void lines.push(`${level}: ${message}`),
  );
  return { own, shared, both, lines };
}

describe('offsets of a connector in a store of its own', () => {
  test('win over older ones in the worker’s store, which are used where there are none', async () => {
    const { own, shared, both } = await layers();
    await shared.write('x', [
      { partition: a, offset: { n: 1 } },
      { partition: b, offset: { n: 2 } },
    ]);
    await own.write('x', [{ partition: b, offset: { n: 20 } }]);
    expect(await both.read('x', [a, b, c])).toEqual([{ n: 1 }, { n: 20 }, null]);
    expect(await both.all('x')).toEqual([
      { partition: b, offset: { n: 20 } },
      { partition: a, offset: { n: 1 } },
    ]);
  });

  test('are copied to the worker’s store', async () => {
    const { own, shared, both } = await layers();
    await both.write('x', [{ partition: a, offset: { n: 1 } }], signal);
    expect(await own.read('x', [a])).toEqual([{ n: 1 }]);
    await waitFor('the copy', async () => (await shared.all('x')).length === 1);
  });

  test('stay written when the copy fails, and the log says so', async () => {
    const { shared, both, lines } = await layers();
    shared.write = () => Promise.reject(new Error('no rights'));
    await both.write('x', [{ partition: a, offset: { n: 1 } }], signal);
    await waitFor('a line', () => lines.length === 1);
    expect(lines[0]).toContain('warn: source offsets of connector x were not copied');
    expect(await both.read('x', [a])).toEqual([{ n: 1 }]);
  });

  test('are reset in the worker’s store first, so that nothing older comes back', async () => {
    const { own, shared, both } = await layers();
    await shared.write('x', [{ partition: a, offset: { n: 1 } }]);
    await own.write('x', [{ partition: a, offset: { n: 2 } }]);
    const write = shared.write.bind(shared);
    shared.write = () => Promise.reject(new Error('no rights'));
    await expect(both.write('x', [{ partition: a, offset: null }], signal)).rejects.toThrow('no rights');
    expect(await both.read('x', [a])).toEqual([{ n: 2 }]);
    shared.write = write;
    await both.write('x', [{ partition: a, offset: null }], signal);
    expect(await both.read('x', [a])).toEqual([null]);
    expect(await both.all('x')).toEqual([]);
  });
});
