import { ConnectError } from '../errors/connect-error.ts';

/**
 * `java.util.HashMap<byte[], byte[]>` in Java's object serialisation (Java Object Serialization Specification,
 * chapter 6): the layout of Apache's offsets file. Any other class is refused.
 */

const header = Buffer.from('aced0005', 'hex');
/** Object and class descriptor of HashMap with its fields loadFactor and threshold. */
const mapDescriptor = Buffer.from(
  '737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f724900097468726573686f6c647870',
  'hex',
);
const arrayDescriptor = Buffer.from('757200025b42acf317f8060854e00200007870', 'hex');
const arrayOfKnownClass = Buffer.from('7571007e0002', 'hex');
const nullTag = 0x70;
const referenceTag = 0x71;
const blockDataTag = 0x77;
const endOfBlockTag = 0x78;
/** Handles count from here; 0 and 1 are the map's class and the map, 2 is the class byte[]. */
const baseHandle = 0x7e0000;
const firstArrayHandle = 3;

export type ByteMap = readonly (readonly [Buffer, Buffer | null])[];

/** Throws a `data` error that says at which byte the file is not what it should be. */
export function readJavaByteMap(bytes: Buffer): ByteMap {
  const reader = new StreamReader(bytes);
  reader.expect(header, 'the header of a Java object stream');
  reader.expect(mapDescriptor, 'a java.util.HashMap');
  reader.skip(8, 'load factor and threshold');
  reader.expect(Buffer.from([blockDataTag, 8]), 'the capacity of the map');
  reader.skip(4, 'the capacity of the map');
  const size = reader.int('the size of the map');
  const entries: [Buffer, Buffer | null][] = [];
  for (let index = 0; index < size; index++) {
    const key = reader.byteArray();
    if (key === null) throw reader.damaged('a key');
    entries.push([key, reader.byteArray()]);
  }
  reader.expect(Buffer.from([endOfBlockTag]), 'the end of the map');
  return entries;
}

export function writeJavaByteMap(entries: ByteMap): Buffer {
  let capacity = 16;
  while (capacity * 0.75 < entries.length) capacity *= 2;
  const numbers = Buffer.alloc(18);
  numbers.writeFloatBE(0.75, 0);
  numbers.writeInt32BE(entries.length === 0 ? 0 : capacity * 0.75, 4);
  numbers.writeUInt8(blockDataTag, 8);
  numbers.writeUInt8(8, 9);
  numbers.writeInt32BE(capacity, 10);
  numbers.writeInt32BE(entries.length, 14);
  const chunks: Buffer[] = [header, mapDescriptor, numbers];
  let isClassKnown = false;
  for (const array of entries.flat()) {
    if (array === null) {
      chunks.push(Buffer.from([nullTag]));
      continue;
    }
    const length = Buffer.alloc(4);
    length.writeInt32BE(array.length);
    chunks.push(isClassKnown ? arrayOfKnownClass : arrayDescriptor, length, array);
    isClassKnown = true;
  }
  chunks.push(Buffer.from([endOfBlockTag]));
  return Buffer.concat(chunks);
}

class StreamReader {
  readonly #bytes: Buffer;
  readonly #arrays: Buffer[] = [];
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  expect(wanted: Buffer, what: string): void {
    const start = this.#position;
    this.skip(wanted.length, what);
    if (!this.#bytes.subarray(start, this.#position).equals(wanted)) throw this.damaged(what, start);
  }

  skip(length: number, what: string): void {
    if (length < 0 || this.#position + length > this.#bytes.length) throw this.damaged(what);
    this.#position += length;
  }

  int(what: string): number {
    const start = this.#position;
    this.skip(4, what);
    const value = this.#bytes.readInt32BE(start);
    if (value < 0) throw this.damaged(what, start);
    return value;
  }

  byteArray(): Buffer | null {
    const tag = this.#bytes[this.#position];
    if (tag === nullTag) {
      this.#position++;
      return null;
    }
    if (tag === referenceTag) return this.#referencedArray();
    this.expect(this.#arrays.length === 0 ? arrayDescriptor : arrayOfKnownClass, 'a byte array');
    const length = this.int('the length of a byte array');
    const start = this.#position;
    this.skip(length, 'the bytes of an array');
    const array = this.#bytes.subarray(start, this.#position);
    this.#arrays.push(array);
    return array;
  }

  /** One array object that is in the map more than once. */
  #referencedArray(): Buffer {
    const start = this.#position++;
    const array = this.#arrays[this.int('a handle') - baseHandle - firstArrayHandle];
    if (array === undefined) throw this.damaged('a byte array', start);
    return array;
  }

  damaged(what: string, at = this.#position): ConnectError {
    return new ConnectError('data', `expected ${what} at byte ${at} of ${this.#bytes.length}`);
  }
}
