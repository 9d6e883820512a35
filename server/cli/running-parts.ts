/** What a command has started, to be stopped in reverse order, also when it is stopped while it still starts. */
export class RunningParts {
  readonly #parts: (() => Promise<void> | void)[] = [];
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | null = null;

  /** Aborted when the stop begins: what is still starting should give up. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  add(stop: () => Promise<void> | void): void {
    this.#parts.push(stop);
  }

  /** Rejects with the first failure, after all parts were asked to stop. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    const failures: unknown[] = [];
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      try {
        await part();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
