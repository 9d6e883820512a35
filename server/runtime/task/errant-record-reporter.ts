import { ConnectError } from '../../errors/connect-error.ts';
import type { ErrantRecordReporter } from '../../plugin-api/sink-connector.ts';
import type { SinkRecord } from '../../records/record.ts';
import type { FailedRecord } from './failed-record.ts';
import type { OriginalRecords } from './original-records.ts';
import type { RecordErrorHandler } from './record-error-handler.ts';

/** Apache names the interface, not the task that has the record. */
const executingClass = 'org.apache.kafka.connect.sink.SinkTask';

/** Where a sink task hands records that it cannot deliver (KIP-610). */
export class TaskErrantRecordReporter implements ErrantRecordReporter {
  readonly #errors: RecordErrorHandler;
  readonly #originals: OriginalRecords;
  #failure: ConnectError | null = null;

  constructor(errors: RecordErrorHandler, originals: OriginalRecords) {
    this.#errors = errors;
    this.#originals = originals;
  }

  /** The task looks for the reporter: from now on records are kept for it. */
  use(): this {
    this.#originals.isWanted = this.#errors.hasDeadLetterQueue;
    return this;
  }

  /** Resolves when the record is in the dead letter queue; a task need not wait for it. */
  report(record: SinkRecord, error: Error): Promise<void> {
    const reported = this.#report(record, error);
    // A task that does not look at the answer fails all the same, by `throwIfFailed`.
    reported.catch(() => undefined);
    return reported;
  }

  /** A task that swallows the rejection of `report` fails all the same. */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #report(record: SinkRecord, error: Error): Promise<void> {
    const { originalTopic, originalKafkaPartition, originalKafkaOffset } = record;
    const failed: FailedRecord = {
      stage: 'TASK_PUT',
      className: executingClass,
      error,
      text: () =>
        `consumed record is {topic='${originalTopic}', partition=${originalKafkaPartition}, offset=${originalKafkaOffset}}`,
      original: () => this.#originals.find(record),
    };
    const written = this.#errors.fail(failed);
    if (!this.#errors.isTolerant) {
      written.catch(() => undefined);
      this.#failure ??= new ConnectError('data', 'Tolerance exceeded in error handler', { cause: error });
      throw this.#failure;
    }
    try {
      await written;
    } catch (cause) {
      this.#failure ??= new ConnectError(
        'kafka',
        `The record at ${originalTopic}-${originalKafkaPartition} offset ${originalKafkaOffset}, which the task could not deliver, could not be written to the dead letter queue either`,
        { cause },
      );
      throw this.#failure;
    }
  }
}
