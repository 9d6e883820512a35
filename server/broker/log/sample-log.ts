import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { baseOffsetOf, batchBytesOf, isControlBatch, recordCountOf } from './batch-header.ts';
import { type LogSettings, PartitionLog } from './partition-log.ts';
import { visitRecords } from './raw-records.ts';
import { readLog } from './read-log.ts';
import { recordsOf } from './records-of-batch.ts';
import { sampleSettings } from './sample-batches.ts';

/** Logs in folders of their own, for tests. */

export function sampleFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openSampleLog(
  folder: string,
  settings: Partial<LogSettings> = {},
  options: { readonly verifyCrc?: boolean; readonly warnings?: string[] } = {},
): PartitionLog {
  const all = sampleSettings(settings);
  const log = PartitionLog.open({
    folder,
    name: 'orders-0',
    settings: () => all,
    log: (_level, message) => options.warnings?.push(message),
    verifyCrc: options.verifyCrc ?? true,
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
    for (let at = 0; at < bytes.length; at += batchBytesOf(bytes, at)) {
      const batch = bytes.subarray(at, at + batchBytesOf(bytes, at));
      offset = baseOffsetOf(batch) + batch.readInt32BE(23) + 1;
      if (!isControlBatch(batch)) found.push(...recordsIn(batch).filter((record) => record.offset >= from));
    }
  }
}

export function recordsIn(batch: Buffer): ReadBack[] {
  const records = recordsOf(batch);
  const found: ReadBack[] = [];
  visitRecords(
    records,
    recordCountOf(batch),
    ({ offsetDelta, keyStart, keyLength, valueStart, valueLength }) => {
      const text = (start: number, length: number): string | null =>
        length < 0 ? null : records.toString('utf8', start, start + length);
      found.push({
        offset: baseOffsetOf(batch) + offsetDelta,
        key: text(keyStart, keyLength),
        value: text(valueStart, valueLength),
      });
      return true;
    },
  );
  return found;
}
