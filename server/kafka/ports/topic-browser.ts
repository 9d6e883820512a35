import type { ConfigEntry } from './admin.ts';
import type { RecordHeader } from './record.ts';
import type { TopicPartition } from './topic-partition.ts';

export interface TopicSummary {
  readonly name: string;
  /** Of Kafka itself or of what runs it: named with two underscores first. */
  readonly internal: boolean;
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface PartitionSummary {
  readonly partition: number;
  /** Node id, -1 while there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Both -1 while the partition has no leader. */
  readonly earliestOffset: number;
  readonly latestOffset: number;
}

export interface TopicDetail extends TopicSummary {
  readonly partitionDetails: readonly PartitionSummary[];
  readonly configs: readonly ConfigEntry[];
}

/** Where to begin reading; `last`: so many records before the end of each partition, newest first. */
export type BrowseStart =
  | 'earliest'
  | { readonly offset: number }
  | { readonly timestamp: number }
  | { readonly last: number };

export interface BrowseRequest {
  readonly topic: string;
  /** Absent: all partitions. */
  readonly partition?: number;
  readonly from: BrowseStart;
  /** At most so many records, 1 to 1,000. */
  readonly limit: number;
  /** Stop after so many bytes of keys and values; the record that goes beyond is still given. */
  readonly maxBytes: number;
  /** Stop after so long, with what was read. */
  readonly timeoutMs: number;
}

export interface BrowsedRecord extends TopicPartition {
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

export interface BrowsedRecords {
  readonly records: readonly BrowsedRecord[];
  /** Why reading stopped. */
  readonly ended: 'end of topic' | 'limit' | 'bytes' | 'time';
}

/**
 * Looks into topics for people: never commits, joins no group, creates nothing, and uses connections of its own, so
 * that the worker's never wait for it. Rejects with `unavailable` when too many look at the same time.
 */
export interface TopicBrowser {
  topics(signal?: AbortSignal): Promise<readonly TopicSummary[]>;
  /** Rejects with `not-found`. */
  topic(name: string, signal?: AbortSignal): Promise<TopicDetail>;
  /** Only committed records. Of several partitions in order of time. */
  records(request: BrowseRequest, signal?: AbortSignal): Promise<BrowsedRecords>;
  close(): Promise<void>;
}
