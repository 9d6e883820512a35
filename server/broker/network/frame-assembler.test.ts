import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.ts';
import { FrameAssembler } from './frame-assembler.ts';

function framed(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

describe('the frame assembler', () => {
  it('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 20 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map((frame) => framed(Buffer.from(frame))));
          const assembler = new FrameAssembler(1000, new BufferPool());
          const seen: string[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const cut = cuts[turn % cuts.length] ?? 1;
            assembler.push(stream.subarray(at, at + cut), ({ bytes }) => seen.push(bytes.toString('hex')));
            at += cut;
          }
          expect(seen).toEqual(frames.map((frame) => Buffer.from(frame).toString('hex')));
        },
      ),
    );
  });

  it('keeps frames of several chunks in memory of the pool, whole and apart', () => {
    const pool = new BufferPool();
    const assembler = new FrameAssembler(1_000_000, pool);
    const frame = Buffer.alloc(200_000, 7);
    const stream = framed(frame);
    const pooled: (Buffer | null)[] = [];
    for (let turn = 0; turn < 2; turn++) {
      for (let at = 0; at < stream.length; at += 65_536) {
        assembler.push(stream.subarray(at, at + 65_536), (emitted) => {
          expect(emitted.bytes.equals(frame)).toBe(true);
          pooled.push(emitted.pooled);
          if (emitted.pooled !== null) pool.release(emitted.pooled);
        });
      }
    }
    expect(pooled[0] === null).toBe(false);
    expect(pooled[1] === pooled[0]).toBe(true);
  });

  it('refuses a size that cannot be, before it takes memory for it', () => {
    for (const size of [-1, 0, 1001, 0x7fffffff]) {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(size);
      const assembler = new FrameAssembler(1000, new BufferPool());
      expect(() => assembler.push(bytes, () => undefined)).toThrow(
        `a request of ${size} bytes (at most 1000 are taken)`,
      );
    }
  });

  it('takes memory as the bytes come, not as the size promises', () => {
    const assembler = new FrameAssembler(100_000_000, new BufferPool());
    const size = Buffer.alloc(5);
    size.writeInt32BE(100_000_000);
    assembler.push(size, () => undefined);
    expect(assembler.heldBytes).toBeLessThanOrEqual(1024 * 1024);
    let frame: Buffer | null = null;
    const chunk = Buffer.alloc(1_000_000, 3);
    for (let sent = 1; sent < 100_000_000; sent += chunk.length) {
      const rest = chunk.subarray(0, Math.min(chunk.length, 100_000_000 - sent));
      assembler.push(rest, ({ bytes }) => {
        frame = bytes;
      });
      expect(assembler.heldBytes).toBeLessThanOrEqual(Math.max(1024 * 1024, 2 * (sent + chunk.length)));
    }
    expect(frame).toHaveLength(100_000_000);
  });
});
