/** Whoever keeps memory on a client's behalf and can be made to let go of it. */
export interface MemoryHolder {
  /** Called when the memory of all holders together is more than there may be, and this one has most of it. */
  giveUp(reason: string): void;
}

/**
 * Bounds what all connections keep together, so that a few hostile ones cannot take the memory of the others: when
 * there is too much of it, whoever holds most loses its connection.
 */
export class MemoryBudget {
  readonly #limit: number;
  readonly #what: string;
  readonly #held = new Map<MemoryHolder, number>();
  #total = 0;

  /** `what` says in the log what the memory is for. */
  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  /** Bytes that are free; 0 when there is too much in use. */
  get left(): number {
    return Math.max(0, this.#limit - this.#total);
  }

  /** Says how much a holder keeps now; 0 forgets it. */
  set(holder: MemoryHolder, bytes: number): void {
    const before = this.#held.get(holder) ?? 0;
    if (before === bytes) return;
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
    this.#total += bytes - before;
    while (this.#total > this.#limit && this.#held.size > 0) this.#relieve();
  }

  #relieve(): void {
    let largest: MemoryHolder | null = null;
    let most = 0;
    for (const [holder, bytes] of this.#held) {
      if (bytes <= most) continue;
      largest = holder;
      most = bytes;
    }
    if (largest === null) return;
    this.set(largest, 0);
    largest.giveUp(`${most} bytes ${this.#what}, and all clients together may have ${this.#limit}`);
  }
}
