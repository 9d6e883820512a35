import { ConnectError } from '../../errors/connect-error.ts';
import { type BufferPool, noPool } from '../buffer-pool.ts';
import type { CompressionLevels, CompressionType } from '../compression/compression.ts';
import { compress, compressionTypes, defaultLevels } from '../compression/compression.ts';
import type { RecordHeader, Serialized } from '../ports/record.ts';
import type { BatchProducer } from './batch-layout.ts';
import {
  attributeBits,
  batchFields,
  batchHeaderBytes,
  batchLengthOverhead,
  stampCrc,
  stampOffset,
  stampProducer,
  writeInt64,
} from './batch-layout.ts';
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.ts';

export interface SealOptions {
  readonly compression?: CompressionType;
  readonly levels?: CompressionLevels;
  /** Bits of `attributeBits` other than the compression. */
  readonly attributes?: number;
}

/** What `Buffer.write` comes down to; without its checks of arguments, it is a fifth faster for short texts. */
interface Utf8Buffer extends Buffer {
  utf8Write(text: string, at: number): number;
}

/** Most that the varints and fixed bytes of a record take, without its headers. */
const recordOverhead = 36;
const noHeaders: readonly RecordHeader[] = [];
const noProducer: BatchProducer = { producerId: -1n, epoch: -1, sequence: -1 };

/**
 * Writes one record batch after another into the same memory. Strings go in as UTF-8 in one pass: their length is
 * guessed first, and what was guessed too short is moved.
 */
export class RecordBatchBuilder {
  readonly #pool: BufferPool;
  #buffer: Buffer;
  #position = batchHeaderBytes;
  #undoPosition = batchHeaderBytes;
  #undoMaxTimestamp = -1;
  #count = 0;
  #baseTimestamp = -1;
  #maxTimestamp = -1;

  constructor(capacity: number, pool: BufferPool = noPool) {
    this.#pool = pool;
    this.#buffer = pool.acquire(Math.max(capacity, batchHeaderBytes + recordOverhead));
  }

  get count(): number {
    return this.#count;
  }

  /** Of the batch as it is now, header included and not compressed. */
  get bytes(): number {
    return this.#position;
  }

  /** Memory held. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /** Gives the memory back to the pool. Nothing may be called afterwards, and sealed batches are gone. */
  release(): void {
    this.#pool.release(this.#buffer);
  }

  reset(): void {
    this.#position = batchHeaderBytes;
    this.#count = 0;
    this.#baseTimestamp = -1;
    this.#maxTimestamp = -1;
  }

