import type { ConsumedBatch, ConsumedRecord } from '../../kafka/ports/consumer.ts';
import type { RecordHeader } from '../../kafka/ports/record.ts';
import type { TopicPartition } from '../../kafka/ports/topic-partition.ts';
import type { SinkRecord } from '../../records/record.ts';
import {
  kafkaHeadersOf,
  type RecordConverters,
  toKafkaHeaders,
  unconvertedHeaders,
} from './record-converters.ts';

/** A record as it was in Kafka, for the dead letter queue. */
export interface OriginalRecord extends TopicPartition {
  readonly offset: number;
  /** null: it had none. */
  readonly timestamp: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** Views on what was fetched: they last until the next poll. */
export function originalOf({ topic, partition }: TopicPartition, consumed: ConsumedRecord): OriginalRecord {
  const { offset, timestamp, timestampType, key, value, headers } = consumed;
  return {
    topic,
    partition,
    offset,
    timestamp: timestampType === 'NoTimestampType' ? null : timestamp,
    key,
    value,
    headers,
  };
}

/**
 * The originals of records that a sink task was given and may hand to the errant record reporter. They are copies, so
 * they are kept only once the task has shown that it uses the reporter.
 */
export class OriginalRecords {
  readonly #converters: RecordConverters;
  readonly #originals = new WeakMap<SinkRecord, OriginalRecord>();
  isWanted = false;

  constructor(converters: RecordConverters) {
    this.#converters = converters;
  }

  remember(record: SinkRecord, batch: ConsumedBatch, consumed: ConsumedRecord): void {
    const original = originalOf(batch, consumed);
    this.#originals.set(record, {
      ...original,
      key: copyOf(original.key),
      value: copyOf(original.value),
      headers: original.headers.map(({ key, value }) => ({ key, value: copyOf(value) })),
    });
  }

  /** A record that the task made itself is converted back. Throws when that cannot be done, or not yet. */
  find(record: SinkRecord): OriginalRecord {
    const known = this.#originals.get(record);
    if (known !== undefined) return known;
    const { key, value, header } = this.#converters;
    const { topic } = record;
    const headers = unconvertedHeaders(
      record.headers === null ? [] : toKafkaHeaders(header, topic, record.headers),
    );
    const keyBytes = toBytes(key.fromConnectData(topic, record.keySchema, record.key, headers));
    const valueBytes = toBytes(value.fromConnectData(topic, record.valueSchema, record.value, headers));
    return {
      topic,
      partition: record.kafkaPartition,
      offset: record.kafkaOffset,
      timestamp: record.timestamp,
      key: keyBytes,
      value: valueBytes,
      headers: kafkaHeadersOf(headers),
    };
  }
}

function copyOf(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Buffer.from(bytes);
}

/** A copy, because the converter may overwrite what it gave while the record waits for room in the queue. */
function toBytes(value: Uint8Array | string | null): Uint8Array | null {
  return value === null ? null : Buffer.from(value);
}
