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
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly sensitive: boolean;
}

export type OffsetSpec = 'earliest' | 'latest' | { readonly timestamp: number };

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
  /** Without the cluster's internal topics. */
  listTopics(signal?: AbortSignal): Promise<readonly string[]>;
  /** A topic that does not exist is absent from the answer. */
  describeTopics(topics: readonly string[], signal?: AbortSignal): Promise<readonly TopicDescription[]>;
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
  listGroups(
    signal?: AbortSignal,
  ): Promise<readonly { readonly groupId: string; readonly protocolType: string; readonly state: string }[]>;
  describeGroups(groupIds: readonly string[], signal?: AbortSignal): Promise<readonly GroupDescription[]>;
  deleteGroups(groupIds: readonly string[], signal?: AbortSignal): Promise<void>;
  listGroupOffsets(groupId: string, signal?: AbortSignal): Promise<readonly CommittedOffset[]>;
  alterGroupOffsets(
    groupId: string,
    offsets: readonly CommittedOffset[],
    signal?: AbortSignal,
  ): Promise<void>;
  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    signal?: AbortSignal,
  ): Promise<void>;
  /** Aborts what is open under these transactional ids and keeps their present producers from writing again. */
  fenceProducers(transactionalIds: readonly string[], signal?: AbortSignal): Promise<void>;
}

export interface GroupDescription {
  readonly groupId: string;
  readonly state: string;
  readonly protocolType: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly clientId: string;
    readonly host: string;
    readonly metadata: Buffer;
    readonly assignment: Buffer;
  }[];
}
