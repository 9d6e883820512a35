/**
 * Zigzag varints of record batches, as plain numbers: 32-bit ones for lengths, and up to 2^53 for timestamps.
 */

/** Bytes that `value` (32 bits, signed) takes. */
export function varintSize(value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let size = 1;
  while (rest > 127) {
    rest >>>= 7;
    size++;
  }
  return size;
}

/** Answers the position behind it. */
export function writeVarint(buffer: Uint8Array, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let to = at;
  while (rest > 127) {
    buffer[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[to++] = rest;
  return to;
}

/** For whole numbers of up to 2^53 in size. */
export function writeVarlong(buffer: Uint8Array, at: number, value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return writeVarint(buffer, at, value);
  let rest = value >= 0 ? value * 2 : value * -2 - 1;
  let to = at;
  while (rest > 127) {
    buffer[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  buffer[to++] = rest;
  return to;
}

export function varlongSize(value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return varintSize(value);
  let rest = value >= 0 ? value * 2 : value * -2 - 1;
  let size = 1;
  while (rest > 127) {
    rest = Math.floor(rest / 128);
    size++;
  }
  return size;
}

/**
 * Reads varints out of bytes that may be malformed: beyond `end`, or too long, `failed` is set and zeros are given.
 * One instance reads many records, so that nothing is allocated for each.
 */
export class VarintReader {
  buffer: Buffer;
  position: number;
  end: number;
  failed = false;

  constructor(buffer: Buffer, position: number, end: number) {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
  }

  varint(): number {
    const first = this.position;
    // Nearly all are of one or two bytes.
    if (first + 1 < this.end) {
      const low = this.buffer[first] as number;
      if (low < 128) {
        this.position = first + 1;
        return (low >>> 1) ^ -(low & 1);
      }
      const high = this.buffer[first + 1] as number;
      if (high < 128) {
        this.position = first + 2;
        const both = (low & 0x7f) | (high << 7);
        return (both >>> 1) ^ -(both & 1);
      }
    }
    return this.#long(5) | 0;
  }

  varlong(): number {
    const first = this.position;
    if (first < this.end) {
      const byte = this.buffer[first] as number;
      if (byte < 128) {
        this.position = first + 1;
        return (byte >>> 1) ^ -(byte & 1);
      }
    }
    return this.#long(10);
  }

  #long(maxBytes: number): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < maxBytes; i++) {
      if (this.position >= this.end) break;
      const byte = this.buffer[this.position++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      factor *= 128;
    }
    this.failed = true;
    return 0;
  }
}
