import { setTimeout as delay } from 'node:timers/promises';
import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { DeliveredBatch, Producer } from '../../kafka/ports/producer.ts';
import type { RecordHeader, Serialized } from '../../kafka/ports/record.ts';
import type { RecordMetadata } from '../../plugin-api/source-connector.ts';
import type { SourceRecord } from '../../records/record.ts';
import { describeSourceRecord } from './describe-source-record.ts';
import { EnsuredTopics } from './ensured-topics.ts';
import { EventLoopYield } from './event-loop-yield.ts';
import type { Stage } from './failed-record.ts';
import { kafkaHeadersOf, toKafkaHeaders, unconvertedHeaders } from './record-converters.ts';
import type { SourceLoopOptions } from './source-loop-options.ts';
import { SourceOffsetCommitter } from './source-offset-committer.ts';
import { SourceTransactions } from './source-transactions.ts';
import { SubmittedRecords, type SubmittedRun } from './submitted-records.ts';
import type { TaskControl } from './task-control.ts';

/** Long enough to make tracking cheap, short enough that a failed send repeats few records after a restart. */
const recordsPerRun = 128;
const producerCloseTimeoutMs = 30_000;
/** Apache's name for what sends the records of sources. */
const producingClass = 'org.apache.kafka.connect.runtime.WorkerSourceTask';
const sendRetryMs = 100;
const idlePollMs = 10;

/** Why the inner loop stopped before the end of a batch. */
type Halt = 'done' | 'full' | 'slice' | 'topic' | 'boundary' | 'error';

/**
 * Runs one source task: poll, transform, convert, append to the producer; commits offsets of records that Kafka has
 * acknowledged. The inner loop makes no promise, closure or look-up per record.
 */
