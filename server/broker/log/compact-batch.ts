import { compress } from '../../kafka/compression/compression.ts';
import {
  attributeBits,
  attributesAt,
  baseOffsetAt,
  baseTimestampAt,
  batchHeaderBytes,
  batchLengthOverhead,
  compressionOf,
  recordCountAt,
  stampCrc,
  writeInt64,
} from '../../kafka/record-batch/batch-layout.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';

/** Decides on one record. A null key never survives: there is nothing to keep it by. */
export type KeepRecord = (key: string, offset: number, isTombstone: boolean) => boolean;

/** A record's key as a string of its bytes, for use in maps. */
export function keyText(records: Buffer, start: number, length: number): string {
  return records.toString('latin1', start, start + length);
}

/**
 * The batch with only the records that are to be kept: itself when that is all of them, null when it is none. Base
 * offset and base timestamp stay, so the bytes of the kept records do too.
 */
export function compactBatch(batch: Buffer, keep: KeepRecord): Buffer | null {
  const base = baseOffsetAt(batch);
  const count = recordCountAt(batch);
  const kept: Buffer[] = [];
  let newest = -1;
  visitRecords(batch, 0, batch.length, (record) => {
    const { buffer, recordStart, recordEnd, keyStart, keyLength, valueLength } = record;
    if (keyLength < 0) return true;
    const key = keyText(buffer, keyStart, keyLength);
    if (!keep(key, base + record.offsetDelta, valueLength < 0)) return true;
    kept.push(buffer.subarray(recordStart, recordEnd));
    newest = Math.max(newest, record.timestampDelta);
    return true;
  });
  if (kept.length === count) return batch;
  if (kept.length === 0) return null;
  const body = compress(compressionOf(attributesAt(batch)) ?? 'none', Buffer.concat(kept));
  const compacted = Buffer.concat([batch.subarray(0, batchHeaderBytes), body]);
  compacted.writeInt32BE(compacted.length - batchLengthOverhead, 8);
  compacted.writeInt32BE(kept.length, 57);
  const isBrokerTime = (attributesAt(batch) & attributeBits.logAppendTime) !== 0;
  if (!isBrokerTime) writeInt64(compacted, 35, baseTimestampAt(batch) + newest);
  stampCrc(compacted);
  return compacted;
}
