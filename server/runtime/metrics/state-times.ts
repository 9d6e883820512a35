/** How long something has been in each of its states, as shares of its time so far. */
export class StateTimes<State extends string> {
  readonly #beganAt: number;
  readonly #durations = new Map<State, number>();
  #state: State;
  #since: number;

  constructor(state: State, now: number) {
    this.#state = state;
    this.#beganAt = now;
    this.#since = now;
  }

  get state(): State {
    return this.#state;
  }

  change(state: State, now: number): void {
    this.#durations.set(this.#state, this.#duration(this.#state, now));
    this.#state = state;
    this.#since = now;
  }

  /** From 0 to 1. */
  ratio(state: State, now: number): number {
    const total = now - this.#beganAt;
    return total <= 0 ? 0 : this.#duration(state, now) / total;
  }

  #duration(state: State, now: number): number {
    const before = this.#durations.get(state) ?? 0;
    return state === this.#state ? before + Math.max(0, now - this.#since) : before;
  }
}
