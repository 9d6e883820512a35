/**
 * What the rest of the server sees of Kafka. `openKafkaClient` (open-kafka-client.ts) is the body.
 * Settings are raw Kafka client properties under their documented names (`batch.size`, `linger.ms` …).
 */

export type Properties = Readonly<Record<string, string>>;

/** Bytes of a key or value on the way to Kafka. A string is written as UTF-8 straight into the batch (no copy between). */
export type Serialized = Uint8Array | string | null;

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface KafkaClientOptions {
  readonly properties: Properties;
  /** One line for the log: level, message. Never holds a secret. */
  readonly log?: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}

/** Owns connections and metadata of one cluster; everything made from it shares them. */
export interface KafkaClient {
  readonly admin: Admin;
  /** Throws a `config` error that names the key when a setting is not acceptable. */
  createProducer<Token>(options: ProducerOptions<Token>): Producer<Token>;
  createConsumer(options: ConsumerOptions): Consumer;
  createGroupMember(options: GroupMemberOptions): GroupMember;
  createCompactedLog(options: CompactedLogOptions): CompactedLog;
  /** Closes all connections; anything still in flight fails with `cancelled`. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- producer

export interface ProducerOptions<Token> {
  /** Producer settings, on top of the client's properties. */
  readonly properties: Properties;
  /**
   * Called once for each batch that ended, in order within a partition, on success and on failure. `tokens` are those
   * given to `append`, in order; record i has offset `baseOffset + i`. Must not throw.
   */
  readonly onDelivered: (batch: DeliveredBatch<Token>) => void;
}

export interface DeliveredBatch<Token> {
  readonly topic: string;
  readonly partition: number;
  /** -1 when the broker gave none (error, or acks=0). */
  readonly baseOffset: number;
  /** Log append time, or -1. */
  readonly timestamp: number;
  readonly tokens: readonly Token[];
  readonly error: Error | null;
}

export interface ProducerRecord {
  readonly topic: string;
  /** null or absent: by key hash (murmur2), or sticky when there is no key. */
  readonly partition?: number | null;
  /** Milliseconds since the epoch; null or absent: now. */
  readonly timestamp?: number | null;
  readonly key: Serialized;
  readonly value: Serialized;
  readonly headers?: readonly RecordHeader[];
}

export interface Producer<Token> {
  /**
   * Appends to the current batch of its partition. False: not taken because `buffer.memory` is full or the topic's
   * metadata is not known yet; await `ready` and append the same record again. Throws a typed error for a record that
   * can never be sent (too large, invalid topic, partition that does not exist).
   */
  append(record: ProducerRecord, token: Token): boolean;
  /** Resolves when the append that was refused is worth trying again; rejects with `timeout` after `max.block.ms`. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Sends what is there without waiting for `linger.ms`, and resolves when every batch ended. */
  flush(signal?: AbortSignal): Promise<void>;
  /** Bytes of batches not yet ended. */
  readonly bufferedBytes: number;
  /** Flushes for at most `timeoutMs`, then fails what is left with `cancelled`. Never rejects. */
  close(timeoutMs: number): Promise<void>;
}

// ---------------------------------------------------------------- consumer

/**
 * One record as views on the fetch response. Valid until the next `poll`; copy what must live longer.
 * `key` and `value` make a view on each access; hot paths read `buffer` and the offsets.
 */
export interface ConsumedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';
  readonly buffer: Buffer;
  /** -1 length means null. */
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueStart: number;
  readonly valueLength: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** Records of one partition in offset order. */
export interface ConsumedBatch extends TopicPartition {
  readonly records: readonly ConsumedRecord[];
  /** Position after this batch (also past control records and compacted gaps). */
  readonly nextOffset: number;
  /** Log end as the broker said with the fetch; lag = this - nextOffset. */
  readonly highWatermark: number;
}

export interface ConsumerOptions {
  /** Consumer settings on top of the client's properties: `group.id`, `auto.offset.reset`, `max.poll.records` … */
  readonly properties: Properties;
}

/**
 * Called from within `poll` (and `close`), one at a time and awaited: revoke everything that is due, then assign.
 * `lost`: the partitions may already belong to another member; do not commit.
 */
export interface RebalanceListener {
  onAssigned(partitions: readonly TopicPartition[]): Promise<void> | void;
  onRevoked(partitions: readonly TopicPartition[]): Promise<void> | void;
  onLost(partitions: readonly TopicPartition[]): Promise<void> | void;
}

