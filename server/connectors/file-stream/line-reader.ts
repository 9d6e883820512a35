import { ConnectError } from '../../errors/connect-error.ts';
import type { ByteInput } from './byte-input.ts';
import { LineBlock, lengthOfWholeLines } from './line-block.ts';

const readBytes = 256 * 1024;
/** Decoded at once; more would fall out of the processor's cache before the lines are used. */
const blockBytes = 64 * 1024;
const longestLineBytes = 128 * 1024 * 1024;

/** Lines of a growing input, with the place in bytes after each. An unfinished last line is held back. */
export class LineReader {
  readonly #input: ByteInput;
  #buffer = Buffer.allocUnsafeSlow(readBytes);
  /** Bytes from `#start` to `#end` are read but not yet in a block; up to `#whole` they are whole lines. */
  #start = 0;
  #whole = 0;
  #end = 0;
  #startPosition: number;
  #block: LineBlock | null = null;
  #position: number;
  /** What was held back when the input restarted: a line after all. */
  #leftover: string | null = null;

  constructor(input: ByteInput, position: number) {
    this.#input = input;
    this.#startPosition = position;
    this.#position = position;
  }

  /** Where to go on after the last line taken, in bytes. */
  get position(): number {
    return this.#position;
  }

  /** The next line that is already here, or null: then call `fill`. */
  next(): string | null {
    for (;;) {
      if (this.#leftover !== null) {
        const line = this.#leftover;
        this.#leftover = null;
        this.#position = 0;
        return line;
      }
      const line = this.#block?.next() ?? null;
      if (line !== null && this.#block !== null) {
        this.#position = this.#block.position;
        return line;
      }
      if (!this.#nextBlock()) return null;
    }
  }

  /** Reads on. Call only when `next` gave null. False: the input has nothing now. */
  async fill(): Promise<boolean> {
    this.#block = null;
    this.#makeRoom();
    const count = await this.#input.read(this.#buffer, this.#end);
    if (count === 0) return false;
    if (count === 'restarted') {
      const held = this.#buffer.toString('utf8', 0, this.#end);
      this.#leftover = held === '' ? null : held.replace(/\r$/, '');
      this.#end = 0;
      this.#startPosition = 0;
      this.#position = 0;
      return true;
    }
    // A held `\r` may have become a line end by what follows it, so the search starts one byte earlier.
    const from = Math.max(this.#end - 1, 0);
    this.#end += count;
    const whole = lengthOfWholeLines(this.#buffer.subarray(from, this.#end));
    this.#whole = whole === 0 ? 0 : from + whole;
    return true;
  }

  close(): Promise<void> {
    return this.#input.close();
  }

  #nextBlock(): boolean {
    const left = this.#whole - this.#start;
    if (left <= 0) return false;
    let length = left;
    if (left > blockBytes) {
      const part = lengthOfWholeLines(this.#buffer.subarray(this.#start, this.#start + blockBytes));
      // A line longer than a block: take everything that is here.
      if (part > 0) length = part;
    }
    this.#block = new LineBlock(
      this.#buffer.subarray(this.#start, this.#start + length),
      this.#startPosition,
    );
    this.#start += length;
    this.#startPosition += length;
    return true;
  }

  /** Moves the unfinished line to the front and makes the buffer larger while that line is long. */
  #makeRoom(): void {
    const held = this.#end - this.#start;
    if (held > longestLineBytes) {
      throw new ConnectError(
        'data',
        `The line at byte ${this.#startPosition} of ${this.#input.name} is longer than ${longestLineBytes} bytes. Is it a text file?`,
      );
    }
    const needed = held > readBytes / 2 ? held * 2 : readBytes;
    if (needed !== this.#buffer.length && (needed > this.#buffer.length || held <= readBytes / 2)) {
      const larger = Buffer.allocUnsafeSlow(needed);
      this.#buffer.copy(larger, 0, this.#start, this.#end);
      this.#buffer = larger;
    } else if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#whole = 0;
    this.#end = held;
  }
}
