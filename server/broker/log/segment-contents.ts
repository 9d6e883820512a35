import { baseOffsetAt, lastOffsetAt, maxTimestampAt } from '../../kafka/record-batch/batch-layout.ts';
import type { ProducersSnapshot } from './producer-states.ts';
import type { SegmentSummary } from './segment-summary.ts';
import { SparseIndex } from './sparse-index.ts';

/** What is known of the batches in a segment without reading them. */
export class SegmentContents {
  size = 0;
  /** Offset behind the last record, or the base offset of the segment when there is none. */
  nextOffset: number;
  /** -1 when there is no record. */
  maxTimestamp = -1;
  maxTimestampPosition = 0;
  /** Greatest timestamp of the first batch; -1 when there is none. */
  firstTimestamp = -1;
  /** Null while only the summary has it. */
  index: SparseIndex | null = new SparseIndex();

  constructor(baseOffset: number) {
    this.nextOffset = baseOffset;
  }

  /** Takes note of the next batch. */
  note(buffer: Buffer, at: number, bytes: number): void {
    this.index?.note(baseOffsetAt(buffer, at), this.size, this.maxTimestamp, bytes);
    const timestamp = maxTimestampAt(buffer, at);
    if (timestamp > this.maxTimestamp) {
      this.maxTimestamp = timestamp;
      this.maxTimestampPosition = this.size;
    }
    if (this.size === 0) this.firstTimestamp = timestamp;
    this.size += bytes;
    this.nextOffset = lastOffsetAt(buffer, at) + 1;
  }

  restore(summary: SegmentSummary): void {
    this.size = summary.size;
    this.nextOffset = summary.nextOffset;
    this.maxTimestamp = summary.maxTimestamp;
    this.maxTimestampPosition = summary.maxTimestampPosition;
    this.firstTimestamp = summary.firstTimestamp;
    this.index = SparseIndex.fromBytes(summary.index);
  }

  summary(producers: ProducersSnapshot, index = this.index): SegmentSummary {
    const { size, nextOffset, maxTimestamp, maxTimestampPosition, firstTimestamp } = this;
    return {
      size,
      nextOffset,
      maxTimestamp,
      maxTimestampPosition,
      firstTimestamp,
      index: index?.toBytes() ?? Buffer.alloc(0),
      producers,
    };
  }
}
