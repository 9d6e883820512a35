/** Runs work one after the other, in the order given. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.#last.then(work);
    // The next work runs whether this one fails or not; its caller sees the failure.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
