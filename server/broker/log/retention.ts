import type { PartitionLog } from './partition-log.ts';

export interface RetentionRules {
  /** -1 for no limit. */
  readonly retentionMs: number;
  readonly retentionBytes: number;
}

/** Drops the oldest segments that are older than the rules keep, or beyond the size they keep. */
export function applyRetention(log: PartitionLog, rules: RetentionRules, now: number): void {
  const isExpired = (maxTimestamp: number): boolean =>
    rules.retentionMs >= 0 && maxTimestamp >= 0 && maxTimestamp + rules.retentionMs < now;
  let excess = rules.retentionBytes >= 0 ? log.bytes - rules.retentionBytes : 0;
  let keepFrom = log.logStart;
  for (const [index, segment] of log.segments.slice(0, -1).entries()) {
    const isBeyondSize = excess - segment.size >= 0;
    if (!isBeyondSize && !isExpired(segment.maxTimestamp)) break;
    excess -= segment.size;
    keepFrom = log.segments[index + 1]?.baseOffset ?? keepFrom;
  }
  log.advanceLogStart(keepFrom);
  // The active segment goes too once all of it has expired; last, as it takes a new file, for which there must be room.
  if (log.segments.length === 1 && isExpired(log.active.maxTimestamp)) log.advanceLogStart(log.nextOffset);
}
