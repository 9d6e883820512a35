import type { SinkRecord } from '../records/record.ts';
import type { Connector, Log, Settings } from './source-connector.ts';
import type { TopicPartition } from './topic-partition.ts';

export type { TopicPartition };

export interface SinkConnector extends Connector {
  /** Checks offsets that a person wants to set (null: reset). Throw to refuse. */
  alterOffsets?(
    settings: Settings,
    offsets: readonly (TopicPartition & { readonly offset: number | null })[],
  ): Promise<boolean> | boolean;
}

export type SinkOffset = TopicPartition & { readonly offset: number };

export interface ErrantRecordReporter {
  /** Hands a record that cannot be delivered to the error handling; rejects if errors are not tolerated. */
  report(record: SinkRecord, error: Error): Promise<void>;
}

export interface SinkTaskContext {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Continue at this offset (rewind); takes effect before the next `put`. */
  offset(partition: TopicPartition, offset: number): void;
  /** After a `retriable` error: milliseconds until `put` is tried again. */
  timeout(ms: number): void;
  assignment(): readonly TopicPartition[];
  pause(...partitions: TopicPartition[]): void;
  resume(...partitions: TopicPartition[]): void;
  requestCommit(): void;
  readonly errantRecordReporter: ErrantRecordReporter | null;
}

/** Runs in a worker thread. Methods are never called concurrently. */
export interface SinkTask {
  start(settings: Settings, context: SinkTaskContext): Promise<void> | void;
  /** Newly assigned partitions. */
  open?(partitions: readonly TopicPartition[]): Promise<void> | void;
  /** Before partitions go to another task, after their last `preCommit`. */
  close?(partitions: readonly TopicPartition[]): Promise<void> | void;
  /** May be empty. A `retriable` error: the same records come again. Any other: the task is FAILED. */
  put(records: readonly SinkRecord[]): Promise<void> | void;
  /** Everything given to `put` must be durable when this ends. */
  flush?(offsets: readonly SinkOffset[]): Promise<void> | void;
  /** Offsets that are safe to commit; default: `flush`, then the same offsets. */
  preCommit?(offsets: readonly SinkOffset[]): Promise<readonly SinkOffset[]> | readonly SinkOffset[];
  stop(): Promise<void> | void;
}
