import { isUtf8 } from 'node:buffer';
import { WireProblem } from './wire-problem.ts';

export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

const deepest = 100;
const longestAscii = 16;

const words = new Int32Array(2);
const both = new BigInt64Array(words.buffer);
const unsignedWords = new Uint32Array(words.buffer);
const low = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const high = 1 - low;
const reals = new DataView(new ArrayBuffer(8));

function int64(lowWord: number, highWord: number): bigint {
  words[low] = lowWord;
  words[high] = highWord;
  return both[0] ?? 0n;
}

/** The two halves of a 64-bit integer, unsigned; null if it does not fit, neither signed nor unsigned. */
export function halvesOf(value: bigint): { readonly low: number; readonly high: number } | null {
  both[0] = value;
  return both[0] === value ? { low: unsignedWords[low] ?? 0, high: unsignedWords[high] ?? 0 } : null;
}

/** Reads the parts of a Protobuf message, one after the other. Integers of 64 bits and unsigned ones are bigints. */
export class WireReader {
  readonly buffer: Buffer;
  position: number;
  /** Where the innermost message ends. */
  end: number;
  #depth = 0;

  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer;
    this.position = start;
    this.end = end;
  }

  byte(): number {
    if (this.position >= this.end) throw truncated();
    return this.buffer[this.position++] ?? 0;
  }

  /** Number of a field times eight plus its wire type. */
  tag(): number {
    const tag = this.int32() >>> 0;
    if (tag >>> 3 === 0) throw new WireProblem('a field has the number 0');
    return tag;
  }

  int32(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      const next = this.byte();
      if (shift < 32) value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new WireProblem('an integer has more than ten bytes');
  }

  int64(): bigint {
    let lowWord = 0;
    let highWord = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const next = this.byte();
      const bits = next & 0x7f;
      if (shift < 28) {
        lowWord |= bits << shift;
      } else if (shift === 28) {
        lowWord |= bits << 28;
        highWord = bits >>> 4;
      } else {
        highWord |= bits << (shift - 32);
      }
      if (next < 0x80) return highWord === 0 ? BigInt(lowWord >>> 0) : int64(lowWord, highWord);
    }
    throw new WireProblem('an integer has more than ten bytes');
  }

  uint32(): bigint {
    return BigInt(this.int32() >>> 0);
  }

  sint32(): number {
    const value = this.int32();
    return (value >>> 1) ^ -(value & 1);
  }

  sint64(): bigint {
    const value = BigInt.asUintN(64, this.int64());
    return (value >> 1n) ^ -(value & 1n);
  }

  sfixed32(): number {
    return this.buffer.readInt32LE(this.#take(4));
  }

  fixed32(): bigint {
    return BigInt(this.buffer.readUInt32LE(this.#take(4)));
  }

  fixed64(): bigint {
    const position = this.#take(8);
    return int64(this.buffer.readInt32LE(position), this.buffer.readInt32LE(position + 4));
  }

  float(): number {
    const position = this.#take(4);
    reals.setUint32(0, this.buffer.readUInt32LE(position), true);
    return reals.getFloat32(0, true);
  }

  double(): number {
    return this.buffer.readDoubleLE(this.#take(8));
  }

  bool(): boolean {
    const first = this.byte();
    if (first < 0x80) return first !== 0;
    this.position -= 1;
    return this.int64() !== 0n;
  }

  /** Of what follows; never more than there is. */
  length(): number {
    const length = this.int32();
    if (length < 0 || length > this.end - this.position) throw truncated();
    return length;
  }

  bytes(): Buffer {
    const length = this.length();
    this.position += length;
    return Buffer.from(this.buffer.subarray(this.position - length, this.position));
  }

  /** Bytes that are no UTF-8 are refused, or replaced where the schema does not ask for UTF-8. */
  string(isChecked: boolean): string {
    const length = this.length();
    const start = this.position;
    this.position += length;
    const short = length <= longestAscii ? asciiText(this.buffer, start, this.position) : null;
    if (short !== null) return short;
    const text = this.buffer.toString('utf8', start, this.position);
    if (isChecked && text.includes('\ufffd') && !isUtf8(this.buffer.subarray(start, this.position))) {
      throw new WireProblem('a string is not in UTF-8');
    }
    return text;
  }

  /** Goes into a message or list of a given length; give what it answers to `leave`. */
  enter(): number {
    const length = this.length();
    if (++this.#depth > deepest) throw new WireProblem(`messages are nested more than ${deepest} deep`);
    const outerEnd = this.end;
    this.end = this.position + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.end = outerEnd;
    this.#depth -= 1;
  }

  enterGroup(): void {
    if (++this.#depth > deepest) throw new WireProblem(`messages are nested more than ${deepest} deep`);
  }

  leaveGroup(): void {
    this.#depth -= 1;
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case wireTypes.varint:
        this.int32();
        return;
      case wireTypes.fixed64:
        this.#take(8);
        return;
      case wireTypes.bytes:
        this.#take(this.length());
        return;
      case wireTypes.startGroup:
        this.#skipGroup(tag >>> 3);
        return;
      case wireTypes.fixed32:
        this.#take(4);
        return;
      default:
        throw new WireProblem(`the field ${tag >>> 3} has a wire type that cannot stand here`);
    }
  }

  #skipGroup(number: number): void {
    this.enterGroup();
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== wireTypes.endGroup) {
        this.skip(tag);
        continue;
      }
      if (tag >>> 3 !== number) throw new WireProblem('a group ends that did not begin');
      this.leaveGroup();
      return;
    }
  }

  #take(bytes: number): number {
    const position = this.position;
    if (bytes > this.end - position) throw truncated();
    this.position = position + bytes;
    return position;
  }
}

/** Faster than decoding UTF-8 as long as the text is short; null: it is not ASCII. */
function asciiText(buffer: Buffer, start: number, end: number): string | null {
  let text = '';
  for (let position = start; position < end; position++) {
    const byte = buffer[position] ?? 0;
    if (byte > 0x7f) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function truncated(): WireProblem {
  return new WireProblem('the bytes end too early');
}
