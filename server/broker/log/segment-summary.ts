import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ProducersSnapshot } from './producer-states.ts';

/**
 * What a scan of a finished segment would find, so that a start need not read the whole log again. It counts only
 * while the file has the size it speaks of; without it the segment is scanned.
 */
export interface SegmentSummary {
  readonly size: number;
  readonly nextOffset: number;
  readonly maxTimestamp: number;
  readonly maxTimestampPosition: number;
  readonly firstTimestamp: number;
  /** As `SparseIndex.toBytes` gives it. */
  readonly index: Buffer;
  /** What was known of producers when the segment ended. */
  readonly producers: ProducersSnapshot;
}

const formatVersion = 1;

export function summaryPath(segmentPath: string): string {
  return segmentPath.replace(/\.log$/, '.summary');
}

/** Layout: length of the head, the head as JSON, the index. */
export function writeSummary(segmentPath: string, { index, ...head }: SegmentSummary): void {
  const text = Buffer.from(JSON.stringify({ ...head, formatVersion }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const path = summaryPath(segmentPath);
  writeFileSync(`${path}.new`, Buffer.concat([length, text, index]));
  renameSync(`${path}.new`, path);
}

/** Null when there is none that fits a segment of this size. */
export function readSummary(segmentPath: string, size: number): SegmentSummary | null {
  const path = summaryPath(segmentPath);
  if (!existsSync(path)) return null;
  try {
    const bytes = readFileSync(path);
    const end = 4 + bytes.readUInt32LE(0);
    const head: SegmentSummary & { formatVersion: number } = JSON.parse(bytes.toString('utf8', 4, end));
    const index = bytes.subarray(end);
    if (head.formatVersion !== formatVersion || head.size !== size || index.length % 24 !== 0) return null;
    return { ...head, index };
  } catch {
    return null;
  }
}

export function deleteSummary(segmentPath: string): void {
  rmSync(summaryPath(segmentPath), { force: true });
}
