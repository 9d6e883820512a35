import type { BufferPool } from '../buffer-pool.ts';

/** What the records of one fetch were decompressed into; given back as a whole when they are all through. */
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

  releaseAll(): void {
    for (const buffer of this.#held) this.#pool.release(buffer);
    this.#held.clear();
  }
}
