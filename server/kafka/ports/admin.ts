import type { Properties } from './properties.ts';
import type { CommittedOffset, TopicPartition } from './topic-partition.ts';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs?: Properties;
}

export interface TopicDescription {
  readonly name: string;
  readonly internal: boolean;
  readonly partitions: readonly {
    readonly partition: number;
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly isr: readonly number[];
  }[];
}

export interface ConfigEntry {
  readonly name: string;
  /** null when it is sensitive. */
  readonly value: string | null;
  /** Nobody has set it, neither for the topic nor for the broker. */
  readonly isDefault: boolean;
  /** It was set for this very topic. */
  readonly isOwn: boolean;
  readonly sensitive: boolean;
}

/** `last stable`: where those who read only committed records come to at present. */
export type OffsetSpec = 'earliest' | 'latest' | 'last stable' | { readonly timestamp: number };

/** One of several things that a call was about, and why it could not be done. */
export interface ElementFailure {
  readonly name: string;
  readonly kafkaError: string;
  readonly message: string;
}

/**
 * Calls about several things do all that can be done, and then reject with the first failure; all of them are in
 * `details.failures` (`ElementFailure[]`). What brokers are too old for rejects with `kafka` and UNSUPPORTED_VERSION,
 * naming the version of Kafka that is needed.
 */
export interface Admin {
  describeCluster(signal?: AbortSignal): Promise<{
    readonly clusterId: string;
    readonly controllerId: number;
    readonly brokers: readonly {
      readonly id: number;
      readonly host: string;
      readonly port: number;
      readonly rack: string | null;
    }[];
  }>;
  /** Without the cluster's internal topics, and those that may not be described. */
  listTopics(signal?: AbortSignal): Promise<readonly string[]>;
  /** A topic that does not exist is absent from the answer. null: every topic, the cluster's internal ones too. */
  describeTopics(
    topics: readonly string[] | null,
    signal?: AbortSignal,
  ): Promise<readonly TopicDescription[]>;
  /** Rejects with `already-exists` (and creates the others). */
  createTopics(topics: readonly NewTopic[], signal?: AbortSignal): Promise<void>;
  deleteTopics(topics: readonly string[], signal?: AbortSignal): Promise<void>;
  createPartitions(topic: string, total: number, signal?: AbortSignal): Promise<void>;
  describeTopicConfig(topic: string, signal?: AbortSignal): Promise<readonly ConfigEntry[]>;
  alterTopicConfig(
    topic: string,
    set: Properties,
    remove?: readonly string[],
    signal?: AbortSignal,
  ): Promise<void>;
  listOffsets(
    partitions: readonly TopicPartition[],
    spec: OffsetSpec,
    signal?: AbortSignal,
  ): Promise<readonly (TopicPartition & { readonly offset: number; readonly timestamp: number })[]>;
  deleteRecords(
    before: readonly (TopicPartition & { readonly offset: number })[],
    signal?: AbortSignal,
  ): Promise<void>;
  /** Of every kind, on all brokers. */
  listGroups(signal?: AbortSignal): Promise<readonly GroupListing[]>;
  /** Classic and consumer groups; one that does not exist is "Dead". */
  describeGroups(groupIds: readonly string[], signal?: AbortSignal): Promise<readonly GroupDescription[]>;
  /** Rejects with `conflict` for a group with members, `not-found` for one that is not there. */
  deleteGroups(groupIds: readonly string[], signal?: AbortSignal): Promise<void>;
  listGroupOffsets(groupId: string, signal?: AbortSignal): Promise<readonly CommittedOffset[]>;
  /** Rejects with `conflict` while the group has members. */
  alterGroupOffsets(
    groupId: string,
    offsets: readonly CommittedOffset[],
    signal?: AbortSignal,
  ): Promise<void>;
  /** Rejects with `conflict` while members of the group read the topic. */
  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    signal?: AbortSignal,
  ): Promise<void>;
  /** Aborts what is open under these transactional ids and keeps their present producers from writing again. */
  fenceProducers(transactionalIds: readonly string[], signal?: AbortSignal): Promise<void>;
}

/** `classic`: members agree among themselves; `consumer`: the broker assigns (KIP-848). Empty: the broker does not tell. */
export type GroupType = 'classic' | 'consumer' | 'share' | 'streams' | '';

export interface GroupListing {
  readonly groupId: string;
  readonly type: GroupType;
  readonly protocolType: string;
  /** Empty before Kafka 2.6. */
  readonly state: string;
}

export interface GroupDescription {
  readonly groupId: string;
  readonly type: GroupType;
  readonly state: string;
  readonly protocolType: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly clientId: string;
    readonly host: string;
    /** Both empty for groups that the broker assigns. */
    readonly metadata: Buffer;
    readonly assignment: Buffer;
    /** What the member reads; null for protocols other than `consumer`. */
    readonly partitions: readonly TopicPartition[] | null;
  }[];
}
