import { ConnectError } from '../../errors/connect-error.ts';
import type { BufferPool } from '../buffer-pool.ts';

/** Output of a decompressor that does not know its size in advance; never grows beyond `limit`. */
export class GrowingOutput {
  buffer: Buffer;
  length = 0;
  readonly #limit: number;
  readonly #what: string;
  readonly #pool: BufferPool;

  constructor(initialBytes: number, limit: number, what: string, pool: BufferPool) {
    this.#pool = pool;
    this.buffer = pool.acquire(Math.min(initialBytes, limit));
    this.#limit = limit;
    this.#what = what;
  }

  /** Makes room for `bytes` more and answers the buffer, which may be another one than before. */
  reserve(bytes: number): Buffer {
    const needed = this.length + bytes;
    if (needed > this.#limit) {
      throw new ConnectError('data', `malformed ${this.#what} data: grows beyond ${this.#limit} bytes`);
    }
    if (needed > this.buffer.length) {
      const grown = this.#pool.acquire(Math.min(Math.max(needed, this.buffer.length * 2), this.#limit));
      this.buffer.copy(grown, 0, 0, this.length);
      this.#pool.release(this.buffer);
      this.buffer = grown;
    }
    return this.buffer;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
