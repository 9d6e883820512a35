import {
  attributeBits,
  attributesOf,
  baseOffsetOf,
  baseTimestampOf,
  maxTimestampOf,
  recordCountOf,
} from './batch-header.ts';
import type { PartitionLog } from './partition-log.ts';
import { visitRecords } from './raw-records.ts';
import { recordsOf } from './records-of-batch.ts';

export interface FoundOffset {
  readonly offset: number;
  readonly timestamp: number;
}

/** First record at or after `timestamp`, or null. */
export function findOffsetByTime(log: PartitionLog, timestamp: number): FoundOffset | null {
  for (const segment of log.segments) {
    if (segment.maxTimestamp < timestamp) continue;
    let found: FoundOffset | null = null;
    segment.scan(segment.floorPositionByTime(timestamp), (batch) => {
      if (maxTimestampOf(batch.buffer, batch.at) < timestamp) return true;
      found = findInBatch(batch.whole(), timestamp, log.logStart);
      return found === null;
    });
    if (found !== null) return found;
  }
  return null;
}

/** The record with the greatest timestamp; the earliest of several. */
export function findMaxTimestamp(log: PartitionLog): FoundOffset | null {
  let newest: (typeof log.segments)[number] | null = null;
  for (const segment of log.segments) {
    if (!segment.isEmpty && segment.maxTimestamp > (newest?.maxTimestamp ?? -1)) newest = segment;
  }
  if (newest === null) return null;
  return findInBatch(newest.readBatchAt(newest.positionOfMaxTimestamp), newest.maxTimestamp, log.logStart);
}

function findInBatch(batch: Buffer, timestamp: number, notBefore: number): FoundOffset | null {
  const base = baseOffsetOf(batch);
  if ((attributesOf(batch) & attributeBits.logAppendTime) !== 0 && base >= notBefore) {
    return { offset: base, timestamp: maxTimestampOf(batch) };
  }
  const baseTimestamp = baseTimestampOf(batch);
  let found: FoundOffset | null = null;
  visitRecords(recordsOf(batch), recordCountOf(batch), (record) => {
    const time = baseTimestamp + record.timestampDelta;
    const offset = base + record.offsetDelta;
    if (time >= timestamp && offset >= notBefore) found = { offset, timestamp: time };
    return found === null;
  });
  return found;
}
