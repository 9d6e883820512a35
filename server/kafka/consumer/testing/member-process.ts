import { openKafkaClient } from '../../open-kafka-client.ts';
import type { TopicPartition } from '../../ports/topic-partition.ts';

/**
 * For tests that stop and kill members: a consumer in a process of its own. Arguments: properties as JSON, topic.
 * Writes what its listener hears, one line each.
 */
const [properties = '{}', topic = ''] = process.argv.slice(2);
const client = openKafkaClient({ properties: JSON.parse(properties) as Record<string, string> });
const consumer = client.createConsumer({ properties: {} });

function tell(what: string) {
  return (partitions: readonly TopicPartition[]): void => {
    const numbers = partitions.map(({ partition }) => partition).toSorted((a, b) => a - b);
    process.stdout.write(`${what} ${numbers.join()}\n`);
  };
}

consumer.subscribe([topic], {
  onAssigned: tell('assigned'),
  onRevoked: tell('revoked'),
  onLost: tell('lost'),
});
for (;;) await consumer.poll(200);
