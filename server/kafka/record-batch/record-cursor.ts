import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { type BufferPool, noPool } from '../buffer-pool.ts';
import { decompress } from '../compression/compression.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import type { AbortedTransactions } from './aborted-transactions.ts';
import {
  attributeBits,
  batchBytesAt,
  batchFields,
  batchHeaderBytes,
  compressionOf,
  hasValidCrc,
  readInt64,
} from './batch-layout.ts';
import { areHeadersWellFormed, FetchedRecord, type RecordOrigin } from './fetched-record.ts';
import { readLegacyMessage } from './legacy-messages.ts';
import { VarintReader } from './varint.ts';

export interface RecordCursorOptions {
  /** For error messages. */
  readonly topic: string;
  readonly partition: number;
  /** Records before it are passed over: a broker answers with whole batches. */
  readonly fetchOffset: number;
  readonly checkCrcs: boolean;
  /** Given when only committed records are wanted. */
  readonly abortedTransactions?: AbortedTransactions | undefined;
  /** Memory for decompressed records; its owner gives it back when no record is read any more. */
  readonly pool?: BufferPool;
}

/** Up to the magic byte, all formats are alike. */
const commonHeaderBytes = 17;
/** A record has at least a length, attributes, two deltas, two lengths and a header count. */
const smallestRecordBytes = 7;
const emptyOrigin: RecordOrigin = {
  buffer: Buffer.alloc(0),
  baseOffset: 0,
  baseTimestamp: -1,
  timestampType: 'NoTimestampType',
};

/**
 * Walks through the record batches of a fetch response, a few records at a time. The bytes come from the network: what
 * is malformed ends in a `data` error (CORRUPT_MESSAGE) with topic, partition and offset, again at each further call.
 */
export class RecordCursor {
  readonly #buffer: Buffer;
  readonly #end: number;
  readonly #options: RecordCursorOptions;
  readonly #reader: VarintReader;
  #at: number;
  #nextOffset: number;
  #origin = emptyOrigin;
  #recordsLeft = 0;
  #offsetBehindBatch = 0;
  #legacy: FetchedRecord[] = [];

  constructor(buffer: Buffer, start: number, end: number, options: RecordCursorOptions) {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
    this.#options = options;
    this.#nextOffset = options.fetchOffset;
    this.#reader = new VarintReader(buffer, start, start);
  }

