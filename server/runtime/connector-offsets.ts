import { ConnectError, codeOf, messageOf } from '../errors/connect-error.ts';
import type { Admin } from '../kafka/ports/admin.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { Properties } from '../kafka/ports/properties.ts';
import type { ConnectorPlugin, SinkConnectorPlugin, SourceConnectorPlugin } from '../plugin-api/plugin.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition } from '../records/record.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import { adminProperties, sinkGroupId } from './client-properties.ts';
import type { ConnectorOffsetStores } from './connector-offset-stores.ts';
import type { Offsets } from './herder.ts';

export interface ConnectorOffsetsOptions {
  readonly stores: ConnectorOffsetStores;
  readonly workerSettings: Settings;
  readonly openKafkaClient: (properties: Properties) => KafkaClient;
}

interface SinkOffsetEntry {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number | null;
}

/** Offsets of connectors for people: of sources from the offset store, of sinks from their consumer group. */
export class ConnectorOffsets {
  readonly #options: ConnectorOffsetsOptions;

  constructor(options: ConnectorOffsetsOptions) {
    this.#options = options;
  }

  async read(
    name: string,
    plugin: ConnectorPlugin,
    settings: Settings,
    signal: AbortSignal,
  ): Promise<Offsets> {
    if (plugin.type === 'source') {
      return this.#options.stores.withStore(name, settings, (store) => store.all(name, signal), signal);
    }
    const offsets = await this.#withAdmin(name, settings, (admin) =>
      admin.listGroupOffsets(this.#groupOf(name, settings), signal),
    );
    return offsets.map(({ topic, partition, offset }) => ({
      partition: { kafka_topic: topic, kafka_partition: partition },
      offset: { kafka_offset: offset },
    }));
  }

  /** null: reset all. The answer is a message for people. */
  async alter(
    name: string,
    plugin: ConnectorPlugin,
    settings: Settings,
    offsets: Offsets | null,
    signal: AbortSignal,
  ): Promise<string> {
    const isKnownToConnector =
      plugin.type === 'source'
        ? await this.#alterSource(name, plugin, settings, offsets, signal)
        : await this.#alterSink(name, plugin, settings, offsets, signal);
    const verb = offsets === null ? 'reset' : 'altered';
    return isKnownToConnector
      ? `The offsets for this connector have been ${verb} successfully`
      : `The Connect framework-managed offsets for this connector have been ${verb} successfully. However, if this connector manages offsets externally, they will need to be manually ${verb} in the system that the connector uses.`;
  }

  async #alterSource(
    name: string,
    plugin: SourceConnectorPlugin,
    settings: Settings,
    offsets: Offsets | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    const alter = async (store: OffsetStore) => {
      const entries =
        offsets ?? (await store.all(name, signal)).map(({ partition }) => ({ partition, offset: null }));
      const isKnown = (await plugin.createConnector().alterOffsets?.(settings, entries)) ?? false;
      if (entries.length > 0) await store.write(name, lastOfEach(entries), signal);
      return isKnown;
    };
    return await this.#options.stores.withStore(name, settings, alter, signal);
  }

  async #alterSink(
    name: string,
    plugin: SinkConnectorPlugin,
    settings: Settings,
    offsets: Offsets | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    const group = this.#groupOf(name, settings);
    return this.#withAdmin(name, settings, async (admin) => {
      const entries =
        offsets?.map(sinkOffset) ??
        (await admin.listGroupOffsets(group, signal)).map(({ topic, partition }) => ({
          topic,
          partition,
          offset: null,
        }));
      const isKnown = (await plugin.createConnector().alterOffsets?.(settings, entries)) ?? false;
      try {
        if (offsets === null) await deleteGroup(admin, group, signal);
        else await alterGroup(admin, group, entries, signal);
      } catch (error) {
        const advice =
          codeOf(error) === 'bad-request'
            ? ''
            : '. Either its tasks have not stopped completely yet or it was resumed; this can be tried again';
        throw new ConnectError(
          codeOf(error),
          `Failed to alter consumer group offsets for connector ${name}: ${messageOf(error)}${advice}`,
          { cause: error },
        );
      }
      return isKnown;
    });
  }

  async #withAdmin<T>(name: string, settings: Settings, use: (admin: Admin) => Promise<T>): Promise<T> {
    const { openKafkaClient, workerSettings } = this.#options;
    const client = openKafkaClient(
      adminProperties(workerSettings, settings, `connector-worker-adminclient-${name}`),
    );
    try {
      return await use(client.admin);
    } finally {
      await client.close();
    }
  }

  #groupOf(name: string, settings: Settings): string {
    return sinkGroupId(this.#options.workerSettings, settings, name);
  }
}

/** The sentence of Java Connect, by which clients know what to do. */
export function stopFirst(name: string): string {
  return `Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`;
}

/** Of equal partitions in one request the last one counts. */
function lastOfEach(entries: Offsets): Offsets {
  const byContent = new Map<
    string,
    { readonly partition: SourcePartition; readonly offset: SourceOffset | null }
  >();
  for (const entry of entries) {
    const parts = Object.entries(entry.partition).map(([key, value]) => [
      key,
      `${typeof value} ${String(value)}`,
    ]);
    byContent.set(JSON.stringify(parts.sort()), entry);
  }
  return [...byContent.values()];
}

function sinkOffset({ partition, offset }: Offsets[number]): SinkOffsetEntry {
  const topic = partition.kafka_topic;
  const number = partition.kafka_partition;
  if (typeof topic !== 'string' || topic === '' || number === undefined || number === null) {
    throw new ConnectError(
      'bad-request',
      "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'",
    );
  }
  if (offset !== null && offset.kafka_offset === undefined) {
    throw new ConnectError(
      'bad-request',
      "The offset for a sink connector should either be null or contain the key 'kafka_offset'",
    );
  }
  return {
    topic,
    partition: wholeNumber('partition', number),
    offset: offset === null ? null : wholeNumber('offset', offset.kafka_offset),
  };
}

function wholeNumber(what: 'partition' | 'offset', value: unknown): number {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number =
    typeof value === 'number' || typeof value === 'bigint' || isText ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= 0) return number;
  const values = what === 'offset' ? 'Offset' : 'Partition';
  throw new ConnectError(
    'bad-request',
    `Failed to parse the following Kafka ${what} value in the provided offsets: '${String(value)}'. ${values} values for sink connectors need to be integers${number < 0 ? ' of at least 0' : ''}.`,
  );
}

async function alterGroup(
  admin: Admin,
  group: string,
  entries: readonly SinkOffsetEntry[],
  signal: AbortSignal,
): Promise<void> {
  const set = entries.flatMap(({ topic, partition, offset }) =>
    offset === null ? [] : [{ topic, partition, offset }],
  );
  const reset = entries.filter(({ offset }) => offset === null);
  if (set.length > 0) await admin.alterGroupOffsets(group, set, signal);
  if (reset.length > 0) await admin.deleteGroupOffsets(group, reset, signal);
}

async function deleteGroup(admin: Admin, group: string, signal: AbortSignal): Promise<void> {
  try {
    await admin.deleteGroups([group], signal);
  } catch (error) {
    // A sink that never ran has no group.
    if (codeOf(error) !== 'not-found') throw error;
  }
}
