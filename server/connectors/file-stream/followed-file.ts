import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { ByteInput } from './byte-input.ts';

const tailBytes = 64;

export interface FollowedFileOptions {
  readonly path: string;
  /** Where to go on, in bytes. */
  readonly position: number;
  readonly log: Log;
  /** How long the old file of a rotation is still read for late lines. */
  readonly replacedGraceMs?: number;
}

/**
 * A file that others write to. Waits while it is missing. Notices that it was cut (it is shorter, or the bytes before
 * the place of reading changed) and that it was replaced (another file under the same name): the old one is read to
 * its end first, and a little longer for writers that still have it open.
 */
export class FollowedFile implements ByteInput {
  readonly name: string;
  readonly #log: Log;
  readonly #replacedGraceMs: number;
  #position: number;
  #handle: FileHandle | null = null;
  #device = 0n;
  #inode = 0n;
  #seekable = true;
  #warnedMissing = false;
  #atEnd = false;
  #replacedSince: number | null = null;
  /** Copy of the last bytes before the place of reading. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(options: FollowedFileOptions) {
    this.name = options.path;
    this.#position = options.position;
    this.#log = options.log;
    this.#replacedGraceMs = options.replacedGraceMs ?? 1_000;
  }

  async read(target: Buffer, offset: number): Promise<number | 'restarted'> {
    if (this.#handle === null) {
      const opened = await this.#open();
      if (opened !== 'opened') return opened === 'missing' ? 0 : opened;
    }
    const count = await this.#readOn(target, offset);
    if (count !== 0) {
      this.#atEnd = false;
      this.#replacedSince = null;
      return count;
    }
    this.#atEnd = true;
    if (!(await this.#isReplaced())) return 0;
    await this.close();
    return this.#restart('was replaced by another file');
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #open(): Promise<'opened' | 'missing' | 'restarted'> {
    let handle: FileHandle | null = null;
    try {
      // Not blocking, so that a named pipe without a writer does not hold the thread.
      handle = await open(this.name, constants.O_RDONLY | constants.O_NONBLOCK);
      const stats = await handle.stat({ bigint: true });
      if (stats.isDirectory()) throw new Error('it is a directory');
      this.#handle = handle;
      this.#device = stats.dev;
      this.#inode = stats.ino;
      this.#seekable = stats.isFile();
      this.#warnedMissing = false;
      if (!this.#seekable) return 'opened';
      if (this.#position <= stats.size) {
        await this.#rememberBefore(handle);
        return 'opened';
      }
      return this.#restart(`has ${stats.size} bytes, fewer than the ${this.#position} read before`);
    } catch (error) {
      await handle?.close();
      if (systemCode(error) !== 'ENOENT') throw this.#unreadable(error);
      if (!this.#warnedMissing) this.#log('warn', `File ${this.name} is not there; waiting for it.`);
      this.#warnedMissing = true;
      return 'missing';
    }
  }

  /** So that a cut is noticed even before anything was read. */
  async #rememberBefore(handle: FileHandle): Promise<void> {
    const tail = Buffer.alloc(Math.min(this.#position, tailBytes));
    const { bytesRead } = await handle.read(tail, 0, tail.length, this.#position - tail.length);
    this.#tail = tail.subarray(0, bytesRead);
  }

  async #readOn(target: Buffer, offset: number): Promise<number | 'restarted'> {
    const checked = this.#seekable && this.#atEnd ? this.#tail.length : 0;
    const count = await this.#readBytes(target, offset, checked);
    if (checked > 0) {
      const same = count >= checked && this.#tail.equals(target.subarray(offset, offset + checked));
      if (!same) return this.#restart('was cut');
      target.copyWithin(offset, offset + checked, offset + count);
    }
    const fresh = count - checked;
    if (fresh > 0) this.#remember(target.subarray(offset, offset + fresh));
    this.#position += fresh;
    return fresh;
  }

  async #readBytes(target: Buffer, offset: number, back: number): Promise<number> {
    const position = this.#seekable ? this.#position - back : null;
    try {
      const result = await this.#handle?.read(target, offset, target.length - offset, position);
      return result?.bytesRead ?? 0;
    } catch (error) {
      if (systemCode(error) === 'EAGAIN') return 0;
      throw this.#unreadable(error);
    }
  }

  #remember(fresh: Buffer): void {
    const all = fresh.length < tailBytes ? Buffer.concat([this.#tail, fresh]) : fresh;
    this.#tail = Buffer.from(all.subarray(Math.max(all.length - tailBytes, 0)));
  }

  /** Asked at the end of the file: has another file had its name for the time of grace? */
  async #isReplaced(): Promise<boolean> {
    if (!this.#seekable) return false;
    const now = performance.now();
    if (this.#replacedSince === null) {
      const stats = await stat(this.name, { bigint: true }).catch(() => null);
      if (stats === null || (stats.dev === this.#device && stats.ino === this.#inode)) return false;
      this.#replacedSince = now;
    }
    return now - this.#replacedSince >= this.#replacedGraceMs;
  }

  #restart(what: string): 'restarted' {
    this.#log('warn', `File ${this.name} ${what}: reading it from the start.`);
    this.#position = 0;
    this.#tail = Buffer.alloc(0);
    this.#atEnd = false;
    this.#replacedSince = null;
    return 'restarted';
  }

  #unreadable(error: unknown): ConnectError {
    return new ConnectError('unavailable', `Cannot read file ${this.name}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function systemCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
