import { setTimeout as delay } from 'node:timers/promises';
import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { DeliveredBatch, Producer } from '../../kafka/ports/producer.ts';
import type { RecordHeader, Serialized } from '../../kafka/ports/record.ts';
import type { Log, Settings, SourceTask } from '../../plugin-api/source-connector.ts';
import type { SourceRecord } from '../../records/record.ts';
import { describeSourceRecord } from './describe-source-record.ts';
import { EventLoopYield } from './event-loop-yield.ts';
import type { Stage } from './failed-record.ts';
import type { RecordConverters } from './record-converters.ts';
import { kafkaHeadersOf, toKafkaHeaders, unconvertedHeaders } from './record-converters.ts';
import type { RecordErrorHandler } from './record-error-handler.ts';
import { SourceOffsetCommitter, type TaskOffsets } from './source-offset-committer.ts';
import { SubmittedRecords, type SubmittedRun } from './submitted-records.ts';
import type { TaskControl } from './task-control.ts';
import type { TaskGauges } from './task-gauges.ts';
import type { TransformationChain } from './transformation-chain.ts';

/** What a loop tells about its task. Must not throw. */
export interface TaskReports {
  state(state: 'RUNNING' | 'PAUSED'): void;
  topic(topic: string): void;
}

export interface SourceLoopOptions {
  readonly task: SourceTask;
  readonly settings: Settings;
  readonly createProducer: (
    onDelivered: (batch: DeliveredBatch<SubmittedRun>) => void,
  ) => Producer<SubmittedRun>;
  readonly converters: RecordConverters;
  readonly chain: TransformationChain | null;
  readonly errors: RecordErrorHandler;
  readonly offsets: TaskOffsets;
  /** Makes sure of a topic before the first record goes there; null: the broker creates topics. */
  readonly ensureTopic: ((topic: string, signal: AbortSignal) => Promise<void>) | null;
  readonly control: TaskControl;
  readonly reports: TaskReports;
  readonly gauges: TaskGauges;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly log: Log;
}

/** Long enough to make tracking cheap, short enough that a failed send repeats few records after a restart. */
const recordsPerRun = 128;
const producerCloseTimeoutMs = 30_000;
/** Apache's name for what sends the records of sources. */
const producingClass = 'org.apache.kafka.connect.runtime.WorkerSourceTask';
const sendRetryMs = 100;
const idlePollMs = 10;

/** Why the inner loop stopped before the end of a batch. */
type Halt = 'done' | 'full' | 'slice' | 'topic' | 'error';

/**
 * Runs one source task: poll, transform, convert, append to the producer; commits offsets of records that Kafka has
 * acknowledged. The inner loop makes no promise, closure or look-up per record.
 */
export class SourceLoop {
  readonly #options: SourceLoopOptions;
  readonly #producer: Producer<SubmittedRun>;
  readonly #submitted: SubmittedRecords;
  readonly #committer: SourceOffsetCommitter;
  readonly #wantsRecords: boolean;
  readonly #yield = new EventLoopYield();
  readonly #readyTopics = new Set<string>();
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
  #halt: Halt = 'done';
  #stage: Stage = 'TRANSFORMATION';
  #recordError: unknown = null;
  #sendError: Error | null = null;

