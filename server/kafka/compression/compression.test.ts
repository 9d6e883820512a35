import { lz4Compress, snappyCompress } from '@platformatic/wasm-utils';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import type { BufferPool } from '../buffer-pool.ts';
import { compress, compressionTypes, decompress } from './compression.ts';

/** Repetitive in places, so that matches of all lengths and distances come up. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(9000)).map(([unit, times]) => {
        const bytes = new Uint8Array(unit.length * (times % 900));
        for (let i = 0; i < bytes.length; i++) bytes[i] = unit[i % unit.length] as number;
        return bytes;
      }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

describe.each(compressionTypes)('compression %s', (type) => {
  test('gives back what was compressed', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        expect(decompress(type, compress(type, bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('gives back a megabyte of lines', () => {
    const lines = Array.from(
      { length: 12_000 },
      (_, i) => `line ${i} of a file that repeats itself ${i % 7}\n`,
    );
    const bytes = Buffer.from(lines.join(''));
    const compressed = compress(type, bytes);
    if (type !== 'none') expect(compressed.length).toBeLessThan(bytes.length / 2);
    expect(decompress(type, compressed).equals(bytes)).toBe(true);
  });
});

describe.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('decompression of %s', (type) => {
  test('answers damaged bytes with a data error or with bytes, and never with anything else', () => {
    const compressed = compress(type, Buffer.from('abcabcabcabc-'.repeat(200)));
    fc.assert(
      fc.property(fc.nat(compressed.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const damaged = Buffer.from(cut ? compressed.subarray(0, at) : compressed);
        if (!cut) damaged[at] = value;
        try {
          decompress(type, damaged, { limit: 100_000 });
        } catch (error) {
          expect(codeOf(error)).toBe('data');
        }
      }),
      { numRuns: 400 },
    );
  });

  test('answers random bytes with a data error or with bytes, and never with anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          decompress(type, Buffer.from(bytes), { limit: 100_000 });
        } catch (error) {
          expect(codeOf(error)).toBe('data');
        }
      }),
      { numRuns: 400 },
    );
  });

  test('stops at the limit', () => {
    const bomb = compress(type, Buffer.alloc(5_000_000));
    let caught: unknown;
    try {
      decompress(type, bomb, { limit: 1_000_000 });
    } catch (error) {
      caught = error;
    }
    expect(codeOf(caught)).toBe('data');
    expect(messageOf(caught)).toContain('grows beyond 1000000 bytes');
  });
});

test('snappy without the framing of the Java library is read too', () => {
  const bytes = Buffer.from('one raw block, '.repeat(5000));
  expect(decompress('snappy', snappyCompress(bytes)).equals(bytes)).toBe(true);
});

test('lz4 frames that follow each other are read as one', () => {
  const parts = [Buffer.from('first '.repeat(50)), Buffer.from('second '.repeat(50))];
  const frames = Buffer.concat(parts.map((part) => lz4Compress(part)));
  expect(decompress('lz4', frames).equals(Buffer.concat(parts))).toBe(true);
});

test('gzip, lz4 and zstd take a level', () => {
  const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => `record ${i * 7919} `).join(''));
  for (const type of ['gzip', 'lz4', 'zstd'] as const) {
    const fast = compress(type, bytes, { gzip: 1, lz4: 1, zstd: 1 });
    const small = compress(type, bytes, { gzip: 9, lz4: 17, zstd: 19 });
    expect(small.length).toBeLessThan(fast.length);
    expect(decompress(type, small).equals(bytes)).toBe(true);
    expect(decompress(type, fast).equals(bytes)).toBe(true);
  }
});

test('lz4 makes no more of its data from level to level, except at the default one, which is fast', () => {
  const bytes = Buffer.from(
    Array.from({ length: 4000 }, (_, i) => `{"id":${i},"name":"customer ${(i * 31) % 97}"}`).join('\n'),
  );
  const sizes = Array.from({ length: 17 }, (_, i) => {
    return compress('lz4', bytes, { gzip: null, lz4: i + 1, zstd: null }).length;
  });
  const fast = compress('lz4', bytes).length;
  expect(sizes[8]).toBe(fast);
  const searched = sizes.toSpliced(8, 1);
  // What is lazy is not always better: a percent is let pass.
  for (const [i, size] of searched.entries()) {
    expect(size).toBeLessThan((searched[i - 1] ?? bytes.length) * 1.01);
  }
  expect(searched.at(-1)).toBeLessThan(fast);
});

test('lz4 with a search gives back what was compressed, whatever it is', () => {
  const noise = fc.uint8Array({ maxLength: 2000, size: 'max' }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(content, noise), fc.integer({ min: 1, max: 17 }), (bytes, lz4) => {
      const compressed = compress('lz4', bytes, { gzip: null, lz4, zstd: null });
      expect(decompress('lz4', compressed).equals(bytes)).toBe(true);
      expect(compressed.length).toBeLessThanOrEqual(bytes.length + 11 + 4 * Math.ceil(bytes.length / 65_536));
    }),
    { numRuns: 80 },
  );
});

test('lz4 with a search stores blocks that do not get smaller', () => {
  const noise = Buffer.allocUnsafe(200_000);
  for (let i = 0, seed = 1; i < noise.length; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    noise[i] = seed >>> 24;
  }
  const compressed = compress('lz4', noise, { gzip: null, lz4: 5, zstd: null });
  expect(compressed.length).toBe(7 + 4 * 4 + noise.length + 4);
  expect(decompress('lz4', compressed).equals(noise)).toBe(true);
});

test('lz4 gives memory it has outgrown back to its pool, and keeps only what it answers with', () => {
  const held = new Set<Buffer>();
  const pool: BufferPool = {
    acquire(size) {
      const buffer = Buffer.alloc(size);
      held.add(buffer);
      return buffer;
    },
    release: (buffer) => void held.delete(buffer),
  };
  const bytes = Buffer.alloc(200_000, 'the same words again ');
  const output = decompress('lz4', compress('lz4', bytes), { pool });
  expect(output.equals(bytes)).toBe(true);
  expect(held.size).toBe(1);
});
