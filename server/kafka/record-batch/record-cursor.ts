import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { BufferPool } from '../buffer-pool.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import type { AbortedTransactions } from './aborted-transactions.ts';
import { type BatchBody, openBatchBody } from './batch-body.ts';
import {
  attributeBits,
  attributesAt,
  baseOffsetAt,
  baseTimestampAt,
  batchBytesAt,
  batchFields,
  batchHeaderBytes,
  commonHeaderBytes,
  hasValidCrc,
  lastOffsetDeltaAt,
  leaderEpochAt,
  maxTimestampAt,
  recordCountAt,
} from './batch-layout.ts';
import { FetchedRecord, type RecordOrigin } from './fetched-record.ts';
import { LegacyMessage } from './legacy-message.ts';
import { RecordScanner } from './record-scanner.ts';

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
  readonly pool?: BufferPool | undefined;
  /** The most that one batch may decompress to. */
  readonly decompressedLimit?: number | undefined;
}

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
  readonly #scanner: RecordScanner;
  #at: number;
  #nextOffset: number;
  #leaderEpoch = -1;
  #origin = emptyOrigin;
  #recordsLeft = 0;
  #legacy: LegacyMessage | null = null;
  #decompressedBytes = 0;
  /** Of the open batch, while its records are taken. */
  #batchEpoch = -1;
  #offsetBehindBatch = 0;

  constructor(buffer: Buffer, start: number, end: number, options: RecordCursorOptions) {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
    this.#options = options;
    this.#nextOffset = options.fetchOffset;
    this.#scanner = new RecordScanner(buffer, start, start);
  }

  /** Offset behind the last record given, and behind what was passed over since. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Leader epoch of what lies before `nextOffset`; -1 when it is not known. */
  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** What batches were decompressed to so far. */
  get decompressedBytes(): number {
    return this.#decompressedBytes;
  }

  /**
   * Appends at most `max` records to `out`, fewer when the batches that were decompressed for them exceed `maxBytes`.
   * False when there is nothing left, not even for a later call.
   */
  take(max: number, out: ConsumedRecord[], maxBytes = Number.POSITIVE_INFINITY): boolean {
    let room = max;
    const enough = this.#decompressedBytes + maxBytes;
    for (;;) {
      if (this.#recordsLeft > 0) room -= this.#takeRecords(room, out);
      else if (this.#legacy !== null) room -= this.#takeLegacy(this.#legacy, room, out);
      if (this.#isBatchOpen()) return true;
      if (room < max && this.#decompressedBytes >= enough) return true;
      if (!this.#openBatch()) return false;
      if (room === 0 && this.#isBatchOpen()) return true;
    }
  }

  #isBatchOpen(): boolean {
    return this.#recordsLeft > 0 || this.#legacy !== null;
  }

  #takeRecords(room: number, out: ConsumedRecord[]): number {
    const origin = this.#origin;
    const { baseOffset } = origin;
    const scanner = this.#scanner;
    const appendTime = origin.timestampType === 'LogAppendTime';
    let taken = 0;
    while (taken < room && this.#recordsLeft > 0) {
      if (!scanner.next()) throw this.#corruptRecord(scanner);
      this.#recordsLeft--;
      const { offsetDelta } = scanner;
      if (baseOffset + offsetDelta < this.#nextOffset) continue;
      out.push(
        new FetchedRecord(
          origin,
          offsetDelta,
          appendTime ? 0 : scanner.timestampDelta,
          scanner.keyStart,
          scanner.keyLength,
          scanner.valueStart,
          scanner.valueLength,
          scanner.headersStart,
          scanner.recordEnd,
        ),
      );
      this.#nextOffset = baseOffset + offsetDelta + 1;
      this.#leaderEpoch = this.#batchEpoch;
      taken++;
    }
    if (this.#recordsLeft === 0) this.#closeBatch();
    return taken;
  }

  #takeLegacy(message: LegacyMessage, room: number, out: ConsumedRecord[]): number {
    let taken = 0;
    try {
      while (taken < room) {
        const record = message.next();
        if (record === null) {
          this.#closeBatch();
          break;
        }
        if (record.offset < this.#nextOffset) continue;
        out.push(record);
        this.#nextOffset = record.offset + 1;
        this.#leaderEpoch = -1;
        taken++;
      }
    } catch (error) {
      throw this.#corrupt(messageOf(error), error);
    }
    return taken;
  }

  #closeBatch(): void {
    this.#legacy = null;
    // Compaction and transactions leave gaps; the position goes on behind them.
    if (this.#offsetBehindBatch > this.#nextOffset) {
      this.#nextOffset = this.#offsetBehindBatch;
      this.#leaderEpoch = this.#batchEpoch;
    }
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
      const { checkCrcs, pool, decompressedLimit: limit } = this.#options;
      const message = LegacyMessage.open(this.#buffer, at, bytes, { checkCrcs, pool, limit });
      this.#decompressedBytes += message.decompressedBytes;
      this.#offsetBehindBatch = message.lastOffset + 1;
      this.#batchEpoch = -1;
      if (this.#offsetBehindBatch > this.#nextOffset) this.#legacy = message;
    } catch (error) {
      throw this.#corrupt(messageOf(error), error);
    }
  }

  #openCurrent(at: number, bytes: number): void {
    const buffer = this.#buffer;
    if (bytes < batchHeaderBytes) throw this.#corrupt(`a batch of ${bytes} bytes`);
    if (this.#options.checkCrcs && !hasValidCrc(buffer, at, bytes)) {
      throw this.#corrupt('the checksum does not match');
    }
    const attributes = attributesAt(buffer, at);
    const baseOffset = baseOffsetAt(buffer, at);
    const lastOffsetDelta = lastOffsetDeltaAt(buffer, at);
    if (lastOffsetDelta < 0 || !Number.isSafeInteger(baseOffset))
      throw this.#corrupt('its offsets are impossible');
    this.#offsetBehindBatch = baseOffset + lastOffsetDelta + 1;
    this.#batchEpoch = leaderEpochAt(buffer, at);
    if (this.#isPassedOver(at, attributes)) {
      this.#closeBatch();
      return;
    }
    const body = this.#openBody(at, bytes);
    const appendTime = (attributes & attributeBits.logAppendTime) !== 0;
    this.#origin = {
      buffer: body.buffer,
      baseOffset,
      baseTimestamp: appendTime ? maxTimestampAt(buffer, at) : baseTimestampAt(buffer, at),
      timestampType: appendTime ? 'LogAppendTime' : 'CreateTime',
    };
    this.#scanner.buffer = body.buffer;
    this.#scanner.position = body.start;
    this.#scanner.end = body.end;
    this.#recordsLeft = recordCountAt(buffer, at);
    if (this.#recordsLeft === 0) this.#closeBatch();
  }

  #openBody(at: number, bytes: number): BatchBody {
    try {
      const { pool, decompressedLimit: limit } = this.#options;
      const body = openBatchBody(this.#buffer, at, bytes, { pool, limit });
      if (body.buffer !== this.#buffer) this.#decompressedBytes += body.end;
      return body;
    } catch (error) {
      throw this.#corrupt(messageOf(error), error);
    }
  }

  #isPassedOver(at: number, attributes: number): boolean {
    const isControl = (attributes & attributeBits.control) !== 0;
    const isTransactional = (attributes & attributeBits.transactional) !== 0;
    const { abortedTransactions } = this.#options;
    let isAborted = false;
    if (isTransactional && abortedTransactions !== undefined) {
      try {
        isAborted = abortedTransactions.isAborted(this.#buffer, at, isControl);
      } catch (error) {
        throw this.#corrupt(messageOf(error), error);
      }
    }
    return isControl || isAborted || this.#offsetBehindBatch <= this.#nextOffset;
  }

  #corruptRecord(scanner: RecordScanner): ConnectError {
    scanner.position = scanner.recordStart;
    scanner.failed = false;
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