  constructor(options: SourceLoopOptions) {
    this.#options = options;
    this.#wantsRecords = options.task.commitRecord !== undefined;
    this.#submitted = new SubmittedRecords(this.#wantsRecords ? 1 : recordsPerRun);
    this.#committer = new SourceOffsetCommitter({
      task: options.task,
      offsets: options.offsets,
      submitted: this.#submitted,
      gauges: options.gauges,
      intervalMs: options.offsetFlushIntervalMs,
      timeoutMs: options.offsetFlushTimeoutMs,
      log: options.log,
    });
    this.#producer = options.createProducer((batch) => this.#onDelivered(batch));
  }

  /** Resolves when the task was asked to stop and has; rejects with what made it fail, after the final commit. */
  async run(): Promise<void> {
    const { control, reports, task } = this.#options;
    let isStarted = false;
    try {
      if (control.isPaused) {
        reports.state('PAUSED');
        await control.whilePaused();
      }
      if (control.isStopping) return;
      isStarted = true;
      await task.start(this.#options.settings, {
        log: this.#options.log,
        offsets: this.#options.offsets,
        signal: control.signal,
      });
      reports.state('RUNNING');
      this.#committer.start();
      await this.#loop();
    } finally {
      await this.#finish(isStarted);
    }
  }

  async #loop(): Promise<void> {
    const { control } = this.#options;
    while (!control.isStopping) {
      this.#throwSendError();
      await this.#committer.callTask();
      if (control.isPaused) {
        await this.#pause();
        continue;
      }
      const records = await this.#poll();
      if (records !== null) await this.#send(records);
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

  async #send(records: readonly SourceRecord[]): Promise<void> {
    const { control } = this.#options;
    let index = 0;
    while (index < records.length) {
      index = this.#appendFrom(records, index);
      const record = records[index];
      if (record === undefined) return;
      if (this.#halt === 'slice') await this.#yield.now();
      else if (this.#halt === 'topic') await this.#ensureTopic(record);
      else if (this.#halt === 'full')
        await this.#producer.ready(control.signal).catch(throwUnlessStopping(control));
      else if ((await this.#handleRecordError(record)) === 'skip') {
        this.#drop(record);
        index++;
      }
      this.#throwSendError();
      if (control.isPaused) await this.#pause();
      // What is left was not sent, so its offsets are not committed: it comes again.
      if (control.isStopping) return;
    }
  }

  /** Appends records until something has to be waited for; returns the index of the first that was not taken. */
  #appendFrom(records: readonly SourceRecord[], start: number): number {
    const { chain, converters, ensureTopic } = this.#options;
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
            continue;
          }
          record = changed;
        }
        const { topic, headers, timestamp } = record;
        if (topic !== this.#topic) {
          if (ensureTopic !== null && !this.#readyTopics.has(topic)) {
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

  async #ensureTopic(record: SourceRecord): Promise<void> {
    const { control, ensureTopic, log } = this.#options;
    const { topic } = this.#outgoing;
    try {
      await ensureTopic?.(topic, control.signal);
      this.#readyTopics.add(topic);
    } catch (error) {
      if (control.isStopping) return;
      if (!isRetriable(error)) {
        const message = `Task failed to create topic ${topic} for a record of ${record.topic}`;
        throw new ConnectError('kafka', message, { cause: error });
      }
      log('warn', `topic ${topic} could not be created yet, trying again: ${messageOf(error)}`);
      await delay(sendRetryMs, undefined, { signal: control.signal }).catch(() => undefined);
    }
  }

  #drop(record: SourceRecord): void {
    this.#submitted.drop(record.sourcePartition, record.sourceOffset);
    this.#options.gauges.settle(1);
    if (this.#wantsRecords) this.#callCommitRecord(record, null);
  }

  #onDelivered(batch: DeliveredBatch<SubmittedRun>): void {
    const { errors, gauges, reports } = this.#options;
    const { tokens, error } = batch;
    if (error !== null) {
      if (!errors.isTolerant) {
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
      if (run === undefined) continue;
      this.#submitted.acknowledge(run);
      if (run.record === null) continue;
      const { topic, partition, baseOffset } = batch;
      const metadata = error === null ? { topic, partition, offset: baseOffset + index } : null;
      this.#callCommitRecord(run.record, metadata);
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
    throw new ConnectError('kafka', 'Unrecoverable exception from producer send callback', {
      cause: this.#sendError,
    });
  }

  #callCommitRecord(
    record: SourceRecord,
    metadata: Parameters<NonNullable<SourceTask['commitRecord']>>[1],
  ): void {
    try {
      this.#options.task.commitRecord?.(record, metadata);
    } catch (error) {
      this.#options.log('error', `commitRecord of the task failed: ${messageOf(error)}`);
    }
  }

  /** Invariant: offsets of unacknowledged records are not committed, however the loop ends. */
  async #finish(isStarted: boolean): Promise<void> {
    const { log, offsetFlushTimeoutMs, task } = this.#options;
    if (isStarted) {
      if (this.#submitted.pending > 0) {
        await this.#producer.flush(AbortSignal.timeout(offsetFlushTimeoutMs)).catch((error: unknown) => {
          log('warn', `records still on their way when the task stopped come again: ${messageOf(error)}`);
        });
      }
      await this.#committer.finish();
      try {
        await task.stop();
      } catch (error) {
        log('error', `stop of the task failed: ${messageOf(error)}`);
      }
    }
    await this.#producer.close(producerCloseTimeoutMs);
    this.#options.chain?.close();
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
