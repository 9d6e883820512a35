/** The one timer of a group's rebalance: first the initial delay of a fresh group, then the bound on waiting. */
export class RebalanceTimer {
  #timer: NodeJS.Timeout | null = null;
  #isDelaying = false;
  #hasArrivals = false;

  /** Whether a fresh group still waits for more members. */
  get isDelaying(): boolean {
    return this.#isDelaying;
  }

  arm(delayMs: number, then: () => void): void {
    this.stop();
    this.#timer = setTimeout(then, delayMs);
  }

  /** Waits `delayMs`, and again as long as members arrive, for at most `remainingMs`; then calls `then` with the rest. */
  armInitialDelay(delayMs: number, remainingMs: number, then: (remainingMs: number) => void): void {
    const delay = Math.min(delayMs, remainingMs);
    this.#hasArrivals = false;
    this.arm(delay, () => {
      const left = remainingMs - delay;
      if (this.#hasArrivals && left > 0) {
        this.armInitialDelay(delayMs, left, then);
        return;
      }
      this.#isDelaying = false;
      then(Math.max(1, left));
    });
    this.#isDelaying = true;
  }

  noteArrival(): void {
    this.#hasArrivals = true;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isDelaying = false;
  }
}
