import { createReadStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { isMainThread } from 'node:worker_threads';
import type { ByteInput } from './byte-input.ts';

/** Standard input of the process. A worker thread has none of its own, so it opens descriptor 0 by its kind. */
export function openStdin(): Readable {
  if (isMainThread) return process.stdin;
  if (isatty(0)) return new ReadStream(0);
  const stats = fstatSync(0);
  if (stats.isFIFO() || stats.isSocket()) return new Socket({ fd: 0, readable: true, writable: false });
  return createReadStream('', { fd: 0, autoClose: false });
}

/** Bytes of a stream as they come; the stream's own buffer bounds what waits. */
export class StreamInput implements ByteInput {
  readonly name = 'standard input';
  readonly #stream: Readable;
  #failure: Error | null = null;
  readonly #onReadable = () => {};
  readonly #onError = (error: Error) => {
    this.#failure = error;
  };

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('readable', this.#onReadable);
    stream.on('error', this.#onError);
  }

  async read(target: Buffer, offset: number): Promise<number> {
    if (this.#failure !== null) throw this.#failure;
    const chunk: unknown = this.#stream.read();
    if (chunk === null || chunk === undefined) return 0;
    const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    const taken = Math.min(bytes.length, target.length - offset);
    target.set(bytes.subarray(0, taken), offset);
    if (taken < bytes.length) this.#stream.unshift(bytes.subarray(taken));
    return taken;
  }

  /** Lets go of the stream and leaves it open for whoever comes next. */
  async close(): Promise<void> {
    this.#stream.off('readable', this.#onReadable);
    this.#stream.off('error', this.#onError);
    this.#stream.pause();
  }
}
