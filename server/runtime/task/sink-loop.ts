import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { ConsumedBatch, Consumer } from '../../kafka/ports/consumer.ts';
import type { TopicPartition } from '../../kafka/ports/topic-partition.ts';
import type { SinkTask, SinkTaskContext } from '../../plugin-api/sink-connector.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import type { SinkRecord } from '../../records/record.ts';
import { clearableTimeout } from './clearable-timeout.ts';
import type { TaskErrantRecordReporter } from './errant-record-reporter.ts';
import { EventLoopYield } from './event-loop-yield.ts';
import { SinkCommitter } from './sink-committer.ts';
import { keyOf, SinkPartitions } from './sink-partitions.ts';
import type { SinkRecordReader } from './sink-record-reader.ts';
import type { TaskReports } from './source-loop-options.ts';
import type { TaskControl } from './task-control.ts';
import type { TaskGauges } from './task-gauges.ts';

export interface SinkLoopOptions {
  readonly task: SinkTask;
  readonly settings: Settings;
  readonly topics: readonly string[] | RegExp;
  readonly consumer: Consumer;
  readonly reader: SinkRecordReader;
  readonly errantRecordReporter: TaskErrantRecordReporter | null;
  /** Resolves when records that failed have been written to the dead letter queue, or given up. */
  readonly whenReported: () => Promise<void>;
  readonly control: TaskControl;
  readonly reports: TaskReports;
  readonly gauges: TaskGauges;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly log: Log;
  readonly now?: () => number;
}

const consumerCloseTimeoutMs = 30_000;
/** How long the consumer may go without a poll while a batch waits; most look-ups are answered sooner. */
const waitGraceMs = 500;
/** Wait before the same records are put again, unless the task asked for another. */
const redeliveryMs = 1_000;

/**
 * Runs one sink task: poll, convert, transform, put; commits what the task has made durable. Offsets advance only after
 * `put`; partitions are flushed and committed before they are given up.
 */
export class SinkLoop {
  readonly #options: SinkLoopOptions;
  readonly #partitions = new SinkPartitions();
  readonly #committer: SinkCommitter;
  readonly #rewinds = new Map<string, { readonly partition: TopicPartition; readonly offset: number }>();
  readonly #activeTopics = new Set<string>();
  readonly #yield = new EventLoopYield();
  readonly #now: () => number;
  /** Records that `put` has not taken yet, and the positions after them. */
  #records: readonly SinkRecord[] = [];
  #positions: readonly (TopicPartition & { readonly offset: number })[] = [];
  #isRedelivering = false;
  /** A batch waits for a look-up or a retry while the consumer is polled. */
  #isReading = false;
  #isPaused = false;
  #timeoutMs: number | null = null;
  #rebalanceError: unknown = null;

