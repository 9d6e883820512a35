import { ConnectError } from '../../errors/connect-error.ts';

/**
 * Reads Kafka's primitive types. Every length and count is checked against what is left, so malformed input ends in a
 * `data` error and never in a large allocation. Bytes are views on the input: copy what must outlive it.
 */
export class ProtocolReader {
  #buffer: Buffer;
  #position: number;
  #end: number;

  constructor(buffer: Buffer, start = 0, end = buffer.length) {
    this.#buffer = buffer;
    this.#position = start;
    this.#end = end;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#end - this.#position;
  }

  #take(bytes: number): number {
    const at = this.#position;
    if (bytes > this.#end - at) throw this.#fault(`needs ${bytes} bytes, ${this.#end - at} are left`);
    this.#position = at + bytes;
    return at;
  }

  bool(): boolean {
    return this.#buffer[this.#take(1)] !== 0;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#take(1));
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#take(2));
  }

  uint16(): number {
    return this.#buffer.readUInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  int64(): number {
    const at = this.#take(8);
    const value = this.#buffer.readInt32BE(at) * 4294967296 + this.#buffer.readUInt32BE(at + 4);
    if (!Number.isSafeInteger(value))
      throw this.#fault(`int64 ${this.#buffer.readBigInt64BE(at)} is out of range`);
    return value;
  }

  bigInt64(): bigint {
    return this.#buffer.readBigInt64BE(this.#take(8));
  }

  float64(): number {
    return this.#buffer.readDoubleBE(this.#take(8));
  }

  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#buffer[this.#take(1)] as number;
      if (shift === 28 && byte > 15) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw this.#fault('varint is longer than 32 bits');
  }

  /** A uuid in the form Kafka prints: 22 characters of base64url. */
  uuid(): string {
    const at = this.#take(16);
    return this.#buffer.toString('base64url', at, at + 16);
  }

  /** Length of an array, -1 for null. */
  nullableCount(flexible: boolean): number {
    const count = flexible ? this.uvarint() - 1 : this.int32();
    // Every element has at least one byte, so a count beyond the input is malformed.
    if (count > this.remaining || count < -1)
      throw this.#fault(`count ${count} with ${this.remaining} bytes left`);
    return count;
  }

  count(flexible: boolean): number {
    const count = this.nullableCount(flexible);
    if (count < 0) throw this.#fault('null where an array is required');
    return count;
  }

  nullableString(flexible: boolean): string | null {
    const length = flexible ? this.uvarint() - 1 : this.int16();
    if (length === -1) return null;
    if (length < 0) throw this.#fault(`string length ${length}`);
    const at = this.#take(length);
    return this.#buffer.toString('utf8', at, at + length);
  }

  string(flexible: boolean): string {
    const value = this.nullableString(flexible);
    if (value === null) throw this.#fault('null where a string is required');
    return value;
  }

  nullableBytes(flexible: boolean): Buffer | null {
    const length = flexible ? this.uvarint() - 1 : this.int32();
    if (length === -1) return null;
    if (length < 0) throw this.#fault(`length ${length}`);
    const at = this.#take(length);
    return this.#buffer.subarray(at, at + length);
  }

  bytes(flexible: boolean): Buffer {
    const value = this.nullableBytes(flexible);
    if (value === null) throw this.#fault('null where bytes are required');
    return value;
  }

  /** Called by generated code after the marker byte of a struct said null where none is allowed. */
  notNull(field: string): never {
    throw this.#fault(`${field} is null`);
  }

  /** Size of a tagged field; answers where it must end. */
  openSized(): number {
    const size = this.uvarint();
    const at = this.#take(size);
    this.#position = at;
    return at + size;
  }

  /** Called after a known tagged field was read. */
  closeSized(end: number): void {
    if (this.#position !== end) throw this.#fault(`tagged field ends at ${end}`);
  }

  /** Called for a tagged field that is not known. */
  skipTo(end: number): void {
    this.#position = end;
  }

  /** Skips a whole section of tagged fields. */
  skipTags(): void {
    for (let n = this.uvarint(); n > 0; n--) {
      this.uvarint();
      this.#position = this.openSized();
    }
  }

  #fault(what: string): ConnectError {
    return new ConnectError('data', `malformed Kafka message at byte ${this.#position}: ${what}`, {
      details: { stage: 'decode' },
    });
  }
}
