import type { RawConfig } from '../config/config-key.ts';
import type { ConfigValue } from '../config/config-value.ts';
import type { SourceOffset, SourcePartition, SourceRecord } from '../records/record.ts';

/** Settings with placeholders resolved; values are text as the user wrote them. */
export type Settings = Readonly<Record<string, string>>;

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

export interface ConnectorContext {
  readonly log: Log;
  /** Ask for new task configs; the worker calls `taskConfigs` soon, and publishes only if they changed. */
  requestTaskReconfiguration(): void;
  /** Makes the connector FAILED. Its tasks keep running. */
  raiseError(error: Error): void;
}

export interface SourceConnectorContext extends ConnectorContext {
  readonly offsets: OffsetReader;
}

/** What connectors of both kinds have. One object lives from start to stop; a restart makes a new one. */
export interface Connector<Context extends ConnectorContext = ConnectorContext> {
  /** Called once before anything else. Throw to make the connector FAILED. */
  start(settings: Settings, context: Context): Promise<void> | void;
  /** At most `maxTasks` task configs. Called after each start and after `requestTaskReconfiguration`. */
  taskConfigs(maxTasks: number): Promise<readonly Settings[]> | readonly Settings[];
  /** Must end within 5 s. */
  stop(): Promise<void> | void;
  /** Checks beyond the config definition; gets the values and adds errors. Not started when called. */
  validate?(
    settings: RawConfig,
    values: readonly ConfigValue[],
  ): Promise<readonly ConfigValue[]> | readonly ConfigValue[];
}

export interface SourceConnector extends Connector<SourceConnectorContext> {
  /** null: the connector does not know (the API is not implemented). */
  exactlyOnceSupport?(settings: Settings): 'supported' | 'unsupported' | null;
  canDefineTransactionBoundaries?(settings: Settings): boolean;
  /** Checks offsets that a person wants to set (null: reset). Throw to refuse. True: they will be used. */
  alterOffsets?(
    settings: Settings,
    offsets: readonly { readonly partition: SourcePartition; readonly offset: SourceOffset | null }[],
  ): Promise<boolean> | boolean;
}

/** Committed source offsets of this connector. Always reads to the end of the store first. */
export interface OffsetReader {
  offset(partition: SourcePartition): Promise<SourceOffset | null>;
  offsets(partitions: readonly SourcePartition[]): Promise<readonly (SourceOffset | null)[]>;
}

export interface SourceTaskContext {
  readonly log: Log;
  readonly offsets: OffsetReader;
  /** Aborted when the task is asked to stop: waits inside `poll` must end. */
  readonly signal: AbortSignal;
  /** Only with exactly-once support and `transaction.boundary=connector`; absent: the task has no say in it. */
  readonly transactions?: TransactionContext;
}

/**
 * Where transactions end, as the task says (KIP-618). Asked for during `poll`, it counts for the records of that poll.
 * A transaction begins with the first record after the end of the last. Asking for both ends at one place makes the
 * task FAILED.
 */
export interface TransactionContext {
  /** Commit after this record; without one, after the last record of the batch that `poll` is about to return. */
  commitTransaction(record?: SourceRecord): void;
  /**
   * Drop what the transaction has written so far, this record included; without one, the whole batch too. The offsets
   * of dropped records are committed all the same: they do not come again.
   */
  abortTransaction(record?: SourceRecord): void;
}

export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Runs in a worker thread. Methods are never called concurrently, `stop` included. */
export interface SourceTask {
  start(settings: Settings, context: SourceTaskContext): Promise<void> | void;
  /**
   * Next records, or null when there is none: wait a bounded time inside (about 1 s, ended by `context.signal`)
   * instead of returning at once. A `retriable` error means "nothing now".
   */
  poll(): Promise<readonly SourceRecord[] | null> | readonly SourceRecord[] | null;
  /** After offsets were committed. */
  commit?(): Promise<void> | void;
  /** After each record was acknowledged; metadata is null if the record was dropped. */
  commitRecord?(record: SourceRecord, metadata: RecordMetadata | null): void;
  stop(): Promise<void> | void;
}
