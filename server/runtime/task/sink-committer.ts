import { messageOf } from '../../errors/connect-error.ts';
import type { Consumer } from '../../kafka/ports/consumer.ts';
import type { CommittedOffset } from '../../kafka/ports/topic-partition.ts';
import type { SinkOffset, SinkTask } from '../../plugin-api/sink-connector.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import { clearableTimeout } from './clearable-timeout.ts';
import { deliveredOffsets, type SinkPartition, type SinkPartitions } from './sink-partitions.ts';
import type { TaskGauges } from './task-gauges.ts';

export interface SinkCommitterOptions {
  readonly task: SinkTask;
  readonly consumer: Consumer;
  readonly partitions: SinkPartitions;
  readonly gauges: Pick<TaskGauges, 'commitBegan' | 'commitEnded' | 'commitSkipped' | 'setActive'>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Resolves when records that failed are where they can be got back. */
  readonly whenReported: () => Promise<void>;
  /** Throws when one of them is nowhere. */
  readonly throwIfReportFailed: () => void;
  readonly log: Log;
  readonly now: () => number;
}

interface CommitUnderWay {
  readonly startedAt: number;
  readonly done: Promise<void>;
}

/** Commits what a sink task has made durable: asks it first (`preCommit`, or `flush`), then the group. */
export class SinkCommitter {
  readonly #options: SinkCommitterOptions;
  #dueAt: number;
  #isRequested = false;
  #underWay: CommitUnderWay | null = null;

  constructor(options: SinkCommitterOptions) {
    this.#options = options;
    this.#dueAt = options.now() + options.intervalMs;
  }

  /** Milliseconds that a poll may take. */
  get msUntilDue(): number {
    if (this.#isRequested && this.#underWay === null) return 0;
    // The next commit waits for the one under way, without a busy loop until then.
    const least = this.#underWay === null ? 0 : 100;
    return Math.max(least, this.#dueAt - this.#options.now());
  }

  get isDue(): boolean {
    const { log, now, timeoutMs } = this.#options;
    if (this.#underWay !== null) {
      if (now() - this.#underWay.startedAt < timeoutMs) return false;
      log(
        'warn',
        `a commit of offsets took longer than ${timeoutMs} ms (offset.flush.timeout.ms) and is given up`,
      );
      this.#options.gauges.commitSkipped(now());
      this.#underWay = null;
    }
    return this.#isRequested || now() >= this.#dueAt;
  }

  request(): void {
    this.#isRequested = true;
  }

  /** Does not wait for the group's answer. `failed`: preCommit threw. */
  async commit(partitions: readonly SinkPartition[]): Promise<'done' | 'failed'> {
    const { intervalMs, log, now } = this.#options;
    this.#isRequested = false;
    this.#dueAt = now() + intervalMs;
    if (!(await this.#areFailuresReported())) return 'done';
    this.#options.throwIfReportFailed();
    const beganAt = now();
    this.#options.gauges.commitBegan();
    let offsets: readonly CommittedOffset[];
    try {
      offsets = this.#options.partitions.committable(await this.#preCommit(partitions));
    } catch (error) {
      this.#commitEnded(beganAt, false);
      log('error', `offsets are not committed, because the task could not flush: ${messageOf(error)}`);
      return 'failed';
    }
    if (offsets.length === 0) {
      this.#commitEnded(beganAt, true);
      return 'done';
    }
    const underWay = { startedAt: now(), done: this.#send(offsets, beganAt) };
    this.#underWay = underWay;
    void underWay.done.finally(() => {
      if (this.#underWay === underWay) this.#underWay = null;
    });
    return 'done';
  }

  /** Before partitions are given up: waits for the group's answer, within the flush timeout. Never rejects. */
  async commitBeforeClose(partitions: readonly SinkPartition[]): Promise<void> {
    const { gauges, log, now, timeoutMs } = this.#options;
    const beganAt = now();
    try {
      if (!(await this.#areFailuresReported())) return;
      this.#options.throwIfReportFailed();
      gauges.commitBegan();
      const wanted = await this.#preCommit(partitions);
      const bound = clearableTimeout(timeoutMs);
      // An older commit that arrives later would set the group back.
      await Promise.race([this.#underWay?.done, bound.elapsed]);
      const offsets = this.#options.partitions.committable(wanted);
      if (offsets.length > 0) await Promise.race([this.#send(offsets, beganAt), bound.elapsed]);
      else this.#commitEnded(beganAt, true);
      bound.clear();
    } catch (error) {
      this.#commitEnded(beganAt, false);
      log('error', `offsets are not committed, because the task could not flush: ${messageOf(error)}`);
    }
  }

  /** Invariant: no offset is committed past a record that is not yet in the dead letter queue. */
  async #areFailuresReported(): Promise<boolean> {
    const { log, timeoutMs, whenReported } = this.#options;
    const bound = clearableTimeout(timeoutMs);
    const late = bound.elapsed.then(() => 'late');
    const outcome = await Promise.race([whenReported().then(() => 'done'), late]);
    bound.clear();
    if (outcome === 'done') return true;
    log(
      'warn',
      `offsets are not committed now: records that failed are not in the dead letter queue after ${timeoutMs} ms (offset.flush.timeout.ms)`,
    );
    return false;
  }

  async #preCommit(partitions: readonly SinkPartition[]): Promise<readonly SinkOffset[]> {
    const { task } = this.#options;
    const delivered = deliveredOffsets(partitions);
    if (delivered.length === 0) return [];
    if (task.preCommit !== undefined) return task.preCommit(delivered);
    await task.flush?.(delivered);
    return delivered;
  }

  async #send(offsets: readonly CommittedOffset[], beganAt: number): Promise<void> {
    const { consumer, gauges, now, partitions } = this.#options;
    try {
      await consumer.commit(offsets);
      partitions.onCommitted(offsets);
      gauges.setActive(partitions.uncommitted, now());
      this.#commitEnded(beganAt, true);
    } catch (error) {
      this.#commitEnded(beganAt, false);
      this.#options.log('error', `offsets could not be committed: ${messageOf(error)}`);
    }
  }
  #commitEnded(beganAt: number, hasSucceeded: boolean): void {
    const now = this.#options.now();
    this.#options.gauges.commitEnded(Math.max(0, now - beganAt), hasSucceeded, now);
  }
}
