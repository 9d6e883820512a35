import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { ConnectError } from '../../errors/connect-error.ts';
import {
  baseOffsetOf,
  hasProducerId,
  isControlBatch,
  isTransactionalBatch,
  lastOffsetOf,
  producerIdOf,
  recordCountOf,
} from './batch-header.ts';
import { compactBatch, keyText } from './compact-batch.ts';
import { CompactionState } from './compaction-state.ts';
import { writeFully } from './file-io.ts';
import type { PartitionLog } from './partition-log.ts';
import { visitRecords } from './raw-records.ts';
import { recordsOf } from './records-of-batch.ts';
import { Segment } from './segment.ts';
import { applySwap, swapFileName } from './segment-swap.ts';

export interface CompactionRules {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly deleteRetentionMs: number;
  readonly minCleanableDirtyRatio: number;
  readonly minCompactionLagMs: number;
  readonly maxCompactionLagMs: number;
}

/** Keys of one pass; what does not fit waits for the next. */
const keyMapBytes = 64 * 1024 * 1024;
const bytesPerKey = 64;
/** Work between two yields to the clients. */
const stepBytes = 512 * 1024;

/**
 * Removes records whose key has a later record, in the segments before the active one, when enough of them is new
 * since the last pass. Gives way to clients between steps. Answers whether it did anything.
 */
export async function compactLog(
  log: PartitionLog,
  rules: CompactionRules,
  now: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { active } = log;
  const rollAfterMs = Math.min(rules.segmentMs, rules.maxCompactionLagMs);
  if (!active.isEmpty && active.firstTimestamp >= 0 && active.firstTimestamp + rollAfterMs < now) log.roll();
  const state = CompactionState.read(log.folder);
  const cleanable = cleanableSegments(log, rules, now);
  const dirty = cleanable.filter((segment) => segment.nextOffset > state.cleanedUpTo);
  if (!isWorthwhile(cleanable, dirty, rules, now)) return false;
  const run = new CompactionRun(log, signal);
  const upTo = await run.mapKeys(dirty, state.cleanedUpTo);
  if (upTo === null) return false;
  run.tombstoneHorizon = state.tombstoneHorizon(rules.deleteRetentionMs, now);
  for (const group of groupSegments(
    cleanable.filter((segment) => segment.baseOffset < upTo),
    rules.segmentBytes,
  )) {
    if (!(await run.rewrite(group))) return false;
  }
  state.notePass(upTo, now);
  return true;
}

function cleanableSegments(log: PartitionLog, rules: CompactionRules, now: number): readonly Segment[] {
  const stable = log.lastStableOffset;
  const closed = log.segments.slice(0, -1);
  const end = closed.findIndex(
    (segment) => segment.nextOffset > stable || segment.maxTimestamp + rules.minCompactionLagMs > now,
  );
  return end === -1 ? closed : closed.slice(0, end);
}

function isWorthwhile(
  cleanable: readonly Segment[],
  dirty: readonly Segment[],
  rules: CompactionRules,
  now: number,
): boolean {
  const size = (segments: readonly Segment[]): number =>
    segments.reduce((sum, segment) => sum + segment.size, 0);
  if (size(dirty) === 0) return false;
  const oldest = dirty.find((segment) => !segment.isEmpty)?.firstTimestamp ?? now;
  const isOverdue = oldest + rules.maxCompactionLagMs < now;
  return isOverdue || size(dirty) / size(cleanable) >= rules.minCleanableDirtyRatio;
}

/** Neighbours that fit into one segment together are joined, so that compacted logs do not become many tiny files. */
function groupSegments(segments: readonly Segment[], segmentBytes: number): Segment[][] {
  const groups: Segment[][] = [];
  let size = 0;
  for (const segment of segments) {
    const group = groups.at(-1);
    const spansTooMuch = group !== undefined && segment.nextOffset - (group[0]?.baseOffset ?? 0) > 0x7fffffff;
    if (group === undefined || size + segment.size > segmentBytes || spansTooMuch) {
      groups.push([segment]);
      size = segment.size;
    } else {
      group.push(segment);
      size += segment.size;
    }
  }
  return groups;
}

class CompactionRun {
  readonly #log: PartitionLog;
  readonly #signal: AbortSignal;
  readonly #latest = new Map<string, number>();
  #mapBytes = 0;
  tombstoneHorizon = 0;

