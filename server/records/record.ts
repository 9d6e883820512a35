import type { ConnectHeaders } from './headers.ts';
import type { Schema } from './schema.ts';

/** Values allowed in source partitions and offsets; integers are bigint, or number when safe integers. */
export type OffsetValue = string | number | bigint | boolean | null | Uint8Array;
export type SourcePartition = Readonly<Record<string, OffsetValue>>;
export type SourceOffset = Readonly<Record<string, OffsetValue>>;

/** What both kinds of record have; a transformation reads this and returns a changed copy. */
export interface ConnectRecord {
  readonly topic: string;
  readonly kafkaPartition: number | null;
  readonly keySchema: Schema | null;
  readonly key: unknown;
  readonly valueSchema: Schema | null;
  readonly value: unknown;
  /** Milliseconds since the epoch; null: none. */
  readonly timestamp: number | null;
  /** null: none (cheaper than an empty object on the hot path). */
  readonly headers: ConnectHeaders | null;
}

/**
 * What a source task returns from `poll`. Two records with the very same (identical) `sourcePartition` object are
 * recognised as one partition without comparing contents, so tasks should keep one object a partition.
 */
export interface SourceRecord extends ConnectRecord {
  readonly sourcePartition: SourcePartition | null;
  readonly sourceOffset: SourceOffset | null;
}

/** What a sink task gets in `put`. */
export interface SinkRecord extends ConnectRecord {
  readonly kafkaPartition: number;
  readonly kafkaOffset: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';
  /** Place in Kafka before any transformation changed topic or partition (KIP-793). */
  readonly originalTopic: string;
  readonly originalKafkaPartition: number;
  readonly originalKafkaOffset: number;
}
