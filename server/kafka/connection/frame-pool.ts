const smallest = 4096;

/**
 * Receive buffers that are used again once the records in them are consumed: fresh megabytes cost more in page faults
 * than all decoding. Sizes are powers of two; what exceeds `maxRetainedBytes` is left to the garbage collector.
 */
export class FramePool {
  readonly #maxRetainedBytes: number;
  readonly #free = new Map<number, Buffer[]>();
  #retainedBytes = 0;

  constructor(maxRetainedBytes = 32 * 1024 * 1024) {
    this.#maxRetainedBytes = maxRetainedBytes;
  }

  get retainedBytes(): number {
    return this.#retainedBytes;
  }

  /** A buffer of at least `size` bytes with old content in it. */
  acquire(size: number): Buffer {
    const capacity = capacityFor(size);
    const buffer = this.#free.get(capacity)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(capacity);
    this.#retainedBytes -= capacity;
    return buffer;
  }

  /** Nothing may read the buffer afterwards. */
  release(buffer: Buffer): void {
    const capacity = buffer.length;
    if (this.#retainedBytes + capacity > this.#maxRetainedBytes) return;
    this.#retainedBytes += capacity;
    const list = this.#free.get(capacity);
    if (list === undefined) this.#free.set(capacity, [buffer]);
    else list.push(buffer);
  }
}

function capacityFor(size: number): number {
  let capacity = smallest;
  while (capacity < size) capacity *= 2;
  return capacity;
}