export interface CommittedOffset extends TopicPartition {
  readonly offset: number;
  readonly metadata?: string | null;
}

/** Group consumer (classic protocol) with manual commits; prefetches within `fetch.max.bytes`. One `poll` at a time. */
export interface Consumer {
  subscribe(topics: readonly string[] | RegExp, listener: RebalanceListener): void;
  /** Reads given partitions without a group. */
  assign(partitions: readonly TopicPartition[]): void;
  /** At most `max.poll.records` records; empty after `timeoutMs`, or at once after `wakeup`. */
  poll(timeoutMs: number, signal?: AbortSignal): Promise<readonly ConsumedBatch[]>;
  /** Makes a running or the next `poll` return early. */
  wakeup(): void;
  assignment(): readonly TopicPartition[];
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  seek(partition: TopicPartition, offset: number): void;
  /** Offset of the next record `poll` will return for the partition. */
  position(partition: TopicPartition): Promise<number>;
  committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /** Rejects with `conflict` when the group has moved on. */
  commit(offsets: readonly CommittedOffset[]): Promise<void>;
  /** Revokes, leaves the group, bounded by `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

// ---------------------------------------------------------------- group member

export interface GroupMemberOptions {
  readonly groupId: string;
  readonly protocolType: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly clientId?: string;
  readonly groupInstanceId?: string | null;
  /** Asked before each join: protocols in order of preference. */
  readonly protocols: () => readonly { readonly name: string; readonly metadata: Uint8Array }[];
  /** Only the leader: must return an assignment for every member. */
  readonly assign: (
    protocol: string,
    members: readonly {
      readonly memberId: string;
      readonly groupInstanceId: string | null;
      readonly metadata: Buffer;
    }[],
    leaderId: string,
    generation: number,
  ) => Promise<ReadonlyMap<string, Uint8Array>> | ReadonlyMap<string, Uint8Array>;
  /** Before each (re)join while a generation is held; lost: the broker has already expelled this member. */
  readonly onJoinPrepare: (generation: number, memberId: string, lost: boolean) => Promise<void> | void;
  readonly onJoined: (round: JoinedRound) => Promise<void> | void;
}

export interface JoinedRound {
  readonly generation: number;
  readonly memberId: string;
  readonly leaderId: string;
  readonly protocol: string;
  readonly assignment: Buffer;
}

/** A member of a classic group with opaque bytes; heartbeats by itself between calls. */
export interface GroupMember {
  readonly memberId: string;
  readonly generation: number;
  /** Joins or rejoins if needed; returns when stable. Callbacks run inside. Rejects only on fatal errors or abort. */
  ensureActive(signal: AbortSignal): Promise<void>;
  /** True when a rebalance is due: call `ensureActive` soon. */
  readonly rejoinNeeded: boolean;
  /** Called when `rejoinNeeded` turns true, so that a sleeping loop wakes. */
  onRejoinNeeded(listener: () => void): void;
  requestRejoin(reason: string): void;
  /** The group's broker, for commits and fetches of offsets. */
  commitOffsets(offsets: readonly CommittedOffset[]): Promise<void>;
  fetchOffsets(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  leave(reason: string, timeoutMs: number): Promise<void>;
}

// ---------------------------------------------------------------- compacted log

export interface CompactedLogOptions {
  readonly topic: string;
  /** Used if the topic has to be created; -1 = broker default. */
  readonly create: {
    readonly partitions: number;
    readonly replicationFactor: number;
    readonly configs: Properties;
  };
  /** More than one partition in the topic is a `config` error. */
  readonly singlePartition?: boolean;
  /** Worker key that names the topic, for error messages. */
  readonly configKey: string;
  readonly onRecord: (record: CompactedLogRecord) => void;
  readonly producerProperties?: Properties;
  readonly consumerProperties?: Properties;
}

export interface CompactedLogRecord extends TopicPartition {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** An internal topic read whole by every worker. */
export interface CompactedLog {
  /** Creates or checks the topic, reads to its end, then keeps reading. */
  start(signal: AbortSignal, onProgress?: (read: number, total: number) => void): Promise<void>;
  /** Resolves with the ack. Retries within the producer's `delivery.timeout.ms`. */
  send(key: string | Uint8Array, value: string | Uint8Array | null): Promise<void>;
  /** Resolves when every record that was in the topic at the call has been given to `onRecord`. */
  readToEnd(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

// ---------------------------------------------------------------- admin

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
