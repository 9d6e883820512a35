import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../errors/connect-error.ts';
import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import {
  lastOffsetDeltaAt,
  maxTimestampAt,
  stampCrc,
  stampLogAppendTime,
  stampOffset,
} from '../../kafka/record-batch/batch-layout.ts';
import { encodeTransactionMarker } from '../../kafka/record-batch/control-record.ts';
import type { BrokerLog } from '../broker-log.ts';
import { type AppendLimits, keyRefusalOf, refusalOf } from './batch-validation.ts';
import { logStartFileName, readLogStart, writeLogStart } from './log-start-file.ts';
import { noteBatch, verdictOn } from './producer-notes.ts';
import { ProducerStates } from './producer-states.ts';
import { baseOffsetOfFileName, Segment, segmentFileName } from './segment.ts';
import type { SegmentFiles } from './segment-files.ts';
import { finishSwaps } from './segment-swap.ts';

/** What a topic's configs say of its logs; read at each use, so that a changed config counts at once. */
export interface LogSettings extends AppendLimits {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly usesLogAppendTime: boolean;
  readonly isCompacted: boolean;
}

export type AppendOutcome =
  | {
      readonly kind: 'appended';
      readonly baseOffset: number;
      /** -1 unless the topic uses the broker's time. */
      readonly logAppendTime: number;
    }
  | { readonly kind: 'refused'; readonly error: KafkaErrorName; readonly message: string };

export interface OpenLogOptions {
  readonly folder: string;
  /** `topic-partition`, for messages. */
  readonly name: string;
  readonly settings: () => LogSettings;
  readonly log: BrokerLog;
  readonly files: SegmentFiles;
}

/** The leader epoch never changes: there is one broker. */
export const leaderEpoch = 0;

/** What a start after a crash has to read of each log at most, beside what came during the last write to the disk. */
const summaryIntervalBytes = 32 * 1024 * 1024;

/**
 * The log of one partition: segment files in a folder. Batches are stored as they come, with offset and leader epoch
 * set. All calls are synchronous and belong to one thread; whatever is appended is visible to the next read.
 */
export class PartitionLog {
  readonly folder: string;
  readonly name: string;
  readonly settings: () => LogSettings;
  readonly log: BrokerLog;
  readonly producers = new ProducerStates();
  readonly #files: SegmentFiles;
  #segments: Segment[] = [];
  #logStart = 0;
  #bytes = 0;
  #readableProgress = 0;
  #isClosed = false;
  #isSummarising = false;
  readonly #listeners = new Set<() => void>();

  private constructor(options: OpenLogOptions) {
    this.folder = options.folder;
    this.name = options.name;
    this.settings = options.settings;
    this.log = options.log;
    this.#files = options.files;
  }

  /** Opens or creates the log; cuts off what a crash left half written. */
  static open(options: OpenLogOptions): PartitionLog {
    mkdirSync(options.folder, { recursive: true });
    const log = new PartitionLog(options);
    const names = finishSwaps(options.folder);
    const bases = names
      .map(baseOffsetOfFileName)
      .filter((base) => base !== null)
      .sort((a, b) => a - b);
    for (const [index, base] of bases.entries()) log.#openSegment(base, index === bases.length - 1);
    log.#findStart(names.includes(logStartFileName) ? readLogStart(options.folder) : 0);
    return log;
  }

