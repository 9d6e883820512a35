import { ConnectError } from '../../errors/connect-error.ts';
import type { Properties } from '../../kafka/ports/properties.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import type { CompactedLogFactory } from '../../storage/internal-topic.ts';
import { KafkaOffsetStore } from '../../storage/kafka-offset-store.ts';
import { LayeredOffsetStore } from '../../storage/layered-offset-store.ts';
import type { OffsetRecord } from '../../storage/offset-index.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';
import type { ConnectorOffsetsTopic } from '../connector-offsets-topic.ts';
import type { TaskOffsets } from './source-offset-committer.ts';
import type { TransactionalOffsets } from './source-transactions.ts';

export interface TaskOffsetStoreOptions {
  readonly connector: string;
  readonly place: ConnectorOffsetsTopic;
  readonly client: CompactedLogFactory;
  /** Of the client that reads. */
  readonly properties: Properties;
  /** Offsets in the worker's store. */
  readonly workers: TaskOffsets;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly log: Log;
}

/** Source offsets of one task in a topic that it reads itself; with transactions its producer writes them. */
export class TaskOffsetStore implements TaskOffsets, TransactionalOffsets {
  readonly #options: TaskOffsetStoreOptions;
  readonly #store: KafkaOffsetStore;
  readonly #layers: LayeredOffsetStore | null;

  constructor(options: TaskOffsetStoreOptions) {
    const { client, connector, log, place, properties, workers } = options;
    this.#options = options;
    this.#store = new KafkaOffsetStore(client, place.topic, log, {
      connector,
      consumerProperties: properties,
    });
    const shared = {
      read: (_connector: string, partitions: readonly SourcePartition[]) => workers.offsets(partitions),
      write: (_connector: string, entries: readonly SourceOffsetEntry[], signal?: AbortSignal) =>
        workers.write(entries, signal ?? AbortSignal.timeout(options.timeoutMs)),
      all: () => Promise.reject(new ConnectError('illegal-state', 'tasks do not list offsets')),
    };
    this.#layers = place.isOwn ? new LayeredOffsetStore(this.#store, shared, log) : null;
  }

  get topic(): string {
    return this.#options.place.topic.name;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#store.start(signal);
  }

  stop(): Promise<void> {
    return this.#store.stop();
  }

  async offset(partition: SourcePartition): Promise<SourceOffset | null> {
    const [offset] = await this.offsets([partition]);
    return offset ?? null;
  }

  offsets(partitions: readonly SourcePartition[]): Promise<readonly (SourceOffset | null)[]> {
    const { connector, signal } = this.#options;
    return (this.#layers ?? this.#store).read(connector, partitions, signal);
  }

  write(entries: readonly SourceOffsetEntry[], signal: AbortSignal): Promise<void> {
    return (this.#layers ?? this.#store).write(this.#options.connector, entries, signal);
  }

  async records(entries: readonly SourceOffsetEntry[]): Promise<readonly OffsetRecord[]> {
    const { connector, timeoutMs } = this.#options;
    await this.#layers?.beforeWrite(connector, entries, AbortSignal.timeout(timeoutMs));
    return this.#store.records(connector, entries);
  }

  committed(entries: readonly SourceOffsetEntry[]): void {
    this.#layers?.afterWrite(this.#options.connector, entries);
  }
}
