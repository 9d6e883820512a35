import { snappyCompress } from '@platformatic/wasm-utils';
import { type BufferPool, noPool } from '../buffer-pool.ts';
import { BlockSpace } from './block-space.ts';

/**
 * Java's clients write snappy in the framing of the xerial library: a magic, two versions, then blocks of raw snappy
 * each preceded by its size. Other clients write one raw block. Both are read, the framing is written.
 */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeader = Buffer.concat([xerialMagic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
/** Java's block size; readers hold one block at a time. */
const blockBytes = 32 * 1024;

export function compressSnappy(bytes: Buffer): Buffer {
  const parts: Buffer[] = [xerialHeader];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = snappyCompress(bytes.subarray(at, at + blockBytes));
    const size = Buffer.allocUnsafe(4);
    size.writeInt32BE(block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

export function decompressSnappy(input: Buffer, limit: number, pool: BufferPool = noPool): Buffer {
  const space = new BlockSpace('snappy', input, limit);
  try {
    const isFramed = input.length >= xerialHeader.length && input.subarray(0, 8).equals(xerialMagic);
    if (isFramed) readXerial(input, space);
    else readBlock(input, 0, input.length, space);
    return space.take(pool);
  } finally {
    space.close();
  }
}

function readXerial(input: Buffer, space: BlockSpace): void {
  let at = xerialHeader.length;
  while (at < input.length) {
    if (at + 4 > input.length) throw space.malformed('a block ends early');
    const bytes = input.readInt32BE(at);
    at += 4;
    if (bytes < 0 || at + bytes > input.length) throw space.malformed('a block ends early');
    readBlock(input, at, bytes, space);
    at += bytes;
  }
}

/** A block begins with what it becomes. A byte of input makes at most 64 / 3 of output. */
function readBlock(input: Buffer, at: number, bytes: number, space: BlockSpace): void {
  let size = 0;
  for (let i = 0; i < 5 && i < bytes; i++) {
    const byte = input[at + i] as number;
    size += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 128) continue;
    if (size > bytes * 22) throw space.malformed('it announces more than it can hold');
    space.snappy(at + i + 1, bytes - i - 1, size);
    return;
  }
  throw space.malformed('it has no length');
}
