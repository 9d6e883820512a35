import type { OriginalRecord } from './original-records.ts';

/** Where on its way a record failed; Apache's names. */
export type Stage =
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE'
  | 'TASK_PUT';

/** One failure, as it is counted, logged and written to the dead letter queue. */
export interface FailedRecord {
  readonly stage: Stage;
  /** Class of the plugin that ran. */
  readonly className: string;
  readonly error: unknown;
  /** What `errors.log.include.messages` adds, such as `consumed record is {…}`; called only then. */
  readonly text: () => string;
  /** The record for the dead letter queue; absent for sources. Throws when it cannot be had, or a `PendingLookup`. */
  readonly original?: () => OriginalRecord;
}
