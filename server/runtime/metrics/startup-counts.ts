import { SampledStat } from './sampled-stat.ts';

/** How starts of connectors or tasks went on this worker, since it started. */
export class StartupCounts {
  readonly #outcomes = new SampledStat();
  #successes = 0;
  #failures = 0;

  add(hasSucceeded: boolean, now: number): void {
    if (hasSucceeded) this.#successes++;
    else this.#failures++;
    this.#outcomes.record(hasSucceeded ? 1 : 0, now);
  }

  /** `kind`: what was started. */
  attributes(kind: 'connector' | 'task', now: number): Record<string, number> {
    const share = this.#outcomes.average(now);
    const hasAny = !Number.isNaN(share);
    return {
      [`${kind}-startup-attempts-total`]: this.#successes + this.#failures,
      [`${kind}-startup-success-total`]: this.#successes,
      [`${kind}-startup-success-percentage`]: hasAny ? share : 0,
      [`${kind}-startup-failure-total`]: this.#failures,
      [`${kind}-startup-failure-percentage`]: hasAny ? 1 - share : 0,
    };
  }
}
