import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { Properties } from '../kafka/ports/properties.ts';
import type { Log, OffsetReader, Settings } from '../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition } from '../records/record.ts';
import { KafkaOffsetStore } from '../storage/kafka-offset-store.ts';
import { LayeredOffsetStore } from '../storage/layered-offset-store.ts';
import type { OffsetStore, SourceOffsetEntry } from '../storage/offset-store.ts';
import {
  offsetsReaderProperties,
  transactionalIdOf,
  transactionalProducerProperties,
} from './client-properties.ts';
import { connectorOffsetsTopic, type OffsetsGroup } from './connector-offsets-topic.ts';

export interface ConnectorOffsetStoresOptions {
  /** The worker's, for connectors without a topic of their own. */
  readonly offsetStore: OffsetStore;
  /** null: standalone. */
  readonly group: OffsetsGroup | null;
  readonly workerSettings: Settings;
  readonly openKafkaClient: (properties: Properties) => KafkaClient;
  readonly log: Log;
}

const startTimeoutMs = 60_000;
const closeTimeoutMs = 10_000;

/** Source offsets of a connector outside of its tasks: for the connector itself and for people. */
export class ConnectorOffsetStores {
  readonly #options: ConnectorOffsetStoresOptions;

  constructor(options: ConnectorOffsetStoresOptions) {
    this.#options = options;
  }

  /** Calls `use` with the store that the settings of the connector ask for. */
  async withStore<T>(
    name: string,
    settings: Settings,
    use: (store: OffsetStore) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const opened = this.#open(name, settings);
    if (opened === null) return use(this.#options.offsetStore);
    try {
      await opened.store.start(signal);
      return await use(opened.store);
    } finally {
      await opened.close();
    }
  }

  /** For `Connector.start`; its clients are opened with the first question. */
  reader(name: string, settings: Settings): OffsetReader & { close(): Promise<void> } {
    let opened: Promise<OffsetStore> | null = null;
    let close = async () => {};
    const open = async () => {
      const own = this.#open(name, settings);
      if (own === null) return this.#options.offsetStore;
      close = own.close;
      try {
        await own.store.start(AbortSignal.timeout(startTimeoutMs));
      } catch (error) {
        // The next question tries again.
        opened = null;
        await own.close();
        throw error;
      }
      return own.store;
    };
    const offsets = async (
      partitions: readonly SourcePartition[],
    ): Promise<readonly (SourceOffset | null)[]> => {
      opened ??= open();
      return (await opened).read(name, partitions);
    };
    return {
      offsets,
      offset: async (partition) => (await offsets([partition]))[0] ?? null,
      close: async () => close(),
    };
  }

  #open(name: string, settings: Settings): { store: OffsetStore; close: () => Promise<void> } | null {
    const { group, log, offsetStore, openKafkaClient, workerSettings } = this.#options;
    const place = connectorOffsetsTopic(settings, group);
    if (place === null || group === null) return null;
    const id = { connector: name, task: 0 };
    const properties = offsetsReaderProperties(workerSettings, settings, id, group.isExactlyOnceEnabled);
    const client = openKafkaClient({ ...properties, 'client.id': `connector-offsets-${name}` });
    const reading = new KafkaOffsetStore(client, place.topic, log, {
      connector: name,
      consumerProperties: properties,
    });
    const own = group.isExactlyOnceEnabled
      ? new FencingOffsetStore(reading, place.topic.name, () => {
          const clientId = `connector-offset-producer-${name}`;
          return openKafkaClient(
            transactionalProducerProperties(
              workerSettings,
              settings,
              clientId,
              transactionalIdOf(group.id, id),
            ),
          );
        })
      : reading;
    return {
      store: place.isOwn ? new LayeredOffsetStore(own, offsetStore, log) : own,
      close: async () => {
        await own.stop();
        await client.close();
      },
    };
  }
}

/** Writes in a transaction with the id of the connector's first task: one that still lives can write no more. */
class FencingOffsetStore implements OffsetStore {
  readonly #reading: KafkaOffsetStore;
  readonly #topic: string;
  readonly #openClient: () => KafkaClient;

  constructor(reading: KafkaOffsetStore, topic: string, openClient: () => KafkaClient) {
    this.#reading = reading;
    this.#topic = topic;
    this.#openClient = openClient;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#reading.start(signal);
  }

  stop(): Promise<void> {
    return this.#reading.stop();
  }

  read(...asked: Parameters<OffsetStore['read']>): ReturnType<OffsetStore['read']> {
    return this.#reading.read(...asked);
  }

  all(...asked: Parameters<OffsetStore['all']>): ReturnType<OffsetStore['all']> {
    return this.#reading.all(...asked);
  }

  async write(connector: string, entries: readonly SourceOffsetEntry[], signal?: AbortSignal): Promise<void> {
    const client = this.#openClient();
    const producer = client.createTransactionalProducer<null>({ properties: {}, onDelivered: () => {} });
    try {
      await producer.initTransactions(signal);
      producer.beginTransaction();
      for (const { key, value } of this.#reading.records(connector, entries)) {
        while (!producer.append({ topic: this.#topic, key, value }, null)) await producer.ready(signal);
      }
      await producer.commitTransaction(signal);
    } finally {
      await producer.close(closeTimeoutMs);
      await client.close();
    }
  }
}
