import type { Properties } from './properties.ts';
import type { CommittedOffset, TopicPartition } from './topic-partition.ts';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs?: Properties;
}

/**
 * What the asking principal may do, resource by resource. `null`: the broker does not say (older than 2.3, or the
 * resource may not even be described). A topic or group that does not exist is answered by the rules for its name
 * where the broker does so, else absent.
 */
export interface AuthorizedOperations {
  readonly cluster: readonly AclOperation[] | null;
  readonly topics: ReadonlyMap<string, readonly AclOperation[] | null>;
  readonly groups: ReadonlyMap<string, readonly AclOperation[] | null>;
}

export type AclOperation =
  | 'ALL'
  | 'READ'
  | 'WRITE'
  | 'CREATE'
  | 'DELETE'
  | 'ALTER'
  | 'DESCRIBE'
  | 'CLUSTER_ACTION'
  | 'DESCRIBE_CONFIGS'
  | 'ALTER_CONFIGS'
  | 'IDEMPOTENT_WRITE'
  | 'CREATE_TOKENS'
  | 'DESCRIBE_TOKENS'
  | 'TWO_PHASE_COMMIT';

/** One rule of the cluster's authorizer, in Kafka's own words. */
export interface AclBinding {
  readonly resourceType: 'TOPIC' | 'GROUP' | 'CLUSTER' | 'TRANSACTIONAL_ID' | 'DELEGATION_TOKEN' | 'USER';
  readonly resourceName: string;
  readonly patternType: 'LITERAL' | 'PREFIXED';
  readonly principal: string;
  readonly host: string;
  readonly operation: AclOperation;
  readonly permission: 'ALLOW' | 'DENY';
}

/** What is left out matches everything. */
export interface AclFilter {
  readonly resourceType?: AclBinding['resourceType'];
  readonly resourceName?: string;
  readonly principal?: string;
  readonly operation?: AclOperation;
}

export interface TransactionDescription {
  readonly transactionalId: string;
  readonly state: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  /** Milliseconds since the epoch; -1 when none is open. */
  readonly startTimestamp: number;
  readonly partitions: readonly TopicPartition[];
}

/** A producer that a partition leader remembers. */
export interface ProducerState {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly lastSequence: number;
  readonly lastTimestamp: number;
  /** First offset of its open transaction; -1: none. */
  readonly currentTransactionStart: number;
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
  authorizedOperations(
    resources: { readonly topics?: readonly string[]; readonly groups?: readonly string[] },
    signal?: AbortSignal,
  ): Promise<AuthorizedOperations>;
  describeAcls(filter: AclFilter, signal?: AbortSignal): Promise<readonly AclBinding[]>;
  listTransactions(
    signal?: AbortSignal,
  ): Promise<
    readonly { readonly transactionalId: string; readonly producerId: bigint; readonly state: string }[]
  >;
  /** A transactional id that does not exist is absent from the answer. */
  describeTransactions(
    transactionalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly TransactionDescription[]>;
  describeProducers(partition: TopicPartition, signal?: AbortSignal): Promise<readonly ProducerState[]>;
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
