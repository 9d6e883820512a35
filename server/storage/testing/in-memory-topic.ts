import { ConnectError } from '../../errors/connect-error.ts';
import type {
  CompactedLog,
  CompactedLogOptions,
  CompactedLogRecord,
} from '../../kafka/ports/compacted-log.ts';

/**
 * Internal topics in memory, for tests of what is built on the compacted log: every log of a topic sees its records,
 * a little later than the sender.
 */
export class InMemoryTopics {
  readonly #topics = new Map<string, CompactedLogRecord[]>();
  readonly #readers = new Set<InMemoryLog>();
  /** Asked before each send; an error fails it. */
  onSend: (topic: string, key: string, value: string | null) => Error | null = () => null;
  /** Asked before a log starts; an error fails the start. */
  onStart: (topic: string) => Error | null = () => null;
  /** Asked before each read to the end; an error fails it. */
  onRead: (topic: string) => Error | null = () => null;
  /** Topics whose records are seen only when somebody reads to the end. */
  readonly slow = new Set<string>();
  /** What logs were asked for. */
  readonly created: CompactedLogOptions[] = [];

  createCompactedLog(options: CompactedLogOptions): CompactedLog {
    this.created.push(options);
    return new InMemoryLog(this, options);
  }

  records(topic: string): CompactedLogRecord[] {
    const records = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, records);
    return records;
  }

  /** `key=value` of each record, for comparing with what Apache Kafka Connect writes. */
  lines(topic: string): readonly string[] {
    return this.records(topic).map(({ key, value }) => `${key}=${value}`);
  }

  /** As a foreign worker would. */
  append(topic: string, key: string | Uint8Array | null, value: string | Uint8Array | null): void {
    const records = this.records(topic);
    records.push({
      topic,
      partition: 0,
      offset: records.length,
      timestamp: records.length,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    });
    for (const reader of this.#readers) reader.wake();
  }

  attach(reader: InMemoryLog): void {
    this.#readers.add(reader);
  }

  detach(reader: InMemoryLog): void {
    this.#readers.delete(reader);
  }
}

class InMemoryLog implements CompactedLog {
  readonly #topics: InMemoryTopics;
  readonly #options: CompactedLogOptions;
  #position = 0;
  #isRunning = false;

  constructor(topics: InMemoryTopics, options: CompactedLogOptions) {
    this.#topics = topics;
    this.#options = options;
  }

  async start(signal: AbortSignal, onProgress?: (read: number, total: number) => void): Promise<void> {
    signal.throwIfAborted();
    const failure = this.#topics.onStart(this.#options.topic);
    if (failure !== null) throw failure;
    this.#isRunning = true;
    this.#topics.attach(this);
    this.#readAll();
    onProgress?.(this.#position, this.#position);
  }

  async send(key: string | Uint8Array, value: string | Uint8Array | null): Promise<void> {
    if (!this.#isRunning) throw new ConnectError('cancelled', 'the log is stopped');
    await Promise.resolve();
    const failure = this.#topics.onSend(
      this.#options.topic,
      Buffer.from(key).toString(),
      value === null ? null : Buffer.from(value).toString(),
    );
    if (failure !== null) throw failure;
    this.#topics.append(this.#options.topic, key, value);
  }

  async readToEnd(): Promise<void> {
    await Promise.resolve();
    const failure = this.#topics.onRead(this.#options.topic);
    if (failure !== null) throw failure;
    this.#readAll();
  }

  wake(): void {
    if (!this.#topics.slow.has(this.#options.topic)) setImmediate(() => this.#readAll());
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#topics.detach(this);
  }

  #readAll(): void {
    const records = this.#topics.records(this.#options.topic);
    while (this.#isRunning && this.#position < records.length) {
      const record = records[this.#position++];
      if (record !== undefined) this.#options.onRecord(record);
    }
  }
}
