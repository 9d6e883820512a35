import { ConnectError } from '../../errors/connect-error.ts';
import { byTopic } from '../group/group-offsets.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import type { MessageCodec } from '../protocol/api.ts';
import { consumerProtocolAssignment } from '../protocol/generated/consumer-protocol-assignment.js';
import { consumerProtocolSubscription } from '../protocol/generated/consumer-protocol-subscription.js';
import { ProtocolReader } from '../protocol/reader.ts';
import { ProtocolWriter } from '../protocol/writer.ts';

/** What members of a `consumer` group tell each other, in the bytes that Java's clients use. */
export interface Subscription {
  readonly topics: readonly string[];
  readonly userData: Buffer | null;
  readonly owned: readonly TopicPartition[];
  /** Of the assignment that `owned` comes from, -1 for none. */
  readonly generation: number;
  readonly rack: string | null;
}

export interface Assignment {
  readonly partitions: readonly TopicPartition[];
  readonly userData: Buffer | null;
}

export function encodeSubscription({ topics, userData, owned, generation, rack }: Subscription): Buffer {
  const message = {
    topics,
    userData,
    ownedPartitions: grouped(owned),
    generationId: generation,
    rackId: rack,
  };
  return encode(consumerProtocolSubscription, message);
}

/** Throws a `data` error for malformed bytes. */
export function decodeSubscription(bytes: Buffer): Subscription {
  const message = decode(consumerProtocolSubscription, bytes);
  const { topics, userData, ownedPartitions, generationId, rackId } = message;
  return { topics, userData, owned: flat(ownedPartitions), generation: generationId, rack: rackId };
}

export function encodeAssignment({ partitions, userData }: Assignment): Buffer {
  return encode(consumerProtocolAssignment, { assignedPartitions: grouped(partitions), userData });
}

/** Throws a `data` error for malformed bytes. Empty bytes are what a broker gives whom the leader left out. */
export function decodeAssignment(bytes: Buffer): Assignment {
  if (bytes.length === 0) return { partitions: [], userData: null };
  const message = decode(consumerProtocolAssignment, bytes);
  return { partitions: flat(message.assignedPartitions), userData: message.userData };
}

interface TopicGroup {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function grouped(partitions: readonly TopicPartition[]): TopicGroup[] {
  return [...byTopic(partitions)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => partition),
  }));
}

function flat(groups: readonly TopicGroup[]): TopicPartition[] {
  return groups.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}

function encode<Input>(codec: MessageCodec<unknown, Input>, message: Input): Buffer {
  const writer = new ProtocolWriter();
  writer.int16(codec.maxVersion);
  codec.encode(writer, message, codec.maxVersion);
  return writer.toBuffer();
}

/** A later version begins like the latest known one. */
function decode<Message>(codec: MessageCodec<Message, never>, bytes: Buffer): Message {
  const reader = new ProtocolReader(bytes);
  const version = reader.int16();
  if (version < codec.minVersion) {
    throw new ConnectError('data', `${codec.name} in version ${version} cannot be read`);
  }
  return codec.decode(reader, Math.min(version, codec.maxVersion));
}
