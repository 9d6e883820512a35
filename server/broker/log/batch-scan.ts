import {
  batchBytesAt,
  batchHeaderBytes,
  hasValidCrc,
  lastOffsetDeltaAt,
  magicAt,
  recordCountAt,
} from '../../kafka/record-batch/batch-layout.ts';
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

export interface ScanRange {
  readonly from: number;
  readonly to: number;
  /** Reads all bytes, not the headers alone. */
  readonly verifyCrc: boolean;
}

const windowBytes = 64 * 1024;

/**
 * Visits the batches of a log file in a range until the visitor answers false or a batch is incomplete, implausible or,
 * when that is to be verified, has the wrong checksum.
 */
export function scanBatches(
  fd: number,
  { from, to, verifyCrc }: ScanRange,
  visit: (batch: ScannedBatch) => boolean,
): void {
  const window = Buffer.allocUnsafe(windowBytes);
  let large = window;
  let windowStart = 0;
  let windowEnd = 0;
  let position = from;
  let previousBytes = 0;
  while (position + batchHeaderBytes <= to) {
    if (position < windowStart || position + batchHeaderBytes > windowEnd) {
      // Behind large batches only the headers are worth reading.
      const wanted = previousBytes > 8192 && !verifyCrc ? batchHeaderBytes : windowBytes;
      windowStart = position;
      windowEnd = position + readFully(fd, window, Math.min(wanted, to - position), position);
      if (windowEnd - windowStart < batchHeaderBytes) return;
    }
    const at = position - windowStart;
    const bytes = batchBytesAt(window, at);
    const end = position + bytes;
    if (!isPlausible(window, at, bytes) || end > to) return;
    let copy: Buffer | null = end <= windowEnd ? window.subarray(at, at + bytes) : null;
    const start = position;
    const whole = (): Buffer => {
      if (copy === null) {
        if (large === window || large.length < bytes) large = Buffer.allocUnsafeSlow(bytes + bytes / 2);
        copy = large.subarray(0, bytes);
        readFully(fd, copy, bytes, start);
      }
      return copy;
    };
    if (verifyCrc && !hasValidCrc(whole())) return;
    if (!visit({ buffer: window, at, position, bytes, whole })) return;
    previousBytes = bytes;
    position = end;
  }
}

function isPlausible(buffer: Buffer, at: number, bytes: number): boolean {
  return (
    bytes >= batchHeaderBytes &&
    magicAt(buffer, at) === 2 &&
    lastOffsetDeltaAt(buffer, at) >= 0 &&
    recordCountAt(buffer, at) >= 0
  );
}
