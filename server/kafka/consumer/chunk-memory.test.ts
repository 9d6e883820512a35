import { expect, test } from 'vitest';
import { ChunkMemory } from './chunk-memory.ts';

function recordingPool() {
  const released: Buffer[] = [];
  return {
    released,
    pool: {
      acquire: (size: number) => Buffer.alloc(size),
      release: (buffer: Buffer) => void released.push(buffer),
    },
  };
}

test('keeps the batch that is being taken from, and gives back those before it', () => {
  const { pool, released } = recordingPool();
  const memory = new ChunkMemory(pool);
  const [first, second, third] = [memory.acquire(1), memory.acquire(2), memory.acquire(3)];
  memory.releasePast();
  expect(released).toEqual([first, second]);
  memory.releasePast();
  expect(released).toEqual([first, second]);
  memory.releaseAll();
  expect(released).toEqual([first, second, third]);
});

test('gives nothing back twice, nor what is not its own', () => {
  const { pool, released } = recordingPool();
  const memory = new ChunkMemory(pool);
  const buffer = memory.acquire(1);
  memory.release(buffer);
  memory.release(buffer);
  memory.release(Buffer.alloc(1));
  memory.releaseAll();
  expect(released).toEqual([buffer]);
});
