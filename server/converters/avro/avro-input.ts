import { isUtf8 } from 'node:buffer';
import { dataError } from '../converter-error.ts';

const none = Buffer.alloc(0);
const mostEmptyItems = 1_000_000;
/** Longs from here on are read a second time: digits of theirs do not fit into a number. */
const exactLongs = 2 ** 52;
/** A few letters are put together faster here than by a call out of JavaScript. */
const shortText = 12;

/** Avro's primitive types, read from a range of bytes. Every length is checked before anything is made of it. */
export class AvroInput {
  #buffer: Buffer = none;
  #at = 0;
  #end = 0;
  /** Where the long began that was last read and is more than a number holds. */
  #longStart = 0;
  /** How deep values of schemas that contain themselves are nested just now. */
  depth = 0;

  open(buffer: Buffer, start: number, end: number): void {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
    this.depth = 0;
  }

  /** Lets go of the bytes. */
  close(): void {
    this.#buffer = none;
    this.#at = this.#end = 0;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  boolean(): boolean {
    const byte = this.#byte();
    if (byte > 1) throw dataError('Avro data has a boolean that is neither 0 nor 1.');
    return byte === 1;
  }

  int(): number {
    if (this.#at < this.#end) {
      const byte = this.#buffer[this.#at] ?? 0;
      if (byte < 0x80) {
        this.#at++;
        return (byte >>> 1) ^ -(byte & 1);
      }
    }
    let zigzag = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      if (shift === 28 && byte > 0x0f) break;
      zigzag |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (zigzag >>> 1) ^ -(zigzag & 1);
    }
    throw dataError('Avro data has an int of more than 32 bits.');
  }

  long(): bigint {
    const number = this.#longAsNumber();
    return number < exactLongs && number >= -exactLongs ? BigInt(number) : this.#lastLong();
  }

  /** A long as a number where one holds it. */
  longOrNumber(): bigint | number {
    const number = this.#longAsNumber();
    return number < exactLongs && number >= -exactLongs ? number : this.#lastLong();
  }

  float(): number {
    const at = this.#take(4);
    return this.#buffer.readFloatLE(at);
  }

  double(): number {
    const at = this.#take(8);
    return this.#buffer.readDoubleLE(at);
  }

  string(): string {
    const length = this.length();
    const at = this.#take(length);
    if (length <= shortText) {
      const text = this.#asciiText(at, at + length);
      if (text !== null) return text;
    }
    const text = this.#buffer.toString('utf8', at, at + length);
    if (text.includes('\ufffd') && !isUtf8(this.#buffer.subarray(at, at + length))) {
      throw dataError('Avro data has a string that is not UTF-8.');
    }
    return text;
  }

  /** A copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return Buffer.from(this.#buffer.subarray(at, at + length));
  }

  /** Big-endian two's complement. */
  unscaled(length: number): bigint {
    if (length === 0) throw dataError('Avro data has a decimal of no bytes.');
    const at = this.#take(length);
    if (length <= 6) return BigInt(this.#buffer.readIntBE(at, length));
    return BigInt.asIntN(length * 8, BigInt(`0x${this.#buffer.toString('hex', at, at + length)}`));
  }

  /** Length of the bytes that follow; they are there. */
  length(): number {
    const length = this.#longAsNumber();
    if (length < 0) throw dataError('Avro data has a negative length.');
    if (length > this.#end - this.#at) throw truncated();
    return length;
  }

  /** Number of items of the next block; 0 ends them. Each item takes `itemBytes` at least. */
  blockCount(itemBytes: number, itemsBefore: number): number {
    let count = this.#longAsNumber();
    if (count < 0) {
      count = -count;
      this.length();
    }
    if (count * itemBytes > this.#end - this.#at) throw truncated();
    if (itemBytes === 0 && count + itemsBefore > mostEmptyItems) {
      throw dataError(`Avro data has more than ${mostEmptyItems} items that take no bytes.`);
    }
    return count;
  }

  /** Several letters a call: each call makes a string. */
  #asciiText(start: number, end: number): string | null {
    const buffer = this.#buffer;
    let text = '';
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const first = buffer[at] ?? 0;
      const second = buffer[at + 1] ?? 0;
      const third = buffer[at + 2] ?? 0;
      const fourth = buffer[at + 3] ?? 0;
      if ((first | second | third | fourth) >= 0x80) return null;
      text += String.fromCharCode(first, second, third, fourth);
    }
    for (; at < end; at++) {
      const byte = buffer[at] ?? 0;
      if (byte >= 0x80) return null;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Exact within `exactLongs`; beyond, the long that was read is `#lastLong`. */
  #longAsNumber(): number {
    const buffer = this.#buffer;
    const start = this.#at;
    const end = this.#end;
    let at = start;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= end) throw truncated();
      const byte = buffer[at++] ?? 0;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.#at = at;
        return (low >>> 1) ^ -(low & 1);
      }
    }
    let high = 0;
    for (let factor = 1; factor <= 2 ** 35; factor *= 128) {
      if (at >= end) throw truncated();
      const byte = buffer[at++] ?? 0;
      if (factor === 2 ** 35 && byte > 1) break;
      high += (byte & 0x7f) * factor;
      if (byte >= 0x80) continue;
      this.#at = at;
      // Half of the zigzag number, the last bit being its sign.
      const half = high * 2 ** 27 + (low >>> 1);
      if (half >= exactLongs) this.#longStart = start;
      return low & 1 ? -half - 1 : half;
    }
    throw dataError('Avro data has a long of more than 64 bits.');
  }

  #lastLong(): bigint {
    let zigzag = 0n;
    for (let at = this.#longStart, shift = 0n; at < this.#at; at++, shift += 7n) {
      zigzag |= BigInt((this.#buffer[at] ?? 0) & 0x7f) << shift;
    }
    return zigzag & 1n ? -(zigzag >> 1n) - 1n : zigzag >> 1n;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw truncated();
    return this.#buffer[this.#at++] ?? 0;
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (bytes > this.#end - at) throw truncated();
    this.#at = at + bytes;
    return at;
  }
}

function truncated(): Error {
  return dataError('Avro data ends too early, or was written with another schema.');
}
