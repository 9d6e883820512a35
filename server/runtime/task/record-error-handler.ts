import { setTimeout as delay } from 'node:timers/promises';
import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { FailedRecord } from './failed-record.ts';
import type { OriginalRecord } from './original-records.ts';
import type { RecordErrorCounter } from './record-error-counts.ts';

export interface RecordErrorHandlerOptions {
  readonly id: ConnectorTaskId;
  readonly settings: Settings;
  readonly log: Log;
  readonly counter: RecordErrorCounter;
  /** null: the connector has none. */
  readonly deadLetters: DeadLetterQueue | null;
  /** Ends waits between retries. */
  readonly signal: AbortSignal;
  readonly now?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/**
 * The tolerance operator (KIP-298): decides whether a record that failed is tried again, skipped, or ends the task.
 * Records are handled one after the other, so it remembers attempts for the present one only.
 */
export class RecordErrorHandler {
  readonly #options: RecordErrorHandlerOptions;
  readonly #isTolerant: boolean;
  readonly #isLogged: boolean;
  readonly #includesMessages: boolean;
  readonly #retryTimeoutMs: number;
  readonly #retryDelayMaxMs: number;
  readonly #now: () => number;
  #record: unknown = null;
  #attempts = 0;
  #firstFailureAt = 0;

  constructor(options: RecordErrorHandlerOptions) {
    const { settings } = options;
    this.#options = options;
    this.#isTolerant = settings['errors.tolerance']?.trim() === 'all';
    this.#isLogged = isTrue(settings['errors.log.enable']);
    this.#includesMessages = isTrue(settings['errors.log.include.messages']);
    this.#retryTimeoutMs = Number(settings['errors.retry.timeout'] ?? 0);
    this.#retryDelayMaxMs = Number(settings['errors.retry.delay.max.ms'] ?? 60_000);
    this.#now = options.now ?? Date.now;
  }

  get isTolerant(): boolean {
    return this.#isTolerant;
  }

  /** Whether there is anywhere to report errant records to. */
  get isReporting(): boolean {
    return this.#isLogged || this.hasDeadLetterQueue;
  }

  get hasDeadLetterQueue(): boolean {
    return this.#options.deadLetters !== null;
  }

  /** `record` identifies the record over its retries. Rejects when the error is not tolerated. */
  async handle(record: unknown, failed: FailedRecord): Promise<'retry' | 'skip'> {
    if (this.#record !== record) {
      this.#record = record;
      this.#attempts = 0;
      this.#firstFailureAt = this.#now();
    }
    const { counter } = this.#options;
    if (failed.stage !== 'KAFKA_PRODUCE' && isRetriable(failed.error)) {
      counter.count('failures');
      if (await this.#waitForRetry()) return 'retry';
    }
    this.#record = null;
    counter.count('errors');
    const { accepted } = this.#report(failed);
    // The bytes of the record go with the next poll.
    await accepted;
    if (!this.#isTolerant) {
      throw new ConnectError('data', 'Tolerance exceeded in error handler', { cause: failed.error });
    }
    counter.count('skipped');
    return 'skip';
  }

  /**
   * Tells of a record that failed, without deciding about it. Rejects when it could not be written to the dead letter
   * queue, if there is one.
   */
  async fail(failed: FailedRecord): Promise<void> {
    if (!this.#isTolerant) this.#options.counter.count('errors');
    await this.#report(failed).written;
  }

  /** Resolves when every record reported so far has been written to the dead letter queue, or given up. */
  async whenReported(): Promise<void> {
    await this.#options.deadLetters?.whenWritten();
  }

  #report(failed: FailedRecord): { readonly accepted: Promise<void>; readonly written: Promise<void> } {
    const { counter, deadLetters } = this.#options;
    counter.count('failures');
    counter.failedAt(this.#now());
    this.#log(failed);
    const done = Promise.resolve();
    if (deadLetters === null || failed.original === undefined) return { accepted: done, written: done };
    let original: OriginalRecord;
    try {
      original = failed.original();
    } catch (error) {
      counter.count('deadLetters');
      counter.count('deadLetterFailures');
      const written = Promise.reject(error);
      written.catch(() => undefined);
      return { accepted: done, written };
    }
    return deadLetters.send(original, failed);
  }

  #log({ stage, className, error, text }: FailedRecord): void {
    if (!this.#isLogged) return;
    const { counter, id, log } = this.#options;
    counter.count('logged');
    const record = this.#includesMessages ? `, where ${text()}` : '';
    log(
      'error',
      `Error encountered in task ${id.connector}-${id.task}. Executing stage '${stage}' with class '${className}'${record}. ${messageOf(error)}`,
    );
  }

  /** False: the time for retries is over. */
  async #waitForRetry(): Promise<boolean> {
    const { signal, wait = waitFor, random = Math.random } = this.#options;
    if (this.#retryTimeoutMs === 0 || signal.aborted) return false;
    let delayMs = 300 * 2 ** Math.min(this.#attempts, 30);
    if (delayMs > this.#retryDelayMaxMs) delayMs = random() * this.#retryDelayMaxMs;
    if (this.#retryTimeoutMs > 0) {
      const left = this.#firstFailureAt + this.#retryTimeoutMs - this.#now();
      if (left <= 0) return false;
      delayMs = Math.min(delayMs, left);
    }
    this.#attempts++;
    this.#options.counter.count('retries');
    await wait(delayMs, signal);
    return !signal.aborted;
  }
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  // An abort only ends the wait; the caller looks at the signal.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === 'true';
}
