import type { Admin as KafkajsAdmin } from 'kafkajs';
import { isConnectError } from '../../errors/connect-error.ts';
import { abortable } from '../cluster/backoff.ts';
import type { ConfigEntry, TopicDescription } from '../ports/admin.ts';
import type { Properties } from '../ports/properties.ts';
import { toKafkajsConfig } from './kafkajs-config.ts';
import { kafkajsFailure } from './kafkajs-failure.ts';
import { type KafkajsSecurity, openKafkajsSecurity } from './kafkajs-security.ts';
import { loadKafkajs } from './load-kafkajs.ts';

const topicResource = 2;
const ownSource = 1;
const defaultSource = 5;

/** Offsets of a partition; -1 where its leader cannot be asked. */
export interface PartitionEnds {
  readonly partition: number;
  readonly earliest: number;
  readonly latest: number;
}

/**
 * What kafkajs says of topics. Each call has a client of its own, closed when it ends: one that stays would keep
 * asking for every topic it was ever asked about, and fail altogether when one of them is deleted.
 *
 * kafkajs rejects a whole answer when a single partition in it has no leader, and does not tell which topics are
 * internal; see `open-topic-browser.ts` for what is done about it.
 */
export class KafkajsTopics {
  readonly #properties: Properties;
  #security: KafkajsSecurity | null = null;

  constructor(properties: Properties) {
    this.#properties = properties;
  }

  /** Every topic, or one; nothing when that is not there. */
  async describe(
    topic: string | null,
    signal?: AbortSignal,
  ): Promise<readonly Omit<TopicDescription, 'internal'>[]> {
    const what = topic === null ? 'list topics' : `describe topic ${topic}`;
    try {
      return await this.#ask(what, signal, async (admin) => {
        const found = await admin.fetchTopicMetadata(topic === null ? undefined : { topics: [topic] });
        return found.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions
            .map(({ partitionId, leader, replicas, isr }) => ({
              partition: partitionId,
              leader,
              replicas,
              isr,
            }))
            .toSorted((a, b) => a.partition - b.partition),
        }));
      });
    } catch (error) {
      if (isConnectError(error) && error.code === 'not-found') return [];
      throw error;
    }
  }

  async configs(topic: string, signal?: AbortSignal): Promise<readonly ConfigEntry[]> {
    return await this.#ask(`describe the configuration of topic ${topic}`, signal, async (admin) => {
      const { resources } = await admin.describeConfigs({
        resources: [{ type: topicResource, name: topic }],
        includeSynonyms: false,
      });
      const entries = resources[0]?.configEntries ?? [];
      return entries.map(({ configName, configValue, configSource, isSensitive }) => ({
        name: configName,
        value: isSensitive ? null : configValue,
        isDefault: configSource === defaultSource,
        isOwn: configSource === ownSource,
        sensitive: isSensitive,
      }));
    });
  }

  async offsets(topic: string, signal?: AbortSignal): Promise<readonly PartitionEnds[]> {
    return await this.#ask(`list offsets of topic ${topic}`, signal, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.map(({ partition, low, high }) => ({
        partition,
        earliest: Number(low),
        latest: Number(high),
      }));
    });
  }

  close(): void {
    this.#security?.close();
  }

  async #ask<Result>(
    what: string,
    signal: AbortSignal | undefined,
    ask: (admin: KafkajsAdmin) => Promise<Result>,
  ): Promise<Result> {
    const { Kafka } = await loadKafkajs();
    this.#security ??= openKafkajsSecurity(this.#properties);
    const security = this.#security;
    await security.prepare(signal);
    const admin = new Kafka(toKafkajsConfig(this.#properties, security.config)).admin();
    try {
      await abortable(admin.connect(), signal, what);
      return await abortable(ask(admin), signal, what);
    } catch (error) {
      throw isConnectError(error) ? error : kafkajsFailure(error, what, security);
    } finally {
      // Closing waits for requests under way; nobody waits for that.
      void admin.disconnect().catch(() => undefined);
    }
  }
}
