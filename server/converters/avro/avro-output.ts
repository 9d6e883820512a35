import { dataError } from '../converter-error.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';

/** A length of at most 63 bytes takes one byte; 21 characters take no more than that. */
const shortText = 21;
const two28 = 2 ** 28;
const two31 = 2 ** 31;
const two52 = 2 ** 52;

export function writeByte(out: ByteWriter, byte: number): void {
  out.reserve(1);
  out.buffer[out.length++] = byte;
}

/** 32 bits. */
export function writeInt(out: ByteWriter, value: number): void {
  out.reserve(5);
  const buffer = out.buffer;
  let at = out.length;
  let zigzag = (value << 1) ^ (value >> 31);
  while (zigzag & ~0x7f) {
    buffer[at++] = (zigzag & 0x7f) | 0x80;
    zigzag >>>= 7;
  }
  buffer[at++] = zigzag;
  out.length = at;
}

/** A whole number within ±2^52. */
export function writeLongNumber(out: ByteWriter, value: number): void {
  let zigzag = value < 0 ? -value * 2 - 1 : value * 2;
  if (zigzag < two31) {
    writeInt(out, value);
    return;
  }
  out.reserve(10);
  const buffer = out.buffer;
  let at = out.length;
  const high = Math.floor(zigzag / two28);
  zigzag -= high * two28;
  buffer[at++] = (zigzag & 0x7f) | 0x80;
  buffer[at++] = ((zigzag >>> 7) & 0x7f) | 0x80;
  buffer[at++] = ((zigzag >>> 14) & 0x7f) | 0x80;
  buffer[at++] = ((zigzag >>> 21) & 0x7f) | 0x80;
  let rest = high;
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  out.length = at;
}

/** Of 64 bits; the caller has checked that. */
export function writeLong(out: ByteWriter, value: bigint): void {
  const number = Number(value);
  if (number < two52 && number > -two52) {
    writeLongNumber(out, number);
    return;
  }
  out.reserve(10);
  let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  while (zigzag > 0x7fn) {
    out.buffer[out.length++] = Number(zigzag & 0x7fn) | 0x80;
    zigzag >>= 7n;
  }
  out.buffer[out.length++] = Number(zigzag);
}

export function writeFloat(out: ByteWriter, value: number): void {
  out.reserve(4);
  out.length = out.buffer.writeFloatLE(value, out.length);
}

export function writeDouble(out: ByteWriter, value: number): void {
  out.reserve(8);
  out.length = out.buffer.writeDoubleLE(value, out.length);
}

/** `place` names the value where it is not text that UTF-8 has bytes for. */
export function writeString(out: ByteWriter, value: string, place: string): void {
  const length = value.length;
  if (length > shortText) {
    writeLongString(out, value, place);
    return;
  }
  out.reserve(1 + length * 3);
  const buffer = out.buffer;
  const start = out.length;
  let at = start + 1;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 0x80) {
      checkWellFormed(value, place);
      const bytes = buffer.write(value, start + 1, 'utf8');
      buffer[start] = bytes << 1;
      out.length = start + 1 + bytes;
      return;
    }
    buffer[at++] = code;
  }
  buffer[start] = length << 1;
  out.length = at;
}

function writeLongString(out: ByteWriter, value: string, place: string): void {
  checkWellFormed(value, place);
  const bytes = Buffer.byteLength(value);
  writeLongNumber(out, bytes);
  out.reserve(bytes);
  out.length += out.buffer.write(value, out.length, 'utf8');
}

/** Half a character would silently become another one. */
function checkWellFormed(value: string, place: string): void {
  if (!value.isWellFormed()) {
    throw dataError(
      `A string has half of a character (a lone surrogate), which UTF-8 cannot hold${at(place)}.`,
    );
  }
}

export function writeBytes(out: ByteWriter, value: Uint8Array): void {
  writeLongNumber(out, value.length);
  writeRaw(out, value);
}

export function writeRaw(out: ByteWriter, value: Uint8Array): void {
  out.reserve(value.length);
  out.buffer.set(value, out.length);
  out.length += value.length;
}

/** Where something is, for messages; nothing for the value as a whole. */
export function at(place: string): string {
  return place === '' ? '' : ` (field ${place})`;
}
