import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { crc32c } from '@node-rs/crc32';
import type { ProducersSnapshot } from './producer-states.ts';

/**
 * What a scan of the first `size` bytes of a segment would find, so that a start need not read the whole log again. It
 * is written once these bytes are on disk; without it, or with one that is damaged, the segment is scanned.
 */
export interface SegmentSummary {
  readonly size: number;
  readonly nextOffset: number;
  readonly maxTimestamp: number;
  readonly maxTimestampPosition: number;
  readonly firstTimestamp: number;
  /** As `SparseIndex.toBytes` gives it. */
  readonly index: Buffer;
  /** What was known of producers at this place. */
  readonly producers: ProducersSnapshot;
}

const formatVersion = 2;

function summaryPath(segmentPath: string): string {
  return segmentPath.replace(/\.log$/, '.summary');
}

/** Layout: checksum of all that follows, length of the head, the head as JSON, the index. */
export function writeSummary(segmentPath: string, { index, ...head }: SegmentSummary): void {
  const text = Buffer.from(JSON.stringify({ ...head, formatVersion }));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(text.length, 4);
  const bytes = Buffer.concat([prefix, text, index]);
  bytes.writeUInt32BE(crc32c(bytes.subarray(4)), 0);
  const path = summaryPath(segmentPath);
  try {
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  } catch (error) {
    rmSync(`${path}.new`, { force: true });
    throw error;
  }
}

/** Null when there is none, or none that fits a segment of this size. */
export function readSummary(segmentPath: string, size: number): SegmentSummary | null {
  const path = summaryPath(segmentPath);
  if (!existsSync(path)) return null;
  try {
    const bytes = readFileSync(path);
    if (bytes.readUInt32BE(0) !== crc32c(bytes.subarray(4))) return null;
    const end = 8 + bytes.readUInt32BE(4);
    const head: SegmentSummary & { formatVersion: number } = JSON.parse(bytes.toString('utf8', 8, end));
    if (head.formatVersion !== formatVersion || head.size > size) return null;
    return { ...head, index: bytes.subarray(end) };
  } catch {
    return null;
  }
}

export function deleteSummary(segmentPath: string): void {
  rmSync(summaryPath(segmentPath), { force: true });
}
