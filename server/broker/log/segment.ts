import { closeSync, fstatSync, fsync, fsyncSync, ftruncateSync, openSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConnectError } from '../../errors/connect-error.ts';
import { baseOffsetOf, batchHeaderBytes, lastOffsetOf, maxTimestampOf } from './batch-header.ts';
import { type ScannedBatch, scanBatches } from './batch-scan.ts';
import { readFully, writeFully } from './file-io.ts';
import type { ProducersSnapshot } from './producer-states.ts';
import { deleteSummary, readSummary, writeSummary } from './segment-summary.ts';
import { SparseIndex } from './sparse-index.ts';

export function segmentFileName(baseOffset: number): string {
  return `${String(baseOffset).padStart(20, '0')}.log`;
}

/** Base offset in the name of a segment file, or null for any other name. */
export function baseOffsetOfFileName(name: string): number | null {
  const digits = /^(\d{20})\.log$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * One file of a partition's log, `<base offset>.log`, with a sparse index in memory. All work is synchronous: the
 * system's page cache takes the writes, and the broker has a thread of its own.
 */
export class Segment {
  readonly baseOffset: number;
  readonly path: string;
  #fd: number;
  #size = 0;
  #nextOffset: number;
  #maxTimestamp = -1;
  #maxTimestampPosition = 0;
  #firstTimestamp = -1;
  #unsyncedBytes = 0;
  #index = new SparseIndex();

  private constructor(path: string, baseOffset: number, fd: number) {
    this.path = path;
    this.baseOffset = baseOffset;
    this.#nextOffset = baseOffset;
    this.#fd = fd;
  }

  static create(folder: string, baseOffset: number): Segment {
    const path = join(folder, segmentFileName(baseOffset));
    return new Segment(path, baseOffset, openSync(path, 'wx+'));
  }

  /**
   * Opens a file and rebuilds what is kept in memory. Bytes behind the last good batch are cut off. `visit` sees every
   * batch in order.
   */
  static open(
    path: string,
    options: { readonly verifyCrc: boolean; readonly visit?: (batch: ScannedBatch) => void },
  ): { segment: Segment; truncatedBytes: number } {
    const baseOffset = baseOffsetOfFileName(basename(path));
    if (baseOffset === null) throw new ConnectError('illegal-state', `${path} is not a segment of a log`);
    const fd = openSync(path, 'r+');
    const segment = new Segment(path, baseOffset, fd);
    const fileSize = fstatSync(fd).size;
    const end = scanBatches(fd, 0, fileSize, options.verifyCrc, (batch) => {
      // Offsets that go back belong to a torn or foreign tail.
      if (baseOffsetOf(batch.buffer, batch.at) < segment.#nextOffset) return false;
      segment.#note(batch.buffer, batch.at, batch.bytes);
      options.visit?.(batch);
      return true;
    });
    const goodEnd = Math.min(end, segment.#size);
    if (goodEnd < fileSize) ftruncateSync(fd, goodEnd);
    return { segment, truncatedBytes: fileSize - goodEnd };
  }

  /** Opens a file whose summary still fits, without reading it; null when it has none. */
  static openBySummary(path: string): { segment: Segment; producers: ProducersSnapshot } | null {
    const summary = readSummary(path, statSync(path).size);
    const baseOffset = baseOffsetOfFileName(basename(path));
    if (summary === null || baseOffset === null) return null;
    const segment = new Segment(path, baseOffset, openSync(path, 'r+'));
    segment.#size = summary.size;
    segment.#nextOffset = summary.nextOffset;
    segment.#maxTimestamp = summary.maxTimestamp;
    segment.#maxTimestampPosition = summary.maxTimestampPosition;
    segment.#firstTimestamp = summary.firstTimestamp;
    segment.#index = SparseIndex.fromBytes(summary.index);
    return { segment, producers: summary.producers };
  }

  /** Spares the next start a scan. Only for a segment whose bytes are on disk and that is not appended to any more. */
  writeSummary(producers: ProducersSnapshot): void {
    writeSummary(this.path, {
      size: this.#size,
      nextOffset: this.#nextOffset,
      maxTimestamp: this.#maxTimestamp,
      maxTimestampPosition: this.#maxTimestampPosition,
      firstTimestamp: this.#firstTimestamp,
      index: this.#index.toBytes(),
      producers,
    });
  }

  get size(): number {
    return this.#size;
  }

  /** Offset behind the last record, or the base offset when there is none. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** -1 when there is no record. */
  get maxTimestamp(): number {
    return this.#maxTimestamp;
  }

  /** Greatest timestamp of the first batch; -1 when there is none. */
  get firstTimestamp(): number {
    return this.#firstTimestamp;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Appends one whole batch whose offset is set. On a failed write the file is what it was before. */
  append(batch: Buffer): void {
    try {
      writeFully(this.#fd, batch, this.#size);
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#unsyncedBytes += batch.length;
    this.#note(batch, 0, batch.length);
  }

  #note(buffer: Buffer, at: number, bytes: number): void {
    this.#index.note(baseOffsetOf(buffer, at), this.#size, this.#maxTimestamp, bytes);
    const timestamp = maxTimestampOf(buffer, at);
    if (timestamp > this.#maxTimestamp) {
      this.#maxTimestamp = timestamp;
      this.#maxTimestampPosition = this.#size;
    }
    if (this.#size === 0) this.#firstTimestamp = timestamp;
    this.#size += bytes;
    this.#nextOffset = lastOffsetOf(buffer, at) + 1;
  }

  /** A position at or before the batch that holds `offset`, at most an index interval too early. */
  floorPosition(offset: number): number {
    return this.#index.floorByOffset(offset);
  }

  /** A position at or before the first batch with a record of `timestamp` or later. */
  floorPositionByTime(timestamp: number): number {
    return this.#index.floorByTime(timestamp);
  }

  get positionOfMaxTimestamp(): number {
    return this.#maxTimestampPosition;
  }

  /** Fills `into` from `position`; the caller keeps within `size`. */
  read(into: Buffer, position: number): void {
    const read = readFully(this.#fd, into, into.length, position);
    if (read < into.length) {
      throw new ConnectError('illegal-state', `${this.path} ends ${into.length - read} bytes too early`);
    }
  }

  scan(from: number, visit: (batch: ScannedBatch) => boolean): void {
    scanBatches(this.#fd, from, this.#size, false, visit);
  }

  /** The batch at a position. */
  readBatchAt(position: number): Buffer {
    const header = Buffer.allocUnsafe(batchHeaderBytes);
    this.read(header, position);
    const batch = Buffer.allocUnsafe(header.readInt32BE(8) + 12);
    this.read(batch, position);
    return batch;
  }

  sync(): void {
    if (this.#unsyncedBytes === 0) return;
    fsyncSync(this.#fd);
    this.#unsyncedBytes = 0;
  }

  close(): void {
    if (this.#fd === -1) return;
    closeSync(this.#fd);
    this.#fd = -1;
  }

  /** Hands what is still in the page cache to the disk without stopping the broker. */
  syncInBackground(onDone: (error: Error | null) => void): void {
    const before = this.#unsyncedBytes;
    fsync(this.#fd, (error) => {
      if (this.#fd === -1) return;
      if (error === null) this.#unsyncedBytes -= before;
      onDone(error);
    });
  }

  /** Closes and removes the file. */
  delete(): void {
    this.close();
    deleteSummary(this.path);
    rmSync(this.path, { force: true });
  }
}
