import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FetchMemory } from './fetch-memory.ts';

const mebibyte = 2 ** 20;

describe('the memory for fetches', () => {
  test('is granted in sizes that fill a frame, less what a response has beside records', () => {
    const grant = new FetchMemory(50 * mebibyte).grant(1, 10, mebibyte);
    expect(grant).toBeLessThan(32 * mebibyte);
    expect(grant).toBeGreaterThan(31 * mebibyte);
  });

  test('is shared by the brokers that are read from', () => {
    const memory = new FetchMemory(50 * mebibyte);
    for (let request = 0; request < 6; request++) {
      const grant = memory.grant(5, 10, mebibyte);
      expect(grant).toBeGreaterThan(1.9 * mebibyte);
      expect(grant).toBeLessThan(10 * mebibyte);
      memory.promise(grant);
    }
    expect(memory.grant(5, 10, 5 * mebibyte)).toBe(0);
  });

  test('is not given out in pieces that are not worthwhile, until it is free again', () => {
    const memory = new FetchMemory(4 * mebibyte);
    memory.hold(3.5 * mebibyte);
    expect(memory.grant(1, 1, mebibyte)).toBe(0);
    memory.release(mebibyte);
    expect(memory.grant(1, 1, mebibyte)).toBeGreaterThan(mebibyte / 2);
  });

  test.each([1, 100, 5000])('lets one request through however small the limit is: %i', (limit) => {
    const memory = new FetchMemory(limit);
    const grant = memory.grant(1, 1, mebibyte);
    expect(grant).toBe(limit);
    memory.hold(4096);
    expect(memory.grant(1, 1, mebibyte)).toBe(0);
    memory.release(4096);
    expect(memory.grant(1, 1, mebibyte)).toBe(limit);
  });

  test('never promises more than there is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 * mebibyte }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.tuple(fc.nat(2 * mebibyte), fc.nat(500)), { maxLength: 40 }),
        (limit, nodes, requests) => {
          const memory = new FetchMemory(limit);
          let promised = 0;
          for (const [worthwhile, partitions] of requests) {
            const grant = memory.grant(nodes, partitions, worthwhile);
            memory.promise(grant);
            promised += grant;
            expect(grant).toBeGreaterThanOrEqual(0);
            expect(promised).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });
});
