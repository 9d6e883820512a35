import {
  batchBytesOf,
  batchHeaderBytes,
  hasValidCrc,
  lastOffsetDeltaOf,
  magicOf,
  recordCountOf,
} from './batch-header.ts';
import { readFully } from './file-io.ts';

/** A batch met by `scanBatches`; valid during the visit only. */
export interface ScannedBatch {
  /** Holds at least the header, from `at`. */
  readonly buffer: Buffer;
  readonly at: number;
  readonly position: number;
  readonly bytes: number;
  /** The whole batch, read from the file if need be. */
  whole(): Buffer;
}

const windowBytes = 64 * 1024;

/**
 * Visits the batches of a log file from `from` to `to` until the visitor answers false. Answers the position behind the
 * last batch that is complete and plausible (and, when asked, has the right checksum): what follows is torn or foreign.
 */
export function scanBatches(
  fd: number,
  from: number,
  to: number,
  verifyCrc: boolean,
  visit: (batch: ScannedBatch) => boolean,
): number {
  const window = Buffer.allocUnsafe(windowBytes);
  let windowStart = 0;
  let windowEnd = 0;
  let position = from;
  let previousBytes = 0;
  while (position + batchHeaderBytes <= to) {
    if (position < windowStart || position + batchHeaderBytes > windowEnd) {
      // Behind large batches only the headers are worth reading.
      const wanted = previousBytes > 8192 ? batchHeaderBytes : windowBytes;
      windowStart = position;
      windowEnd = position + readFully(fd, window, Math.min(wanted, to - position), position);
      if (windowEnd - windowStart < batchHeaderBytes) return position;
    }
    const at = position - windowStart;
    const bytes = batchBytesOf(window, at);
    const end = position + bytes;
    if (!isPlausible(window, at, bytes) || end > to) return position;
    let copy: Buffer | null = end <= windowEnd ? window.subarray(at, at + bytes) : null;
    const start = position;
    const whole = (): Buffer => {
      if (copy === null) {
        copy = Buffer.allocUnsafe(bytes);
        readFully(fd, copy, bytes, start);
      }
      return copy;
    };
    if (verifyCrc && !hasValidCrc(whole())) return position;
    if (!visit({ buffer: window, at, position, bytes, whole })) return end;
    previousBytes = bytes;
    position = end;
  }
  return position;
}

function isPlausible(buffer: Buffer, at: number, bytes: number): boolean {
  return (
    bytes >= batchHeaderBytes &&
    magicOf(buffer, at) === 2 &&
    lastOffsetDeltaOf(buffer, at) >= 0 &&
    recordCountOf(buffer, at) >= 0
  );
}
