/** What `task-error-metrics` counts, in Apache's order. */
export const recordErrorKinds = [
  'failures', // every attempt that failed, and every record once more that failed for good
  'errors', // records that failed for good
  'skipped',
  'retries',
  'logged',
  'deadLetters', // records sent to the dead letter queue
  'deadLetterFailures',
] as const;

export type RecordErrorKind = (typeof recordErrorKinds)[number];

export type RecordErrorCounts = Readonly<Record<RecordErrorKind, number>> & {
  /** Milliseconds since the epoch, null before the first. */
  readonly lastErrorAt: number | null;
};

/** Where errors are counted. */
export interface RecordErrorCounter {
  count(kind: RecordErrorKind): void;
  failedAt(at: number): void;
}
