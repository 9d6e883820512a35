import { randomUUID } from 'node:crypto';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import { brokers } from '../../testing/brokers.ts';
import type { CompactedLogFactory, InternalTopic } from '../internal-topic.ts';
import { InMemoryTopics } from './in-memory-topic.ts';

export interface KafkaUnderTest {
  readonly name: string;
  /** A new place each time: nothing of other tests is in it. */
  readonly create: () => CompactedLogFactory;
  readonly close: () => Promise<void>;
}

/** Everything that store bodies on Kafka are tested against: topics in memory and each broker. */
export async function kafkasUnderTest(): Promise<readonly KafkaUnderTest[]> {
  const real = (await brokers()).map(({ name, bootstrap }): KafkaUnderTest => {
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    return { name, create: () => client, close: () => client.close() };
  });
  return [{ name: 'topics in memory', create: () => new InMemoryTopics(), close: async () => {} }, ...real];
}

/** With a name that no other test uses. */
export function testTopic(
  purpose: 'config' | 'status' | 'offset' | 'vault',
  partitions: number,
): InternalTopic {
  return {
    name: `${purpose}-${randomUUID()}`,
    configKey: `${purpose}.storage.topic`,
    partitions,
    replicationFactor: 1,
    settings: {},
  };
}
