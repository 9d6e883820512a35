import { snappyCompress } from '@platformatic/wasm-utils';
import { ConnectError } from '../../errors/connect-error.ts';

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

export function decompressSnappy(input: Buffer, limit: number): Buffer {
  const framed = input.length >= xerialHeader.length && input.subarray(0, 8).equals(xerialMagic);
  const blocks = framed ? xerialBlocks(input) : [input];
  const sizes = blocks.map(announcedSize);
  let total = 0;
  for (const [, size] of sizes) total += size;
  if (total > limit) throw malformed(`grows beyond ${limit} bytes`);
  const output = Buffer.allocUnsafeSlow(total);
  let to = 0;
  blocks.forEach((block, i) => {
    const [headerBytes, size] = sizes[i] as readonly [number, number];
    readBlock(block, headerBytes, output, to, to + size);
    to += size;
  });
  return output;
}

function xerialBlocks(input: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  let at = xerialHeader.length;
  while (at < input.length) {
    if (at + 4 > input.length) throw malformed('a block ends early');
    const size = input.readInt32BE(at);
    at += 4;
    if (size < 0 || at + size > input.length) throw malformed('a block ends early');
    blocks.push(input.subarray(at, at + size));
    at += size;
  }
  return blocks;
}

/** How long the length is, and the length. A byte of input makes at most 64 / 3 of output. */
function announcedSize(block: Buffer): readonly [number, number] {
  let size = 0;
  for (let i = 0; i < 5 && i < block.length; i++) {
    const byte = block[i] as number;
    size += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 128) {
      if (size > block.length * 22) throw malformed('it announces more than it can hold');
      return [i + 1, size];
    }
  }
  throw malformed('it has no length');
}

function readBlock(input: Buffer, start: number, output: Buffer, floor: number, end: number): void {
  let at = start;
  let to = floor;
  while (at < input.length) {
    const tag = input[at++] as number;
    let length = (tag >> 2) + 1;
    if ((tag & 3) === 0) {
      if (length > 60) {
        const bytes = length - 60;
        if (at + bytes > input.length) throw malformed('literals end early');
        length = input.readUIntLE(at, bytes) + 1;
        at += bytes;
      }
      if (at + length > input.length || to + length > end) throw malformed('literals end early');
      if (length > 24) input.copy(output, to, at, at + length);
      else for (let i = 0; i < length; i++) output[to + i] = input[at + i] as number;
      at += length;
      to += length;
      continue;
    }
    const offsetBytes = (tag & 3) === 3 ? 4 : tag & 3;
    if (at + offsetBytes > input.length) throw malformed('a copy ends early');
    let distance = input.readUIntLE(at, offsetBytes);
    at += offsetBytes;
    if (offsetBytes === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance += (tag >> 5) << 8;
    }
    if (distance === 0 || distance > to - floor || to + length > end) throw malformed('a copy goes astray');
    if (distance >= length && length > 24) output.copyWithin(to, to - distance, to - distance + length);
    else for (let i = 0; i < length; i++) output[to + i] = output[to + i - distance] as number;
    to += length;
  }
  if (to !== end) throw malformed('it is shorter than it announced');
}

function malformed(why: string): ConnectError {
  return new ConnectError('data', `malformed snappy data: ${why}`);
}
