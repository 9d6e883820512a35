import { crc32c } from '@node-rs/crc32';
import type { CompressionType } from '../compression/compression.ts';
import { compressionTypes } from '../compression/compression.ts';

/** Where the fields of a record batch (magic 2) are. All integers are big-endian. */
export const batchFields = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const;

export const batchHeaderBytes = 61;

/** Up to the magic byte, all formats are alike. */
export const commonHeaderBytes = 17;

/** A record has at least a length, attributes, two deltas, two lengths and a header count. */
export const smallestRecordBytes = 7;

/** Bytes before the part that the batch's length field counts. */
export const batchLengthOverhead = 12;

export const attributeBits = {
  compression: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const;

/** Who wrote a batch, for brokers that drop duplicates. */
export interface BatchProducer {
  /** Opaque; -1 for none. */
  readonly producerId: bigint;
  readonly epoch: number;
  readonly sequence: number;
}

export function compressionOf(attributes: number): CompressionType | undefined {
  return compressionTypes[attributes & attributeBits.compression];
}

/** Size of the whole batch that begins at `at`; the eight bytes before it need not be there any more. */
export function batchBytesAt(buffer: Buffer, at = 0): number {
  return buffer.readInt32BE(at + batchFields.length) + batchLengthOverhead;
}

export function magicAt(buffer: Buffer, at = 0): number {
  return buffer.readInt8(at + batchFields.magic);
}

export function baseOffsetAt(buffer: Buffer, at = 0): number {
  return readInt64(buffer, at);
}

export function lastOffsetDeltaAt(buffer: Buffer, at = 0): number {
  return buffer.readInt32BE(at + batchFields.lastOffsetDelta);
}

export function lastOffsetAt(buffer: Buffer, at = 0): number {
  return readInt64(buffer, at) + buffer.readInt32BE(at + batchFields.lastOffsetDelta);
}

/** Of the leader that appended the batch; -1 when it is not known. */
export function leaderEpochAt(buffer: Buffer, at = 0): number {
  return buffer.readInt32BE(at + batchFields.leaderEpoch);
}

export function attributesAt(buffer: Buffer, at = 0): number {
  return buffer.readInt16BE(at + batchFields.attributes);
}

export function isControlAt(buffer: Buffer, at = 0): boolean {
  return (attributesAt(buffer, at) & attributeBits.control) !== 0;
}

export function isTransactionalAt(buffer: Buffer, at = 0): boolean {
  return (attributesAt(buffer, at) & attributeBits.transactional) !== 0;
}

export function baseTimestampAt(buffer: Buffer, at = 0): number {
  return readInt64(buffer, at + batchFields.baseTimestamp);
}

export function maxTimestampAt(buffer: Buffer, at = 0): number {
  return readInt64(buffer, at + batchFields.maxTimestamp);
}

/** -1 when the batch has no producer id. */
export function producerIdAt(buffer: Buffer, at = 0): bigint {
  return buffer.readBigInt64BE(at + batchFields.producerId);
}

/** As `producerIdAt(…) >= 0`, without a bigint. */
export function hasProducerIdAt(buffer: Buffer, at = 0): boolean {
  return buffer.readInt32BE(at + batchFields.producerId) >= 0;
}

export function producerEpochAt(buffer: Buffer, at = 0): number {
  return buffer.readInt16BE(at + batchFields.producerEpoch);
}

export function baseSequenceAt(buffer: Buffer, at = 0): number {
  return buffer.readInt32BE(at + batchFields.baseSequence);
}

export function recordCountAt(buffer: Buffer, at = 0): number {
  return buffer.readInt32BE(at + batchFields.recordCount);
}

/**
 * Where the last whole batch or message between `start` and `end` begins, found by their headers alone; -1 when there
 * is none.
 */
export function lastBatchWithin(buffer: Buffer, start: number, end: number): number {
  let last = -1;
  for (let at = start; end - at > batchFields.magic; ) {
    const bytes = batchBytesAt(buffer, at);
    if (bytes <= batchFields.magic || bytes > end - at) break;
    if (isCurrentFormat(buffer, at) && bytes < batchHeaderBytes) break;
    last = at;
    at += bytes;
  }
  return last;
}

/** The offset behind a batch or message of any format. */
export function offsetBehind(buffer: Buffer, at: number): number {
  return (isCurrentFormat(buffer, at) ? lastOffsetAt(buffer, at) : readInt64(buffer, at)) + 1;
}

/** Formats before 2 knew no leader epochs. */
export function isCurrentFormat(buffer: Buffer, at: number): boolean {
  return (buffer[at + batchFields.magic] as number) >= 2;
}

/** The checksum does not cover base offset and leader epoch, so a broker may set both in place. */
export function stampOffset(batch: Buffer, baseOffset: number, leaderEpoch: number): void {
  writeInt64(batch, batchFields.baseOffset, baseOffset);
  batch.writeInt32BE(leaderEpoch, batchFields.leaderEpoch);
}

/** Turns the batch into one with the time of the broker; follow with `stampCrc`. */
export function stampLogAppendTime(batch: Buffer, now: number): void {
  batch.writeInt16BE(attributesAt(batch) | attributeBits.logAppendTime, batchFields.attributes);
  writeInt64(batch, batchFields.maxTimestamp, now);
}

/** Follow with `stampCrc`. */
export function stampProducer(batch: Buffer, producer: BatchProducer): void {
  batch.writeBigInt64BE(producer.producerId, batchFields.producerId);
  batch.writeInt16BE(producer.epoch, batchFields.producerEpoch);
  batch.writeInt32BE(producer.sequence, batchFields.baseSequence);
}

/** The last thing to do before a batch goes out: its checksum covers all behind it. */
export function stampCrc(batch: Buffer): void {
  batch.writeUInt32BE(crc32c(batch.subarray(batchFields.attributes)), batchFields.crc);
}

/** `bytes` is the size of the whole batch, and the caller has seen that it is within the buffer. */
export function hasValidCrc(buffer: Buffer, at = 0, bytes = batchBytesAt(buffer, at)): boolean {
  const computed = crc32c(buffer.subarray(at + batchFields.attributes, at + bytes));
  return computed === buffer.readUInt32BE(at + batchFields.crc);
}

export function writeInt64(buffer: Buffer, at: number, value: number): void {
  // Floor division keeps negative numbers in two's complement: -1 is (-1, 0xffffffff).
  const high = Math.floor(value / 4294967296);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 4294967296, at + 4);
}

export function readInt64(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 4294967296 + buffer.readUInt32BE(at + 4);
}
