import type { TopicPartition } from './topic-partition.ts';

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

/** What people and the console ask of a cluster, and moving records never needs. */
export interface ClusterInspection {
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
}
