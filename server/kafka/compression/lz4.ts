import { type BufferPool, noPool } from '../buffer-pool.ts';
import { BlockSpace } from './block-space.ts';

const frameMagic = 0x184d2204;
const skippableMagic = 0x184d2a50;
/** By the number in the frame's header. */
const blockMaximums: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };

/**
 * Reads LZ4 frames. The bytes come from the network: every length is checked, and no size is believed before the bytes
 * are there. Checksums inside are not verified; a record batch has its own.
 */
export function decompressLz4(input: Buffer, limit: number, pool: BufferPool = noPool): Buffer {
  const space = new BlockSpace('lz4', input, limit);
  try {
    let at = 0;
    while (at < input.length) at = readFrame(input, at, space);
    return space.take(pool);
  } finally {
    space.close();
  }
}

function readFrame(input: Buffer, start: number, space: BlockSpace): number {
  need(input, start, 7, space);
  const magic = input.readUInt32LE(start);
  if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
    need(input, start, 8, space);
    const size = input.readUInt32LE(start + 4);
    need(input, start + 8, size, space);
    return start + 8 + size;
  }
  if (magic !== frameMagic) throw space.malformed('no frame begins here');
  const flags = input.readUInt8(start + 4);
  if (flags >> 6 !== 1) throw space.malformed(`frame version ${flags >> 6}`);
  if ((flags & 0x01) !== 0) throw space.malformed('a dictionary is asked for');
  const maximum = blockMaximums[(input.readUInt8(start + 5) >> 4) & 7];
  if (maximum === undefined) throw space.malformed('no such block size');
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  const contentChecksum = (flags & 0x04) !== 0 ? 4 : 0;
  let at = start + 7 + ((flags & 0x08) !== 0 ? 8 : 0);
  const frameStart = space.length;
  for (;;) {
    need(input, at, 4, space);
    const word = input.readUInt32LE(at);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    need(input, at, size + blockChecksum, space);
    if (word >>> 31 === 1) space.stored(at, size);
    else space.lz4(at, size, frameStart, maximum);
    at += size + blockChecksum;
  }
  need(input, at, contentChecksum, space);
  return at + contentChecksum;
}

function need(input: Buffer, at: number, bytes: number, space: BlockSpace): void {
  if (at + bytes > input.length) throw space.malformed('it ends early');
}
