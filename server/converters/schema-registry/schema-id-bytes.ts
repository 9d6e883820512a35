import { ConnectError } from '../../errors/connect-error.ts';

/** A 4-byte id follows, big-endian. */
const idMagic = 0;
/** A GUID of 16 bytes follows. */
const guidMagic = 1;

/** No message is nested deeper; a hostile count must not make a long list. */
const maxMessageIndexes = 100;

const firstMessage: readonly number[] = [0];
const noIndexes: readonly number[] = [];

/** What stands before a value: magic byte, id, and for Protobuf the path to the message. */
export function idPrefix(id: number, messageIndexes: readonly number[] | null): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(idMagic);
  prefix.writeInt32BE(id, 1);
  return messageIndexes === null ? prefix : Buffer.concat([prefix, indexBytes(messageIndexes)]);
}

/** The value of a header that names the schema: magic byte, GUID, and for Protobuf the path to the message. */
export function guidHeader(guid: string, messageIndexes: readonly number[] | null): Buffer {
  const bytes = Buffer.concat([Buffer.of(guidMagic), Buffer.from(guid.replaceAll('-', ''), 'hex')]);
  return messageIndexes === null ? bytes : Buffer.concat([bytes, indexBytes(messageIndexes)]);
}

/** Zig-zag varints: how many, then each; the first message of a file is a lone 0. */
function indexBytes(indexes: readonly number[]): Buffer {
  if (indexes.length === 1 && indexes[0] === 0) return Buffer.of(0);
  const bytes: number[] = [];
  for (const number of [indexes.length, ...indexes]) {
    let rest = ((number << 1) ^ (number >> 31)) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

/** Reads which schema bytes were written with. One object is used for all records, so that none is made for each. */
export class SchemaIdScanner {
  /** Of no account where there is a GUID. */
  id = -1;
  guid: string | null = null;
  /** Empty but for Protobuf. */
  messageIndexes: readonly number[] = noIndexes;
  readonly #hasIndexes: boolean;
  #at = 0;

  constructor(hasIndexes: boolean) {
    this.#hasIndexes = hasIndexes;
  }

  /** Returns where the id ends. Throws a `data` error when the bytes hold none. */
  scan(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 1) throw tooShort(end - start);
    const magic = bytes[start] ?? 0;
    if (magic === idMagic) {
      if (end - start < 5) throw tooShort(end - start);
      this.#at = start + 5;
      this.guid = null;
      this.id =
        ((bytes[start + 1] ?? 0) << 24) |
        ((bytes[start + 2] ?? 0) << 16) |
        ((bytes[start + 3] ?? 0) << 8) |
        (bytes[start + 4] ?? 0);
    } else if (magic === guidMagic) {
      if (end - start < 17) throw tooShort(end - start);
      this.#at = start + 17;
      this.id = -1;
      this.guid = guidText(bytes, start + 1);
    } else {
      throw new ConnectError(
        'data',
        `Unknown magic byte 0x${magic.toString(16).padStart(2, '0')}: what a schema registry's serializer writes begins with 0x00. Was this written with another converter?`,
      );
    }
    if (this.#hasIndexes) this.#readIndexes(bytes, end);
    return this.#at;
  }

  #readIndexes(bytes: Uint8Array, end: number): void {
    const count = this.#varint(bytes, end);
    if (count === 0) {
      this.messageIndexes = firstMessage;
      return;
    }
    if (count < 0 || count > maxMessageIndexes) {
      throw new ConnectError(
        'data',
        `A path to a message of ${count} steps cannot be: the bytes are damaged`,
      );
    }
    const indexes: number[] = [];
    for (let i = 0; i < count; i++) indexes.push(this.#varint(bytes, end));
    this.messageIndexes = indexes;
  }

  #varint(bytes: Uint8Array, end: number): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= end) throw new ConnectError('data', 'The bytes end within the path to the message');
      const byte = bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new ConnectError('data', 'A number in the path to the message is longer than 5 bytes');
  }
}

function guidText(bytes: Uint8Array, start: number): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + start, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function tooShort(length: number): ConnectError {
  return new ConnectError(
    'data',
    `${length} bytes are too few: the id of a schema alone takes 5 of them. Was this written with another converter?`,
  );
}