  #openSegment(base: number, isLast: boolean): void {
    const path = join(this.folder, segmentFileName(base));
    const previous = this.#segments.at(-1);
    if (previous !== undefined && base < previous.nextOffset) {
      this.log('warn', `${this.name}: ${path} overlaps the segment before it and is set aside`);
      renameSync(path, `${path}.overlapping`);
      return;
    }
    const { segment, truncatedBytes } = Segment.open(path, this.#files, {
      restore: (producers) => this.producers.restore(producers),
      visit: ({ buffer, at, whole }) => noteBatch(this.producers, buffer, at, whole),
      isContiguous: isLast,
      leaderEpoch,
    });
    if (truncatedBytes > 0) {
      this.log('warn', `${this.name}: cut ${truncatedBytes} bytes of an unfinished write off ${path}`);
    }
    if (!isLast) segment.finish();
    this.#segments.push(segment);
    this.#bytes += segment.size;
  }

  #findStart(stored: number): void {
    const end = this.#segments.at(-1)?.nextOffset ?? 0;
    if (this.#segments.length === 0 || end < stored) {
      // Offsets that were given once are not given to other records, even when all records are gone.
      for (const segment of this.#segments.splice(0)) segment.delete();
      this.#bytes = 0;
      this.#segments.push(Segment.create(this.folder, stored, this.#files));
    }
    this.#logStart = Math.max(stored, (this.#segments[0] as Segment).baseOffset);
  }

  /** First offset that may be read. */
  get logStart(): number {
    return this.#logStart;
  }

  /** Offset of the next record; also the high watermark, as there are no followers. */
  get nextOffset(): number {
    return this.active.nextOffset;
  }

  get lastStableOffset(): number {
    return this.producers.lastStableOffset(this.nextOffset);
  }

  /** Bytes in all segments. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Grows by the bytes of each append; for readers that wait. */
  get readableProgress(): number {
    return this.#readableProgress;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get active(): Segment {
    return this.#segments[this.#segments.length - 1] as Segment;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Called whenever readable records were added or the log was closed; answers how to stop it. */
  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Appends the one batch of a produce request; the buffer's offset fields are overwritten. */
  append(batch: Buffer, now: number): AppendOutcome {
    const settings = this.settings();
    const refusal = refusalOf(batch, settings, now) ?? (settings.isCompacted ? keyRefusalOf(batch) : null);
    if (refusal !== null) return { kind: 'refused', ...refusal };
    const verdict = verdictOn(batch, this.producers);
    if (verdict?.kind === 'refused') return verdict;
    if (verdict?.kind === 'duplicate') {
      const logAppendTime = settings.usesLogAppendTime ? verdict.timestamp : -1;
      return { kind: 'appended', baseOffset: verdict.firstOffset, logAppendTime };
    }
    if (settings.usesLogAppendTime) {
      stampLogAppendTime(batch, now);
      stampCrc(batch);
    }
    const baseOffset = this.#write(batch, settings);
    return { kind: 'appended', baseOffset, logAppendTime: settings.usesLogAppendTime ? now : -1 };
  }

  /** Appends a batch that the broker made itself. */
  appendOwn(batch: Buffer): void {
    this.#write(batch, this.settings());
  }

  /** Ends a transaction in this partition. */
  appendMarker(producerId: bigint, epoch: number, isCommit: boolean, now: number): void {
    this.appendOwn(encodeTransactionMarker({ producerId, epoch, isCommit, timestamp: now }));
  }

  #write(batch: Buffer, settings: LogSettings): number {
    const baseOffset = this.nextOffset;
    stampOffset(batch, baseOffset, leaderEpoch);
    if (this.#mustRollBefore(batch, settings)) this.roll();
    this.active.append(batch);
    this.#bytes += batch.length;
    this.#readableProgress += batch.length;
    noteBatch(this.producers, batch, 0, () => batch);
    if (this.active.bytesSinceSummary > summaryIntervalBytes && !this.#isSummarising) {
      this.#summarise(this.active);
    }
    for (const listener of this.#listeners) listener();
    return baseOffset;
  }

  #mustRollBefore(batch: Buffer, settings: LogSettings): boolean {
    const { active } = this;
    if (active.isEmpty) return false;
    if (active.size + batch.length > settings.segmentBytes) return true;
    if (this.nextOffset + lastOffsetDeltaAt(batch) - active.baseOffset > 0x7fffffff) return true;
    return active.firstTimestamp >= 0 && maxTimestampAt(batch) - active.firstTimestamp > settings.segmentMs;
  }

  /** Ends the active segment and begins a new one. */
  roll(): void {
    const { active } = this;
    if (active.isEmpty) return;
    this.#segments.push(Segment.create(this.folder, active.nextOffset, this.#files));
    active.finish();
    this.#summarise(active);
  }

  /** Nothing depends on a summary, so a full disk only makes the next start slower. */
  #summarise(segment: Segment): void {
    this.#isSummarising = true;
    segment.syncAndSummariseInBackground(this.producers.snapshot(), (error) => {
      this.#isSummarising = false;
      if (error === null) return;
      this.log('error', `${this.name}: could not finish ${segment.path} on disk: ${messageOf(error)}`);
    });
  }

  /** Moves the start of the log forward (never back) and drops segments that are wholly before it. */
  advanceLogStart(offset: number): void {
    const target = Math.min(offset, this.nextOffset);
    if (target <= this.#logStart) return;
    if (target === this.nextOffset) this.roll();
    // A full disk must not keep whole segments from being dropped: the name of the next one tells the start then.
    if (!this.#segments.some(({ baseOffset }) => baseOffset === target)) writeLogStart(this.folder, target);
    const mustKeepProducers = target === this.active.baseOffset;
    let problem = mustKeepProducers ? this.#keepProducers() : null;
    this.#logStart = target;
    while (this.#segments.length > 1 && (this.#segments[1] as Segment).baseOffset <= target) {
      const [oldest] = this.#segments.splice(0, 1);
      this.#bytes -= oldest?.size ?? 0;
      oldest?.delete();
    }
    // Now there may be room.
    if (problem !== null) problem = this.#keepProducers();
    if (problem === null) return;
    this.log('error', `${this.name}: could not keep what is known of producers: ${messageOf(problem)}`);
  }

  /** What is known of producers would go with the segments that they wrote to. Answers why that failed. */
  #keepProducers(): unknown {
    try {
      this.active.syncAndSummarise(this.producers.snapshot());
      return null;
    } catch (error) {
      return error;
    }
  }

  /** Takes the cleaned segment, whose file is already in the place of the first, for some segments. */
  replaceSegments(old: readonly Segment[]): void {
    const first = old[0] as Segment;
    const { segment } = Segment.open(first.path, this.#files, {
      restore: () => undefined,
      visit: () => undefined,
      isContiguous: false,
      leaderEpoch,
    });
    segment.finish();
    this.#segments.splice(this.#segments.indexOf(first), old.length, segment);
    this.#bytes = this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Tells readers no more of aborts that have no record left. On disk first: a marker may go once this is so. */
  forgetAborted(markerOffsets: ReadonlySet<number>): void {
    this.active.syncAndSummarise(this.producers.snapshot(markerOffsets));
    this.producers.forgetAborted(markerOffsets);
  }

  /** Index of the segment that holds `offset`, or the one after a gap. */
  segmentIndexOf(offset: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle] as Segment).baseOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Hands everything to the disk; for a clean shutdown. */
  sync(): void {
    const producers = this.producers.snapshot();
    for (const segment of this.#segments) {
      if (segment === this.active || !segment.hasSummary) segment.syncAndSummarise(producers);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const segment of this.#segments) segment.close();
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
