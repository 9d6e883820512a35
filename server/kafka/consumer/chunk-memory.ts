import type { BufferPool } from '../buffer-pool.ts';

/** What the record batches of one chunk were decompressed into, one after the other. */
export class ChunkMemory implements BufferPool {
  readonly #pool: BufferPool;
  readonly #held = new Set<Buffer>();

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  acquire(size: number): Buffer {
    const buffer = this.#pool.acquire(size);
    this.#held.add(buffer);
    return buffer;
  }

  release(buffer: Buffer): void {
    if (this.#held.delete(buffer)) this.#pool.release(buffer);
  }

  /** Once no record of an earlier poll is read any more: all but the batch that is being taken from. */
  releasePast(): void {
    let left = this.#held.size;
    for (const buffer of this.#held) if (--left > 0) this.release(buffer);
  }

  releaseAll(): void {
    for (const buffer of this.#held) this.#pool.release(buffer);
    this.#held.clear();
  }
}
