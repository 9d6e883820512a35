import {
  baseOffsetAt,
  isControlAt,
  isTransactionalAt,
  producerEpochAt,
  producerIdAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { markerTypeAt } from '../../kafka/record-batch/control-record.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';
import type { PartitionLog } from './partition-log.ts';

export interface LogVisitor {
  /** Views that are valid during the call. `producerId` is null outside transactions. */
  onRecord(key: Buffer | null, value: Buffer | null, producerId: bigint | null): void;
  onMarker?(producerId: bigint, epoch: number, isCommit: boolean): void;
}

/** Reads a whole log from its start; for the broker's own topics. */
export function visitLog(log: PartitionLog, visitor: LogVisitor): void {
  for (const segment of log.segments) {
    segment.scan(0, (scanned) => {
      const batch = scanned.whole();
      if (isControlAt(batch)) {
        const type = markerTypeAt(batch);
        if (type !== null) visitor.onMarker?.(producerIdAt(batch), producerEpochAt(batch), type === 'commit');
        return true;
      }
      const producerId = isTransactionalAt(batch) ? producerIdAt(batch) : null;
      const base = baseOffsetAt(batch);
      visitRecords(batch, 0, batch.length, (record) => {
        if (base + record.offsetDelta < log.logStart) return true;
        const { buffer, keyStart, keyLength, valueStart, valueLength } = record;
        visitor.onRecord(
          keyLength < 0 ? null : buffer.subarray(keyStart, keyStart + keyLength),
          valueLength < 0 ? null : buffer.subarray(valueStart, valueStart + valueLength),
          producerId,
        );
        return true;
      });
      return true;
    });
  }
}
