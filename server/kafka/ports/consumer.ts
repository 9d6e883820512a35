import type { ConsumerGroupMetadata } from './producer.ts';
import type { Properties } from './properties.ts';
import type { RecordHeader } from './record.ts';
import type { CommittedOffset, TopicPartition } from './topic-partition.ts';

/**
 * One record as views on the fetch response. Valid until the next `poll`; copy what must live longer.
 * `key` and `value` make a view on each access; hot paths read `buffer` and the offsets.
 */
export interface ConsumedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';
  readonly buffer: Buffer;
  /** -1 length means null. */
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueStart: number;
  readonly valueLength: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** Records of one partition in offset order. */
export interface ConsumedBatch extends TopicPartition {
  readonly records: readonly ConsumedRecord[];
  /** Position after this batch (also past control records and compacted gaps). */
  readonly nextOffset: number;
  /** Log end as the broker said with the fetch; lag = this - nextOffset. */
  readonly highWatermark: number;
}

export interface ConsumerOptions {
  /** Consumer settings on top of the client's properties: `group.id`, `auto.offset.reset`, `max.poll.records` … */
  readonly properties: Properties;
}

/**
 * Called from within `poll` (and `close`), one at a time and awaited: revoke everything that is due, then assign.
 * `lost`: the partitions may already belong to another member; do not commit.
 */
export interface RebalanceListener {
  onAssigned(partitions: readonly TopicPartition[]): Promise<void> | void;
  onRevoked(partitions: readonly TopicPartition[]): Promise<void> | void;
  onLost(partitions: readonly TopicPartition[]): Promise<void> | void;
}

/**
 * What closing means for the membership (KIP-1092). `default`: a static member keeps its place until its session ends,
 * so that a restart finds it again, any other leaves.
 */
export type GroupMembershipOperation = 'default' | 'leave' | 'remain';

/** Group consumer (either protocol, by `group.protocol`) with manual commits; prefetches within `fetch.max.bytes`. One `poll` at a time. */
export interface Consumer {
  subscribe(topics: readonly string[] | RegExp, listener: RebalanceListener): void;
  /** Reads given partitions without a group. */
  assign(partitions: readonly TopicPartition[]): void;
  /** At most `max.poll.records` records; empty after `timeoutMs`, or at once after `wakeup`. */
  poll(timeoutMs: number, signal?: AbortSignal): Promise<readonly ConsumedBatch[]>;
  /** Makes a running or the next `poll` return early. */
  wakeup(): void;
  assignment(): readonly TopicPartition[];
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  seek(partition: TopicPartition, offset: number): void;
  /** Offset of the next record `poll` will return for the partition. */
  position(partition: TopicPartition): Promise<number>;
  committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /** For `sendOffsetsToTransaction`; undefined without `group.id`. */
  groupMetadata(): ConsumerGroupMetadata | undefined;
  /** Rejects with `conflict` when the group has moved on. */
  commit(offsets: readonly CommittedOffset[]): Promise<void>;
  /** Revokes, leaves the group, bounded by `timeoutMs`. */
  close(timeoutMs: number, operation?: GroupMembershipOperation): Promise<void>;
}