  constructor(log: PartitionLog, signal: AbortSignal) {
    this.#log = log;
    this.#signal = signal;
  }

  /** Learns the latest offset of each key; answers up to where, or null when the run was broken off. */
  async mapKeys(segments: readonly Segment[], from: number): Promise<number | null> {
    let upTo = from;
    let isFull = false;
    for (const segment of segments) {
      const isDone = await this.#eachBatch(segment, segment.floorPosition(from), (batch) => {
        if (lastOffsetOf(batch) < from) return true;
        isFull = this.#mapBytes > keyMapBytes;
        if (isFull) return false;
        upTo = lastOffsetOf(batch) + 1;
        if (!isControlBatch(batch) && !this.#isAborted(batch)) this.#mapBatch(batch);
        return true;
      });
      if (!isDone) return null;
      if (isFull) return upTo;
    }
    return Math.max(upTo, segments.at(-1)?.nextOffset ?? upTo);
  }

  #mapBatch(batch: Buffer): void {
    const records = recordsOf(batch);
    const base = baseOffsetOf(batch);
    visitRecords(records, recordCountOf(batch), ({ keyStart, keyLength, offsetDelta }) => {
      if (keyLength < 0) return true;
      const key = keyText(records, keyStart, keyLength);
      if (!this.#latest.has(key)) this.#mapBytes += keyLength + bytesPerKey;
      this.#latest.set(key, base + offsetDelta);
      return true;
    });
  }

  /** Writes what is to be kept of some segments into one, and puts it in their place. */
  async rewrite(group: readonly Segment[]): Promise<boolean> {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return true;
    const following = this.#log.segments[this.#log.segments.indexOf(last) + 1];
    if (following === undefined) return false;
    const unfinished = join(this.#log.folder, `${first.baseOffset}.cleaned`);
    const fd = openSync(unfinished, 'w');
    let isDone = true;
    try {
      let position = 0;
      for (const segment of group) {
        isDone &&= await this.#eachBatch(segment, 0, (batch) => {
          const kept = this.#keep(batch);
          if (kept === null) return true;
          writeFully(fd, kept, position);
          position += kept.length;
          return true;
        });
      }
      if (isDone) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (!isDone || !group.every((segment) => this.#log.segments.includes(segment))) {
      rmSync(unfinished);
      return false;
    }
    const end = following.baseOffset;
    renameSync(unfinished, join(this.#log.folder, swapFileName(first.baseOffset, end)));
    for (const segment of group) segment.close();
    applySwap(this.#log.folder, first.baseOffset, end);
    this.#log.replaceSegments(group, Segment.open(first.path, { verifyCrc: false }).segment);
    return true;
  }

  #keep(batch: Buffer): Buffer | null {
    if (isControlBatch(batch)) return batch;
    if (this.#isAborted(batch)) return null;
    return compactBatch(batch, (key, offset, isTombstone) => {
      if (isTombstone && offset < this.tombstoneHorizon) return false;
      return (this.#latest.get(key) ?? -1) <= offset;
    });
  }

  #isAborted(batch: Buffer): boolean {
    if (!hasProducerId(batch) || !isTransactionalBatch(batch)) return false;
    const offset = baseOffsetOf(batch);
    return this.#log.producers
      .abortedBetween(offset, offset + 1)
      .some(({ producerId }) => producerId === producerIdOf(batch));
  }

  /** False when the log went away or the broker stops meanwhile. */
  async #eachBatch(segment: Segment, from: number, visit: (batch: Buffer) => boolean): Promise<boolean> {
    let position = from;
    let wantsMore = true;
    while (wantsMore && position < segment.size) {
      const stepStart = position;
      const stepEnd = position + stepBytes;
      segment.scan(position, (scanned) => {
        wantsMore = visit(scanned.whole());
        position = scanned.position + scanned.bytes;
        return wantsMore && position < stepEnd;
      });
      if (position === stepStart) {
        throw new ConnectError('data', `${segment.path} cannot be read at position ${position}`);
      }
      await afterEvents();
      const isGone = this.#log.isClosed || !this.#log.segments.includes(segment);
      if (this.#signal.aborted || isGone) return false;
    }
    return true;
  }
}
