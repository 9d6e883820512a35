/**
 * Figures of a running task in memory that its thread and the main thread share: no message a second and task, and
 * the main thread can see a blocked thread by its resting heartbeat.
 */
export class TaskGauges {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Float64Array;
  readonly #beats: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(64)) {
    this.buffer = buffer;
    this.#numbers = new Float64Array(buffer, 0, 4);
    this.#beats = new Int32Array(buffer, 32, 1);
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

  beat(): void {
    Atomics.add(this.#beats, 0, 1);
  }

  get beats(): number {
    return Atomics.load(this.#beats, 0);
  }
}
