import { ConnectError } from '../../errors/connect-error.ts';
import type { ErrantRecordReporter } from '../../plugin-api/sink-connector.ts';
import type { SinkRecord } from '../../records/record.ts';
import type { RecordErrorHandler } from './record-error-handler.ts';

/** Where a sink task hands records that it cannot deliver (KIP-610). */
export class TaskErrantRecordReporter implements ErrantRecordReporter {
  readonly #errors: RecordErrorHandler;
  readonly #taskClassName: string;
  #failure: ConnectError | null = null;

  constructor(errors: RecordErrorHandler, taskClassName: string) {
    this.#errors = errors;
    this.#taskClassName = taskClassName;
  }

  async report(record: SinkRecord, error: Error): Promise<void> {
    const { originalTopic, originalKafkaPartition, originalKafkaOffset } = record;
    this.#errors.report({
      stage: 'TASK_PUT',
      className: this.#taskClassName,
      error,
      text: () =>
        `{topic='${originalTopic}', partition=${originalKafkaPartition}, offset=${originalKafkaOffset}}`,
    });
    if (this.#errors.isTolerant) return;
    this.#failure ??= new ConnectError('data', 'Tolerance exceeded in error handler', { cause: error });
    throw this.#failure;
  }

  /** A task that swallows the rejection of `report` fails all the same. */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
