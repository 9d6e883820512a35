import {
  attributeBits,
  attributesAt,
  baseOffsetAt,
  baseTimestampAt,
  lastOffsetAt,
  maxTimestampAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';

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

/** The readable record with the greatest timestamp; the earliest of several. */
export function findMaxTimestamp(log: PartitionLog): FoundOffset | null {
  let newest: Segment | null = null;
  for (const segment of log.segments) {
    if (!segment.isEmpty && segment.maxTimestamp > (newest?.maxTimestamp ?? -1)) newest = segment;
  }
  if (newest === null) return null;
  const batch = newest.readBatchAt(newest.positionOfMaxTimestamp);
  return findInBatch(batch, newest.maxTimestamp, log.logStart) ?? findReadableMaxTimestamp(log);
}

/** Reads all batches: for when the newest record was deleted. */
function findReadableMaxTimestamp(log: PartitionLog): FoundOffset | null {
  let newest: FoundOffset | null = null;
  for (const segment of log.segments) {
    segment.scan(segment.floorPosition(log.logStart), (scanned) => {
      if (maxTimestampAt(scanned.buffer, scanned.at) <= (newest?.timestamp ?? -1)) return true;
      if (lastOffsetAt(scanned.buffer, scanned.at) < log.logStart) return true;
      newest = newestInBatch(scanned.whole(), log.logStart, newest);
      return true;
    });
  }
  return newest;
}

function newestInBatch(batch: Buffer, notBefore: number, known: FoundOffset | null): FoundOffset | null {
  let newest = known;
  const base = baseOffsetAt(batch);
  const isBrokerTime = (attributesAt(batch) & attributeBits.logAppendTime) !== 0;
  visitRecords(batch, 0, batch.length, ({ offsetDelta, timestampDelta }) => {
    const timestamp = isBrokerTime ? maxTimestampAt(batch) : baseTimestampAt(batch) + timestampDelta;
    const offset = base + offsetDelta;
    if (offset >= notBefore && timestamp > (newest?.timestamp ?? -1)) newest = { offset, timestamp };
    return true;
  });
  return newest;
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
