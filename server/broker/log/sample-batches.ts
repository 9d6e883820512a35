import { gzipSync } from 'node:zlib';
import { buildBatch } from './batch-builder.ts';
import { batchHeaderBytes, stampCrc, writeInt64 } from './batch-header.ts';
import type { LogSettings } from './partition-log.ts';

/** Batches as clients send them, for tests. */

export interface SampleRecord {
  readonly key?: string | null;
  readonly value?: string | null;
}

export interface SampleTraits {
  readonly timestamp?: number;
  readonly producerId?: bigint;
  readonly epoch?: number;
  readonly sequence?: number;
  readonly isTransactional?: boolean;
  readonly isGzipped?: boolean;
}

export function sampleBatch(records: readonly SampleRecord[], traits: SampleTraits = {}): Buffer {
  const { producerId, epoch = 0, sequence = 0, isTransactional = false, isGzipped = false } = traits;
  const bytes = (text: string | null | undefined, fallback: string): Buffer | null =>
    text === null ? null : Buffer.from(text ?? fallback);
  let batch = buildBatch(
    records.map(({ key, value }) => ({ key: bytes(key, 'key'), value: bytes(value, 'value') })),
    traits.timestamp ?? Date.now(),
  );
  if (isGzipped) {
    batch = Buffer.concat([batch.subarray(0, batchHeaderBytes), gzipSync(batch.subarray(batchHeaderBytes))]);
    batch.writeInt32BE(batch.length - 12, 8);
  }
  batch.writeInt16BE((isGzipped ? 1 : 0) | (isTransactional ? 0x10 : 0), 21);
  if (producerId !== undefined) {
    batch.writeBigInt64BE(producerId, 43);
    batch.writeInt16BE(epoch, 51);
    batch.writeInt32BE(sequence, 53);
  }
  writeInt64(batch, 0, 0);
  stampCrc(batch);
  return batch;
}

export function sampleSettings(settings: Partial<LogSettings> = {}): LogSettings {
  return {
    maxMessageBytes: 1_048_588,
    timestampAfterMaxMs: 3_600_000,
    timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
    segmentBytes: 1_073_741_824,
    segmentMs: 604_800_000,
    usesLogAppendTime: false,
    isCompacted: false,
    ...settings,
  };
}