  /** Offset behind the last record given, and behind what was passed over since. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Appends at most `max` records to `out`. False when there is nothing left, not even for a later call. */
  take(max: number, out: ConsumedRecord[]): boolean {
    let room = max;
    for (;;) {
      if (this.#legacy.length > 0) room -= this.#takeLegacy(room, out);
      else if (this.#recordsLeft > 0) room -= this.#takeRecords(room, out);
      if (this.#recordsLeft > 0 || this.#legacy.length > 0) return true;
      if (!this.#openBatch()) return false;
      if (room === 0 && this.#recordsLeft > 0) return true;
    }
  }

  #takeRecords(room: number, out: ConsumedRecord[]): number {
    const origin = this.#origin;
    const { buffer, baseOffset } = origin;
    const reader = this.#reader;
    const appendTime = origin.timestampType === 'LogAppendTime';
    let taken = 0;
    while (taken < room && this.#recordsLeft > 0) {
      const start = reader.position;
      const length = reader.varint();
      const end = reader.position + length;
      if (length < smallestRecordBytes - 1 || end > reader.end || reader.failed)
        throw this.#corruptRecord(start);
      reader.position++;
      const timestampDelta = reader.varlong();
      const offsetDelta = reader.varint();
      const keyLength = reader.varint();
      const keyStart = reader.position;
      if (keyLength > 0) reader.position += keyLength;
      const valueLength = reader.varint();
      const valueStart = reader.position;
      if (valueLength > 0) reader.position += valueLength;
      const headersStart = reader.position;
      if (
        headersStart >= end ||
        reader.failed ||
        offsetDelta < 0 ||
        keyLength < -1 ||
        valueLength < -1 ||
        (end - headersStart === 1
          ? buffer[headersStart] !== 0
          : !areHeadersWellFormed(buffer, headersStart, end))
      ) {
        throw this.#corruptRecord(start);
      }
      reader.position = end;
      this.#recordsLeft--;
      if (baseOffset + offsetDelta < this.#nextOffset) continue;
      out.push(
        new FetchedRecord(
          origin,
          offsetDelta,
          appendTime ? 0 : timestampDelta,
          keyStart,
          keyLength,
          valueStart,
          valueLength,
          headersStart,
          end,
        ),
      );
      this.#nextOffset = baseOffset + offsetDelta + 1;
      taken++;
    }
    if (this.#recordsLeft === 0) this.#closeBatch();
    return taken;
  }

  #takeLegacy(room: number, out: ConsumedRecord[]): number {
    const taken = this.#legacy.splice(0, room);
    for (const record of taken) {
      out.push(record);
      this.#nextOffset = record.offset + 1;
    }
    if (this.#legacy.length === 0) this.#closeBatch();
    return taken.length;
  }

  #closeBatch(): void {
    // Compaction and transactions leave gaps; the position goes on behind them.
    if (this.#offsetBehindBatch > this.#nextOffset) this.#nextOffset = this.#offsetBehindBatch;
  }

  /** Goes to the next batch that is there in full; a broker may cut the last one short. */
  #openBatch(): boolean {
    const buffer = this.#buffer;
    const at = this.#at;
    if (this.#end - at < commonHeaderBytes) return false;
    const bytes = batchBytesAt(buffer, at);
    if (bytes < commonHeaderBytes) throw this.#corrupt(`a batch of ${bytes} bytes`);
    if (bytes > this.#end - at) return false;
    const magic = buffer[at + batchFields.magic] as number;
    if (magic < 2) this.#openLegacy(at, bytes);
    else if (magic === 2) this.#openCurrent(at, bytes);
    else throw this.#corrupt(`a batch of the unknown format ${magic}`);
    this.#at = at + bytes;
    return true;
  }

  #openLegacy(at: number, bytes: number): void {
    try {
      const { records, lastOffset } = readLegacyMessage(this.#buffer, at, bytes, this.#options.checkCrcs);
      this.#legacy = records.filter((record) => record.offset >= this.#nextOffset);
      this.#offsetBehindBatch = lastOffset + 1;
    } catch (error) {
      throw this.#corrupt(messageOf(error), error);
    }
    if (this.#legacy.length === 0) this.#closeBatch();
  }

  #openCurrent(at: number, bytes: number): void {
    const buffer = this.#buffer;
    if (bytes < batchHeaderBytes) throw this.#corrupt(`a batch of ${bytes} bytes`);
    if (this.#options.checkCrcs && !hasValidCrc(buffer, at, bytes)) {
      throw this.#corrupt('the checksum does not match');
    }
    const attributes = buffer.readInt16BE(at + batchFields.attributes);
    const baseOffset = readInt64(buffer, at);
    const lastOffsetDelta = buffer.readInt32BE(at + batchFields.lastOffsetDelta);
    if (lastOffsetDelta < 0 || !Number.isSafeInteger(baseOffset))
      throw this.#corrupt('its offsets are impossible');
    this.#offsetBehindBatch = baseOffset + lastOffsetDelta + 1;
    if (this.#isPassedOver(at, attributes)) {
      this.#closeBatch();
      return;
    }
    const count = buffer.readInt32BE(at + batchFields.recordCount);
    const compression = compressionOf(attributes);
    if (compression === undefined)
      throw this.#corrupt(`compression ${attributes & attributeBits.compression}`);
    let records = buffer;
    let start = at + batchHeaderBytes;
    let end = at + bytes;
    if (compression !== 'none' && count > 0) {
      try {
        records = decompress(compression, buffer.subarray(start, end), {
          pool: this.#options.pool ?? noPool,
        });
      } catch (error) {
        throw this.#corrupt(messageOf(error), error);
      }
      start = 0;
      end = records.length;
    }
    if (count < 0 || count * smallestRecordBytes > end - start) {
      throw this.#corrupt(`${count} records in ${end - start} bytes`);
    }
    const appendTime = (attributes & attributeBits.logAppendTime) !== 0;
    this.#origin = {
      buffer: records,
      baseOffset,
      baseTimestamp: readInt64(
        buffer,
        at + (appendTime ? batchFields.maxTimestamp : batchFields.baseTimestamp),
      ),
      timestampType: appendTime ? 'LogAppendTime' : 'CreateTime',
    };
    this.#reader.buffer = records;
    this.#reader.position = start;
    this.#reader.end = end;
    this.#recordsLeft = count;
    if (count === 0) this.#closeBatch();
  }

  #isPassedOver(at: number, attributes: number): boolean {
    const isControl = (attributes & attributeBits.control) !== 0;
    const isTransactional = (attributes & attributeBits.transactional) !== 0;
    const isAborted =
      isTransactional && this.#options.abortedTransactions?.isAborted(this.#buffer, at, isControl) === true;
    return isControl || isAborted || this.#offsetBehindBatch <= this.#nextOffset;
  }

  #corruptRecord(start: number): ConnectError {
    this.#reader.position = start;
    this.#reader.failed = false;
    return this.#corrupt('a record does not fit its length');
  }

  #corrupt(why: string, cause?: unknown): ConnectError {
    const { topic, partition } = this.#options;
    const offset = this.#nextOffset;
    return new ConnectError(
      'data',
      `the record at offset ${offset} of ${topic}-${partition} cannot be read: ${why}; seek past it to go on`,
      { cause, details: { kafkaError: 'CORRUPT_MESSAGE', topic, partition, offset } },
    );
  }
}
