import { ConnectError } from '../../errors/connect-error.ts';
import { type BufferPool, noPool } from '../buffer-pool.ts';
import { GrowingOutput } from './growing-output.ts';

const frameMagic = 0x184d2204;
const skippableMagic = 0x184d2a50;

/**
 * Reads LZ4 frames. Written here and not taken from a library, because the bytes come from the network: every length
 * is checked, and nothing is allocated on the word of a header. Checksums inside are not verified; a record batch has
 * its own.
 */
export function decompressLz4(input: Buffer, limit: number, pool: BufferPool = noPool): Buffer {
  const output = new GrowingOutput(Math.max(input.length * 3, 1024), limit, 'lz4', pool);
  let at = 0;
  while (at < input.length) at = readFrame(input, at, output);
  return output.bytes();
}

function readFrame(input: Buffer, start: number, output: GrowingOutput): number {
  need(input, start, 7);
  const magic = input.readUInt32LE(start);
  if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
    const size = input.readUInt32LE(start + 4);
    need(input, start + 8, size);
    return start + 8 + size;
  }
  if (magic !== frameMagic) throw malformed('no frame begins here');
  const flags = input.readUInt8(start + 4);
  if (flags >> 6 !== 1) throw malformed(`frame version ${flags >> 6}`);
  if ((flags & 0x01) !== 0) throw malformed('a dictionary is asked for');
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  const contentChecksum = (flags & 0x04) !== 0 ? 4 : 0;
  let at = start + 7 + ((flags & 0x08) !== 0 ? 8 : 0);
  const frameStart = output.length;
  for (;;) {
    need(input, at, 4);
    const word = input.readUInt32LE(at);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    need(input, at, size + blockChecksum);
    if (word >>> 31 === 1) {
      input.copy(output.reserve(size), output.length, at, at + size);
      output.length += size;
    } else readBlock(input, at, at + size, output, frameStart);
    at += size + blockChecksum;
  }
  need(input, at, contentChecksum);
  return at + contentChecksum;
}

/** Sequences of literals and of copies from what came out before, not reaching back beyond `floor`. */
function readBlock(input: Buffer, start: number, end: number, output: GrowingOutput, floor: number): void {
  let at = start;
  let to = output.length;
  let out = output.buffer;
  while (at < end) {
    const token = input[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; literals += more) {
        if (at >= end) throw malformed('literals end early');
        more = input[at++] as number;
      }
    }
    if (literals > end - at) throw malformed('literals end early');
    if (to + literals > out.length) {
      output.length = to;
      out = output.reserve(literals);
    }
    if (literals > 24) input.copy(out, to, at, at + literals);
    else for (let i = 0; i < literals; i++) out[to + i] = input[at + i] as number;
    at += literals;
    to += literals;
    if (at === end) break;
    if (at + 2 > end) throw malformed('a match ends early');
    const distance = (input[at] as number) | ((input[at + 1] as number) << 8);
    at += 2;
    if (distance === 0 || distance > to - floor) throw malformed('a match begins before the data');
    let length = (token & 15) + 4;
    if (length === 19) {
      for (let more = 255; more === 255; length += more) {
        if (at >= end) throw malformed('a match ends early');
        more = input[at++] as number;
      }
    }
    if (to + length > out.length) {
      output.length = to;
      out = output.reserve(length);
    }
    if (distance >= length && length > 24) out.copyWithin(to, to - distance, to - distance + length);
    else if (distance === 1) out.fill(out[to - 1] as number, to, to + length);
    else for (let i = 0; i < length; i++) out[to + i] = out[to + i - distance] as number;
    to += length;
  }
  output.length = to;
}

function need(input: Buffer, at: number, bytes: number): void {
  if (at + bytes > input.length) throw malformed('it ends early');
}

function malformed(why: string): ConnectError {
  return new ConnectError('data', `malformed lz4 data: ${why}`);
}
