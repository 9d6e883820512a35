import type { Admin } from './admin.ts';
import type { ClusterInspection } from './cluster-inspection.ts';
import type { CompactedLog, CompactedLogOptions } from './compacted-log.ts';
import type { Consumer, ConsumerOptions } from './consumer.ts';
import type { GroupMember, GroupMemberOptions } from './group-member.ts';
import type { Producer, ProducerOptions, TransactionalProducer } from './producer.ts';
import type { Properties } from './properties.ts';

/**
 * What the rest of the server sees of Kafka. `openKafkaClient` (open-kafka-client.ts) is the body.
 * Settings are raw Kafka client properties under their documented names (`batch.size`, `linger.ms` …).
 */

export interface KafkaClientOptions {
  readonly properties: Properties;
  /** One line for the log: level, message. Never holds a secret. */
  readonly log?: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}

/** Owns connections and metadata of one cluster; everything made from it shares them. */
export interface KafkaClient {
  readonly admin: Admin;
  readonly inspection: ClusterInspection;
  /** Throws a `config` error that names the key when a setting is not acceptable. */
  createProducer<Token>(options: ProducerOptions<Token>): Producer<Token>;
  /** `transactional.id` must be among the properties. */
  createTransactionalProducer<Token>(options: ProducerOptions<Token>): TransactionalProducer<Token>;
  createConsumer(options: ConsumerOptions): Consumer;
  createGroupMember(options: GroupMemberOptions): GroupMember;
  createCompactedLog(options: CompactedLogOptions): CompactedLog;
  /** Closes all connections; anything still in flight fails with `cancelled`. */
  close(): Promise<void>;
}
