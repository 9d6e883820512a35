import { messageOf } from '../../errors/connect-error.ts';
import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import {
  attributesAt,
  baseTimestampAt,
  batchBytesAt,
  batchHeaderBytes,
  hasValidCrc,
  isControlAt,
  lastOffsetDeltaAt,
  magicAt,
  maxTimestampAt,
  recordCountAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';

export interface Refusal {
  readonly error: KafkaErrorName;
  readonly message: string;
}

export interface AppendLimits {
  readonly maxMessageBytes: number;
  /** How far a record's time may be ahead of and behind the broker's. */
  readonly timestampAfterMaxMs: number;
  readonly timestampBeforeMaxMs: number;
}

/** Checks the one batch that a producer sends for a partition; null when it may be appended. */
export function refusalOf(records: Buffer, limits: AppendLimits, now: number): Refusal | null {
  if (records.length < batchHeaderBytes) {
    return { error: 'CORRUPT_MESSAGE', message: `${records.length} bytes are no record batch` };
  }
  const magic = magicAt(records);
  if (magic !== 2) {
    return {
      error: 'UNSUPPORTED_FOR_MESSAGE_FORMAT',
      message: `record format ${magic} is not taken, only format 2`,
    };
  }
  const bytes = batchBytesAt(records);
  if (bytes < batchHeaderBytes || bytes > records.length) {
    return { error: 'CORRUPT_MESSAGE', message: `a batch of ${bytes} bytes in ${records.length} bytes` };
  }
  if (bytes < records.length) {
    return { error: 'INVALID_RECORD', message: 'a produce request carries one batch for a partition' };
  }
  if (bytes > limits.maxMessageBytes) {
    return {
      error: 'MESSAGE_TOO_LARGE',
      message: `the batch has ${bytes} bytes, max.message.bytes is ${limits.maxMessageBytes}`,
    };
  }
  if (!hasValidCrc(records))
    return { error: 'CORRUPT_MESSAGE', message: 'the checksum of the batch is wrong' };
  const count = recordCountAt(records);
  if (count < 1 || lastOffsetDeltaAt(records) !== count - 1) {
    return {
      error: 'INVALID_RECORD',
      message: `the batch says ${count} records and last offset delta ${lastOffsetDeltaAt(records)}`,
    };
  }
  if (isControlAt(records))
    return { error: 'INVALID_RECORD', message: 'producers may not send control batches' };
  if ((attributesAt(records) & 7) > 4) {
    return {
      error: 'UNSUPPORTED_COMPRESSION_TYPE',
      message: `compression ${attributesAt(records) & 7} is not known`,
    };
  }
  return timestampRefusal(records, limits, now);
}

function timestampRefusal(records: Buffer, limits: AppendLimits, now: number): Refusal | null {
  const [first, last] = [baseTimestampAt(records), maxTimestampAt(records)];
  const areExact = Number.isSafeInteger(first) && Number.isSafeInteger(last);
  if (areExact && last - now <= limits.timestampAfterMaxMs && now - last <= limits.timestampBeforeMaxMs)
    return null;
  if (areExact && last === -1) return null;
  return {
    error: 'INVALID_TIMESTAMP',
    message: `timestamp ${last} is out of the allowed range around the broker's time ${now}`,
  };
}

/** Compacted topics keep records by their keys, so each must have one. Reads the records of the batch. */
export function keyRefusalOf(batch: Buffer): Refusal | null {
  let keyless = -1;
  try {
    visitRecords(batch, 0, batch.length, ({ keyLength, offsetDelta }) => {
      if (keyLength < 0) keyless = offsetDelta;
      return keyless === -1;
    });
  } catch (error) {
    return { error: 'CORRUPT_MESSAGE', message: messageOf(error) };
  }
  return keyless === -1
    ? null
    : {
        error: 'INVALID_RECORD',
        message: `a compacted topic takes no record without a key (record ${keyless})`,
      };
}
