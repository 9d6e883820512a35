import type { CompressionType } from '../../kafka/compression/compression.ts';
import { attributeBits } from '../../kafka/record-batch/batch-layout.ts';
import { encodeRecordBatch } from '../../kafka/record-batch/record-batch-builder.ts';
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
  readonly compression?: CompressionType;
}

export function sampleBatch(records: readonly SampleRecord[], traits: SampleTraits = {}): Buffer {
  const { timestamp = Date.now(), producerId, epoch = 0, sequence = 0, compression = 'none' } = traits;
  return encodeRecordBatch(
    records.map(({ key = 'key', value = 'value' }) => ({ timestamp, key, value })),
    {
      compression,
      attributes: traits.isTransactional === true ? attributeBits.transactional : 0,
      ...(producerId === undefined ? {} : { producer: { producerId, epoch, sequence } }),
    },
  );
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
