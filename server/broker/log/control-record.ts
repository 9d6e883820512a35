import { attributeBits, batchHeaderBytes, stampCrc, writeInt64 } from './batch-header.ts';

/** Lengths are zigzag varints; all of a control record's fit in one byte. */
const keyLength = 4;
const valueLength = 6;
const recordBytes = 16;

/** A control batch that ends a transaction, with offset 0 until the log gives it one. */
export function encodeTransactionMarker(
  producerId: bigint,
  epoch: number,
  isCommit: boolean,
  now: number,
): Buffer {
  const batch = Buffer.alloc(batchHeaderBytes + 1 + recordBytes);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(attributeBits.transactional | attributeBits.control, 21);
  writeInt64(batch, 27, now);
  writeInt64(batch, 35, now);
  batch.writeBigInt64BE(producerId, 43);
  batch.writeInt16BE(epoch, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(1, 57);
  // Length, attributes, timestamp delta, offset delta, key length; then the key (version, type).
  batch.set([recordBytes * 2, 0, 0, 0, keyLength * 2, 0, 0, 0, isCommit ? 1 : 0, valueLength * 2], 61);
  // The value (version and the coordinator's epoch) and the number of headers are zeros.
  stampCrc(batch);
  return batch;
}

/** True for a commit, false for an abort, null for another control record. */
export function isCommitMarker(batch: Buffer): boolean | null {
  let at = batchHeaderBytes;
  const skipVarint = (): void => {
    while ((batch[at++] ?? 0) > 127);
  };
  skipVarint(); // length
  at++; // attributes
  skipVarint(); // timestamp delta
  skipVarint(); // offset delta
  skipVarint(); // key length
  const type = batch.readInt16BE(at + 2);
  return type === 1 ? true : type === 0 ? false : null;
}
