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
export function batchBytesAt(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + batchFields.length) + batchLengthOverhead;
}

export function lastOffsetAt(buffer: Buffer, at: number): number {
  return readInt64(buffer, at) + buffer.readInt32BE(at + batchFields.lastOffsetDelta);
}

/**
 * The offset behind the last whole batch or message between `start` and `end`, found by their headers alone; -1 when
 * there is none.
 */
export function offsetBehind(buffer: Buffer, start: number, end: number): number {
  let offset = -1;
  for (let at = start; end - at > batchFields.magic; ) {
    const bytes = batchBytesAt(buffer, at);
    if (bytes <= batchFields.magic || bytes > end - at) break;
    const isCurrent = (buffer[at + batchFields.magic] as number) >= 2;
    if (isCurrent && bytes < batchHeaderBytes) break;
    offset = (isCurrent ? lastOffsetAt(buffer, at) : readInt64(buffer, at)) + 1;
    at += bytes;
  }
  return offset;
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

export function hasValidCrc(buffer: Buffer, at: number, bytes: number): boolean {
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
