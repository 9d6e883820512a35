import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import { waitFor } from '../../testing/wait.ts';

export interface ReadRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
  readonly headers: readonly (readonly [string, string | null])[];
}

/** The first `count` records of a topic with one partition, waiting for them. */
export async function readTopic(
  client: KafkaClient,
  topic: string,
  count: number,
): Promise<readonly ReadRecord[]> {
  const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest' } });
  const read: ReadRecord[] = [];
  try {
    await waitFor(
      `the topic ${topic}`,
      async () => (await client.admin.describeTopics([topic])).length === 1,
    );
    consumer.assign([{ topic, partition: 0 }]);
    await waitFor(`${count} records in ${topic}`, async () => {
      for (const { records } of await consumer.poll(300)) {
        for (const { key, value, timestamp, headers } of records) {
          read.push({
            key: textOf(key),
            value: textOf(value),
            timestamp,
            headers: headers.map((header) => [header.key, textOf(header.value)] as const),
          });
        }
      }
      return read.length >= count;
    });
    return read;
  } finally {
    await consumer.close(5_000);
  }
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}