export class SourceLoop {
  readonly #options: SourceLoopOptions;
  readonly #producer: Producer<SubmittedRun>;
  readonly #transactions: SourceTransactions | null;
  readonly #submitted: SubmittedRecords;
  /** null: offsets go with the transactions. */
  readonly #committer: SourceOffsetCommitter | null;
  readonly #wantsRecords: boolean;
  readonly #yield = new EventLoopYield();
  readonly #topics: EnsuredTopics;
  readonly #activeTopics = new Set<string>();
  /** Reused for each append: the producer copies what it takes before it returns. */
  readonly #outgoing: {
    topic: string;
    partition: number | null;
    timestamp: number | null;
    key: Serialized;
    value: Serialized;
    headers: readonly RecordHeader[] | undefined;
  } = { topic: '', partition: null, timestamp: null, key: null, value: null, headers: undefined };
  #topic: string | null = null;
  #lastDeliveredTopic = '';
  #isPauseReported = false;
  #isBatchWhole = true;
  #halt: Halt = 'done';
  #stage: Stage = 'TRANSFORMATION';
  #recordError: unknown = null;
  #sendError: Error | null = null;

  constructor(options: SourceLoopOptions) {
    this.#options = options;
    this.#wantsRecords = options.task.commitRecord !== undefined;
    this.#submitted = new SubmittedRecords(this.#wantsRecords ? 1 : recordsPerRun);
    const { control, exactlyOnce, gauges, log, offsets, task } = options;
    const { offsetFlushIntervalMs: intervalMs, offsetFlushTimeoutMs: timeoutMs } = options;
    this.#topics = new EnsuredTopics(options.ensureTopic, control, log);
    const shared = { task, submitted: this.#submitted, log };
    if (exactlyOnce === undefined) {
      this.#committer = new SourceOffsetCommitter({ ...shared, offsets, gauges, intervalMs, timeoutMs });
      this.#transactions = null;
      this.#producer = options.createProducer((batch) => this.#onDelivered(batch));
      return;
    }
    this.#committer = null;
    this.#transactions = new SourceTransactions({
      ...exactlyOnce,
      ...shared,
      onDelivered: (batch) => this.#onDelivered(batch),
      onRecordCommitted: (record, metadata) => this.#callCommitRecord(record, metadata),
    });
    this.#producer = this.#transactions;
  }

  /** Resolves when the task was asked to stop and has; rejects with what made it fail, after the final commit. */
  async run(): Promise<void> {
    const { control, reports, task } = this.#options;
    let isStarted = false;
    let isInOrder = false;
    try {
      if (control.isPaused) {
        reports.state('PAUSED');
        await control.whilePaused();
      }
      if (control.isStopping) return;
      await this.#transactions?.prepare(control.signal);
      isStarted = true;
      const transactions = this.#transactions?.context;
      await task.start(this.#options.settings, {
        log: this.#options.log,
        offsets: this.#options.offsets,
        signal: control.signal,
        ...(transactions && { transactions }),
      });
      reports.state('RUNNING');
      this.#committer?.start();
      await this.#loop();
      isInOrder = true;
    } catch (error) {
      // Asked to stop before it had begun: nothing has failed.
      if (isStarted || !control.isStopping) throw error;
    } finally {
      await this.#finish(isStarted, isInOrder);
    }
  }

  async #loop(): Promise<void> {
    const { control } = this.#options;
    while (!control.isStopping) {
      this.#throwSendError();
      await this.#committer?.callTask();
      if (control.isPaused) {
        await this.#transactions?.settle(true);
        await this.#pause();
        continue;
      }
      const records = await this.#poll();
      this.#isBatchWhole = records === null || (await this.#send(records));
      if (this.#isBatchWhole) await this.#transactions?.afterPoll();
      await this.#yield.ifDue();
    }
  }

  async #pause(): Promise<void> {
    this.#reportTarget();
    await this.#options.control.whilePaused();
    this.#reportTarget();
  }

  #reportTarget(): void {
    const { control, reports } = this.#options;
    if (this.#isPauseReported === control.isPaused || control.isStopping) return;
    this.#isPauseReported = control.isPaused;
    reports.state(control.isPaused ? 'PAUSED' : 'RUNNING');
  }

  async #poll(): Promise<readonly SourceRecord[] | null> {
    const { gauges } = this.#options;
    const startedAt = performance.now();
    let records: readonly SourceRecord[] | null = null;
    gauges.callBegan(Date.now());
    try {
      records = await this.#options.task.poll();
    } catch (error) {
      if (!isRetriable(error) && !this.#options.control.isStopping) throw error;
      this.#options.log('warn', `poll found nothing for now: ${messageOf(error)}`);
    }
    gauges.pollEnded(records === null ? null : records.length, Date.now());
    if (records !== null && records.length > 0) return records;
    // A task is to wait inside poll; one that does not must not keep the thread busy.
    if (performance.now() - startedAt < 1) await delay(idlePollMs);
    return null;
  }

  /** False: stopped in the middle. */
  async #send(records: readonly SourceRecord[]): Promise<boolean> {
    const { control } = this.#options;
    const transactions = this.#transactions;
    let index = 0;
    while (index < records.length) {
      index = this.#appendFrom(records, index);
      const record = records[this.#halt === 'boundary' ? index - 1 : index];
      if (record === undefined) return true;
      if (this.#halt === 'slice') await this.#yield.now();
      else if (this.#halt === 'topic') await this.#topics.ensure(this.#outgoing.topic, record.topic);
      else if (this.#halt === 'boundary') await transactions?.afterRecord(record);
      else if (this.#halt === 'full')
        await this.#producer.ready(control.signal).catch(throwUnlessStopping(control));
      else if ((await this.#handleRecordError(record)) === 'skip') {
        this.#drop(record);
        index++;
        await transactions?.afterRecord(record);
      }
      this.#throwSendError();
      // No transaction is kept open while the task rests.
      if (control.isPaused && transactions === null) await this.#pause();
      // What is left was not sent, so its offsets are not committed: it comes again.
      if (control.isStopping && index < records.length) return false;
    }
    return true;
  }

  /** Appends records until something has to be waited for; returns the index of the first that was not taken. */
  #appendFrom(records: readonly SourceRecord[], start: number): number {
    const { chain, converters } = this.#options;
    const topics = this.#topics;
    const boundaries = (this.#transactions?.context ?? null) === null ? null : this.#transactions;
    const { key: keyConverter, value: valueConverter } = converters;
    const submitted = this.#submitted;
    const producer = this.#producer;
    const addsHeaders = keyConverter.addsHeaders === true || valueConverter.addsHeaders === true;
    const outgoing = this.#outgoing;
    const count = records.length;
    let index = start;
    this.#halt = 'error';
    try {
      for (; index < count; index++) {
        if ((index & 255) === 255 && index !== start && this.#yield.isDue) {
          this.#halt = 'slice';
          return index;
        }
        const original = records[index];
        if (original === undefined) continue;
        let record = original;
        if (chain !== null) {
          this.#stage = 'TRANSFORMATION';
          const changed = chain.apply(original);
          if (changed === null) {
            this.#drop(original);
            if (boundaries?.isBoundary(original) === true) {
              this.#halt = 'boundary';
              return index + 1;
            }
            continue;
          }
          record = changed;
        }
        const { topic, headers, timestamp } = record;
        if (topic !== this.#topic) {
          if (!topics.has(topic)) {
            outgoing.topic = topic;
            this.#halt = 'topic';
            return index;
          }
          this.#topic = topic;
        }
        if (headers === null || headers.size === 0) outgoing.headers = undefined;
        else {
          this.#stage = 'HEADER_CONVERTER';
          outgoing.headers = toKafkaHeaders(converters.header, topic, headers);
        }
        const seen = addsHeaders ? unconvertedHeaders(outgoing.headers ?? []) : headers;
        this.#stage = 'KEY_CONVERTER';
        outgoing.key = keyConverter.fromConnectData(topic, record.keySchema, record.key, seen);
        this.#stage = 'VALUE_CONVERTER';
        outgoing.value = valueConverter.fromConnectData(topic, record.valueSchema, record.value, seen);
        if (addsHeaders && seen !== null) outgoing.headers = kafkaHeadersOf(seen);
        this.#stage = 'KAFKA_PRODUCE';
        outgoing.topic = topic;
        outgoing.partition = record.kafkaPartition;
        outgoing.timestamp = timestamp;
        if (timestamp !== null && timestamp < 0) outgoing.timestamp = checkedTimestamp(timestamp);
        const run = submitted.submit(original.sourcePartition, original.sourceOffset);
        if (this.#wantsRecords) run.record = original;
        let isTaken = false;
        try {
          isTaken = producer.append(outgoing, run);
        } finally {
          if (!isTaken) submitted.withdraw(run);
        }
        if (!isTaken) {
          this.#halt = 'full';
          return index;
        }
        if (boundaries?.isBoundary(original) === true) {
          this.#halt = 'boundary';
          return index + 1;
        }
      }
      this.#halt = 'done';
    } catch (error) {
      this.#recordError = error;
    }
    return index;
  }

  async #handleRecordError(record: SourceRecord): Promise<'retry' | 'skip'> {
    const { chain, converters, control, errors } = this.#options;
    const error = this.#recordError;
    const stage = this.#stage;
    if (stage === 'KAFKA_PRODUCE' && this.#transactions !== null) {
      throw this.#transactions.failure(`A record could not be sent: ${messageOf(error)}`, error);
    }
    if (stage === 'KAFKA_PRODUCE' && isRetriable(error)) {
      await delay(sendRetryMs, undefined, { signal: control.signal }).catch(() => undefined);
      return 'retry';
    }
    const className = {
      TRANSFORMATION: chain?.currentClassName ?? '',
      KEY_CONVERTER: converters.keyClassName,
      VALUE_CONVERTER: converters.valueClassName,
      HEADER_CONVERTER: converters.headerClassName,
      KAFKA_PRODUCE: producingClass,
      TASK_PUT: '',
    }[stage];
    const text = () => `source record is = ${describeSourceRecord(record)}`;
    // This may wait long for a look-up or a retry; nothing is sent meanwhile, so a pause has effect at once.
    control.onChange(() => this.#reportTarget());
    try {
      return await errors.handle(record, { stage, className, error, text });
    } finally {
      control.onChange(null);
    }
  }

  #drop(record: SourceRecord): void {
    this.#submitted.drop(record.sourcePartition, record.sourceOffset);
    this.#options.gauges.settle(1);
    if (!this.#wantsRecords) return;
    if (this.#transactions === null) this.#callCommitRecord(record, null);
    else this.#transactions.dropped(record);
  }

  #onDelivered(batch: DeliveredBatch<SubmittedRun | null>): void {
    const { errors, gauges, reports } = this.#options;
    const transactions = this.#transactions;
    const { tokens, error } = batch;
    if (error !== null && transactions?.isAborting !== true) {
      // In a transaction no failure is tolerated: it could not be committed.
      if (transactions !== null || !errors.isTolerant) {
        this.#sendError ??= error;
        return;
      }
      for (let index = 0; index < tokens.length; index++) {
        const text = () =>
          `source record is ${index + 1} of the ${tokens.length} sent to ${batch.topic}-${batch.partition} together`;
        void errors.fail({ stage: 'KAFKA_PRODUCE', className: producingClass, error, text });
      }
    }
    for (let index = 0; index < tokens.length; index++) {
      const run = tokens[index];
      if (run === undefined || run === null) continue;
      this.#submitted.acknowledge(run);
      if (run.record === null) continue;
      const { topic, partition, baseOffset } = batch;
      const metadata = error === null ? { topic, partition, offset: baseOffset + index } : null;
      if (transactions === null) this.#callCommitRecord(run.record, metadata);
      else run.metadata = metadata;
    }
    gauges.settle(tokens.length);
    if (error !== null) return;
    gauges.addRecords(tokens.length, Date.now());
    if (batch.topic === this.#lastDeliveredTopic) return;
    this.#lastDeliveredTopic = batch.topic;
    if (this.#activeTopics.has(batch.topic)) return;
    this.#activeTopics.add(batch.topic);
    reports.topic(batch.topic);
  }

  #throwSendError(): void {
    if (this.#sendError === null) return;
    const message = 'Unrecoverable exception from producer send callback';
    if (this.#transactions !== null) throw this.#transactions.failure(message, this.#sendError);
    throw new ConnectError('kafka', message, { cause: this.#sendError });
  }

  #callCommitRecord(record: SourceRecord, metadata: RecordMetadata | null): void {
    try {
      this.#options.task.commitRecord?.(record, metadata);
    } catch (error) {
      this.#options.log('error', `commitRecord of the task failed: ${messageOf(error)}`);
    }
  }

  /** Invariant: offsets of unacknowledged records are not committed, however the loop ends. */
  async #finish(isStarted: boolean, isInOrder: boolean): Promise<void> {
    const { chain, log, task } = this.#options;
    try {
      // After a failure the transaction must not be committed; whatever was in it comes again.
      if (isInOrder) await this.#transactions?.settle(this.#isBatchWhole);
    } finally {
      if (isStarted) {
        await this.#committer?.finish((signal) => this.#producer.flush(signal));
        try {
          await task.stop();
        } catch (error) {
          log('error', `stop of the task failed: ${messageOf(error)}`);
        }
      }
      await this.#producer.close(producerCloseTimeoutMs);
      chain?.close();
    }
  }
}

function throwUnlessStopping(control: TaskControl): (error: unknown) => void {
  return (error) => {
    if (!control.isStopping) throw error;
  };
}

function checkedTimestamp(timestamp: number): number {
  if (timestamp === -1) return timestamp;
  throw new ConnectError('data', `Invalid record timestamp ${timestamp}: it must not be negative`);
}
