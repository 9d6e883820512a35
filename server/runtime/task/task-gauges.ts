import { SampledStat, sampledStatLength } from '../metrics/sampled-stat.ts';
import {
  type RecordErrorCounter,
  type RecordErrorCounts,
  type RecordErrorKind,
  recordErrorKinds,
} from './record-error-counts.ts';

/** Plain numbers, each 0 at first. */
const numberNames = [
  'beats',
  'records',
  'lastRecordAt',
  /** One more than the lag: 0 stands for not known. */
  'lagAndOne',
  'taken',
  'active',
  'partitions',
  'callSince',
  'commits',
  'commitsDone',
  'commitsSkipped',
  'lastErrorAt',
] as const;

/** Figures of the last minute. */
const statNames = [
  /** Records of one poll. */
  'batchSize',
  /** Milliseconds that a call of the task took: `poll` of a source, `put` of a sink. */
  'callTime',
  'taken',
  'moved',
  'active',
  'commitTime',
  /** 1: it succeeded, 0: it failed. */
  'commitOutcome',
  'commitsDone',
  'commitsSkipped',
] as const;

type NumberName = (typeof numberNames)[number];

const errorsAt = numberNames.length;
const statsAt = errorsAt + recordErrorKinds.length;
const length = statsAt + statNames.length * sampledStatLength;

/**
 * Figures of a running task in memory that its thread and the main thread share: no message a second and task, and
 * the main thread can see a blocked thread by its resting heartbeat. The thread adds numbers once a batch; everything
 * else is worked out where they are read.
 */
export class TaskGauges implements RecordErrorCounter {
  readonly buffer: SharedArrayBuffer;
  readonly stats: Readonly<Record<(typeof statNames)[number], SampledStat>>;
  readonly #numbers: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(length * 8)) {
    this.buffer = buffer;
    this.#numbers = new Float64Array(buffer);
    const stat = (name: (typeof statNames)[number]) => {
      const at = statsAt + statNames.indexOf(name) * sampledStatLength;
      return new SampledStat(this.#numbers.subarray(at, at + sampledStatLength));
    };
    this.stats = {
      batchSize: stat('batchSize'),
      callTime: stat('callTime'),
      taken: stat('taken'),
      moved: stat('moved'),
      active: stat('active'),
      commitTime: stat('commitTime'),
      commitOutcome: stat('commitOutcome'),
      commitsDone: stat('commitsDone'),
      commitsSkipped: stat('commitsSkipped'),
    };
  }

  /** Of a source: acknowledged by Kafka; of a sink: put. */
  get records(): number {
    return this.#get('records');
  }

  get lastRecordAt(): number | null {
    return this.#get('lastRecordAt') || null;
  }

  /** Sinks only; null before the first poll. */
  get lag(): number | null {
    const lagAndOne = this.#get('lagAndOne');
    return lagAndOne === 0 ? null : lagAndOne - 1;
  }

  set lag(records: number) {
    this.#set('lagAndOne', records + 1);
  }

  /** Records that came from the source's `poll`, or from Kafka to the sink. */
  get taken(): number {
    return this.#get('taken');
  }

  /** Records that are neither where they go, nor dropped; of a sink: not committed. */
  get active(): number {
    return this.#get('active');
  }

  /** That a sink task reads. */
  get partitions(): number {
    return this.#get('partitions');
  }

  set partitions(count: number) {
    this.#set('partitions', count);
  }

  /** When the `poll` or `put` that has not returned yet was called; null: the task's own code does not run. */
  get callSince(): number | null {
    return this.#get('callSince') || null;
  }

  /** Commits of offsets that were begun, that succeeded, that were given up. */
  get commits(): { readonly begun: number; readonly done: number; readonly skipped: number } {
    return {
      begun: this.#get('commits'),
      done: this.#get('commitsDone'),
      skipped: this.#get('commitsSkipped'),
    };
  }

  addRecords(count: number, at: number): void {
    this.#add('records', count);
    this.#set('lastRecordAt', at);
    this.stats.moved.record(count, at);
  }

  addTaken(count: number, at: number): void {
    this.#add('taken', count);
    this.stats.taken.record(count, at);
    this.stats.batchSize.record(count, at);
  }

  setActive(records: number, at: number): void {
    this.#set('active', records);
    this.stats.active.record(records, at);
  }

  /** Records of a source that are done with, whatever became of them. */
  settle(count: number): void {
    this.#add('active', -count);
  }

  callBegan(at: number): void {
    this.#set('callSince', at);
  }

  /** `counts`: whether its time is one to be averaged. */
  callEnded(at: number, counts: boolean): void {
    if (counts) this.stats.callTime.record(Math.max(0, at - this.#get('callSince')), at);
    this.#set('callSince', 0);
  }

  /** Of a source; null: it gave nothing. */
  pollEnded(count: number | null, at: number): void {
    this.callEnded(at, count !== null);
    if (count === null || count === 0) return;
    this.addTaken(count, at);
    this.setActive(this.active + count, at);
  }

  commitBegan(): void {
    this.#add('commits', 1);
  }

  commitEnded(tookMs: number, hasSucceeded: boolean, at: number): void {
    this.stats.commitOutcome.record(hasSucceeded ? 1 : 0, at);
    if (!hasSucceeded) return;
    this.stats.commitTime.record(tookMs, at);
    this.#add('commitsDone', 1);
    this.stats.commitsDone.record(1, at);
  }

  commitSkipped(at: number): void {
    this.#add('commitsSkipped', 1);
    this.stats.commitsSkipped.record(1, at);
  }

  count(kind: RecordErrorKind): void {
    const index = errorsAt + recordErrorKinds.indexOf(kind);
    this.#numbers[index] = (this.#numbers[index] ?? 0) + 1;
  }

  failedAt(at: number): void {
    this.#set('lastErrorAt', at);
  }

  get errors(): RecordErrorCounts {
    const of = (kind: RecordErrorKind) => this.#numbers[errorsAt + recordErrorKinds.indexOf(kind)] ?? 0;
    return {
      failures: of('failures'),
      errors: of('errors'),
      skipped: of('skipped'),
      retries: of('retries'),
      logged: of('logged'),
      deadLetters: of('deadLetters'),
      deadLetterFailures: of('deadLetterFailures'),
      lastErrorAt: this.#get('lastErrorAt') || null,
    };
  }

  beat(): void {
    this.#add('beats', 1);
  }

  get beats(): number {
    return this.#get('beats');
  }

  #get(name: NumberName): number {
    return this.#numbers[numberNames.indexOf(name)] ?? 0;
  }

  #set(name: NumberName, value: number): void {
    this.#numbers[numberNames.indexOf(name)] = value;
  }

  #add(name: NumberName, value: number): void {
    this.#set(name, this.#get(name) + value);
  }
}
