import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import type {
  DeliveredBatch,
  Producer,
  ProducerRecord,
  TransactionalProducer,
} from '../../kafka/ports/producer.ts';
import type {
  Log,
  RecordMetadata,
  SourceTask,
  TransactionContext,
} from '../../plugin-api/source-connector.ts';
import type { SourceRecord } from '../../records/record.ts';
import type { OffsetRecord } from '../../storage/offset-index.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { SubmittedRecords, SubmittedRun } from './submitted-records.ts';
import type { TransactionBoundary, TransactionEnd } from './transaction-boundary.ts';

/** Offsets that are written by the producer of the records. */
export interface TransactionalOffsets {
  /** Where the records of offsets go; the task's own records may not. */
  readonly topic: string;
  /** Before the task starts and reads offsets, after its predecessors can no longer write any. */
  start(signal: AbortSignal): Promise<void>;
  /** What the transaction has to write. */
  records(entries: readonly SourceOffsetEntry[]): Promise<readonly OffsetRecord[]>;
  /** The transaction was committed. Must not throw. */
  committed(entries: readonly SourceOffsetEntry[]): void;
}

/** What the herder sees to around the taking of the transactional id. Both reject when the task must not start. */
export interface TransactionChecks {
  /** Producers of earlier task configs are kept from writing (fencing round). */
  beforeTransactions(signal: AbortSignal): Promise<void>;
  /** Meanwhile nobody else was given the task, nor was it given other configs. */
  afterTransactions(signal: AbortSignal): Promise<void>;
}

export type DeliveryListener = (batch: DeliveredBatch<SubmittedRun | null>) => void;

export interface ExactlyOnceOptions {
  readonly id: ConnectorTaskId;
  readonly createProducer: (onDelivered: DeliveryListener) => TransactionalProducer<SubmittedRun | null>;
  readonly offsets: TransactionalOffsets;
  readonly boundary: TransactionBoundary;
  readonly checks: TransactionChecks;
  readonly now?: () => number;
}

export interface SourceTransactionsOptions extends ExactlyOnceOptions {
  readonly task: SourceTask;
  readonly submitted: SubmittedRecords;
  readonly onDelivered: DeliveryListener;
  /** For `commitRecord` of the task; metadata is null if the record was dropped. */
  readonly onRecordCommitted: (record: SourceRecord, metadata: RecordMetadata | null) => void;
  readonly log: Log;
}

/**
 * The transactions of one source task (KIP-618): records and the offsets behind them become visible together. After any
 * failure nothing is committed any more; the task has to begin anew with another producer.
 */
export class SourceTransactions implements Producer<SubmittedRun> {
  readonly #options: SourceTransactionsOptions;
  readonly #producer: TransactionalProducer<SubmittedRun | null>;
  readonly #now: () => number;
  /** For `commitRecord` of the task, in the order of the records. */
  #awaitingCommit: Pick<SubmittedRun, 'record' | 'metadata'>[] = [];
  #isOpen = false;
  #isAborting = false;
  #lastCommitAt: number;

