import { ConnectError } from '../../errors/connect-error.ts';
import type { BufferPool } from '../buffer-pool.ts';
import { blockDecoders } from './wasm/block-decoders.generated.ts';

interface Decoders {
  /** Addresses in the memory; answers the one behind the output, or why there is none. */
  lz4(from: number, bytes: number, floor: number, to: number, limit: number): number;
  snappy(from: number, bytes: number, to: number, limit: number): number;
}

const pageBytes = 65_536;
/** The program's own stack lies before it. */
const inputAt = 1024;
/** Copies go by 16 bytes, so a few are read and written too many. */
const slack = 64;
/** More than this is not kept for the next time: the memory of WebAssembly never shrinks. */
const maxKeptBytes = 32 * 1024 * 1024;
const noRoom = -3;
const reasons: Readonly<Record<number, string>> = { [-1]: 'it ends early', [-2]: 'a copy goes astray' };

const program = new WebAssembly.Module(Buffer.from(blockDecoders, 'base64'));
let kept: Workshop | null = null;

/** An instance of the program with its memory; one a thread is enough, as nothing in here waits. */
class Workshop {
  readonly memory = new WebAssembly.Memory({ initial: 16 });
  readonly decoders: Decoders;
  heap: Buffer = Buffer.from(this.memory.buffer);

  constructor() {
    const { exports } = new WebAssembly.Instance(program, { env: { memory: this.memory } });
    this.decoders = exports as WebAssembly.Exports & Decoders;
  }

  ensure(bytes: number): void {
    const missing = bytes - this.heap.length;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(Math.max(missing, this.heap.length / 2) / pageBytes));
    this.heap = Buffer.from(this.memory.buffer);
  }
}

/**
 * Where blocks of one compressed input are decoded, one behind the other: `input` lies in the memory of the decoders,
 * and so does what comes out, until `take`. One space is open at a time.
 */
export class BlockSpace {
  readonly #what: string;
  readonly #limit: number;
  readonly #workshop: Workshop;
  readonly #outputAt: number;
  #length = 0;

  /** `what` and `limit` are for messages: no more than `limit` bytes come out. */
  constructor(what: string, input: Buffer, limit: number) {
    this.#what = what;
    this.#limit = limit;
    this.#workshop = kept ?? new Workshop();
    kept = null;
    this.#outputAt = (inputAt + input.length + slack + 15) & ~15;
    this.#workshop.ensure(this.#outputAt + slack);
    input.copy(this.#workshop.heap, inputAt);
  }

  /** Bytes that came out so far. */
  get length(): number {
    return this.#length;
  }

  /** The block takes up `bytes` at `at` of the input, becomes `most` bytes, and may copy what came out since `floor`. */
  lz4(at: number, bytes: number, floor: number, most: number): void {
    const room = this.#room(most);
    const to = this.#outputAt + this.#length;
    this.#came(
      this.#workshop.decoders.lz4(inputAt + at, bytes, this.#outputAt + floor, to, to + room),
      room < most,
    );
  }

  snappy(at: number, bytes: number, size: number): void {
    const room = this.#room(size);
    const to = this.#outputAt + this.#length;
    const before = this.#length;
    this.#came(this.#workshop.decoders.snappy(inputAt + at, bytes, to, to + room), room < size);
    if (this.#length - before !== size) throw this.malformed('it is shorter than it announced');
  }

  /** A block that was not worth compressing. */
  stored(at: number, bytes: number): void {
    if (this.#room(bytes) < bytes) throw this.#tooLarge();
    const to = this.#outputAt + this.#length;
    this.#workshop.heap.copyWithin(to, inputAt + at, inputAt + at + bytes);
    this.#length += bytes;
  }

  /** What came out, in memory of the pool. */
  take(pool: BufferPool): Buffer {
    const output = pool.acquire(this.#length);
    this.#workshop.heap.copy(output, 0, this.#outputAt, this.#outputAt + this.#length);
    return output.subarray(0, this.#length);
  }

  close(): void {
    if (this.#workshop.heap.length <= maxKeptBytes) kept = this.#workshop;
  }

  malformed(why: string): ConnectError {
    return new ConnectError('data', `malformed ${this.#what} data: ${why}`);
  }

  #room(wanted: number): number {
    const room = Math.min(wanted, this.#limit - this.#length);
    this.#workshop.ensure(this.#outputAt + this.#length + room + slack);
    return room;
  }

  #came(end: number, isLimited: boolean): void {
    if (end >= 0) this.#length = end - this.#outputAt;
    else if (end === noRoom && isLimited) throw this.#tooLarge();
    else throw this.malformed(reasons[end] ?? 'a block is larger than it may be');
  }

  #tooLarge(): ConnectError {
    return this.malformed(`grows beyond ${this.#limit} bytes`);
  }
}
