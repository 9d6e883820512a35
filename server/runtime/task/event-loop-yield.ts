import { setImmediate as immediate } from 'node:timers/promises';

/** Lets sockets, timers and messages have their turn when a loop has been busy for a while. */
export class EventLoopYield {
  readonly #sliceMs: number;
  #since = performance.now();

  constructor(sliceMs = 4) {
    this.#sliceMs = sliceMs;
  }

  get isDue(): boolean {
    return performance.now() - this.#since >= this.#sliceMs;
  }

  async now(): Promise<void> {
    await immediate();
    this.#since = performance.now();
  }

  async ifDue(): Promise<void> {
    if (this.isDue) await this.now();
  }
}
