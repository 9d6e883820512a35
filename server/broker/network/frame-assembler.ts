import { ConnectError } from '../../errors/connect-error.ts';
import type { BufferPool } from './buffer-pool.ts';

export interface Frame {
  /** What follows the size. */
  readonly bytes: Buffer;
  /** Memory to give back to the pool after use, when the frame has some of its own. */
  readonly pooled: Buffer | null;
}

/** Cuts the byte stream of a connection into frames, each preceded by its size. */
export class FrameAssembler {
  readonly #maxBytes: number;
  readonly #pool: BufferPool;
  readonly #sizeBytes = Buffer.alloc(4);
  #sizeFilled = 0;
  #pooled: Buffer | null = null;
  #size = -1;
  #filled = 0;

  constructor(maxBytes: number, pool: BufferPool) {
    this.#maxBytes = maxBytes;
    this.#pool = pool;
  }

  /** Calls `emit` for each frame that is complete now; throws a `data` error for a size that cannot be. */
  push(chunk: Buffer, emit: (frame: Frame) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#size === -1) {
        const start = this.#readSize(chunk, at);
        if (start === -1) return;
        at = start;
        if (this.#size <= chunk.length - at) {
          emit({ bytes: chunk.subarray(at, at + this.#size), pooled: null });
          at += this.#size;
          this.#size = -1;
          continue;
        }
        this.#pooled = this.#pool.take(this.#size);
        this.#filled = 0;
      }
      const pooled = this.#pooled as Buffer;
      const taken = Math.min(this.#size - this.#filled, chunk.length - at);
      chunk.copy(pooled, this.#filled, at, at + taken);
      this.#filled += taken;
      at += taken;
      if (this.#filled < this.#size) return;
      emit({ bytes: pooled.subarray(0, this.#size), pooled });
      this.#pooled = null;
      this.#size = -1;
    }
  }

  /** Where the frame begins, or -1 when the size is not complete yet. */
  #readSize(chunk: Buffer, from: number): number {
    const taken = Math.min(4 - this.#sizeFilled, chunk.length - from);
    chunk.copy(this.#sizeBytes, this.#sizeFilled, from, from + taken);
    this.#sizeFilled += taken;
    if (this.#sizeFilled < 4) return -1;
    this.#sizeFilled = 0;
    const size = this.#sizeBytes.readInt32BE(0);
    if (size < 8 || size > this.#maxBytes) {
      throw new ConnectError(
        'data',
        `a request of ${size} bytes (socket.request.max.bytes is ${this.#maxBytes})`,
      );
    }
    this.#size = size;
    return from + taken;
  }
}
