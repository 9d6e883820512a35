import { ConnectError } from '../../errors/connect-error.ts';
import type { Admin } from '../../kafka/ports/admin.ts';
import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import type { DeliveredBatch, Producer, ProducerOptions } from '../../kafka/ports/producer.ts';
import type { CommittedOffset } from '../../kafka/ports/topic-partition.ts';
import { ScriptedConsumer } from './scripted-consumer.ts';

/** Acknowledges everything in the next turn of the event loop. */
class PromptProducer<Token> implements Producer<Token> {
  readonly bufferedBytes = 0;
  readonly #onDelivered: (batch: DeliveredBatch<Token>) => void;
  #tokens: Token[] = [];
  #offset = 0;

  constructor({ onDelivered }: ProducerOptions<Token>) {
    this.#onDelivered = onDelivered;
  }

  append({ topic }: { readonly topic: string }, token: Token): boolean {
    if (this.#tokens.length === 0) setImmediate(() => this.#deliver(topic));
    this.#tokens.push(token);
    return true;
  }

  async ready(): Promise<void> {}

  async flush(): Promise<void> {
    while (this.#tokens.length > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {}

  #deliver(topic: string): void {
    const tokens = this.#tokens;
    this.#tokens = [];
    const baseOffset = this.#offset;
    this.#offset += tokens.length;
    this.#onDelivered({ topic, partition: 0, baseOffset, timestamp: -1, tokens, error: null });
  }
}

function notUsed(): never {
  throw new ConnectError('illegal-state', 'this test double does not do that');
}

/** Consumer groups in memory; everything else of an admin is not used. */
export class GroupsAdmin implements Admin {
  readonly groups = new Map<string, CommittedOffset[]>();
  /** Groups with members: the broker refuses to alter them. */
  readonly busy = new Set<string>();

  async listGroupOffsets(groupId: string): Promise<readonly CommittedOffset[]> {
    return this.groups.get(groupId) ?? [];
  }

  async alterGroupOffsets(groupId: string, offsets: readonly CommittedOffset[]): Promise<void> {
    this.#ensureEmpty(groupId);
    const kept = (this.groups.get(groupId) ?? []).filter(
      (one) => !offsets.some((other) => other.topic === one.topic && other.partition === one.partition),
    );
    this.groups.set(groupId, [...kept, ...offsets]);
  }

  async deleteGroupOffsets(
    groupId: string,
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<void> {
    this.#ensureEmpty(groupId);
    const kept = (this.groups.get(groupId) ?? []).filter(
      (one) => !partitions.some((other) => other.topic === one.topic && other.partition === one.partition),
    );
    this.groups.set(groupId, kept);
  }

  async deleteGroups(groupIds: readonly string[]): Promise<void> {
    for (const groupId of groupIds) {
      this.#ensureEmpty(groupId);
      if (!this.groups.delete(groupId)) throw new ConnectError('not-found', `group ${groupId} not found`);
    }
  }

  #ensureEmpty(groupId: string): void {
    if (!this.busy.has(groupId)) return;
    throw new ConnectError('kafka', 'The group is not empty.', {
      details: { kafkaError: 'NON_EMPTY_GROUP' },
    });
  }

  describeCluster = async () => ({ clusterId: 'in-memory', controllerId: 0, brokers: [] });
  fenceProducers: Admin['fenceProducers'] = notUsed;
  listTopics: Admin['listTopics'] = notUsed;
  describeTopics: Admin['describeTopics'] = notUsed;
  createTopics: Admin['createTopics'] = notUsed;
  deleteTopics: Admin['deleteTopics'] = notUsed;
  createPartitions: Admin['createPartitions'] = notUsed;
  describeTopicConfig: Admin['describeTopicConfig'] = notUsed;
  alterTopicConfig: Admin['alterTopicConfig'] = notUsed;
  listOffsets: Admin['listOffsets'] = notUsed;
  deleteRecords: Admin['deleteRecords'] = notUsed;
  listGroups: Admin['listGroups'] = notUsed;
  describeGroups: Admin['describeGroups'] = notUsed;
}

/** A cluster that takes everything and has nothing to read. */
export function openInMemoryClient(admin: Admin = new GroupsAdmin()): KafkaClient {
  return {
    admin,
    inspection: {
      authorizedOperations: notUsed,
      describeAcls: notUsed,
      listTransactions: notUsed,
      describeTransactions: notUsed,
      describeProducers: notUsed,
    },
    createProducer: (options) => new PromptProducer(options),
    createTransactionalProducer: notUsed,
    createConsumer: () => new ScriptedConsumer(),
    createGroupMember: notUsed,
    createCompactedLog: notUsed,
    close: async () => {},
  };
}
