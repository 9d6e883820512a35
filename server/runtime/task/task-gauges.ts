import {
  type RecordErrorCounter,
  type RecordErrorCounts,
  type RecordErrorKind,
  recordErrorKinds,
} from './record-error-counts.ts';

/**
 * Figures of a running task in memory that its thread and the main thread share: no message a second and task, and
 * the main thread can see a blocked thread by its resting heartbeat.
 */
export class TaskGauges implements RecordErrorCounter {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Float64Array;
  readonly #beats: Int32Array;
  /** By kind, and behind them when the last one was. */
  readonly #errors: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(128)) {
    this.buffer = buffer;
    this.#numbers = new Float64Array(buffer, 0, 4);
    this.#beats = new Int32Array(buffer, 32, 1);
    this.#errors = new Float64Array(buffer, 40, recordErrorKinds.length + 1);
    if (this.#numbers[3] === 0) {
      this.#numbers[2] = Number.NaN;
      this.#numbers[3] = 1;
    }
  }

  get records(): number {
    return this.#numbers[0] ?? 0;
  }

  get lastRecordAt(): number | null {
    const at = this.#numbers[1] ?? 0;
    return at === 0 ? null : at;
  }

  /** Sinks only; null before the first poll. */
  get lag(): number | null {
    const lag = this.#numbers[2] ?? Number.NaN;
    return Number.isNaN(lag) ? null : lag;
  }

  set lag(records: number) {
    this.#numbers[2] = records;
  }

  addRecords(count: number, at: number): void {
    this.#numbers[0] = this.records + count;
    this.#numbers[1] = at;
  }

  count(kind: RecordErrorKind): void {
    const index = recordErrorKinds.indexOf(kind);
    this.#errors[index] = (this.#errors[index] ?? 0) + 1;
  }

  failedAt(at: number): void {
    this.#errors[recordErrorKinds.length] = at;
  }

  get errors(): RecordErrorCounts {
    const of = (kind: RecordErrorKind) => this.#errors[recordErrorKinds.indexOf(kind)] ?? 0;
    return {
      failures: of('failures'),
      errors: of('errors'),
      skipped: of('skipped'),
      retries: of('retries'),
      logged: of('logged'),
      deadLetters: of('deadLetters'),
      deadLetterFailures: of('deadLetterFailures'),
      lastErrorAt: this.#errors[recordErrorKinds.length] || null,
    };
  }

  beat(): void {
    Atomics.add(this.#beats, 0, 1);
  }

  get beats(): number {
    return Atomics.load(this.#beats, 0);
  }
}
