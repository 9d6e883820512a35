import type { ConfigEntry } from './admin.ts';
import type { RecordHeader } from './record.ts';
import type { TopicPartition } from './topic-partition.ts';

export interface TopicSummary {
  readonly name: string;
  readonly internal: boolean;
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface PartitionSummary {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly earliestOffset: number;
  readonly latestOffset: number;
}

export interface TopicDetail extends TopicSummary {
  readonly partitionDetails: readonly PartitionSummary[];
  readonly configs: readonly ConfigEntry[];
}

/** Where to begin reading; `last`: that many offsets before the end of each partition. */
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
  /** Stop after so many bytes of keys and values. */
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

/** Looks into topics for people: never commits, joins no group, creates nothing. */
export interface TopicBrowser {
  topics(signal?: AbortSignal): Promise<readonly TopicSummary[]>;
  /** Rejects with `not-found`. */
  topic(name: string, signal?: AbortSignal): Promise<TopicDetail>;
  records(request: BrowseRequest, signal?: AbortSignal): Promise<BrowsedRecords>;
  close(): Promise<void>;
}
