import { z } from 'zod';

const milliseconds = z.number();

/** What Connect counts as `task-error-metrics`, since the task started. */
export const recordErrors = z.object({
  /** Every attempt that failed, and every record once more that failed for good. */
  failures: z.number(),
  /** Records that failed for good before they reached the task or Kafka. */
  errors: z.number(),
  skipped: z.number(),
  retries: z.number(),
  logged: z.number(),
  /** Records sent to the dead letter queue. */
  deadLetters: z.number(),
  /** Those of them that it did not take. */
  deadLetterFailures: z.number(),
  lastErrorAt: milliseconds.nullable(),
});
export type RecordErrors = z.infer<typeof recordErrors>;

export const flowMetrics = z.object({
  records: z.number(),
  recordsPerSecond: z.number(),
  /** Milliseconds since the epoch; null before the first record. */
  lastRecordAt: milliseconds.nullable(),
  /** Sinks: records behind the end of their partitions. */
  lag: z.number().nullable(),
  /** When the `poll` or `put` began that a task has been in for 10 s and more; null: no task hangs. */
  callSince: milliseconds.nullable(),
  errors: recordErrors,
});
export type FlowMetrics = z.infer<typeof flowMetrics>;

/** Of a connector, from those of its tasks; null when none has any. */
export function sumFlowMetrics(all: readonly FlowMetrics[]): FlowMetrics | null {
  const [first, ...others] = all;
  if (first === undefined) return null;
  return others.reduce(
    (total, one) => ({
      records: total.records + one.records,
      recordsPerSecond: total.recordsPerSecond + one.recordsPerSecond,
      lastRecordAt: latest(total.lastRecordAt, one.lastRecordAt),
      lag: total.lag === null && one.lag === null ? null : (total.lag ?? 0) + (one.lag ?? 0),
      callSince: earliest(total.callSince, one.callSince),
      errors: sumErrors(total.errors, one.errors),
    }),
    first,
  );
}

function sumErrors(total: RecordErrors, one: RecordErrors): RecordErrors {
  return {
    failures: total.failures + one.failures,
    errors: total.errors + one.errors,
    skipped: total.skipped + one.skipped,
    retries: total.retries + one.retries,
    logged: total.logged + one.logged,
    deadLetters: total.deadLetters + one.deadLetters,
    deadLetterFailures: total.deadLetterFailures + one.deadLetterFailures,
    lastErrorAt: latest(total.lastErrorAt, one.lastErrorAt),
  };
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
