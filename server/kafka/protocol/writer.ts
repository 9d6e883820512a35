import { ConnectError } from '../../errors/connect-error.ts';

const externalThreshold = 2048;

/** Position of a tagged field's value whose size is not known yet; given back to `closeSized`. */
export type SizedMark = number;

/**
 * Writes Kafka's primitive types into one growing buffer. Reusable: `reset` keeps the memory.
 *
 * Large `records` and `bytes` are not copied: they stay where they are and `chunks` hands them out between the parts
 * written here. The caller must leave such a buffer alone until the frame has gone out.
 */
export class ProtocolWriter {
  #buffer: Buffer;
  #position = 0;
  #sizedDepth = 0;
  #external: { at: number; bytes: Buffer }[] = [];
  #externalBytes = 0;

  constructor(initialCapacity = 512) {
    this.#buffer = Buffer.allocUnsafeSlow(initialCapacity);
  }

  /** Bytes written so far, those left outside included. */
  get length(): number {
    return this.#position + this.#externalBytes;
  }

  /** Bytes this writer holds on to when reset. */
  get capacity(): number {
    return this.#buffer.length;
  }

  reset(): void {
    this.#position = 0;
    this.#sizedDepth = 0;
    this.#external = [];
    this.#externalBytes = 0;
  }

  /** All bytes in order, as views: valid until the next `reset` or write. */
  chunks(): Buffer[] {
    if (this.#external.length === 0) return [this.#buffer.subarray(0, this.#position)];
    const chunks: Buffer[] = [];
    let from = 0;
    for (const { at, bytes } of this.#external) {
      if (at > from) chunks.push(this.#buffer.subarray(from, at));
      chunks.push(bytes);
      from = at;
    }
    if (this.#position > from) chunks.push(this.#buffer.subarray(from, this.#position));
    return chunks;
  }

  /** All bytes in one buffer that is the caller's own. */
  toBuffer(): Buffer {
    return Buffer.concat(this.chunks());
  }

  #ensure(bytes: number): number {
    const start = this.#position;
    const end = start + bytes;
    if (end > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    this.#position = end;
    return start;
  }

  bool(value: boolean): void {
    const at = this.#ensure(1);
    this.#buffer[at] = value ? 1 : 0;
  }

  int8(value: number): void {
    const at = this.#ensure(1);
    this.#buffer.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.#ensure(2);
    this.#buffer.writeInt16BE(value, at);
  }

  uint16(value: number): void {
    const at = this.#ensure(2);
    this.#buffer.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#ensure(4);
    this.#buffer.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.#ensure(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value))
      throw fault(`${value} is not an exact whole number and cannot be sent as int64`);
    const at = this.#ensure(8);
    // Floor division keeps negative numbers in two's complement: -1 is (-1, 0xffffffff).
    const high = Math.floor(value / 4294967296);
    this.#buffer.writeInt32BE(high, at);
    this.#buffer.writeUInt32BE(value - high * 4294967296, at + 4);
  }

  bigInt64(value: bigint): void {
    const at = this.#ensure(8);
    this.#buffer.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.#ensure(8);
    this.#buffer.writeDoubleBE(value, at);
  }

  uvarint(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
      throw fault(`${value} is not an unsigned varint`);
    let at = this.#ensure(5);
    let rest = value;
    while (rest > 127) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[at++] = rest;
    this.#position = at;
  }

  /** A uuid in the form Kafka prints: 22 characters of base64url. */
  uuid(value: string): void {
    const at = this.#ensure(16);
    if (value.length !== 22 || this.#buffer.write(value, at, 16, 'base64url') !== 16) {
      throw fault(`"${value}" is not a uuid in Kafka's form (22 characters of base64url)`);
    }
  }

  /** Length of an array, or -1 for null. */
  count(count: number, flexible: boolean): void {
    if (flexible) this.uvarint(count + 1);
    else this.int32(count);
  }

  string(value: string, flexible: boolean, field: string): void {
    if (typeof value !== 'string') throw this.#notA('a string', value, field);
    const bytes = Buffer.byteLength(value, 'utf8');
    if (flexible) this.uvarint(bytes + 1);
    else {
      if (bytes > 32767) throw fault(`${field} is ${bytes} bytes long; this version allows 32767`);
      this.int16(bytes);
    }
    const at = this.#ensure(bytes);
    this.#buffer.write(value, at, bytes, 'utf8');
  }

  nullableString(value: string | null, flexible: boolean, field: string): void {
    if (value !== null) this.string(value, flexible, field);
    else if (flexible) this.uvarint(0);
    else this.int16(-1);
  }

  bytes(value: Uint8Array, flexible: boolean, field: string): void {
    if (!(value instanceof Uint8Array)) throw this.#notA('bytes', value, field);
    this.count(value.length, flexible);
    this.raw(value);
  }

  nullableBytes(value: Uint8Array | null, flexible: boolean, field: string): void {
    if (value !== null) this.bytes(value, flexible, field);
    else this.count(-1, flexible);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    if (value.length >= externalThreshold && this.#sizedDepth === 0) {
      const bytes = Buffer.isBuffer(value)
        ? value
        : Buffer.from(value.buffer, value.byteOffset, value.length);
      this.#external.push({ at: this.#position, bytes });
      this.#externalBytes += value.length;
      return;
    }
    const at = this.#ensure(value.length);
    this.#buffer.set(value, at);
  }

  /** Begins a value that is preceded by its size as a varint (a tagged field). */
  openSized(): SizedMark {
    this.#sizedDepth++;
    return this.#ensure(1);
  }

  closeSized(mark: SizedMark): void {
    this.#sizedDepth--;
    const size = this.#position - mark - 1;
    let sizeLength = 1;
    for (let rest = size >>> 7; rest > 0; rest >>>= 7) sizeLength++;
    if (sizeLength > 1) {
      this.#ensure(sizeLength - 1);
      this.#buffer.copyWithin(mark + sizeLength, mark + 1, mark + 1 + size);
    }
    const end = this.#position;
    this.#position = mark;
    this.uvarint(size);
    this.#position = end;
  }

  /** Keeps room for an int32 (the size of a frame) that `setInt32` fills in later. */
  reserveInt32(): number {
    return this.#ensure(4);
  }

  setInt32(at: number, value: number): void {
    this.#buffer.writeInt32BE(value, at);
  }

  /** Called by generated code for a field that carries something the version has no place for. */
  absent(field: string, version: number): never {
    throw fault(`${field} cannot be sent in version ${version}`);
  }

  /** Called by generated code for a null that the version does not allow. */
  notNull(field: string): never {
    throw fault(`${field} must not be null`);
  }

  #notA(kind: string, value: unknown, field: string): ConnectError {
    return fault(`${field} must be ${kind}, not ${value === null ? 'null' : typeof value}`);
  }
}

function fault(message: string): ConnectError {
  return new ConnectError('illegal-state', message, { details: { stage: 'encode' } });
}
