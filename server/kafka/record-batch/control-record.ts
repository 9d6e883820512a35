import { ConnectError } from '../../errors/connect-error.ts';
import { attributeBits, batchBytesAt, batchHeaderBytes } from './batch-layout.ts';
import { encodeRecordBatch } from './record-batch-builder.ts';
import { RecordScanner } from './record-scanner.ts';

/** Ends a producer's transaction in a partition. */
export interface TransactionMarker {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly isCommit: boolean;
  readonly timestamp: number;
}

/** A control batch of one record, whose key is a version and a type and whose value names the coordinator's epoch. */
export function encodeTransactionMarker({
  producerId,
  epoch,
  isCommit,
  timestamp,
}: TransactionMarker): Buffer {
  const key = Buffer.from([0, 0, 0, isCommit ? 1 : 0]);
  const value = Buffer.alloc(6);
  return encodeRecordBatch([{ timestamp, key, value }], {
    attributes: attributeBits.transactional | attributeBits.control,
    producer: { producerId, epoch, sequence: -1 },
  });
}

/**
 * What the control batch at `at` says; null for control records that end no transaction, such as a change of leader.
 * Throws a `data` error for one that cannot be read.
 */
export function markerTypeAt(buffer: Buffer, at = 0): 'abort' | 'commit' | null {
  const scanner = new RecordScanner(buffer, at + batchHeaderBytes, at + batchBytesAt(buffer, at));
  if (!scanner.next() || scanner.keyLength < 4) {
    throw new ConnectError('data', 'a transaction marker cannot be read', {
      details: { kafkaError: 'CORRUPT_MESSAGE' },
    });
  }
  const type = buffer.readInt16BE(scanner.keyStart + 2);
  return type === 0 ? 'abort' : type === 1 ? 'commit' : null;
}
