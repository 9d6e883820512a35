import { messageOf } from '../../errors/connect-error.ts';
import type { Log, OffsetReader, SourceTask } from '../../plugin-api/source-connector.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';
import type { SubmittedRecords } from './submitted-records.ts';
import type { TaskGauges } from './task-gauges.ts';

/** Source offsets of one connector, as a task reads and writes them. */
export interface TaskOffsets extends OffsetReader {
  /** All or nothing; resolves when durable. */
  write(entries: readonly SourceOffsetEntry[], signal: AbortSignal): Promise<void>;
}

export interface SourceOffsetCommitterOptions {
  readonly task: SourceTask;
  readonly offsets: TaskOffsets;
  readonly submitted: SubmittedRecords;
  readonly gauges: Pick<TaskGauges, 'commitBegan' | 'commitEnded'>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly log: Log;
}

/** Writes the offsets of acknowledged records from time to time, one commit after the other. */
export class SourceOffsetCommitter {
  readonly #options: SourceOffsetCommitterOptions;
  #timer: NodeJS.Timeout | undefined;
  #commit: Promise<void> | null = null;
  #isCallbackDue = false;

  constructor(options: SourceOffsetCommitterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.commit(), this.#options.intervalMs);
  }

  /** Commits what is acknowledged now. Failures are logged, and the offsets kept for the next time. */
  commit(): Promise<void> {
    this.#commit ??= this.#write().finally(() => {
      this.#commit = null;
    });
    return this.#commit;
  }

  /** Tells the task of a commit that succeeded; the loop calls it between two polls, never beside one. */
  async callTask(): Promise<void> {
    if (!this.#isCallbackDue) return;
    this.#isCallbackDue = false;
    try {
      await this.#options.task.commit?.();
    } catch (error) {
      this.#options.log('error', `commit of the task failed: ${messageOf(error)}`);
    }
  }

  /** No timer any more; what is acknowledged after a last flush is committed. */
  async finish(flush: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { log, submitted, timeoutMs } = this.#options;
    if (submitted.pending > 0) {
      await flush(AbortSignal.timeout(timeoutMs)).catch((error: unknown) => {
        log('warn', `records still on their way when the task stopped come again: ${messageOf(error)}`);
      });
    }
    clearInterval(this.#timer);
    // One that is under way may have missed the last acknowledgements.
    await this.#commit;
    await this.commit();
    await this.callTask();
  }

  async #write(): Promise<void> {
    const { gauges, log, offsets, submitted, task, timeoutMs } = this.#options;
    const entries = submitted.takeCommittable();
    const beganAt = Date.now();
    gauges.commitBegan();
    const ended = (hasSucceeded: boolean) => {
      const now = Date.now();
      gauges.commitEnded(Math.max(0, now - beganAt), hasSucceeded, now);
    };
    if (entries.length > 0) {
      try {
        await offsets.write(entries, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        submitted.restore(entries);
        ended(false);
        log(
          'error',
          `source offsets could not be committed and are kept for the next time: ${messageOf(error)}`,
        );
        return;
      }
    }
    ended(true);
    this.#isCallbackDue = task.commit !== undefined;
  }
}
