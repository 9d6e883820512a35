import type { CompactedLogOptions } from '../kafka/ports/compacted-log.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { Properties } from '../kafka/ports/properties.ts';

/** One line for the log. */
export type StorageLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** What a store on Kafka needs to make its log anew on each attempt to start. */
export type CompactedLogFactory = Pick<KafkaClient, 'createCompactedLog'>;

export interface InternalTopic {
  readonly name: string;
  /** Worker key that names the topic, such as `offset.storage.topic`. */
  readonly configKey: string;
  /** For the creation; -1: the broker's default. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Further topic settings for the creation. */
  readonly settings: Properties;
}

const ownKeys = new Set(['topic', 'partitions', 'replication.factor']);

/**
 * Topic settings for the creation of an internal topic: every worker setting under the prefix (`offset.storage.` …)
 * that Connect does not use itself. The clean-up policy is not negotiable.
 */
export function internalTopicSettings(worker: Properties, prefix: string, log: StorageLog): Properties {
  const settings: Record<string, string> = {};
  for (const [key, value] of Object.entries(worker)) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    if (ownKeys.has(name)) continue;
    if (name === 'cleanup.policy') {
      log('warn', `${key}=${value} is ignored: internal topics are always compacted`);
    } else {
      settings[name] = value;
    }
  }
  return settings;
}

export function createOptions(topic: InternalTopic): CompactedLogOptions['create'] {
  return {
    partitions: topic.partitions,
    replicationFactor: topic.replicationFactor,
    configs: { ...topic.settings, 'cleanup.policy': 'compact' },
  };
}
