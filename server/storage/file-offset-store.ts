import { readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { SourceOffset, SourcePartition } from '../records/record.ts';
import { type ByteMap, readJavaByteMap, writeJavaByteMap } from './java-byte-map.ts';
import { OffsetIndex, type OffsetRecord } from './offset-index.ts';
import type { OffsetStore, SourceOffsetEntry } from './offset-store.ts';
import { replaceFile } from './replace-file.ts';

const configKey = 'offset.storage.file.filename';

interface WaitingWrite {
  readonly records: readonly OffsetRecord[];
  readonly done: PromiseWithResolvers<void>;
}

/** Offsets of a standalone worker in one file, which Apache's standalone worker reads and writes as well. */
export class FileOffsetStore implements OffsetStore {
  readonly #file: string;
  readonly #index = new OffsetIndex();
  /** Key bytes in hex to key and value as they are in the file; null values are resets and stay. */
  #stored = new Map<string, readonly [Buffer, Buffer | null]>();
  #waiting: WaitingWrite[] = [];
  #writer: Promise<void> | null = null;
  #time = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Rejects with a `config` error when the file cannot be used; a damaged file is left as it is. */
  async start(): Promise<void> {
    const entries = await this.#load();
    for (const [key, value] of entries) this.#take(key, value);
  }

  async stop(): Promise<void> {
    await this.#writer;
  }

  async read(
    connector: string,
    partitions: readonly SourcePartition[],
  ): Promise<readonly (SourceOffset | null)[]> {
    return partitions.map((partition) => this.#index.get(connector, partition));
  }

  async write(connector: string, entries: readonly SourceOffsetEntry[]): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ records: this.#index.records(connector, entries), done });
    this.#writer ??= this.#writeWaiting();
    await done.promise;
  }

  async all(
    connector: string,
  ): Promise<readonly { readonly partition: SourcePartition; readonly offset: SourceOffset }[]> {
    return this.#index.all(connector);
  }

  async #load(): Promise<ByteMap> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#file);
    } catch (error) {
      if (isMissing(error)) return await this.#checkFolder();
      throw new ConnectError(
        'config',
        `${configKey}: the offsets file ${this.#file} cannot be read: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
    if (bytes.length === 0) return [];
    try {
      return readJavaByteMap(bytes);
    } catch (error) {
      throw new ConnectError(
        'config',
        `${configKey}: ${this.#file} is damaged or not an offsets file (${messageOf(error)}). It was left untouched; restore it from a copy, or move it away to begin without offsets`,
        { cause: error },
      );
    }
  }

  async #checkFolder(): Promise<ByteMap> {
    try {
      await realpath(dirname(this.#file));
    } catch (error) {
      throw new ConnectError(
        'config',
        `${configKey}: the folder of ${this.#file} does not exist; create it first`,
        { cause: error },
      );
    }
    return [];
  }

  /** Writes of all tasks that came while the file was being written go together into the next one. */
  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const writes = this.#waiting;
      this.#waiting = [];
      const next = new Map(this.#stored);
      for (const { key, value } of writes.flatMap(({ records }) => records)) {
        next.set(key.toString('hex'), [key, value === null ? null : Buffer.from(value)]);
      }
      try {
        await replaceFile(this.#file, writeJavaByteMap([...next.values()]));
        for (const { key, value } of writes.flatMap(({ records }) => records)) {
          this.#take(key, value === null ? null : Buffer.from(value));
        }
        for (const { done } of writes) done.resolve();
      } catch (error) {
        const failure = new ConnectError(
          'retriable',
          `offsets could not be written to ${this.#file} (${configKey}): ${messageOf(error)}`,
          { cause: error },
        );
        for (const { done } of writes) done.reject(failure);
      }
    }
    // In the same step as the last look at what waits: a write in between would wait for ever.
    this.#writer = null;
  }

  #take(key: Buffer, value: Buffer | null): void {
    this.#stored.set(key.toString('hex'), [key, value]);
    try {
      this.#index.apply(key, value, ++this.#time);
    } catch {
      // Not an offset of a connector: kept in the file for whoever wrote it.
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
