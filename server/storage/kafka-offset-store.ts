import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { CompactedLog, CompactedLogRecord } from '../kafka/ports/compacted-log.ts';
import type { Properties } from '../kafka/ports/properties.ts';
import type { SourceOffset, SourcePartition } from '../records/record.ts';
import {
  type CompactedLogFactory,
  createOptions,
  type InternalTopic,
  type StorageLog,
} from './internal-topic.ts';
import { OffsetIndex, type OffsetRecord } from './offset-index.ts';
import { parseOffsetKey } from './offset-records.ts';
import type { OffsetStore, SourceOffsetEntry } from './offset-store.ts';

export interface KafkaOffsetStoreOptions {
  /** Keeps in mind only what belongs to this connector; absent: to any. */
  readonly connector?: string;
  /** Of the reader, on top of the client's. */
  readonly consumerProperties?: Properties;
}

/** Offsets in the cluster's offsets topic, as Apache Kafka Connect keeps them. */
export class KafkaOffsetStore implements OffsetStore {
  readonly #kafka: CompactedLogFactory;
  readonly #topic: InternalTopic;
  readonly #log: StorageLog;
  readonly #options: KafkaOffsetStoreOptions;
  readonly #index = new OffsetIndex();
  #records: CompactedLog | null = null;

  constructor(
    kafka: CompactedLogFactory,
    topic: InternalTopic,
    log: StorageLog,
    options: KafkaOffsetStoreOptions = {},
  ) {
    this.#kafka = kafka;
    this.#options = options;
    this.#topic = topic;
    this.#log = log;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.stop();
    const records = this.#kafka.createCompactedLog({
      topic: this.#topic.name,
      configKey: this.#topic.configKey,
      create: createOptions(this.#topic),
      // One request at a time keeps the order of offsets of one partition without idempotence, as Apache's worker does.
      producerProperties: {
        acks: 'all',
        'enable.idempotence': 'false',
        'max.in.flight.requests.per.connection': '1',
      },
      ...(this.#options.consumerProperties && { consumerProperties: this.#options.consumerProperties }),
      onRecord: (record) => this.#onRecord(record),
    });
    this.#records = records;
    await records.start(signal);
  }

  async stop(): Promise<void> {
    const records = this.#records;
    this.#records = null;
    await records?.stop();
  }

  async read(
    connector: string,
    partitions: readonly SourcePartition[],
    signal?: AbortSignal,
  ): Promise<readonly (SourceOffset | null)[]> {
    await this.#running().readToEnd(signal);
    return partitions.map((partition) => this.#index.get(connector, partition));
  }

  /** What a producer of the caller's has to write so that these offsets are stored. */
  records(connector: string, entries: readonly SourceOffsetEntry[]): readonly OffsetRecord[] {
    return this.#index.records(connector, entries);
  }

  async write(connector: string, entries: readonly SourceOffsetEntry[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const log = this.#running();
    const sent = this.#index.records(connector, entries).map(({ key, value }) => log.send(key, value));
    const outcomes = await Promise.allSettled(sent);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      throw new ConnectError(
        'retriable',
        `source offsets of connector ${connector} could not be written to topic ${this.#topic.name}: ${messageOf(failed.reason)}`,
        { cause: failed.reason },
      );
    }
  }

  async all(
    connector: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly partition: SourcePartition; readonly offset: SourceOffset }[]> {
    await this.#running().readToEnd(signal);
    return this.#index.all(connector);
  }

  #running(): CompactedLog {
    if (this.#records !== null) return this.#records;
    throw new ConnectError('unavailable', `the offset store on topic ${this.#topic.name} is not running`);
  }

  #onRecord({ topic, partition, offset, timestamp, key, value }: CompactedLogRecord): void {
    try {
      if (key === null) throw new ConnectError('data', 'it has no key');
      const { connector } = this.#options;
      if (connector === undefined || parseOffsetKey(key).connector === connector) {
        this.#index.apply(key, value, timestamp);
      }
    } catch (error) {
      this.#log(
        'warn',
        `skipped the record at ${topic}-${partition} offset ${offset}: not a source offset of a connector, ${messageOf(error)}`,
      );
    }
  }
}
