import {
  attributeBits,
  attributesAt,
  baseOffsetAt,
  baseTimestampAt,
  maxTimestampAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';
import type { PartitionLog } from './partition-log.ts';

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
      if (maxTimestampAt(batch.buffer, batch.at) < timestamp) return true;
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
  const base = baseOffsetAt(batch);
  if ((attributesAt(batch) & attributeBits.logAppendTime) !== 0 && base >= notBefore) {
    return { offset: base, timestamp: maxTimestampAt(batch) };
  }
  const baseTimestamp = baseTimestampAt(batch);
  let found: FoundOffset | null = null;
  visitRecords(batch, 0, batch.length, (record) => {
    const time = baseTimestamp + record.timestampDelta;
    const offset = base + record.offsetDelta;
    if (time >= timestamp && offset >= notBefore) found = { offset, timestamp: time };
    return found === null;
  });
  return found;
}
