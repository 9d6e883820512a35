export interface RecentlyUsedOptions<Value> {
  /** What all values together may weigh; the one in use is kept even if it alone weighs more. */
  readonly limit: number;
  readonly weigh: (value: Value) => number;
  /** Called with each value that is let go. */
  readonly dispose: (value: Value) => void;
}

/** Keeps what was used last, by name, within a limit. */
export class RecentlyUsed<Value> {
  readonly #options: RecentlyUsedOptions<Value>;
  /** In the order of use, the longest unused first. */
  readonly #values = new Map<string, Value>();
  #lastName = '';
  #lastValue: Value | null = null;
  #weight = 0;

  constructor(options: RecentlyUsedOptions<Value>) {
    this.#options = options;
  }

  /** Valid until the next call for another name. */
  get(name: string, load: () => Value): Value {
    // Most calls ask for the same as the one before.
    if (this.#lastName === name && this.#lastValue !== null) return this.#lastValue;
    const known = this.#values.get(name);
    if (known !== undefined) this.#values.delete(name);
    const value = known ?? load();
    this.#values.set(name, value);
    this.#lastName = name;
    this.#lastValue = value;
    if (known === undefined) this.#makeRoom(this.#options.weigh(value));
    return value;
  }

  #makeRoom(added: number): void {
    this.#weight += added;
    for (const name of this.#values.keys()) {
      if (this.#weight <= this.#options.limit || name === this.#lastName) return;
      this.delete(name);
    }
  }

  delete(name: string): void {
    const value = this.#values.get(name);
    if (value === undefined) return;
    this.#values.delete(name);
    if (this.#lastName === name) this.#lastValue = null;
    this.#weight -= this.#options.weigh(value);
    this.#options.dispose(value);
  }

  get size(): number {
    return this.#values.size;
  }
}
