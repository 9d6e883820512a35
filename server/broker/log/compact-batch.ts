import { compress } from '../../kafka/compression/compression.ts';
import {
  attributeBits,
  attributesOf,
  baseOffsetOf,
  baseTimestampOf,
  batchHeaderBytes,
  batchLengthOverhead,
  recordCountOf,
  stampCrc,
  writeInt64,
} from './batch-header.ts';
import { visitRecords } from './raw-records.ts';
import { compressionTypeOf, recordsOf } from './records-of-batch.ts';

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
  const base = baseOffsetOf(batch);
  const count = recordCountOf(batch);
  const records = recordsOf(batch);
  const kept: Buffer[] = [];
  let newest = -1;
  visitRecords(records, count, (record) => {
    const { start, end, keyStart, keyLength, valueLength } = record;
    if (keyLength < 0) return true;
    const key = keyText(records, keyStart, keyLength);
    if (!keep(key, base + record.offsetDelta, valueLength < 0)) return true;
    kept.push(records.subarray(start, end));
    newest = Math.max(newest, record.timestampDelta);
    return true;
  });
  if (kept.length === count) return batch;
  if (kept.length === 0) return null;
  const body = compress(compressionTypeOf(batch), Buffer.concat(kept));
  const compacted = Buffer.concat([batch.subarray(0, batchHeaderBytes), body]);
  compacted.writeInt32BE(compacted.length - batchLengthOverhead, 8);
  compacted.writeInt32BE(kept.length, 57);
  const isBrokerTime = (attributesOf(batch) & attributeBits.logAppendTime) !== 0;
  if (!isBrokerTime) writeInt64(compacted, 35, baseTimestampOf(batch) + newest);
  stampCrc(compacted);
  return compacted;
}
