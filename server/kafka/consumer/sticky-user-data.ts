import { byTopic } from '../group/group-offsets.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { ProtocolReader } from '../protocol/reader.ts';
import { ProtocolWriter } from '../protocol/writer.ts';

/** What a member of the sticky assignors remembers of its last assignment. */
export interface StickyMemory {
  readonly owned: readonly TopicPartition[];
  /** -1: not told (members of before Kafka 2.4). */
  readonly generation: number;
}

/**
 * User data of Java's StickyAssignor: an eager member has given everything up when it joins, so its last assignment
 * travels here. Null for a member that never had one.
 */
export function encodeStickyMemory({ owned, generation }: StickyMemory): Buffer {
  const topics = [...byTopic(owned)];
  const writer = new ProtocolWriter();
  writer.int32(topics.length);
  for (const [topic, partitions] of topics) {
    writer.string(topic, false, 'topic');
    writer.int32(partitions.length);
    for (const { partition } of partitions) writer.int32(partition);
  }
  writer.int32(generation);
  return writer.toBuffer();
}

/** Bytes that make no sense count as no memory, as Java has it. */
export function decodeStickyMemory(bytes: Buffer | null): StickyMemory {
  const nothing = { owned: [], generation: -1 };
  if (bytes === null || bytes.length === 0) return nothing;
  try {
    const reader = new ProtocolReader(bytes);
    const owned: TopicPartition[] = [];
    for (let topics = reader.count(false); topics > 0; topics--) {
      const topic = reader.string(false);
      for (let left = reader.count(false); left > 0; left--) owned.push({ topic, partition: reader.int32() });
    }
    return { owned, generation: reader.remaining >= 4 ? reader.int32() : -1 };
  } catch {
    return nothing;
  }
}

/** User data of Java's CooperativeStickyAssignor; members of before KIP-792 look for the generation here. */
export function encodeGeneration(generation: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(generation);
  return bytes;
}

/** -1 when there is none. */
export function decodeGeneration(bytes: Buffer | null): number {
  return bytes !== null && bytes.length >= 4 ? bytes.readInt32BE(0) : -1;
}
