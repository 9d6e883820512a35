/** Asking for the time costs as much as writing a short record. */
const readingsPerLook = 64;

/** Milliseconds since the epoch, looked up once for a run of records that are appended in one go. */
export class CoarseClock {
  #now = 0;
  #readingsLeft = 0;
  #isRunEndDue = false;

  now(): number {
    if (this.#readingsLeft > 0) {
      this.#readingsLeft--;
      return this.#now;
    }
    this.#now = Date.now();
    this.#readingsLeft = readingsPerLook;
    if (!this.#isRunEndDue) {
      this.#isRunEndDue = true;
      queueMicrotask(() => {
        this.#isRunEndDue = false;
        this.#readingsLeft = 0;
      });
    }
    return this.#now;
  }
}
