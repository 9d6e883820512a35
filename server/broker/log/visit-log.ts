import {
  baseOffsetOf,
  isControlBatch,
  isTransactionalBatch,
  producerEpochOf,
  producerIdOf,
  recordCountOf,
} from './batch-header.ts';
import { isCommitMarker } from './control-record.ts';
import type { PartitionLog } from './partition-log.ts';
import { visitRecords } from './raw-records.ts';
import { recordsOf } from './records-of-batch.ts';

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
      if (isControlBatch(batch)) {
        const isCommit = isCommitMarker(batch);
        if (isCommit !== null) visitor.onMarker?.(producerIdOf(batch), producerEpochOf(batch), isCommit);
        return true;
      }
      const producerId = isTransactionalBatch(batch) ? producerIdOf(batch) : null;
      const records = recordsOf(batch);
      const base = baseOffsetOf(batch);
      visitRecords(records, recordCountOf(batch), (record) => {
        if (base + record.offsetDelta < log.logStart) return true;
        const { keyStart, keyLength, valueStart, valueLength } = record;
        visitor.onRecord(
          keyLength < 0 ? null : records.subarray(keyStart, keyStart + keyLength),
          valueLength < 0 ? null : records.subarray(valueStart, valueStart + valueLength),
          producerId,
        );
        return true;
      });
      return true;
    });
  }
}
