import {
  baseOffsetAt,
  batchBytesAt,
  batchHeaderBytes,
  lastOffsetAt,
} from '../../kafka/record-batch/batch-layout.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';
import { indexIntervalBytes } from './sparse-index.ts';

export interface ReadRequest {
  readonly offset: number;
  /** Whole batches up to this size are given. */
  readonly maxBytes: number;
  /** Gives the first batch even when it alone is larger than `maxBytes`. */
  readonly atLeastOneBatch: boolean;
  /** Batches from this offset on are not given (the last stable offset for committed reads). */
  readonly before: number;
  /** Gives memory of at least that size. */
  readonly allocate: (bytes: number) => Buffer;
}

/** What may have to be read beside the wanted batches. */
const indexSlack = indexIntervalBytes + batchHeaderBytes;
const nothing = Buffer.alloc(0);

/**
 * Reads whole batches beginning with the one that holds `offset` (or follows it, where compaction left a gap). The
 * first batch may begin before the offset, as clients expect. The caller has checked that the offset is in the log.
 */
export function readLog(log: PartitionLog, request: ReadRequest): Buffer {
  const { segments } = log;
  for (let index = log.segmentIndexOf(request.offset); index < segments.length; index++) {
    const segment = segments[index] as Segment;
    if (segment.baseOffset >= request.before) return nothing;
    // Compaction may leave a segment with nothing in it.
    if (segment.isEmpty || segment.nextOffset <= request.offset) continue;
    return readSegment(segment, request);
  }
  return nothing;
}

function readSegment(segment: Segment, request: ReadRequest): Buffer {
  let position = segment.floorPosition(request.offset);
  for (;;) {
    const available = segment.size - position;
    if (available < batchHeaderBytes) return nothing;
    const wanted = Math.min(available, Math.max(request.maxBytes, 0) + indexSlack);
    const buffer = request.allocate(wanted).subarray(0, wanted);
    segment.read(buffer, position);
    let start = 0;
    while (start + batchHeaderBytes <= wanted && lastOffsetAt(buffer, start) < request.offset) {
      start += batchBytesAt(buffer, start);
    }
    if (start + batchHeaderBytes > wanted) {
      // The wanted batch begins behind what was read.
      position += start;
      continue;
    }
    if (baseOffsetAt(buffer, start) >= request.before) return nothing;
    const end = lastWholeBatchEnd(buffer, start, request);
    if (end > start) return buffer.subarray(start, end);
    return request.atLeastOneBatch
      ? readOneBatch(segment, position + start, buffer, start, request)
      : nothing;
  }
}

function lastWholeBatchEnd(buffer: Buffer, start: number, request: ReadRequest): number {
  let end = start;
  while (end + batchHeaderBytes <= buffer.length && baseOffsetAt(buffer, end) < request.before) {
    const next = end + batchBytesAt(buffer, end);
    if (next > buffer.length || next - start > request.maxBytes) break;
    end = next;
  }
  return end;
}

function readOneBatch(
  segment: Segment,
  position: number,
  window: Buffer,
  at: number,
  request: ReadRequest,
): Buffer {
  const bytes = batchBytesAt(window, at);
  if (at + bytes <= window.length) return window.subarray(at, at + bytes);
  const batch = request.allocate(bytes).subarray(0, bytes);
  segment.read(batch, position);
  return batch;
}
