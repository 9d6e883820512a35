import { closeSync, openSync } from 'node:fs';
import { RecentlyUsed } from './recently-used.ts';
import type { SparseIndex } from './sparse-index.ts';

/** Far below what systems allow a process, whatever the number of partitions. */
const openFilesLimit = 512;
const indexBytesLimit = 8 * 1024 * 1024;

/** What all segments of a broker share: open files, and indexes of segments that are not appended to any more. */
export class SegmentFiles {
  readonly #descriptors = new RecentlyUsed<number>({
    limit: openFilesLimit,
    weigh: () => 1,
    dispose: closeSync,
  });
  readonly #indexes = new RecentlyUsed<SparseIndex>({
    limit: indexBytesLimit,
    weigh: (index) => index.bytes,
    dispose: () => undefined,
  });

  /** A descriptor for reading and writing, valid until the next call for another file. */
  descriptor(path: string): number {
    return this.#descriptors.get(path, () => openSync(path, 'r+'));
  }

  /** Makes an empty file; fails when there is one. */
  create(path: string): void {
    this.#descriptors.get(path, () => openSync(path, 'wx+'));
  }

  index(path: string, load: () => SparseIndex): SparseIndex {
    return this.#indexes.get(path, load);
  }

  /** To be called before a file is closed for good, replaced or removed. */
  forget(path: string): void {
    this.#descriptors.delete(path);
    this.#indexes.delete(path);
  }

  get openFiles(): number {
    return this.#descriptors.size;
  }
}
