import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import { WireProblem } from './wire-problem.ts';
import { halvesOf } from './wire-reader.ts';

const longestVarint = 10;
const longestAscii = 40;

/** An unsigned integer of 32 bits: tags and lengths. */
export function writeUnsigned(out: ByteWriter, value: number): void {
  out.reserve(longestVarint);
  const { buffer } = out;
  let position = out.length;
  let rest = value >>> 0;
  while (rest > 0x7f) {
    buffer[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[position++] = rest;
  out.length = position;
}

/** A signed integer of 32 bits: negative ones take ten bytes. */
export function writeSigned(out: ByteWriter, value: number): void {
  if (value >= 0) writeUnsigned(out, value);
  else writeHalves(out, value >>> 0, 0xffff_ffff);
}

export function writeInt64(out: ByteWriter, value: bigint): void {
  const { low, high } = requireHalves(value);
  writeHalves(out, low, high);
}

export function writeFixed64(out: ByteWriter, value: bigint): void {
  const { low, high } = requireHalves(value);
  out.reserve(8);
  out.buffer.writeUInt32LE(low, out.length);
  out.buffer.writeUInt32LE(high, out.length + 4);
  out.length += 8;
}

export function writeFixed32(out: ByteWriter, value: number): void {
  out.reserve(4);
  out.buffer.writeUInt32LE(value >>> 0, out.length);
  out.length += 4;
}

export function writeFloat(out: ByteWriter, value: number): void {
  out.reserve(4);
  out.buffer.writeFloatLE(value, out.length);
  out.length += 4;
}

export function writeDouble(out: ByteWriter, value: number): void {
  out.reserve(8);
  out.buffer.writeDoubleLE(value, out.length);
  out.length += 8;
}

export function writeBytes(out: ByteWriter, value: Uint8Array): void {
  writeUnsigned(out, value.length);
  out.reserve(value.length);
  out.buffer.set(value, out.length);
  out.length += value.length;
}

export function writeString(out: ByteWriter, value: string): void {
  if (value.length <= longestAscii && writeAscii(out, value)) return;
  if (!value.isWellFormed())
    throw new WireProblem('the string has half of a surrogate pair, which UTF-8 cannot hold');
  const bytes = Buffer.byteLength(value);
  writeUnsigned(out, bytes);
  out.reserve(bytes);
  out.buffer.write(value, out.length, bytes, 'utf8');
  out.length += bytes;
}

/**
 * Begins a message or list behind its length, which is known only when it is written: then it moves up if need be.
 * Answers what `endNested` wants back.
 */
export function beginNested(out: ByteWriter): number {
  out.reserve(1);
  out.length += 1;
  return out.length;
}

export function endNested(out: ByteWriter, start: number): void {
  const { length: end } = out;
  const bytes = end - start;
  if (bytes < 0x80) {
    out.buffer[start - 1] = bytes;
    return;
  }
  const more = bytes < 0x4000 ? 1 : bytes < 0x20_0000 ? 2 : bytes < 0x1000_0000 ? 3 : 4;
  out.reserve(more);
  out.buffer.copyWithin(start + more, start, end);
  out.length = start - 1;
  writeUnsigned(out, bytes);
  out.length = end + more;
}

/** Short texts mostly are ASCII: faster than asking for their length first. */
function writeAscii(out: ByteWriter, value: string): boolean {
  out.reserve(value.length + 1);
  const { buffer } = out;
  let position = out.length;
  buffer[position++] = value.length;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code > 0x7f) return false;
    buffer[position++] = code;
  }
  out.length = position;
  return true;
}

function requireHalves(value: bigint): { readonly low: number; readonly high: number } {
  const halves = halvesOf(value);
  if (halves === null) throw new WireProblem('the integer does not fit into 64 bits');
  return halves;
}

function writeHalves(out: ByteWriter, lowHalf: number, highHalf: number): void {
  out.reserve(longestVarint);
  const { buffer } = out;
  let position = out.length;
  let low = lowHalf;
  let high = highHalf;
  while (high !== 0) {
    buffer[position++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  while (low > 0x7f) {
    buffer[position++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  buffer[position++] = low;
  out.length = position;
}
