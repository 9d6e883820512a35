import {
  baseOffsetAt,
  baseSequenceAt,
  hasProducerIdAt,
  isControlAt,
  isTransactionalAt,
  lastOffsetAt,
  lastOffsetDeltaAt,
  maxTimestampAt,
  producerEpochAt,
  producerIdAt,
  recordCountAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { markerTypeAt } from '../../kafka/record-batch/control-record.ts';
import type { ProducerStates, SequenceVerdict } from './producer-states.ts';

/** Decides by its sequence on a batch that is to be appended; null when it has no producer id. */
export function verdictOn(batch: Buffer, producers: ProducerStates): SequenceVerdict | null {
  if (!hasProducerIdAt(batch)) return null;
  return producers.check({
    producerId: producerIdAt(batch),
    epoch: producerEpochAt(batch),
    firstSequence: baseSequenceAt(batch),
    count: recordCountAt(batch),
    isTransactional: isTransactionalAt(batch),
  });
}

/** Takes note of the batch at `at`, which is in the log now; `whole` gives all of it, beginning at 0. */
export function noteBatch(producers: ProducerStates, buffer: Buffer, at: number, whole: () => Buffer): void {
  if (!hasProducerIdAt(buffer, at)) return;
  if (isControlAt(buffer, at)) noteMarker(producers, whole());
  else
    producers.note({
      producerId: producerIdAt(buffer, at),
      epoch: producerEpochAt(buffer, at),
      firstSequence: baseSequenceAt(buffer, at),
      // The count shrinks when a batch is compacted; its sequences do not.
      count: lastOffsetDeltaAt(buffer, at) + 1,
      firstOffset: baseOffsetAt(buffer, at),
      lastOffset: lastOffsetAt(buffer, at),
      timestamp: maxTimestampAt(buffer, at),
      isTransactional: isTransactionalAt(buffer, at),
    });
}

function noteMarker(producers: ProducerStates, batch: Buffer): void {
  const type = markerTypeAt(batch);
  if (type === null) return;
  producers.noteMarker(
    producerIdAt(batch),
    producerEpochAt(batch),
    baseOffsetAt(batch),
    maxTimestampAt(batch),
    type === 'commit',
  );
}
