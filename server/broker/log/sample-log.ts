import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  baseOffsetAt,
  batchBytesAt,
  isControlAt,
  lastOffsetAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';
import { type LogSettings, PartitionLog } from './partition-log.ts';
import { readLog } from './read-log.ts';
import { sampleSettings } from './sample-batches.ts';
import { SegmentFiles } from './segment-files.ts';

/** Logs in folders of their own, for tests. */

export function sampleFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openSampleLog(
  folder: string,
  settings: Partial<LogSettings> = {},
  options: { readonly warnings?: string[] } = {},
): PartitionLog {
  const all = sampleSettings(settings);
  const log = PartitionLog.open({
    folder,
    name: 'orders-0',
    settings: () => all,
    log: (_level, message) => options.warnings?.push(message),
    files: new SegmentFiles(),
  });
  onTestFinished(() => log.close());
  return log;
}

export interface ReadBack {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** All records from an offset on, control records left out; read in small pieces. */
export function readBack(log: PartitionLog, from = log.logStart, maxBytes = 200): ReadBack[] {
  const found: ReadBack[] = [];
  let offset = from;
  for (;;) {
    const bytes = readLog(log, {
      offset,
      maxBytes,
      atLeastOneBatch: true,
      before: log.nextOffset,
      allocate: (size) => Buffer.alloc(size),
    });
    if (bytes.length === 0) return found;
    for (let at = 0; at < bytes.length; at += batchBytesAt(bytes, at)) {
      const batch = bytes.subarray(at, at + batchBytesAt(bytes, at));
      offset = lastOffsetAt(batch) + 1;
      if (!isControlAt(batch)) found.push(...recordsIn(batch).filter((record) => record.offset >= from));
    }
  }
}

export function recordsIn(batch: Buffer): ReadBack[] {
  const found: ReadBack[] = [];
  visitRecords(batch, 0, batch.length, (record) => {
    const { buffer, offsetDelta, keyStart, keyLength, valueStart, valueLength } = record;
    const text = (start: number, length: number): string | null =>
      length < 0 ? null : buffer.toString('utf8', start, start + length);
    found.push({
      offset: baseOffsetAt(batch) + offsetDelta,
      key: text(keyStart, keyLength),
      value: text(valueStart, valueLength),
    });
    return true;
  });
  return found;
}