  /** `timestamp` in milliseconds since the epoch, or -1 for none. */
  append(
    timestamp: number,
    key: Serialized,
    value: Serialized,
    headers: readonly RecordHeader[] = noHeaders,
  ): void {
    const start = this.#position;
    const first = this.#count === 0;
    const timestampDelta = first ? 0 : timestamp - this.#baseTimestamp;
    const buffer = this.#reserve(key, value, headers);
    const keyGuess = key === null ? 0 : key.length;
    const valueGuess = value === null ? 0 : value.length;
    const fixed = 1 + varlongSize(timestampDelta) + varintSize(this.#count);
    const guess =
      fixed +
      varintSize(key === null ? -1 : keyGuess) +
      keyGuess +
      varintSize(value === null ? -1 : valueGuess);
    const prefix = varintSize(guess + valueGuess + (headers.length === 0 ? 1 : headersGuess(headers)));
    let at = start + prefix;
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, this.#count);
    at = writeSerialized(buffer, at, key);
    at = writeSerialized(buffer, at, value);
    if (headers.length === 0) buffer[at++] = 0;
    else at = writeHeaders(buffer, at, headers);
    const body = at - start - prefix;
    const realPrefix = varintSize(body);
    if (realPrefix !== prefix) {
      buffer.copyWithin(start + realPrefix, start + prefix, at);
      at += realPrefix - prefix;
    }
    writeVarint(buffer, start, body);
    this.#undoPosition = start;
    this.#undoMaxTimestamp = this.#maxTimestamp;
    if (first) this.#baseTimestamp = timestamp;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    this.#position = at;
    this.#count++;
  }

  /** Takes back the record that was just appended; once. */
  undo(): void {
    if (this.#count === 0) return;
    this.#position = this.#undoPosition;
    this.#maxTimestamp = this.#undoMaxTimestamp;
    this.#count--;
  }

  /**
   * The batch without its checksum, as a view that is valid until the next `reset`. Follow with `stampProducer` where
   * wanted, and with `stampCrc`.
   */
  seal(options: SealOptions = {}): Buffer {
    const { compression = 'none', levels = defaultLevels, attributes = 0 } = options;
    if (compression !== 'none') {
      const compressed = compress(
        compression,
        this.#buffer.subarray(batchHeaderBytes, this.#position),
        levels,
      );
      const end = batchHeaderBytes + compressed.length;
      if (end > this.#buffer.length) {
        this.#pool.release(this.#buffer);
        this.#buffer = this.#pool.acquire(end);
      }
      compressed.copy(this.#buffer, batchHeaderBytes);
      this.#position = end;
    }
    const buffer = this.#buffer;
    writeInt64(buffer, batchFields.baseOffset, 0);
    buffer.writeInt32BE(this.#position - batchLengthOverhead, batchFields.length);
    buffer.writeInt32BE(-1, batchFields.leaderEpoch);
    buffer[batchFields.magic] = 2;
    const code = compressionTypes.indexOf(compression) | (attributes & ~attributeBits.compression);
    buffer.writeInt16BE(code, batchFields.attributes);
    buffer.writeInt32BE(this.#count - 1, batchFields.lastOffsetDelta);
    writeInt64(buffer, batchFields.baseTimestamp, this.#baseTimestamp);
    writeInt64(buffer, batchFields.maxTimestamp, this.#maxTimestamp);
    stampProducer(buffer, noProducer);
    buffer.writeInt32BE(this.#count, batchFields.recordCount);
    return buffer.subarray(0, this.#position);
  }

  #reserve(key: Serialized, value: Serialized, headers: readonly RecordHeader[]): Buffer {
    let most = recordOverhead + mostBytes(key) + mostBytes(value);
    for (const header of headers) most += 10 + header.key.length * 3 + (header.value?.length ?? 0);
    if (this.#position + most <= this.#buffer.length) return this.#buffer;
    let exact = recordOverhead + exactBytes(key) + exactBytes(value);
    for (const header of headers) exact += 10 + Buffer.byteLength(header.key) + (header.value?.length ?? 0);
    const needed = this.#position + exact;
    if (needed > this.#buffer.length) {
      if (needed > 0x7fffffff)
        throw new ConnectError('bad-request', 'a record is larger than a batch can be');
      const grown = this.#pool.acquire(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#position);
      this.#pool.release(this.#buffer);
      this.#buffer = grown;
    }
    return this.#buffer;
  }
}

/** A whole batch in memory of its own, ready to be sent or stored. */
export function encodeRecordBatch(
  records: readonly {
    readonly timestamp: number;
    readonly key: Serialized;
    readonly value: Serialized;
    readonly headers?: readonly RecordHeader[];
  }[],
  options: SealOptions & {
    readonly producer?: BatchProducer;
    readonly baseOffset?: number;
    readonly leaderEpoch?: number;
  } = {},
): Buffer {
  const builder = new RecordBatchBuilder(1024);
  for (const { timestamp, key, value, headers } of records) builder.append(timestamp, key, value, headers);
  const batch = Buffer.from(builder.seal(options));
  if (options.producer !== undefined) stampProducer(batch, options.producer);
  stampOffset(batch, options.baseOffset ?? 0, options.leaderEpoch ?? -1);
  stampCrc(batch);
  return batch;
}

function mostBytes(value: Serialized): number {
  if (value === null) return 0;
  return typeof value === 'string' ? value.length * 3 : value.length;
}

function exactBytes(value: Serialized): number {
  if (value === null) return 0;
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}

function writeSerialized(buffer: Buffer, at: number, value: Serialized): number {
  if (value === null) {
    buffer[at] = 1;
    return at + 1;
  }
  if (typeof value === 'string') return writeString(buffer, at, value);
  const from = writeVarint(buffer, at, value.length);
  buffer.set(value, from);
  return from + value.length;
}

function writeString(buffer: Buffer, at: number, value: string): number {
  const guess = varintSize(value.length);
  const written = (buffer as Utf8Buffer).utf8Write(value, at + guess);
  const size = varintSize(written);
  if (size !== guess) buffer.copyWithin(at + size, at + guess, at + guess + written);
  return writeVarint(buffer, at, written) + written;
}

function headersGuess(headers: readonly RecordHeader[]): number {
  let bytes = varintSize(headers.length);
  for (const { key, value } of headers) {
    bytes += varintSize(key.length) + key.length + varintSize(value?.length ?? -1) + (value?.length ?? 0);
  }
  return bytes;
}

function writeHeaders(buffer: Buffer, start: number, headers: readonly RecordHeader[]): number {
  let at = writeVarint(buffer, start, headers.length);
  for (const { key, value } of headers) {
    at = writeString(buffer, at, key);
    at = writeSerialized(buffer, at, value);
  }
  return at;
}
