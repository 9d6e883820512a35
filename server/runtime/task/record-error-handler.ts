import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import { isPendingLookup, type PendingLookup } from '../../plugin-api/pending-lookup.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import type { ConnectorTaskId } from '../herder.ts';
import { clearableTimeout } from './clearable-timeout.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { FailedRecord } from './failed-record.ts';
import type { OriginalRecord } from './original-records.ts';
import type { RecordErrorCounter } from './record-error-counts.ts';
import { settledOrAborted } from './settled-or-aborted.ts';

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

/** For plugins that do not bound their look-ups themselves. */
const lookupTimeoutMs = 300_000;
/** A record needs few look-ups; a converter that never has enough must not keep its task busy for ever. */
const lookupsPerRecord = 100;

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
  /** Records that are not with the queue yet, because they could not be converted back at once. */
  readonly #sendingLater = new Set<Promise<void>>();
  #record: unknown = null;
  #attempts = 0;
  #lookups = 0;
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

  /**
   * `record` identifies the record over its retries. Rejects when the error is not tolerated. `retry` of a task that
   * is asked to stop means that the record was not dealt with and has to come again.
   */
  async handle(record: unknown, failure: FailedRecord): Promise<'retry' | 'skip'> {
    if (this.#record !== record) {
      this.#record = record;
      this.#attempts = 0;
      this.#lookups = 0;
      this.#firstFailureAt = this.#now();
    }
    const { counter, signal } = this.#options;
    let failed = failure;
    if (isPendingLookup(failure.error)) {
      const error = await this.#failureOf(failure.error, failure.className);
      if (error === null) return 'retry';
      failed = { ...failure, error };
    }
    if (failed.stage !== 'KAFKA_PRODUCE' && isRetriable(failed.error)) {
      counter.count('failures');
      if ((await this.#waitForRetry()) || signal.aborted) return 'retry';
    }
    this.#record = null;
    counter.count('errors');
    const { accepted } = this.#report(failed);
    // The bytes of the record go with the next poll.
    await accepted;
    if (!this.#isTolerant) {
      const { stage, className, text, error } = failed;
      throw new ConnectError(
        'data',
        `Tolerance exceeded in error handler: stage ${stage}, class ${className}, where ${text()}`,
        { cause: error },
      );
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
    await Promise.allSettled(this.#sendingLater);
    await this.#options.deadLetters?.whenWritten();
  }

  #report(failed: FailedRecord): { readonly accepted: Promise<void>; readonly written: Promise<void> } {
    const { counter, deadLetters } = this.#options;
    counter.count('failures');
    counter.failedAt(this.#now());
    this.#log(failed);
    const done = Promise.resolve();
    if (deadLetters === null || failed.original === undefined) return { accepted: done, written: done };
    try {
      return deadLetters.send(failed.original(), failed);
    } catch (error) {
      const written = this.#sendLater(deadLetters, failed, failed.original, error);
      this.#sendingLater.add(written);
      const forget = () => void this.#sendingLater.delete(written);
      written.then(forget, forget);
      return { accepted: done, written };
    }
  }

  /** The record had to be converted back, and its converter has to look something up, or failed. */
  async #sendLater(
    deadLetters: DeadLetterQueue,
    failed: FailedRecord,
    original: () => OriginalRecord,
    obstacle: unknown,
  ): Promise<void> {
    const { counter, signal } = this.#options;
    let record: OriginalRecord | null = null;
    let error = obstacle;
    try {
      for (let lookups = 0; record === null; lookups++) {
        if (!isPendingLookup(error) || lookups === lookupsPerRecord || signal.aborted) throw error;
        await settledOrAborted(error.settled, signal);
        await immediate();
        try {
          record = original();
        } catch (again) {
          error = again;
        }
      }
    } catch (reason) {
      counter.count('deadLetters');
      counter.count('deadLetterFailures');
      throw reason;
    }
    await deadLetters.send(record, failed).written;
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

  /** What the look-up failed with; null when it succeeded or the task is asked to stop. */
  async #failureOf(lookup: PendingLookup, className: string): Promise<unknown> {
    if (++this.#lookups > lookupsPerRecord) {
      return new ConnectError(
        'data',
        `${className} has looked up ${lookupsPerRecord} things for one record and still asks for more`,
      );
    }
    const bound = clearableTimeout(lookupTimeoutMs);
    const late = bound.elapsed.then(() => {
      throw new ConnectError(
        'timeout',
        `what ${className} looks up has not been answered in ${lookupTimeoutMs} ms`,
        { retriable: true },
      );
    });
    try {
      await settledOrAborted(Promise.race([lookup.settled, late]), this.#options.signal);
    } catch (error) {
      return error ?? new ConnectError('unknown', `what ${className} looks up could not be had`);
    } finally {
      bound.clear();
    }
    // A look-up that is settled at once must not keep timers and sockets waiting.
    await immediate();
    return null;
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
