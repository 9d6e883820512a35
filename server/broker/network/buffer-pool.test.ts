import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.ts';

describe('the buffer pool', () => {
  it('gives a released buffer to the next who needs that size', () => {
    const pool = new BufferPool();
    const buffer = pool.take(100_000);
    expect(buffer.length).toBe(131_072);
    pool.release(buffer);
    expect(pool.take(80_000) === buffer).toBe(true);
    expect(pool.take(80_000) === buffer).toBe(false);
  });

  it('keeps neither small nor huge buffers, nor more than its limit', () => {
    const pool = new BufferPool();
    const [small, huge] = [pool.take(100), pool.take(50_000_000)];
    expect([small.length, huge.length]).toEqual([100, 50_000_000]);
    pool.release(huge);
    expect(pool.take(50_000_000) === huge).toBe(false);
    const many = Array.from({ length: 20 }, () => pool.take(4 * 1024 * 1024));
    for (const buffer of many) pool.release(buffer);
    const again = new Set(Array.from({ length: 20 }, () => pool.take(4 * 1024 * 1024)));
    expect(many.filter((buffer) => again.has(buffer))).toHaveLength(8);
  });
});
