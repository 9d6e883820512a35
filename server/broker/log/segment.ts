import { close, fsync, fsyncSync, ftruncateSync, open, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConnectError } from '../../errors/connect-error.ts';
import {
  baseOffsetAt,
  batchBytesAt,
  batchHeaderBytes,
  leaderEpochAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { type ScannedBatch, scanBatches } from './batch-scan.ts';
import { readFully, writeFully } from './file-io.ts';
import type { ProducersSnapshot } from './producer-states.ts';
import { SegmentContents } from './segment-contents.ts';
import type { SegmentFiles } from './segment-files.ts';
import { deleteSummary, readSummary, type SegmentSummary, writeSummary } from './segment-summary.ts';
import { SparseIndex } from './sparse-index.ts';

export function segmentFileName(baseOffset: number): string {
  return `${String(baseOffset).padStart(20, '0')}.log`;
}

/** Base offset in the name of a segment file, or null for any other name. */
export function baseOffsetOfFileName(name: string): number | null {
  const digits = /^(\d{20})\.log$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

export interface SegmentOpening {
  /** Called before `visit` with what the summary knows of producers, if there is one. */
  readonly restore: (producers: ProducersSnapshot) => void;
  /** Sees every batch that the summary does not cover, in order. */
  readonly visit: (batch: ScannedBatch) => void;
  /** Nothing was ever compacted here, so that a gap between offsets is damage. */
  readonly isContiguous: boolean;
  /** That of all batches. */
  readonly leaderEpoch: number;
}

/**
 * One file of a partition's log, `<base offset>.log`. All work on it is synchronous: the system's page cache takes the
 * writes, and the broker has a thread of its own. The file is open only while it is in use.
 */
export class Segment {
  readonly baseOffset: number;
  readonly path: string;
  readonly #files: SegmentFiles;
  readonly #contents: SegmentContents;
  #syncedSize = 0;
  #summarisedSize = -1;
  #isFinished = false;
  #isClosed = false;

  private constructor(path: string, baseOffset: number, files: SegmentFiles) {
    this.path = path;
    this.baseOffset = baseOffset;
    this.#contents = new SegmentContents(baseOffset);
    this.#files = files;
  }

  static create(folder: string, baseOffset: number, files: SegmentFiles): Segment {
    const path = join(folder, segmentFileName(baseOffset));
    files.create(path);
    return new Segment(path, baseOffset, files);
  }

  /** Opens a file by its summary, reads what that does not cover, and cuts off what is not a whole, right batch. */
  static open(
    path: string,
    files: SegmentFiles,
    opening: SegmentOpening,
  ): { readonly segment: Segment; readonly truncatedBytes: number } {
    const baseOffset = baseOffsetOfFileName(basename(path));
    if (baseOffset === null) throw new ConnectError('illegal-state', `${path} is not a segment of a log`);
    const segment = new Segment(path, baseOffset, files);
    const fileSize = statSync(path).size;
    const summary = readSummary(path, fileSize);
    if (summary !== null) {
      segment.#restore(summary);
      opening.restore(summary.producers);
    }
    return { segment, truncatedBytes: segment.#recover(fileSize, opening) };
  }

  #restore(summary: SegmentSummary): void {
    this.#contents.restore(summary);
    this.#syncedSize = summary.size;
    this.#summarisedSize = summary.size;
  }

  #recover(fileSize: number, { visit, isContiguous, leaderEpoch }: SegmentOpening): number {
    const contents = this.#contents;
    if (contents.size === fileSize) return 0;
    const descriptor = this.#files.descriptor(this.path);
    scanBatches(descriptor, { from: contents.size, to: fileSize, verifyCrc: true }, (batch) => {
      // The checksum covers neither offset nor leader epoch. Offsets that go back or leave a gap are damaged.
      const offset = baseOffsetAt(batch.buffer, batch.at);
      if (isContiguous ? offset !== contents.nextOffset : offset < contents.nextOffset) return false;
      if (leaderEpochAt(batch.buffer, batch.at) !== leaderEpoch) return false;
      contents.note(batch.buffer, batch.at, batch.bytes);
      visit(batch);
      return true;
    });
    if (contents.size < fileSize) ftruncateSync(descriptor, contents.size);
    return fileSize - contents.size;
  }

  get size(): number {
    return this.#contents.size;
  }

  /** Offset behind the last record, or the base offset when there is none. */
  get nextOffset(): number {
    return this.#contents.nextOffset;
  }

  /** -1 when there is no record. */
  get maxTimestamp(): number {
    return this.#contents.maxTimestamp;
  }

  /** Greatest timestamp of the first batch; -1 when there is none. */
  get firstTimestamp(): number {
    return this.#contents.firstTimestamp;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Bytes that the next start would have to read. */
  get bytesSinceSummary(): number {
    return this.size - Math.max(this.#summarisedSize, 0);
  }

  get hasSummary(): boolean {
    return this.#summarisedSize === this.size;
  }

  /** Appends one whole batch whose offset is set. On a failed write the segment is what it was before. */
  append(batch: Buffer): void {
    const descriptor = this.#files.descriptor(this.path);
    try {
      writeFully(descriptor, batch, this.size);
    } catch (error) {
      this.#cutFailedWrite(descriptor);
      throw error;
    }
    this.#contents.note(batch, 0, batch.length);
  }

  #cutFailedWrite(descriptor: number): void {
    try {
      ftruncateSync(descriptor, this.size);
    } catch {
      // The next write begins at the same place, and what a crash leaves behind it is cut off at the next start.
    }
  }

  #indexInUse(): SparseIndex {
    const { index } = this.#contents;
    if (index !== null) return index;
    // Without its index a segment is read from its start, which is slow but right.
    const load = (): SparseIndex =>
      SparseIndex.fromBytes(readSummary(this.path, this.size)?.index ?? Buffer.alloc(0));
    return this.#files.index(this.path, load);
  }

  /** A position at or before the batch that holds `offset`, at most an index interval too early. */
  floorPosition(offset: number): number {
    return this.#indexInUse().floorByOffset(offset);
  }

  /** A position at or before the first batch with a record of `timestamp` or later. */
  floorPositionByTime(timestamp: number): number {
    return this.#indexInUse().floorByTime(timestamp);
  }

  get positionOfMaxTimestamp(): number {
    return this.#contents.maxTimestampPosition;
  }

  /** Fills `into` from `position`; the caller keeps within `size`. */
  read(into: Buffer, position: number): void {
    const read = readFully(this.#files.descriptor(this.path), into, into.length, position);
    if (read < into.length) {
      throw new ConnectError('illegal-state', `${this.path} ends ${into.length - read} bytes too early`);
    }
  }

  scan(from: number, visit: (batch: ScannedBatch) => boolean): void {
    scanBatches(this.#files.descriptor(this.path), { from, to: this.size, verifyCrc: false }, visit);
  }

  /** The batch at a position. */
  readBatchAt(position: number): Buffer {
    const header = Buffer.allocUnsafe(batchHeaderBytes);
    this.read(header, position);
    const batch = Buffer.allocUnsafe(batchBytesAt(header));
    this.read(batch, position);
    return batch;
  }

  /** Nothing will be appended any more. */
  finish(): void {
    this.#isFinished = true;
    if (this.#summarisedSize === this.size) this.#contents.index = null;
  }

  /** Hands what is still in the page cache to the disk, then writes the summary. */
  syncAndSummarise(producers: ProducersSnapshot): void {
    if (this.#syncedSize < this.size) fsyncSync(this.#files.descriptor(this.path));
    this.#syncedSize = this.size;
    this.#store(this.#contents.summary(producers, this.#indexInUse()));
  }

  /** The same without stopping the broker. `onDone` is told why it failed, if it did. */
  syncAndSummariseInBackground(producers: ProducersSnapshot, onDone: (error: unknown) => void): void {
    const summary = this.#contents.summary(producers, this.#indexInUse());
    const finish = (error: unknown): void => {
      try {
        if (error !== null && !this.#isClosed) throw error;
        this.#syncedSize = Math.max(this.#syncedSize, summary.size);
        if (summary.size > this.#summarisedSize && !this.#isClosed) this.#store(summary);
        onDone(null);
      } catch (failure) {
        onDone(failure);
      }
    };
    // With a descriptor of its own, as the shared one may be closed meanwhile.
    open(this.path, 'r+', (failure, descriptor) => {
      if (failure !== null) return finish(failure);
      fsync(descriptor, (error) => close(descriptor, () => finish(error)));
    });
  }

  #store(summary: SegmentSummary): void {
    writeSummary(this.path, summary);
    this.#summarisedSize = summary.size;
    if (this.#isFinished && summary.size === this.size) this.#contents.index = null;
  }

  close(): void {
    this.#isClosed = true;
    this.#files.forget(this.path);
  }

  /** Closes and removes the file. */
  delete(): void {
    this.close();
    deleteSummary(this.path);
    rmSync(this.path, { force: true });
  }
}
