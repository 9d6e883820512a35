import { ConnectError } from '../../errors/connect-error.ts';
import type { BufferPool } from './buffer-pool.ts';

export interface Frame {
  /** What follows the size. */
  readonly bytes: Buffer;
  /** Memory to give back to the pool after use, when the frame has some of its own. */
  readonly pooled: Buffer | null;
}

/** A frame gets this much memory at first, and more as it comes: a size alone is only a promise. */
const firstBytes = 1024 * 1024;

/** Cuts the byte stream of a connection into frames, each preceded by its size. */
export class FrameAssembler {
  /** Larger frames are refused. */
  maxBytes: number;
  readonly #pool: BufferPool;
  readonly #sizeBytes = Buffer.alloc(4);
  #sizeFilled = 0;
  #pooled: Buffer | null = null;
  #size = -1;
  #filled = 0;

  constructor(maxBytes: number, pool: BufferPool) {
    this.maxBytes = maxBytes;
    this.#pool = pool;
  }

  /** Memory of a frame that is not complete yet. */
  get heldBytes(): number {
    return this.#pooled?.length ?? 0;
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
        this.#pooled = this.#pool.take(Math.min(this.#size, firstBytes));
        this.#filled = 0;
      }
      const taken = Math.min(this.#size - this.#filled, chunk.length - at);
      const pooled = this.#room(this.#filled + taken);
      chunk.copy(pooled, this.#filled, at, at + taken);
      this.#filled += taken;
      at += taken;
      if (this.#filled < this.#size) return;
      emit({ bytes: pooled.subarray(0, this.#size), pooled });
      this.#pooled = null;
      this.#size = -1;
    }
  }

  /** The frame's memory, made larger if need be. */
  #room(bytes: number): Buffer {
    const present = this.#pooled as Buffer;
    if (bytes <= present.length) return present;
    const grown = this.#pool.take(Math.min(this.#size, Math.max(bytes, present.length * 2)));
    present.copy(grown, 0, 0, this.#filled);
    this.#pool.release(present);
    this.#pooled = grown;
    return grown;
  }

  /** Where the frame begins, or -1 when the size is not complete yet. */
  #readSize(chunk: Buffer, from: number): number {
    const taken = Math.min(4 - this.#sizeFilled, chunk.length - from);
    chunk.copy(this.#sizeBytes, this.#sizeFilled, from, from + taken);
    this.#sizeFilled += taken;
    if (this.#sizeFilled < 4) return -1;
    this.#sizeFilled = 0;
    const size = this.#sizeBytes.readInt32BE(0);
    if (size < 1 || size > this.maxBytes) {
      throw new ConnectError('data', `a request of ${size} bytes (at most ${this.maxBytes} are taken)`);
    }
    this.#size = size;
    return from + taken;
  }

  /** Gives back the memory of a frame that will not be complete. */
  drop(): void {
    if (this.#pooled !== null) this.#pool.release(this.#pooled);
    this.#pooled = null;
  }
}
