import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { CompactedLog, CompactedLogRecord } from '../kafka/ports/compacted-log.ts';
import {
  type CompactedLogFactory,
  createOptions,
  type InternalTopic,
  type StorageLog,
} from './internal-topic.ts';
import { decodeSecret, encodeSecret } from './secret-records.ts';
import type { SecretStore, StoredSecret } from './secret-store.ts';

/** Sealed secrets of a group of workers in a compacted topic: keys are names, values are JSON. */
export class KafkaSecretStore implements SecretStore {
  readonly #kafka: CompactedLogFactory;
  readonly #topic: InternalTopic;
  readonly #log: StorageLog;
  readonly #secrets = new Map<string, StoredSecret>();
  #records: CompactedLog | null = null;

  constructor(kafka: CompactedLogFactory, topic: InternalTopic, log: StorageLog) {
    this.#kafka = kafka;
    this.#topic = topic;
    this.#log = log;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.stop();
    this.#secrets.clear();
    const records = this.#kafka.createCompactedLog({
      topic: this.#topic.name,
      configKey: this.#topic.configKey,
      create: createOptions(this.#topic),
      // Versions of a secret need one order.
      singlePartition: true,
      producerProperties: { acks: 'all', 'enable.idempotence': 'true', 'linger.ms': '0' },
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

  async refresh(signal: AbortSignal): Promise<void> {
    await this.#require().readToEnd(signal);
  }

  list(): readonly StoredSecret[] {
    return [...this.#secrets.values()];
  }

  get(name: string): StoredSecret | null {
    return this.#secrets.get(name) ?? null;
  }

  async put(secret: StoredSecret): Promise<void> {
    const records = this.#require();
    await records.send(secret.name, encodeSecret(secret));
    await records.readToEnd();
  }

  async delete(name: string): Promise<void> {
    const records = this.#require();
    await records.send(name, null);
    await records.readToEnd();
  }

  #require(): CompactedLog {
    if (this.#records !== null) return this.#records;
    throw new ConnectError('unavailable', `The secrets of topic ${this.#topic.name} have not been read yet`);
  }

  #onRecord({ partition, offset, key, value }: CompactedLogRecord): void {
    try {
      if (key === null) throw new ConnectError('data', 'it has no key');
      const name = key.toString('utf8');
      if (value === null) {
        this.#secrets.delete(name);
        return;
      }
      const secret = decodeSecret(value.toString('utf8'));
      if (secret.name !== name) throw new ConnectError('data', 'its key names another secret');
      this.#secrets.set(name, secret);
    } catch (error) {
      const place = `${this.#topic.name}-${partition} offset ${offset}`;
      this.#log('warn', `skipped the record at ${place}: ${messageOf(error)}`);
    }
  }
}
