import { isRetriable } from '../../errors/connect-error.ts';
import type { ConsumedBatch } from '../../kafka/ports/consumer.ts';
import type { TopicPartition } from '../../kafka/ports/topic-partition.ts';
import type { Converter, SchemaAndValue } from '../../plugin-api/converter.ts';
import { isPendingLookup } from '../../plugin-api/pending-lookup.ts';
import type { SinkRecord } from '../../records/record.ts';
import { copiedBatch } from './copied-batch.ts';
import { EventLoopYield } from './event-loop-yield.ts';
import type { Stage } from './failed-record.ts';
import { type OriginalRecords, originalOf } from './original-records.ts';
import { type RecordConverters, toConnectHeaders, unconvertedHeaders } from './record-converters.ts';
import type { RecordErrorHandler } from './record-error-handler.ts';
import { keyOf } from './sink-partitions.ts';
import type { TransformationChain } from './transformation-chain.ts';

export interface SinkRecordReaderOptions {
  readonly converters: RecordConverters;
  readonly chain: TransformationChain | null;
  readonly errors: RecordErrorHandler;
  readonly originals: OriginalRecords;
  /** Aborted when the task is asked to stop. */
  readonly signal: AbortSignal;
}

/** Turns consumed batches into the records of a `put`: convert, then transform. One `read` at a time. */
export class SinkRecordReader {
  readonly #options: SinkRecordReaderOptions;
  readonly #yield = new EventLoopYield();
  readonly #dropped = new Set<string>();
  #stage: Stage = 'KEY_CONVERTER';

  constructor(options: SinkRecordReaderOptions) {
    this.#options = options;
  }

  /**
   * Rejects when a record cannot be converted and errors are not tolerated; null when the task is asked to stop before
   * that is known. `onWait` is called, at most once, before the reader waits for a look-up or a retry: from then on it
   * works on copies, so the consumer may be polled.
   */
  async read(batches: readonly ConsumedBatch[], onWait: () => void): Promise<readonly SinkRecord[] | null> {
    this.#dropped.clear();
    const records: SinkRecord[] = [];
    let own = batches;
    for (let at = 0; at < batches.length; at++) {
      let index = 0;
      for (;;) {
        const batch = own[at];
        if (batch === undefined || this.isDropped(batch)) break;
        const failure = { error: undefined as unknown };
        index = this.#readFrom(batch, index, records, failure);
        if (index >= batch.records.length) break;
        if (own === batches && (isPendingLookup(failure.error) || isRetriable(failure.error))) {
          const from = index;
          own = batches.map((each, position) =>
            position < at ? each : copiedBatch(each, position === at ? from : 0),
          );
          index = 0;
          onWait();
        }
        const outcome = await this.#handle(own[at] ?? batch, index, failure.error);
        if (outcome === 'skip') index++;
        else if (this.#options.signal.aborted) return null;
      }
      await this.#yield.ifDue();
    }
    if (this.#dropped.size === 0) return records;
    return records.filter(
      ({ originalTopic, originalKafkaPartition }) =>
        !this.isDropped({ topic: originalTopic, partition: originalKafkaPartition }),
    );
  }

  /** What is being read of these partitions is not wanted any more. */
  drop(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#dropped.add(keyOf(partition));
  }

  isDropped(partition: TopicPartition): boolean {
    return this.#dropped.size > 0 && this.#dropped.has(keyOf(partition));
  }

  /** Reads until a record fails; returns the index of that record. */
  #readFrom(batch: ConsumedBatch, start: number, records: SinkRecord[], failure: { error: unknown }): number {
    const { chain, converters, originals } = this.#options;
    const { key: keyConverter, value: valueConverter } = converters;
    const readsHeaders = keyConverter.readsHeaders === true || valueConverter.readsHeaders === true;
    const { topic, partition } = batch;
    let index = start;
    try {
      for (; index < batch.records.length; index++) {
        const consumed = batch.records[index];
        if (consumed === undefined) continue;
        this.#stage = 'HEADER_CONVERTER';
        const headers = toConnectHeaders(converters.header, topic, consumed.headers);
        this.#stage = 'KEY_CONVERTER';
        const seen =
          readsHeaders && consumed.headers.length > 0 ? unconvertedHeaders(consumed.headers) : headers;
        const { keyStart, keyLength, valueStart, valueLength, buffer, offset } = consumed;
        const key = convert(keyConverter, topic, buffer, keyStart, keyLength, seen);
        this.#stage = 'VALUE_CONVERTER';
        const value = convert(valueConverter, topic, buffer, valueStart, valueLength, seen);
        const record: SinkRecord = {
          topic,
          kafkaPartition: partition,
          keySchema: key.schema,
          key: key.value,
          valueSchema: value.schema,
          value: value.value,
          timestamp: consumed.timestampType === 'NoTimestampType' ? null : consumed.timestamp,
          headers,
          kafkaOffset: offset,
          timestampType: consumed.timestampType,
          originalTopic: topic,
          originalKafkaPartition: partition,
          originalKafkaOffset: offset,
        };
        this.#stage = 'TRANSFORMATION';
        const changed = chain === null ? record : chain.apply(record);
        if (changed === null) continue;
        if (originals.isWanted) originals.remember(changed, batch, consumed);
        records.push(changed);
      }
    } catch (error) {
      failure.error = error;
    }
    return index;
  }

  async #handle(batch: ConsumedBatch, index: number, error: unknown): Promise<'retry' | 'skip'> {
    const { chain, converters, errors } = this.#options;
    const record = batch.records[index];
    if (record === undefined) return 'skip';
    const stage = this.#stage;
    const className = {
      TRANSFORMATION: chain?.currentClassName ?? '',
      KEY_CONVERTER: converters.keyClassName,
      VALUE_CONVERTER: converters.valueClassName,
      HEADER_CONVERTER: converters.headerClassName,
      KAFKA_PRODUCE: '',
      TASK_PUT: '',
    }[stage];
    const time =
      record.timestampType === 'NoTimestampType'
        ? ''
        : `, timestamp=${record.timestamp}, timestampType=${record.timestampType}`;
    const text = () =>
      `consumed record is {topic='${batch.topic}', partition=${batch.partition}, offset=${record.offset}${time}}`;
    const original = () => originalOf(batch, record);
    return await errors.handle(record, { stage, className, error, text, original });
  }
}

/** Records may outlive the fetch response, so a converter that would keep the bytes gets a copy. */
function convert(
  converter: Converter,
  topic: string,
  buffer: Buffer,
  start: number,
  length: number,
  headers: SinkRecord['headers'],
): SchemaAndValue {
  if (length < 0) return converter.toConnectData(topic, null, headers);
  if (converter.toConnectDataFromRange !== undefined) {
    return converter.toConnectDataFromRange(topic, buffer, start, start + length, headers);
  }
  return converter.toConnectData(topic, Buffer.from(buffer.subarray(start, start + length)), headers);
}