  constructor(options: SinkLoopOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#committer = new SinkCommitter({
      task: options.task,
      consumer: options.consumer,
      partitions: this.#partitions,
      gauges: options.gauges,
      intervalMs: options.offsetFlushIntervalMs,
      timeoutMs: options.offsetFlushTimeoutMs,
      whenReported: options.whenReported,
      throwIfReportFailed: () => options.errantRecordReporter?.throwIfFailed(),
      log: options.log,
      now: this.#now,
    });
  }

  /** Resolves when the task was asked to stop and has; rejects with what made it fail, after the final commit. */
  async run(): Promise<void> {
    const { consumer, control, reports, settings, task, topics } = this.#options;
    let isStarted = false;
    try {
      if (control.isPaused) {
        reports.state('PAUSED');
        await control.whilePaused();
      }
      if (control.isStopping) return;
      consumer.subscribe(topics, {
        onAssigned: (partitions) => this.#onAssigned(partitions),
        onRevoked: (partitions) => this.#onRevoked(partitions),
        onLost: (partitions) => this.#onLost(partitions),
      });
      control.onChange(() => consumer.wakeup());
      isStarted = true;
      await task.start(settings, this.#context());
      reports.state('RUNNING');
      while (!control.isStopping) await this.#iterate();
    } finally {
      control.onChange(null);
      await this.#finish(isStarted);
    }
  }

  /** Whether no partition may deliver, whatever the task says. */
  get #isHeld(): boolean {
    return this.#isPaused || this.#isRedelivering || this.#isReading;
  }

  async #iterate(): Promise<void> {
    const { control } = this.#options;
    if (this.#committer.isDue) await this.#commit();
    this.#applyTarget();
    this.#applyRewinds();
    const batches = await this.#poll();
    if (control.isStopping) return;
    if (batches.length > 0 && !(await this.#take(batches))) return;
    await this.#put();
    await this.#yield.ifDue();
  }

  async #poll(): Promise<readonly ConsumedBatch[]> {
    const { consumer } = this.#options;
    let timeoutMs = this.#committer.msUntilDue;
    if (this.#isRedelivering) timeoutMs = Math.min(timeoutMs, this.#timeoutMs ?? redeliveryMs);
    else if (this.#timeoutMs !== null) timeoutMs = Math.min(timeoutMs, this.#timeoutMs);
    this.#timeoutMs = null;
    const batches = await consumer.poll(timeoutMs);
    if (this.#rebalanceError !== null) throw this.#rebalanceError;
    return batches;
  }

  /** False: the task is asked to stop, and these records come again. */
  async #take(batches: readonly ConsumedBatch[]): Promise<boolean> {
    const { gauges, reader, reports } = this.#options;
    let taken = 0;
    for (const batch of batches) taken += batch.records.length;
    gauges.addTaken(taken, this.#now());
    const records = await this.#read(batches);
    if (records === null) return false;
    this.#records = this.#records.length === 0 ? records : [...this.#records, ...records];
    const positions = batches
      .filter((batch) => !reader.isDropped(batch))
      .map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: nextOffset }));
    this.#positions = this.#positions.length === 0 ? positions : [...this.#positions, ...positions];
    for (const { topic, partition, nextOffset, highWatermark } of batches) {
      const own = this.#partitions.find({ topic, partition });
      if (own !== undefined && !reader.isDropped({ topic, partition }))
        own.lag = Math.max(0, highWatermark - nextOffset);
      if (this.#activeTopics.has(topic)) continue;
      this.#activeTopics.add(topic);
      reports.topic(topic);
    }
    gauges.lag = this.#partitions.lag;
    return true;
  }

  /**
   * Null: the task is asked to stop. A reader that waits for long (a registry that does not answer, retries) must not
   * keep the group waiting: the consumer is paused and polled meanwhile, which lets rebalances through.
   */
  async #read(batches: readonly ConsumedBatch[]): Promise<readonly SinkRecord[] | null> {
    const waits = Promise.withResolvers<void>();
    const reading = this.#options.reader.read(batches, () => waits.resolve());
    const progress = { isOver: false };
    const end = () => {
      progress.isOver = true;
    };
    const over = reading.then(end, end);
    await Promise.race([over, waits.promise]);
    if (!progress.isOver) await this.#pollMeanwhile(over, progress);
    return await reading;
  }

  async #pollMeanwhile(over: Promise<void>, progress: { readonly isOver: boolean }): Promise<void> {
    const { consumer, control, reader } = this.#options;
    const grace = clearableTimeout(waitGraceMs);
    await Promise.race([over, grace.elapsed]);
    grace.clear();
    if (progress.isOver || control.isStopping) return;
    this.#isReading = true;
    consumer.pause(this.#partitions.all());
    void over.then(() => consumer.wakeup());
    try {
      while (!progress.isOver && !control.isStopping) {
        if (this.#committer.isDue) await this.#commit();
        this.#applyTarget();
        // Everything is paused, so this brings no records.
        await this.#poll();
      }
    } catch (error) {
      reader.drop(this.#partitions.all());
      throw error;
    } finally {
      this.#isReading = false;
      this.#resumeConsumer();
    }
  }

  async #put(): Promise<void> {
    const { control, gauges, log, task } = this.#options;
    const records = this.#records;
    gauges.callBegan(this.#now());
    try {
      await task.put(records);
      gauges.callEnded(this.#now(), true);
    } catch (error) {
      gauges.callEnded(this.#now(), false);
      if (!isRetriable(error)) {
        throw new ConnectError('unknown', 'Exiting WorkerSinkTask due to unrecoverable exception.', {
          cause: error,
        });
      }
      log('warn', `put failed for now, the same ${records.length} records come again: ${messageOf(error)}`);
      if (!this.#isRedelivering && !control.isStopping) {
        this.#isRedelivering = true;
        this.#options.consumer.pause(this.#partitions.all());
      }
      return;
    }
    this.#options.errantRecordReporter?.throwIfFailed();
    // Invariant: offsets advance only here, after put.
    for (const position of this.#positions) {
      const own = this.#partitions.find(position);
      if (own !== undefined) own.delivered = position.offset;
    }
    if (records.length > 0) {
      gauges.addRecords(records.length, this.#now());
      gauges.setActive(this.#partitions.uncommitted, this.#now());
    }
    this.#forgetRecords();
  }

  #forgetRecords(): void {
    this.#records = [];
    this.#positions = [];
    if (!this.#isRedelivering) return;
    this.#isRedelivering = false;
    this.#resumeConsumer();
  }

  async #commit(): Promise<void> {
    if ((await this.#committer.commit(this.#partitions.all())) === 'done') return;
    // preCommit failed: what it could not vouch for is read again.
    for (const { topic, partition, committed } of this.#partitions.all()) {
      this.#rewinds.set(keyOf({ topic, partition }), { partition: { topic, partition }, offset: committed });
    }
    this.#options.reader.drop(this.#partitions.all());
    this.#forgetRecords();
  }

  #applyTarget(): void {
    const { consumer, control, reports } = this.#options;
    if (control.isPaused === this.#isPaused) return;
    this.#isPaused = control.isPaused;
    if (this.#isPaused) {
      consumer.pause(this.#partitions.all());
      this.#committer.request();
      reports.state('PAUSED');
      return;
    }
    this.#resumeConsumer();
    reports.state('RUNNING');
  }

  #resumeConsumer(): void {
    if (this.#isHeld) return;
    this.#options.consumer.resume(this.#partitions.all().filter(({ isPausedByTask }) => !isPausedByTask));
  }

  #applyRewinds(): void {
    for (const { partition, offset } of this.#rewinds.values()) {
      const own = this.#partitions.find(partition);
      if (own === undefined) {
        this.#options.log('warn', `${keyOf(partition)} is not assigned to this task and was not rewound`);
        continue;
      }
      this.#options.consumer.seek(partition, offset);
      own.delivered = offset;
      own.committed = offset;
    }
    this.#rewinds.clear();
  }

  async #onAssigned(partitions: readonly TopicPartition[]): Promise<void> {
    const { consumer, task } = this.#options;
    if (partitions.length === 0) return;
    try {
      for (const partition of partitions)
        this.#partitions.assign(partition, await consumer.position(partition));
      this.#options.gauges.partitions = this.#partitions.all().length;
      if (this.#isHeld) consumer.pause(partitions);
      await task.open?.(partitions);
      this.#applyRewinds();
    } catch (error) {
      this.#rebalanceError ??= error;
    }
  }

  async #onRevoked(partitions: readonly TopicPartition[]): Promise<void> {
    const owned = this.#partitions.owned(partitions);
    if (owned.length === 0) return;
    this.#dropRecordsOf(partitions);
    await this.#committer.commitBeforeClose(owned);
    await this.#close(owned);
  }

  async #onLost(partitions: readonly TopicPartition[]): Promise<void> {
    const owned = this.#partitions.owned(partitions);
    if (owned.length === 0) return;
    this.#dropRecordsOf(partitions);
    await this.#close(owned);
  }

  async #close(partitions: readonly TopicPartition[]): Promise<void> {
    try {
      await this.#options.task.close?.(partitions.map(({ topic, partition }) => ({ topic, partition })));
    } catch (error) {
      this.#rebalanceError ??= error;
    } finally {
      this.#partitions.remove(partitions);
      this.#options.gauges.partitions = this.#partitions.all().length;
      this.#options.gauges.lag = this.#partitions.lag;
    }
  }

  #dropRecordsOf(partitions: readonly TopicPartition[]): void {
    this.#options.reader.drop(partitions);
    const dropped = new Set(partitions.map(keyOf));
    this.#positions = this.#positions.filter((position) => !dropped.has(keyOf(position)));
    this.#records = this.#records.filter(
      ({ originalTopic, originalKafkaPartition }) =>
        !dropped.has(keyOf({ topic: originalTopic, partition: originalKafkaPartition })),
    );
  }

  async #finish(isStarted: boolean): Promise<void> {
    const { consumer, log, task } = this.#options;
    const owned = this.#partitions.all();
    if (owned.length > 0) {
      await this.#committer.commitBeforeClose(owned);
      await this.#close(owned);
      if (this.#rebalanceError !== null)
        log('error', `close of the task failed: ${messageOf(this.#rebalanceError)}`);
    }
    if (isStarted) {
      try {
        await task.stop();
      } catch (error) {
        log('error', `stop of the task failed: ${messageOf(error)}`);
      }
    }
    await consumer.close(consumerCloseTimeoutMs).catch((error: unknown) => {
      log('warn', `the consumer did not close in order: ${messageOf(error)}`);
    });
  }

  #context(): SinkTaskContext {
    const { consumer, control, errantRecordReporter, log } = this.#options;
    const setPaused = (partitions: readonly TopicPartition[], isPausedByTask: boolean) => {
      for (const partition of partitions) {
        const own = this.#partitions.find(partition);
        if (own !== undefined) own.isPausedByTask = isPausedByTask;
        else throw new ConnectError('illegal-state', `${keyOf(partition)} is not assigned to this task`);
      }
    };
    return {
      log,
      signal: control.signal,
      get errantRecordReporter() {
        return errantRecordReporter?.use() ?? null;
      },
      offset: ({ topic, partition }, offset) => {
        this.#rewinds.set(keyOf({ topic, partition }), { partition: { topic, partition }, offset });
      },
      timeout: (ms) => {
        this.#timeoutMs = ms;
      },
      assignment: () => this.#partitions.all().map(({ topic, partition }) => ({ topic, partition })),
      pause: (...partitions) => {
        setPaused(partitions, true);
        consumer.pause(partitions);
      },
      resume: (...partitions) => {
        setPaused(partitions, false);
        if (!this.#isHeld) consumer.resume(partitions);
      },
      requestCommit: () => this.#committer.request(),
    };
  }
}
