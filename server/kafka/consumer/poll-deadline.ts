/** Watches over max.poll.interval.ms: a member that does not poll must not keep work that others could do. */
export class PollDeadline {
  readonly #intervalMs: number;
  readonly #onMissed: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(intervalMs: number, onMissed: () => void) {
    this.#intervalMs = intervalMs;
    this.#onMissed = onMissed;
  }

  pollBegins(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  pollEnds(): void {
    this.pollBegins();
    this.#timer = setTimeout(this.#onMissed, this.#intervalMs);
  }

  /** What the log says when it was missed. */
  get warning(): string {
    return (
      `poll was not called for ${this.#intervalMs} ms (max.poll.interval.ms), so the member leaves; ` +
      'process fewer records at a time (max.poll.records) or raise the interval'
    );
  }
}
