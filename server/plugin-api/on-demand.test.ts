import { expect, test } from 'vitest';
import { onDemand } from './on-demand.ts';

test('code is brought once, and is not there before', async () => {
  let times = 0;
  const code = onDemand(async () => ({ times: ++times }));
  expect(() => code.module).toThrow('has not been loaded yet');
  await code.load();
  await code.load();
  expect(code.module).toEqual({ times: 1 });
});

test('code that could not be brought is asked for again', async () => {
  let times = 0;
  const code = onDemand(async () => {
    if (++times === 1) throw new Error('no file');
    return times;
  });
  await expect(code.load()).rejects.toThrow('no file');
  await code.load();
  expect(code.module).toBe(2);
});