  constructor(options: SourceTransactionsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#lastCommitAt = this.#now();
    this.#producer = options.createProducer((batch) => {
      // Whether offsets were written shows at the end of the transaction.
      if (batch.topic !== options.offsets.topic) options.onDelivered(batch);
    });
  }

  /** For the task; null: it has no say in where transactions end. */
  get context(): TransactionContext | null {
    const { boundary } = this.#options;
    return boundary.kind === 'connector' ? boundary.context : null;
  }

  /** Records that fail now were dropped because the task wanted it. */
  get isAborting(): boolean {
    return this.#isAborting;
  }

  /** Before the task starts: from here on this task is the only one with its id that can write. */
  async prepare(signal: AbortSignal): Promise<void> {
    const { checks, offsets } = this.#options;
    await checks.beforeTransactions(signal);
    await this.#producer.initTransactions(signal);
    await checks.afterTransactions(signal);
    await offsets.start(signal);
    this.#lastCommitAt = this.#now();
  }

  append(record: ProducerRecord, run: SubmittedRun): boolean {
    const { offsets } = this.#options;
    if (record.topic === offsets.topic) {
      throw new ConnectError(
        'config',
        `Source tasks may not produce to their own offsets topics when exactly-once support is enabled (topic ${record.topic})`,
      );
    }
    this.#open();
    if (!this.#producer.append(record, run)) return false;
    if (run.record !== null) this.#awaitingCommit.push(run);
    return true;
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.#producer.ready(signal);
  }

  flush(signal?: AbortSignal): Promise<void> {
    return this.#producer.flush(signal);
  }

  get bufferedBytes(): number {
    return this.#producer.bufferedBytes;
  }

  /** A record that is not sent; `commitRecord` hears of it in its turn. */
  dropped(record: SourceRecord): void {
    this.#awaitingCommit.push({ record, metadata: null });
  }

  /** Whether the task wants the transaction to end with this record. */
  isBoundary(record: SourceRecord): boolean {
    const { boundary } = this.#options;
    return boundary.kind === 'connector' && boundary.context.isAt(record);
  }

  async afterRecord(record: SourceRecord): Promise<void> {
    const { boundary } = this.#options;
    if (boundary.kind === 'connector') await this.#end(boundary.context.takeAt(record));
  }

  /** After each poll whose records, if any, were all taken. */
  async afterPoll(): Promise<void> {
    const { boundary } = this.#options;
    if (boundary.kind === 'connector') await this.#end(boundary.context.takeAfterBatch());
    else if (boundary.kind === 'poll') await this.#commit();
    else if (this.#now() - this.#lastCommitAt >= boundary.intervalMs) await this.#commit();
  }

  /** The task rests, or ends in order: what is whole is committed. */
  async settle(isBatchWhole: boolean): Promise<void> {
    const { kind } = this.#options.boundary;
    // Half of a poll, and what a task did not ask to commit, is dropped and comes again.
    if (kind === 'interval' || (kind === 'poll' && isBatchWhole)) await this.#commit();
  }

  /** Aborts what is open. Never rejects. */
  async close(timeoutMs: number): Promise<void> {
    await this.#producer.close(timeoutMs);
  }

  /** An error of the producer as the task's trace shows it. */
  failure(message: string, error: unknown): ConnectError {
    const isExpired = kafkaErrorsOf(error).includes('INVALID_PRODUCER_EPOCH');
    return new ConnectError('kafka', isExpired ? this.#expiryMessage() : message, { cause: error });
  }

  async #end(end: TransactionEnd | null): Promise<void> {
    if (end === null) return;
    if (end === 'abort') await this.#abort();
    // Aborted or not, the offsets count: the task does not want to see these records again.
    await this.#commit();
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#producer.beginTransaction();
    this.#isOpen = true;
  }

  async #abort(): Promise<void> {
    if (!this.#isOpen) return;
    this.#options.log('info', 'a transaction is aborted because the connector wants it');
    this.#isAborting = true;
    try {
      await this.#producer.abortTransaction();
    } finally {
      this.#isAborting = false;
    }
    this.#isOpen = false;
    for (const entry of this.#awaitingCommit) entry.metadata = null;
  }

  async #commit(): Promise<void> {
    const { id, offsets, submitted } = this.#options;
    const entries = submitted.newestOffsets();
    if (entries.length > 0 || this.#isOpen) {
      try {
        const records = await offsets.records(entries);
        this.#open();
        for (const record of records) await this.#appendOffset(record);
        await this.#producer.commitTransaction();
      } catch (error) {
        throw this.failure(
          `Failed to flush offsets and/or records for task ${id.connector}-${id.task}: ${messageOf(error)}`,
          error,
        );
      }
      this.#isOpen = false;
      // Everything is acknowledged now; these offsets need not be written again.
      submitted.takeCommittable();
      offsets.committed(entries);
    }
    this.#lastCommitAt = this.#now();
    await this.#tellTask();
  }

  async #appendOffset({ key, value }: OffsetRecord): Promise<void> {
    const { topic } = this.#options.offsets;
    while (!this.#producer.append({ topic, key, value }, null)) await this.#producer.ready();
  }

  async #tellTask(): Promise<void> {
    const { log, onRecordCommitted, task } = this.#options;
    const committed = this.#awaitingCommit;
    this.#awaitingCommit = [];
    for (const { record, metadata } of committed) if (record !== null) onRecordCommitted(record, metadata);
    try {
      await task.commit?.();
    } catch (error) {
      log('error', `commit of the task failed: ${messageOf(error)}`);
    }
  }

  #expiryMessage(): string {
    const { connector, task } = this.#options.id;
    return `The task ${connector}-${task} was unable to finish writing records to Kafka before its producer transaction expired. It may be necessary to reconfigure this connector in order for it to run healthily with exactly-once support. Options for this include: tune the connector's producer configuration for higher throughput, increase the transaction timeout for the connector's producers, decrease the offset commit interval (if using interval-based transaction boundaries), or use the 'poll' transaction boundary (if the connector is not already configured to use it).`;
  }
}

function kafkaErrorsOf(error: unknown): readonly string[] {
  const found: string[] = [];
  for (let current = error; isConnectError(current); current = current.cause) {
    if (current.details.kafkaError !== undefined) found.push(current.details.kafkaError);
  }
  return found;
}
