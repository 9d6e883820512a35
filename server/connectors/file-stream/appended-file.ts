import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';

const largestKeptBytes = 4 * 1024 * 1024;

/**
 * A file that lines are appended to. Writes go straight to the operating system; one that fails half way is taken
 * back, unless someone else appended meanwhile, so that no half line stays.
 */
export class AppendedFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #isRegular: boolean;
  #buffer = Buffer.alloc(0);

  /** Opens or creates the file. Throws with the path in the message. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'a+');
    } catch (error) {
      throw new ConnectError('unavailable', `Cannot open or create file ${path}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    this.#isRegular = fstatSync(this.#descriptor).isFile();
    if (this.#isRegular && this.#endsInsideALine()) this.append(['']);
  }

  /** All lines in one write. */
  append(lines: readonly string[]): void {
    const bytes = this.#encode(lines);
    const before = this.#isRegular ? fstatSync(this.#descriptor).size : 0;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if (written > 0 && this.#isRegular) this.#takeBack(before, written);
      throw new ConnectError('unavailable', `Cannot write to file ${this.#path}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Into memory that is used again: fresh buffers make the garbage collector work. */
  #encode(lines: readonly string[]): Buffer {
    let most = 0;
    for (const line of lines) most += line.length * 3 + 1;
    if (most > largestKeptBytes) return Buffer.from(`${lines.join('\n')}\n`);
    if (this.#buffer.length < most) this.#buffer = Buffer.allocUnsafeSlow(most);
    const buffer = this.#buffer;
    let length = 0;
    for (const line of lines) {
      length += buffer.write(line, length);
      buffer[length++] = 10;
    }
    return buffer.subarray(0, length);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Left by a crash in the middle of a write: what comes next must not be glued to it. */
  #endsInsideALine(): boolean {
    const { size } = fstatSync(this.#descriptor);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(this.#descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 10;
  }

  #takeBack(before: number, written: number): void {
    try {
      const isLast = fstatSync(this.#descriptor).size === before + written;
      if (isLast) ftruncateSync(this.#descriptor, before);
    } catch {
      // The error of the write is the one to tell.
    }
  }
}
