import { kafkaErrors } from '../protocol/error-codes.ts';
import type { MetadataResponse } from '../protocol/generated/metadata.js';

export interface Broker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export interface PartitionMetadata {
  readonly partition: number;
  /** Node id, -1 while there is none. */
  readonly leader: number;
  /** -1 when the broker does not tell. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface TopicMetadata {
  readonly name: string;
  /** All zeros ("AAAAAAAAAAAAAAAAAAAAAA") when the broker tells none. */
  readonly id: string;
  readonly internal: boolean;
  /** 0, or why the topic cannot be used: UNKNOWN_TOPIC_OR_PARTITION, TOPIC_AUTHORIZATION_FAILED … */
  readonly errorCode: number;
  /** In order of their numbers, without gaps when `errorCode` is 0. */
  readonly partitions: readonly PartitionMetadata[];
}

/** The last that brokers said of nodes and topics. Changes only in `update`. */
export class Metadata {
  #brokers = new Map<number, Broker>();
  readonly #topics = new Map<string, TopicMetadata>();
  #clusterId: string | null = null;
  #controllerId = -1;

  get brokers(): ReadonlyMap<number, Broker> {
    return this.#brokers;
  }

  get topics(): ReadonlyMap<string, TopicMetadata> {
    return this.#topics;
  }

  get clusterId(): string | null {
    return this.#clusterId;
  }

  get controllerId(): number {
    return this.#controllerId;
  }

  /** `asked` null: the answer holds every topic there is, so others are gone. */
  update(response: MetadataResponse, asked: readonly string[] | null): void {
    this.#brokers = new Map(
      response.brokers.map(({ nodeId, host, port, rack }) => [nodeId, { id: nodeId, host, port, rack }]),
    );
    this.#clusterId = response.clusterId;
    this.#controllerId = response.controllerId;
    if (asked === null) this.#topics.clear();
    for (const topic of response.topics) {
      if (topic.name === null) continue;
      this.#topics.set(topic.name, this.#merge(topic));
    }
  }

  /** A broker named by another answer (a coordinator) that the last metadata lacked. */
  addBroker(broker: Broker): void {
    if (!this.#brokers.has(broker.id)) this.#brokers.set(broker.id, broker);
  }

  forgetTopic(name: string): void {
    this.#topics.delete(name);
  }

  #merge(topic: MetadataResponse['topics'][number]): TopicMetadata {
    const name = topic.name ?? '';
    const known = this.#topics.get(name);
    const sameTopic = known !== undefined && known.id === topic.topicId;
    const partitions = topic.partitions
      .map((p): PartitionMetadata => {
        const before = sameTopic ? known.partitions[p.partitionIndex] : undefined;
        // A node that lags behind may still tell of the leader before the last election.
        if (before !== undefined && p.leaderEpoch >= 0 && p.leaderEpoch < before.leaderEpoch) return before;
        return {
          partition: p.partitionIndex,
          leader: p.errorCode === kafkaErrors.LEADER_NOT_AVAILABLE ? -1 : p.leaderId,
          leaderEpoch: p.leaderEpoch,
          replicas: p.replicaNodes,
          isr: p.isrNodes,
        };
      })
      .toSorted((a, b) => a.partition - b.partition);
    return { name, id: topic.topicId, internal: topic.isInternal, errorCode: topic.errorCode, partitions };
  }
}
