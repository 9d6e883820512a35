import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramePool } from './frame-pool.ts';
import { FrameReceiver } from './frame-receiver.ts';

function frame(correlationId: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeInt32BE(4 + body.length, 0);
  bytes.writeInt32BE(correlationId, 4);
  bytes.set(body, 8);
  return bytes;
}

function receive(stream: Buffer, cuts: readonly number[]): { id: number; body: Buffer }[] {
  const frames: { id: number; body: Buffer }[] = [];
  const receiver = new FrameReceiver({
    maxFrameBytes: () => 2_000_000,
    bufferFor: (_id, size) => Buffer.alloc(size),
    onFrame: (id, buffer, size) => frames.push({ id, body: buffer.subarray(4, size) }),
  });
  let at = 0;
  for (let i = 0; at < stream.length; i++) {
    const target = receiver.nextBuffer();
    const bytes = Math.min(target.length, stream.length - at, cuts[i % cuts.length] ?? 1);
    stream.copy(target, 0, at, at + bytes);
    receiver.received(bytes);
    at += bytes;
  }
  return frames;
}

describe('frame receiver', () => {
  it('gives the same frames however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
    const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bodies, cuts, (sent, pieces) => {
        const stream = Buffer.concat(sent.map((body, i) => frame(i, body)));
        const got = receive(stream, pieces);
        expect(got.map(({ id, body }) => [id, body.toString('hex')])).toEqual(
          sent.map((body, i) => [i, Buffer.from(body).toString('hex')]),
        );
      }),
    );
  });

  it('reads what is larger than its staging buffer straight into the frame', () => {
    const body = Buffer.alloc(1_000_000, 5);
    const got = receive(
      Buffer.concat([frame(1, Buffer.from('a')), frame(2, body), frame(3, Buffer.from('b'))]),
      [65_536],
    );
    expect(got.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(got[1]?.body.equals(body)).toBe(true);
  });

  it('refuses what is too large or no response before memory is taken for it', () => {
    const garbage: [Buffer, string][] = [
      [Buffer.from('HTTP/1.1 400 Bad Request'), 'it has 1213486160 bytes, and at most 2000000 can come'],
      [Buffer.from([0x7f, 0xff, 0xff, 0xff]), 'it has 2147483647 bytes'],
      [Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1]), 'its size cannot be -1'],
      [Buffer.from([0, 0, 0, 3, 0, 0, 0, 1]), 'its size cannot be 3'],
    ];
    for (const [bytes, reason] of garbage) expect(() => receive(bytes, [5])).toThrow(reason);
  });

  it('knows TLS from its first bytes, even when an alert is all that comes', () => {
    const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);
    expect(() => receive(alert, [7])).toThrow(expect.objectContaining({ isTls: true }));
  });
});

describe('frame pool', () => {
  it('hands a released buffer out again and keeps no more than its limit', () => {
    const pool = new FramePool(10_000);
    const first = pool.acquire(5000);
    expect(first.length).toBe(8192);
    const second = pool.acquire(5000);
    pool.release(first);
    pool.release(second);
    expect(pool.retainedBytes).toBe(8192);
    expect(pool.acquire(8000)).toBe(first);
    expect(pool.acquire(8000)).not.toBe(second);
  });
});
