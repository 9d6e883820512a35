import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { TransactionalProducer } from '../kafka/ports/producer.ts';
import type { EncodedRecord } from './config-records.ts';

export interface LeaderWriterOptions {
  readonly topic: string;
  /** With a transactional id that all workers of the group share. */
  readonly createProducer: () => TransactionalProducer<null>;
}

const closeTimeoutMs = 1_000;

/**
 * Writes of the group's leader to the config topic, each a transaction. Whoever claims the right to write takes it from
 * the one before: a leader that does not know yet that it is none can change nothing any more.
 */
export class LeaderWriter {
  readonly #options: LeaderWriterOptions;
  #producer: TransactionalProducer<null> | null = null;
  #isLost = false;

  constructor(options: LeaderWriterOptions) {
    this.#options = options;
  }

  /** Whether this worker writes as the leader, or has until it lost the right to. */
  get isClaimed(): boolean {
    return this.#producer !== null || this.#isLost;
  }

  /** True: it was not this worker's before. */
  async claim(signal: AbortSignal): Promise<boolean> {
    if (this.#producer !== null) return false;
    const producer = this.#options.createProducer();
    try {
      await producer.initTransactions(signal);
    } catch (error) {
      await producer.close(0);
      throw error;
    }
    this.#producer = producer;
    this.#isLost = false;
    return true;
  }

  async release(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    this.#isLost = false;
    await producer?.close(closeTimeoutMs);
  }

  /** All of them or none. After a failure the right has to be claimed again. */
  async write(records: readonly EncodedRecord[], signal: AbortSignal): Promise<void> {
    const { topic } = this.#options;
    const producer = this.#producer;
    if (producer === null) throw this.#refusal('this worker has lost the right to write to it');
    try {
      producer.beginTransaction();
      for (const { key, value } of records) {
        while (!producer.append({ topic, key, value }, null)) await producer.ready(signal);
      }
      await producer.commitTransaction(signal);
    } catch (error) {
      this.#isLost = true;
      this.#producer = null;
      // An unknown outcome too: with the next claim the transaction is over, one way or the other.
      await producer.close(closeTimeoutMs);
      throw this.#refusal(messageOf(error), error);
    }
  }

  #refusal(reason: string, cause?: unknown): ConnectError {
    return new ConnectError(
      'kafka',
      `Failed to write to config topic ${this.#options.topic}; this may be due to another worker having become leader, and the request can be safely retried: ${reason}`,
      { cause, retriable: true },
    );
  }
}
