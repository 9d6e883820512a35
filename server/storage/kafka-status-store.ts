import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { CompactedLog, CompactedLogRecord } from '../kafka/ports/compacted-log.ts';
import {
  type CompactedLogFactory,
  createOptions,
  type InternalTopic,
  type StorageLog,
} from './internal-topic.ts';
import { canWriteSafely, StatusCache, type StatusListener } from './status-cache.ts';
import {
  connectorStatusKey,
  decodeStatusRecord,
  encodeStatus,
  encodeTopicStatus,
  taskStatusKey,
  topicStatusKey,
} from './status-records.ts';
import { StatusSender } from './status-sender.ts';
import type { Status, StatusStore, TaskStatus, TopicStatus } from './status-store.ts';

export interface KafkaStatusStoreOptions {
  readonly kafka: CompactedLogFactory;
  readonly topic: InternalTopic;
  readonly log: StorageLog;
  readonly firstRetryMs?: number;
}

/** Statuses in the cluster's status topic, in the records of Apache Kafka Connect. */
export class KafkaStatusStore implements StatusStore {
  readonly #options: KafkaStatusStoreOptions;
  readonly #cache = new StatusCache();
  #records: CompactedLog | null = null;
  #sender: StatusSender | null = null;

  constructor(options: KafkaStatusStoreOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.stop();
    const { kafka, topic, log, firstRetryMs } = this.#options;
    const records = kafka.createCompactedLog({
      topic: topic.name,
      configKey: topic.configKey,
      create: createOptions(topic),
      // A failed status is sent again only if no newer one came, so the producer must not do it by itself.
      producerProperties: {
        acks: 'all',
        'enable.idempotence': 'false',
        'max.in.flight.requests.per.connection': '1',
        retries: '0',
        'linger.ms': '0',
      },
      onRecord: (record) => this.#onRecord(record),
    });
    this.#records = records;
    await records.start(signal);
    this.#sender = new StatusSender({ send: (key, value) => records.send(key, value), log, firstRetryMs });
  }

  async stop(): Promise<void> {
    const [records, sender] = [this.#records, this.#sender];
    this.#records = null;
    this.#sender = null;
    sender?.stop();
    await records?.stop();
  }

  putConnector(
    connector: string,
    status: Status | null,
    { safe = false }: { readonly safe?: boolean } = {},
  ): void {
    const isWanted = () => this.#isWanted(this.#cache.connector(connector), status, safe);
    if (isWanted()) this.#put(connectorStatusKey(connector), status && encodeStatus(status), isWanted);
  }

  putTask(
    connector: string,
    task: number,
    status: Status | null,
    { safe = false }: { readonly safe?: boolean } = {},
  ): void {
    const isWanted = () => this.#isWanted(this.#cache.task(connector, task), status, safe);
    if (isWanted()) this.#put(taskStatusKey(connector, task), status && encodeStatus(status), isWanted);
  }

  putTopic(status: TopicStatus): void {
    this.#put(topicStatusKey(status.connector, status.topic), encodeTopicStatus(status), () => true);
  }

  deleteTopic(connector: string, topic: string): void {
    this.#put(topicStatusKey(connector, topic), null, () => true);
  }

  connector(connector: string): Status | null {
    return this.#cache.connector(connector);
  }

  tasks(connector: string): readonly TaskStatus[] {
    return this.#cache.tasks(connector);
  }

  topics(connector: string): readonly TopicStatus[] {
    return this.#cache.topics(connector);
  }

  connectors(): readonly string[] {
    return this.#cache.connectors();
  }

  async flush(timeoutMs: number): Promise<void> {
    await this.#sender?.flush(timeoutMs);
  }

  onChange(listener: StatusListener): void {
    this.#cache.onChange(listener);
  }

  #isWanted(known: Status | null, status: Status | null, safe: boolean): boolean {
    return status === null || !safe || canWriteSafely(known, status);
  }

  #put(key: string, value: string | null, isWanted: () => boolean): void {
    if (this.#sender === null) {
      this.#options.log('warn', `status ${key} was not stored: the status store is not running`);
    } else {
      this.#sender.put({ key, value, isWanted });
    }
  }

  #onRecord({ topic, partition, offset, key, value }: CompactedLogRecord): void {
    try {
      if (key === null) throw new ConnectError('data', 'it has no key');
      this.#cache.apply(decodeStatusRecord(key.toString('utf8'), value));
    } catch (error) {
      this.#options.log(
        'warn',
        `skipped the record at ${topic}-${partition} offset ${offset}: ${messageOf(error)}`,
      );
    }
  }
}
