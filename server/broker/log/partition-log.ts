import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../errors/connect-error.ts';
import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import type { BrokerLog } from '../broker-log.ts';
import {
  attributesOf,
  baseOffsetOf,
  baseSequenceOf,
  hasProducerId,
  isControlBatch,
  isTransactionalBatch,
  lastOffsetDeltaOf,
  lastOffsetOf,
  maxTimestampOf,
  producerEpochOf,
  producerIdOf,
  recordCountOf,
  stampLogAppendTime,
  stampOffset,
} from './batch-header.ts';
import type { ScannedBatch } from './batch-scan.ts';
import { type AppendLimits, keyRefusalOf, refusalOf } from './batch-validation.ts';
import { encodeTransactionMarker, isCommitMarker } from './control-record.ts';
import { readLogStart, writeLogStart } from './log-start-file.ts';
import { type ProducerBatch, ProducerStates, type ProducersSnapshot } from './producer-states.ts';
import { baseOffsetOfFileName, Segment } from './segment.ts';
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
  /** False after a clean shutdown: then checksums need no check. */
  readonly verifyCrc: boolean;
}

/** The leader epoch never changes: there is one broker. */
export const leaderEpoch = 0;

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
  #segments: Segment[] = [];
  #logStart: number;
  #bytes = 0;
  #readableProgress = 0;
  #isClosed = false;
  readonly #listeners = new Set<() => void>();

  private constructor(options: OpenLogOptions) {
    this.folder = options.folder;
    this.name = options.name;
    this.settings = options.settings;
    this.log = options.log;
    this.#logStart = readLogStart(options.folder);
  }

  /** Opens or creates the log; cuts off what a crash left half written. */
  static open(options: OpenLogOptions): PartitionLog {
    mkdirSync(options.folder, { recursive: true });
    const log = new PartitionLog(options);
    finishSwaps(options.folder);
    const bases = readdirSync(options.folder)
      .map(baseOffsetOfFileName)
      .filter((base) => base !== null)
      .sort((a, b) => a - b);
    for (const [index, base] of bases.entries())
      log.#openSegment(base, index === bases.length - 1, options.verifyCrc);
    if (log.#segments.length === 0) log.#segments.push(Segment.create(options.folder, log.#logStart));
    const first = log.#segments[0] as Segment;
    log.#logStart = Math.min(Math.max(log.#logStart, first.baseOffset), log.nextOffset);
    return log;
  }

  #openSegment(base: number, isLast: boolean, verifyCrc: boolean): void {
    const path = join(this.folder, `${String(base).padStart(20, '0')}.log`);
    const previous = this.#segments.at(-1);
    if (previous !== undefined && base < previous.nextOffset) {
      this.log('warn', `${this.name}: ${path} overlaps the segment before it and is set aside`);
      renameSync(path, `${path}.overlapping`);
      return;
    }
    // The last segment may have grown since its summary, unless the broker ended cleanly.
    const summarised = isLast && verifyCrc ? null : Segment.openBySummary(path);
    if (summarised !== null) {
      this.producers.restore(summarised.producers);
      this.#add(summarised.segment);
      return;
    }
    const { segment, truncatedBytes } = Segment.open(path, {
      // Older segments were handed to the disk when they were closed.
      verifyCrc: verifyCrc && isLast,
      visit: (batch) => this.#noteScanned(batch),
    });
    if (truncatedBytes > 0) {
      this.log('warn', `${this.name}: cut ${truncatedBytes} bytes of an unfinished write off ${path}`);
    }
    this.#add(segment);
  }

  #add(segment: Segment): void {
    this.#segments.push(segment);
    this.#bytes += segment.size;
  }

  #noteScanned({ buffer, at, whole }: ScannedBatch): void {
    if (!hasProducerId(buffer, at)) return;
    if (isControlBatch(buffer, at)) this.#noteMarker(whole());
    else this.producers.note(producerBatchOf(buffer, at));
  }

  #noteMarker(batch: Buffer): void {
    const isCommit = isCommitMarker(batch);
    if (isCommit === null) return;
    const offset = baseOffsetOf(batch);
    this.producers.noteMarker(
      producerIdOf(batch),
      producerEpochOf(batch),
      offset,
      maxTimestampOf(batch),
      isCommit,
    );
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

  #progress(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Appends the one batch of a produce request; the buffer's offset fields are overwritten. */
  append(batch: Buffer, now: number): AppendOutcome {
    const settings = this.settings();
    const refusal = refusalOf(batch, settings, now) ?? (settings.isCompacted ? keyRefusalOf(batch) : null);
    if (refusal !== null) return { kind: 'refused', ...refusal };
    if (hasProducerId(batch)) {
      const verdict = this.producers.check({
        producerId: producerIdOf(batch),
        epoch: producerEpochOf(batch),
        firstSequence: baseSequenceOf(batch),
        count: recordCountOf(batch),
        isTransactional: isTransactionalBatch(batch),
      });
      if (verdict.kind === 'refused') return verdict;
      if (verdict.kind === 'duplicate') {
        const logAppendTime = settings.usesLogAppendTime ? verdict.timestamp : -1;
        return { kind: 'appended', baseOffset: verdict.firstOffset, logAppendTime };
      }
    }
    if (settings.usesLogAppendTime) stampLogAppendTime(batch, now);
    const baseOffset = this.#write(batch, settings);
    if (hasProducerId(batch)) this.producers.note(producerBatchOf(batch, 0));
    this.#progress();
    return { kind: 'appended', baseOffset, logAppendTime: settings.usesLogAppendTime ? now : -1 };
  }

  /** Appends a batch that the broker made itself. */
  appendOwn(batch: Buffer): void {
    this.#write(batch, this.settings());
    if (hasProducerId(batch)) this.producers.note(producerBatchOf(batch, 0));
    this.#progress();
  }

  /** Ends a transaction in this partition. */
  appendMarker(producerId: bigint, epoch: number, isCommit: boolean, now: number): void {
    const batch = encodeTransactionMarker(producerId, epoch, isCommit, now);
    this.#write(batch, this.settings());
    this.#noteMarker(batch);
    this.#progress();
  }

  #write(batch: Buffer, settings: LogSettings): number {
    const baseOffset = this.nextOffset;
    stampOffset(batch, baseOffset, leaderEpoch);
    if (this.#mustRollBefore(batch, settings)) this.roll();
    this.active.append(batch);
    this.#bytes += batch.length;
    this.#readableProgress += batch.length;
    return baseOffset;
  }

  #mustRollBefore(batch: Buffer, settings: LogSettings): boolean {
    const { active } = this;
    if (active.isEmpty) return false;
    if (active.size + batch.length > settings.segmentBytes) return true;
    if (this.nextOffset + lastOffsetDeltaOf(batch) - active.baseOffset > 0x7fffffff) return true;
    return active.firstTimestamp >= 0 && maxTimestampOf(batch) - active.firstTimestamp > settings.segmentMs;
  }

  /** Closes the active segment and begins a new one. */
  roll(): void {
    const { active } = this;
    if (active.isEmpty) return;
    this.#segments.push(Segment.create(this.folder, active.nextOffset));
    const producers = this.producers.snapshot();
    active.syncInBackground((error) => this.#summarise(active, producers, error));
  }

  /** Nothing depends on a summary, so a full disk only makes the next start slower. */
  #summarise(segment: Segment, producers: ProducersSnapshot, syncError: Error | null): void {
    try {
      if (syncError !== null) throw syncError;
      segment.writeSummary(producers);
    } catch (error) {
      this.log('error', `${this.name}: could not finish ${segment.path} on disk: ${messageOf(error)}`);
    }
  }

  /** Moves the start of the log forward (never back) and drops segments that are wholly before it. */
  advanceLogStart(offset: number): void {
    const target = Math.min(offset, this.nextOffset);
    if (target <= this.#logStart) return;
    if (target === this.nextOffset) this.roll();
    writeLogStart(this.folder, target);
    this.#logStart = target;
    while (this.#segments.length > 1 && (this.#segments[1] as Segment).baseOffset <= target) {
      const [oldest] = this.#segments.splice(0, 1);
      this.#bytes -= oldest?.size ?? 0;
      oldest?.delete();
    }
  }

  /** Puts cleaned segments in the place of old ones; their files are already there. */
  replaceSegments(old: readonly Segment[], cleaned: Segment): void {
    const from = this.#segments.indexOf(old[0] as Segment);
    this.#segments.splice(from, old.length, cleaned);
    this.#bytes = this.#segments.reduce((sum, segment) => sum + segment.size, 0);
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
    for (const segment of this.#segments) segment.sync();
    if (!this.active.isEmpty) this.active.writeSummary(this.producers.snapshot());
  }

  close(): void {
    this.#isClosed = true;
    for (const segment of this.#segments) segment.close();
    this.#progress();
    this.#listeners.clear();
  }
}

function producerBatchOf(buffer: Buffer, at: number): ProducerBatch {
  return {
    producerId: producerIdOf(buffer, at),
    epoch: producerEpochOf(buffer, at),
    firstSequence: baseSequenceOf(buffer, at),
    // The count shrinks when a batch is compacted; its sequences do not.
    count: lastOffsetDeltaOf(buffer, at) + 1,
    firstOffset: baseOffsetOf(buffer, at),
    lastOffset: lastOffsetOf(buffer, at),
    timestamp: maxTimestampOf(buffer, at),
    isTransactional: (attributesOf(buffer, at) & 0x10) !== 0,
  };
}
