import type { ConsumedBatch, ConsumedRecord } from '../../kafka/ports/consumer.ts';

/** The records of a batch from `start` on, in bytes of their own: they outlive the next poll. */
export function copiedBatch(batch: ConsumedBatch, start: number): ConsumedBatch {
  const { topic, partition, nextOffset, highWatermark } = batch;
  return { topic, partition, nextOffset, highWatermark, records: batch.records.slice(start).map(copied) };
}

function copied(record: ConsumedRecord): ConsumedRecord {
  const { offset, timestamp, timestampType, keyLength, valueLength } = record;
  const key = copiedBytes(record.key);
  const value = copiedBytes(record.value);
  return {
    offset,
    timestamp,
    timestampType,
    buffer: Buffer.concat([key ?? noBytes, value ?? noBytes]),
    keyStart: 0,
    keyLength,
    valueStart: Math.max(0, keyLength),
    valueLength,
    key,
    value,
    headers: record.headers.map((header) => ({ key: header.key, value: copiedBytes(header.value) })),
  };
}

const noBytes = Buffer.alloc(0);

function copiedBytes(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
