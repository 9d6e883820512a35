import { closeSync, fsync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ConnectError, codeOf, messageOf } from '../../errors/connect-error.ts';
import {
  baseOffsetAt,
  hasProducerIdAt,
  isControlAt,
  isTransactionalAt,
  lastOffsetAt,
  producerIdAt,
} from '../../kafka/record-batch/batch-layout.ts';
import { markerTypeAt } from '../../kafka/record-batch/control-record.ts';
import { visitRecords } from '../../kafka/record-batch/visit-records.ts';
import { compactBatch, keyText } from './compact-batch.ts';
import { CompactionState } from './compaction-state.ts';
import { writeFully } from './file-io.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Segment } from './segment.ts';
import { SegmentContents } from './segment-contents.ts';
import { readSummary, writeSummary } from './segment-summary.ts';
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
const sync = promisify(fsync);
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
  const run = new CompactionRun(log, state.tombstoneHorizon(rules.deleteRetentionMs, now), signal);
  const upTo = await run.mapKeys(dirty, state.cleanedUpTo);
  if (upTo === null) return false;
  for (const group of groupSegments(
    cleanable.filter((segment) => segment.baseOffset < upTo),
    rules.segmentBytes,
  )) {
    if (!(await run.rewrite(group))) return false;
  }
  if (run.emptyAborts.size > 0) log.forgetAborted(run.emptyAborts);
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
  return isOverdue || size(dirty) / size(cleanable) > rules.minCleanableDirtyRatio;
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
  /** Tombstones and markers of transactions before it were seen by all who follow the log. */
  readonly #tombstoneHorizon: number;
  /** Producers whose transaction has records before the place that the rewriting has reached. */
  readonly #inTransaction = new Set<bigint>();
  /** Offsets of abort markers whose transaction has no record left. */
  readonly emptyAborts = new Set<number>();

  constructor(log: PartitionLog, tombstoneHorizon: number, signal: AbortSignal) {
    this.#log = log;
    this.#tombstoneHorizon = tombstoneHorizon;
    this.#signal = signal;
  }

  /** Learns the latest offset of each key; answers up to where, or null when the run was broken off. */
  async mapKeys(segments: readonly Segment[], from: number): Promise<number | null> {
    let upTo = from;
    let isFull = false;
    for (const segment of segments) {
      const isDone = await this.#eachBatch(segment, segment.floorPosition(from), (batch) => {
        if (lastOffsetAt(batch) < from) return true;
        isFull = this.#mapBytes > keyMapBytes;
        if (isFull) return false;
        upTo = lastOffsetAt(batch) + 1;
        if (!isControlAt(batch) && !this.#isAborted(batch)) this.#mapBatch(batch);
        return true;
      });
      if (!isDone) return null;
      if (isFull) return upTo;
    }
    return Math.max(upTo, segments.at(-1)?.nextOffset ?? upTo);
  }

  #mapBatch(batch: Buffer): void {
    const base = baseOffsetAt(batch);
    const found: [key: string, offset: number][] = [];
    const isReadable = this.#try(batch, () =>
      visitRecords(batch, 0, batch.length, ({ buffer, keyStart, keyLength, offsetDelta }) => {
        if (keyLength >= 0) found.push([keyText(buffer, keyStart, keyLength), base + offsetDelta]);
        return true;
      }),
    );
    // What cannot be read replaces nothing.
    if (!isReadable) return;
    for (const [key, offset] of found) {
      if (!this.#latest.has(key)) this.#mapBytes += key.length + bytesPerKey;
      this.#latest.set(key, offset);
    }
  }

  /** Writes what is to be kept of some segments into one, and puts it in their place. */
  async rewrite(group: readonly Segment[]): Promise<boolean> {
    const { folder } = this.#log;
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return true;
    const following = this.#log.segments[this.#log.segments.indexOf(last) + 1];
    if (following === undefined) return false;
    const unfinished = join(folder, `${first.baseOffset}.cleaned`);
    const contents = new SegmentContents(first.baseOffset);
    const isDone = await this.#writeKept(group, unfinished, contents).catch((error: unknown) => {
      // On a full disk, what is unfinished only takes room.
      rmSync(unfinished, { force: true });
      throw error;
    });
    const isUnchanged = group.length === 1 && contents.size === first.size;
    if (!isDone || isUnchanged || !group.every((segment) => this.#log.segments.includes(segment))) {
      rmSync(unfinished);
      return isDone && isUnchanged;
    }
    const producers = readSummary(last.path, last.size)?.producers;
    const end = following.baseOffset;
    renameSync(unfinished, join(folder, swapFileName(first.baseOffset, end)));
    for (const segment of group) segment.close();
    applySwap(folder, first.baseOffset, end);
    // Spares reading it, here and at the next start.
    if (producers !== undefined) writeSummary(first.path, contents.summary(producers));
    this.#log.replaceSegments(group);
    return true;
  }

  async #writeKept(group: readonly Segment[], path: string, contents: SegmentContents): Promise<boolean> {
    const descriptor = openSync(path, 'w');
    try {
      for (const segment of group) {
        const isDone = await this.#eachBatch(segment, 0, (batch) => {
          const kept = this.#keep(batch);
          if (kept === null) return true;
          writeFully(descriptor, kept, contents.size);
          contents.note(kept, 0, kept.length);
          return true;
        });
        if (!isDone) return false;
      }
      await sync(descriptor);
      return !this.#log.isClosed;
    } finally {
      closeSync(descriptor);
    }
  }

  #keep(batch: Buffer): Buffer | null {
    if (isControlAt(batch)) return this.#isMarkerOver(batch) ? null : batch;
    if (isTransactionalAt(batch)) this.#inTransaction.add(producerIdAt(batch));
    if (this.#isAborted(batch)) return null;
    let compacted: Buffer | null = batch;
    this.#try(batch, () => {
      compacted = compactBatch(batch, (key, offset, isTombstone) => {
        if (isTombstone && offset < this.#tombstoneHorizon) return false;
        return (this.#latest.get(key) ?? -1) <= offset;
      });
    });
    return compacted;
  }

  /**
   * A marker is needed as long as records of its transaction are there. That of an abort must outlive what readers are
   * told of the abort, or they would go on leaving out what its producer wrote later.
   */
  #isMarkerOver(batch: Buffer): boolean {
    const type = markerTypeAt(batch);
    if (type === null) return false;
    const offset = baseOffsetAt(batch);
    const hasRecords = this.#inTransaction.delete(producerIdAt(batch));
    if (hasRecords) return false;
    if (type === 'abort' && this.#log.producers.hasAbortEndingAt(offset)) {
      this.emptyAborts.add(offset);
      return false;
    }
    return offset < this.#tombstoneHorizon;
  }

  /** A batch that cannot be read stays as it is: it may have come before the topic was compacted, and was not checked. */
  #try(batch: Buffer, read: () => void): boolean {
    try {
      read();
      return true;
    } catch (error) {
      if (codeOf(error) !== 'data') throw error;
      this.#log.log(
        'warn',
        `${this.#log.name}: the batch at offset ${baseOffsetAt(batch)} cannot be read and is left as it is (${messageOf(error)})`,
      );
      return false;
    }
  }

  #isAborted(batch: Buffer): boolean {
    if (!hasProducerIdAt(batch) || !isTransactionalAt(batch)) return false;
    const offset = baseOffsetAt(batch);
    return this.#log.producers
      .abortedBetween(offset, offset + 1)
      .some(({ producerId }) => producerId === producerIdAt(batch));
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
