import type { TaskMetrics } from './herder-events.ts';
import type { TaskGauges } from './task/task-gauges.ts';

interface Sample {
  readonly at: number;
  readonly records: number;
}

const windowMs = 5_000;
/** A call of the task that takes no longer is nothing to tell of. */
const longCallMs = 10_000;

/** Turns the gauges of a task into figures for people; asked at even intervals. */
export class TaskFigures {
  readonly #gauges: TaskGauges;
  readonly #samples: Sample[];
  #last: TaskMetrics | null = null;

  constructor(gauges: TaskGauges, now: number) {
    this.#gauges = gauges;
    this.#samples = [{ at: now, records: 0 }];
  }

  /** The figures now; null when nothing has changed since they were last asked for. */
  next(now: number): TaskMetrics | null {
    const { records, lastRecordAt, lag, errors, callSince: since } = this.#gauges;
    const callSince = since !== null && now - since >= longCallMs ? since : null;
    this.#samples.push({ at: now, records });
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? now) <= now - windowMs) this.#samples.shift();
    const first = this.#samples[0] ?? { at: now, records };
    const seconds = (now - first.at) / 1_000;
    const recordsPerSecond = seconds > 0 ? Math.round(((records - first.records) / seconds) * 10) / 10 : 0;
    const last = this.#last;
    const isSame =
      last?.records === records &&
      last.recordsPerSecond === recordsPerSecond &&
      last.lag === lag &&
      last.callSince === callSince &&
      last.errors.failures === errors.failures &&
      last.errors.deadLetterFailures === errors.deadLetterFailures;
    if (isSame) return null;
    this.#last = { records, recordsPerSecond, lastRecordAt, lag, callSince, errors };
    return this.#last;
  }
}
