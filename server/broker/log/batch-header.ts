import { crc32c } from '@node-rs/crc32';

/** Fields of a record batch (magic 2) at their places, read and patched without decoding records. */

export const batchHeaderBytes = 61;
/** Bytes before the part that `batchLength` counts. */
export const batchLengthOverhead = 12;
const crcCoversFrom = 21;

export const attributeBits = {
  compression: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const;

export function baseOffsetOf(batch: Buffer, at = 0): number {
  return readInt64(batch, at);
}

/** Size of the whole batch in bytes, its overhead included. */
export function batchBytesOf(batch: Buffer, at = 0): number {
  return batch.readInt32BE(at + 8) + batchLengthOverhead;
}

export function magicOf(batch: Buffer, at = 0): number {
  return batch.readInt8(at + 16);
}

export function attributesOf(batch: Buffer, at = 0): number {
  return batch.readInt16BE(at + 21);
}

export function lastOffsetOf(batch: Buffer, at = 0): number {
  return readInt64(batch, at) + batch.readInt32BE(at + 23);
}

export function lastOffsetDeltaOf(batch: Buffer, at = 0): number {
  return batch.readInt32BE(at + 23);
}

export function baseTimestampOf(batch: Buffer, at = 0): number {
  return readInt64(batch, at + 27);
}

export function maxTimestampOf(batch: Buffer, at = 0): number {
  return readInt64(batch, at + 35);
}

/** -1 when the batch has no producer id. */
export function producerIdOf(batch: Buffer, at = 0): bigint {
  return batch.readBigInt64BE(at + 43);
}

export function hasProducerId(batch: Buffer, at = 0): boolean {
  return batch.readInt32BE(at + 43) >= 0;
}

export function producerEpochOf(batch: Buffer, at = 0): number {
  return batch.readInt16BE(at + 51);
}

export function baseSequenceOf(batch: Buffer, at = 0): number {
  return batch.readInt32BE(at + 53);
}

export function recordCountOf(batch: Buffer, at = 0): number {
  return batch.readInt32BE(at + 57);
}

export function isControlBatch(batch: Buffer, at = 0): boolean {
  return (attributesOf(batch, at) & attributeBits.control) !== 0;
}

export function isTransactionalBatch(batch: Buffer, at = 0): boolean {
  return (attributesOf(batch, at) & attributeBits.transactional) !== 0;
}

export function hasValidCrc(batch: Buffer, at = 0): boolean {
  return batch.readUInt32BE(at + 17) === crcOf(batch, at);
}

/** The checksum does not cover base offset and leader epoch, so the broker may set both in place. */
export function stampOffset(batch: Buffer, baseOffset: number, leaderEpoch: number): void {
  writeInt64(batch, 0, baseOffset);
  batch.writeInt32BE(leaderEpoch, 12);
}

/** Turns the batch into one with the time of the broker. */
export function stampLogAppendTime(batch: Buffer, now: number): void {
  batch.writeInt16BE(attributesOf(batch) | attributeBits.logAppendTime, 21);
  writeInt64(batch, 35, now);
  stampCrc(batch);
}

export function stampCrc(batch: Buffer): void {
  batch.writeUInt32BE(crcOf(batch, 0), 17);
}

export function writeInt64(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 4294967296);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 4294967296, at + 4);
}

export function readInt64(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 4294967296 + buffer.readUInt32BE(at + 4);
}

function crcOf(batch: Buffer, at: number): number {
  return crc32c(batch.subarray(at + crcCoversFrom, at + batchBytesOf(batch, at)));
}
