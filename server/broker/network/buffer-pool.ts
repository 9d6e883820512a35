const smallestClass = 64 * 1024;
const largestClass = 4 * 1024 * 1024;
const keptBytesLimit = 32 * 1024 * 1024;

/**
 * Recycles large buffers: fresh megabytes cost more in page faults than the copy into them. Buffers are handed out in
 * powers of two; what is too small or too large to be worth keeping is left to the garbage collector.
 */
export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();
  #keptBytes = 0;

  /** At least `bytes` large; content undefined. */
  take(bytes: number): Buffer {
    if (bytes > largestClass) return Buffer.allocUnsafeSlow(bytes);
    if (bytes < smallestClass / 2) return Buffer.allocUnsafe(bytes);
    const size = 2 ** Math.ceil(Math.log2(Math.max(bytes, smallestClass)));
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#keptBytes -= size;
    return buffer;
  }

  /** Gives back what `take` gave, once nothing looks at it any more. */
  release(buffer: Buffer): void {
    const size = buffer.length;
    const isOfClass = size >= smallestClass && size <= largestClass && Number.isInteger(Math.log2(size));
    if (!isOfClass || this.#keptBytes + size > keptBytesLimit) return;
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [buffer]);
    else free.push(buffer);
    this.#keptBytes += size;
  }
}
