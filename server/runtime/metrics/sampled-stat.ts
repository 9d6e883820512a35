/** Numbers that one statistic takes in its memory. */
export const sampledStatLength = 8;
/** As Kafka has it by default: `metrics.sample.window.ms`, `metrics.num.samples`. */
const sampleMs = 30_000;
const windowMs = 2 * sampleMs;

/** Of each of the two samples: when it began, sum, count, maximum. */
const [sum, count, max] = [1, 2, 3];

/**
 * Average, maximum and rate over the last minute at most, in two samples of 30 s like Kafka's own. It may lie in shared
 * memory: one thread records by adding numbers, another reads. Values are 0 or more.
 */
export class SampledStat {
  readonly #numbers: Float64Array;

  constructor(numbers: Float64Array = new Float64Array(sampledStatLength)) {
    this.#numbers = numbers;
  }

  record(value: number, now: number): void {
    const numbers = this.#numbers;
    let at = this.#beganAt(4) > this.#beganAt(0) ? 4 : 0;
    if (now - this.#beganAt(at) >= sampleMs) {
      at = 4 - at;
      numbers.fill(0, at, at + 4);
      numbers[at] = now;
    }
    numbers[at + sum] = this.#at(at + sum) + value;
    numbers[at + count] = this.#at(at + count) + 1;
    if (value > this.#at(at + max)) numbers[at + max] = value;
  }

  /** NaN when nothing was recorded of late, as Kafka has it. */
  average(now: number): number {
    const [total, times] = [this.#total(sum, now), this.#total(count, now)];
    return times === 0 ? Number.NaN : total / times;
  }

  /** NaN when nothing was recorded of late. */
  maximum(now: number): number {
    if (this.#total(count, now) === 0) return Number.NaN;
    return Math.max(...[0, 4].filter((at) => this.#isLive(at, now)).map((at) => this.#at(at + max)));
  }

  /** Sum of the values a second. */
  perSecond(now: number): number {
    const began = [0, 4].filter((at) => this.#isLive(at, now)).map((at) => this.#beganAt(at));
    // Counted as a full sample at least, so that the first record is not taken for a high rate.
    const elapsedMs = Math.max(sampleMs, now - Math.min(now, ...began));
    return this.#total(sum, now) / (elapsedMs / 1_000);
  }

  #total(which: number, now: number): number {
    let total = 0;
    for (const at of [0, 4]) if (this.#isLive(at, now)) total += this.#at(at + which);
    return total;
  }

  #isLive(at: number, now: number): boolean {
    return this.#at(at + count) > 0 && now - this.#beganAt(at) < windowMs;
  }

  #beganAt(at: number): number {
    return this.#at(at);
  }

  #at(index: number): number {
    return this.#numbers[index] ?? 0;
  }
}
