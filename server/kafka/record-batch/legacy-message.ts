import { crc32 } from '@node-rs/crc32';
import { ConnectError } from '../../errors/connect-error.ts';
import type { CompressionType } from '../compression/compression.ts';
import { compressionTypes, decompress } from '../compression/compression.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import type { BodyOptions } from './batch-body.ts';
import { readInt64 } from './batch-layout.ts';
import { FetchedRecord } from './fetched-record.ts';

/**
 * Messages as Kafka wrote them before 0.11 (magic 0 and 1); logs that old are still served. Offset (8), size (4),
 * CRC-32 (4), magic, attributes, with magic 1 a timestamp (8), then key and value, each after its size (4).
 */
const sizeAt = 8;
const entryOverhead = 12;
const crcAt = 12;
const magicAt = 16;
const bodyAt = 18;

interface LegacyOptions extends BodyOptions {
  readonly checkCrcs: boolean;
}

interface Entry {
  readonly offset: number;
  readonly magic: number;
  readonly compression: CompressionType;
  readonly timestamp: number;
  readonly isLogAppendTime: boolean;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueStart: number;
  readonly valueLength: number;
}

/** One message, or a compressed one with others inside, which are read one by one. */
export class LegacyMessage {
  readonly #outer: Entry;
  readonly #buffer: Buffer;
  readonly #end: number;
  readonly #checkCrcs: boolean;
  /** What the offsets inside lack. */
  readonly #shift: number;
  #at: number;

  /** Throws a `data` error for what is malformed. The `bytes` are within the buffer. */
  static open(buffer: Buffer, at: number, bytes: number, options: LegacyOptions): LegacyMessage {
    const outer = readEntry(buffer, at, bytes, options.checkCrcs);
    if (!Number.isSafeInteger(outer.offset)) throw malformed('its offset is impossible');
    if (outer.compression === 'none') return new LegacyMessage(outer, buffer, at, at + bytes, 0, false);
    if (outer.valueLength < 0) throw malformed('a compressed message without a value');
    const value = buffer.subarray(outer.valueStart, outer.valueStart + outer.valueLength);
    const inner = decompress(outer.compression, value, options);
    const last = lastOffsetWithin(inner);
    // With magic 1 the inner offsets count from zero, and the outer one is that of the last message inside.
    const shift = outer.magic === 1 ? outer.offset - last : 0;
    if (shift < 0) throw malformed('its offsets are impossible');
    return new LegacyMessage(outer, inner, 0, inner.length, shift, options.checkCrcs);
  }

  private constructor(
    outer: Entry,
    buffer: Buffer,
    at: number,
    end: number,
    shift: number,
    checkCrcs: boolean,
  ) {
    this.#outer = outer;
    this.#buffer = buffer;
    this.#at = at;
    this.#end = end;
    this.#shift = shift;
    this.#checkCrcs = checkCrcs;
  }

  get decompressedBytes(): number {
    return this.#outer.compression === 'none' ? 0 : this.#end;
  }

  get lastOffset(): number {
    return this.#outer.offset;
  }

  /** Null behind the last. Throws a `data` error for what is malformed, again at each further call. */
  next(): FetchedRecord | null {
    if (this.#at >= this.#end) return null;
    const buffer = this.#buffer;
    const outer = this.#outer;
    const isInside = outer.compression !== 'none';
    const bytes = entryBytesAt(buffer, this.#at, this.#end);
    const entry = isInside ? readEntry(buffer, this.#at, bytes, this.#checkCrcs) : outer;
    if (isInside && entry.compression !== 'none')
      throw malformed('a compressed message inside a compressed one');
    this.#at += bytes;
    const { keyStart, keyLength, valueStart, valueLength } = entry;
    const origin = {
      buffer,
      baseOffset: entry.offset + this.#shift,
      baseTimestamp: outer.isLogAppendTime ? outer.timestamp : entry.timestamp,
      timestampType: timestampTypeOf(outer),
    };
    return new FetchedRecord(origin, 0, 0, keyStart, keyLength, valueStart, valueLength, 0, 0);
  }
}

function lastOffsetWithin(inner: Buffer): number {
  let last = 0;
  for (let at = 0; at < inner.length; at += entryBytesAt(inner, at, inner.length))
    last = readInt64(inner, at);
  return last;
}

/** Size of the message at `at`, which is whole. */
function entryBytesAt(buffer: Buffer, at: number, end: number): number {
  if (end - at < bodyAt) throw malformed('a message ends early');
  const bytes = buffer.readInt32BE(at + sizeAt) + entryOverhead;
  if (bytes < bodyAt || bytes > end - at) throw malformed(`a message of ${bytes} bytes`);
  return bytes;
}

function readEntry(buffer: Buffer, at: number, bytes: number, checkCrc: boolean): Entry {
  const end = at + bytes;
  const magic = buffer[at + magicAt] as number;
  if (magic > 1) throw malformed(`the format ${magic} among old messages`);
  const body = at + bodyAt + (magic === 1 ? 8 : 0);
  if (body + 8 > end) throw malformed('a message ends early');
  if (checkCrc && crc32(buffer.subarray(at + magicAt, end)) !== buffer.readUInt32BE(at + crcAt)) {
    throw malformed('the checksum does not match');
  }
  const attributes = buffer[at + magicAt + 1] as number;
  const compression = compressionTypes[attributes & 0x03] as CompressionType;
  const keyLength = buffer.readInt32BE(body);
  const keyStart = body + 4;
  const valueAt = keyStart + Math.max(keyLength, 0);
  if (keyLength < -1 || valueAt + 4 > end) throw malformed('a key does not fit its message');
  const valueLength = buffer.readInt32BE(valueAt);
  const valueStart = valueAt + 4;
  if (valueLength < -1 || valueStart + Math.max(valueLength, 0) > end)
    throw malformed('a value does not fit its message');
  return {
    offset: readInt64(buffer, at),
    magic,
    compression,
    timestamp: magic === 1 ? readInt64(buffer, at + bodyAt) : -1,
    isLogAppendTime: magic === 1 && (attributes & 0x08) !== 0,
    keyStart,
    keyLength,
    valueStart,
    valueLength,
  };
}

function timestampTypeOf(outer: Entry): ConsumedRecord['timestampType'] {
  if (outer.magic === 0) return 'NoTimestampType';
  return outer.isLogAppendTime ? 'LogAppendTime' : 'CreateTime';
}

function malformed(why: string): ConnectError {
  return new ConnectError('data', why, { details: { kafkaError: 'CORRUPT_MESSAGE' } });
}
