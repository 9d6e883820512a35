/** A receive frame that several partitions have records in; given back when the last is through. */
export class SharedFrame {
  readonly #release: () => void;
  #uses = 0;

  constructor(release: () => void) {
    this.#release = release;
  }

  use(): void {
    this.#uses++;
  }

  done(): void {
    this.#uses--;
    if (this.#uses === 0) this.#release();
  }
}

/** What a response has beside records: for each partition, and in all. */
const answerOverhead = 4096;
const partitionOverhead = 64;

/**
 * Keeps what was fetched and not yet given out within `fetch.max.bytes`, over all brokers and partitions. Counted are
 * whole receive frames, because a frame lives as long as one partition's records in it, and beforehand what requests
 * under way may bring. A broker sends one batch however large it is, so that much may come on top.
 */
export class FetchMemory {
  readonly #limit: number;
  #held = 0;
  #promised = 0;

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Bytes of the frames that records are still in. */
  get held(): number {
    return this.#held;
  }

  /**
   * How many bytes to ask one of `nodes` brokers for, 0 when it has to wait: a request for less than `worthwhile`, or a
   * quarter of the broker's share, is put off until something is given back. The sizes of frames are powers of two, and so is the answer, with room for
   * what a response has beside records.
   */
  grant(nodes: number, partitions: number, worthwhile: number): number {
    const share = Math.ceil(this.#limit / Math.max(1, nodes));
    const free = this.#limit - this.#held - this.#promised;
    const cap = Math.min(free, share);
    if (cap < Math.max(1, Math.min(worthwhile, share / 4))) return 0;
    const overhead = answerOverhead + partitions * partitionOverhead;
    if (cap <= 8 * overhead) return cap;
    return 2 ** Math.floor(Math.log2(cap)) - overhead;
  }

  promise(bytes: number): void {
    this.#promised += bytes;
  }

  /** The request is over, whatever came of it. */
  settle(bytes: number): void {
    this.#promised -= bytes;
  }

  hold(bytes: number): void {
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}
