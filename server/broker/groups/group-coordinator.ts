import { randomBytes } from 'node:crypto';
import { messageOf } from '../../errors/connect-error.ts';
import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import type { BrokerLog } from '../broker-log.ts';
import { refusal } from '../refusal.ts';
import type { BrokerConfigs } from '../topics/broker-configs.ts';
import { InternalLog } from '../topics/internal-log.ts';
import { offsetsTopic } from '../topics/topic.ts';
import type { TopicRegistry } from '../topics/topic-registry.ts';
import {
  ConsumerGroup,
  type ConsumerGroupRules,
  type HeartbeatAnswer,
  type HeartbeatOrder,
} from './consumer-group.ts';
import { Group, type GroupRules } from './group.ts';
import { joinError } from './group-answers.ts';
import type { JoinAnswer, JoinOrder } from './group-member.ts';
import { GroupOffsets, type TopicPartitionOffset } from './group-offsets.ts';
import { decodeGroupRecord, encodeGroup, encodeOffset } from './group-records.ts';
import { subscribedTopics } from './subscribed-topics.ts';

interface KeptGroup {
  readonly group: Group;
  readonly offsets: GroupOffsets;
}

export interface GroupCoordinatorOptions {
  readonly topics: TopicRegistry;
  readonly configs: BrokerConfigs;
  readonly log: BrokerLog;
}

/** A group as lists show it. */
export interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  readonly state: string;
  readonly type: 'classic' | 'consumer';
}

/** All groups with their offsets, kept in `__consumer_offsets` so that they survive the broker. */
export class GroupCoordinator {
  readonly #groups = new Map<string, KeptGroup>();
  /** Groups whose coordinator assigns. Only their offsets are kept: after a restart members join anew. */
  readonly #consumerGroups = new Map<string, ConsumerGroup>();
  readonly #store: InternalLog;
  readonly #configs: BrokerConfigs;
  readonly #log: BrokerLog;
  readonly #rules: GroupRules;
  readonly #consumerRules: ConsumerGroupRules;

  private constructor({ topics, configs, log }: GroupCoordinatorOptions) {
    this.#store = new InternalLog(topics, offsetsTopic);
    this.#configs = configs;
    this.#log = log;
    this.#rules = {
      initialRebalanceDelayMs: configs.number('group.initial.rebalance.delay.ms'),
      maxSize: configs.number('group.max.size'),
      save: (group) => this.#save(group),
    };
    this.#consumerRules = {
      sessionMs: configs.number('group.consumer.session.timeout.ms'),
      maxSize: configs.number('group.consumer.max.size'),
      topics: (names) =>
        [...names].sort().flatMap((name) => {
          const topic = topics.get(name);
          return topic === undefined ? [] : [{ topicId: topic.id, name, partitions: topic.logs.length }];
        }),
    };
  }

  static open(options: GroupCoordinatorOptions): GroupCoordinator {
    const coordinator = new GroupCoordinator(options);
    coordinator.#load();
    return coordinator;
  }

  #load(): void {
    const snapshots = new Map<string, NonNullable<ReturnType<Group['snapshot']>>>();
    const inTransactions = new Map<bigint, Set<GroupOffsets>>();
    this.#store.visit({
      onRecord: (key, value, producerId) => {
        const record = key === null ? null : decodeGroupRecord(key, value);
        if (record === null) return;
        if (record.kind === 'group') {
          if (record.snapshot === null) snapshots.delete(record.groupId);
          else snapshots.set(record.groupId, record.snapshot);
          return;
        }
        const { groupId, topic, partition } = record.key;
        const { offsets } = this.#getOrCreate(groupId);
        if (record.committed === null) offsets.delete(topic, partition);
        else if (producerId === null) offsets.set(topic, partition, record.committed);
        else {
          offsets.addPending(producerId, { topic, partition, ...record.committed });
          inTransactions.set(producerId, (inTransactions.get(producerId) ?? new Set()).add(offsets));
        }
      },
      onMarker: (producerId, _epoch, isCommit) => {
        for (const offsets of inTransactions.get(producerId) ?? [])
          offsets.endTransaction(producerId, isCommit);
        inTransactions.delete(producerId);
      },
    });
    for (const [groupId, snapshot] of snapshots) this.#getOrCreate(groupId).group.restore(snapshot);
    for (const [groupId, { group, offsets }] of this.#groups) {
      if (group.isIdle && offsets.isEmpty && !snapshots.has(groupId)) this.#groups.delete(groupId);
    }
  }

  #getOrCreate(groupId: string): KeptGroup {
    let kept = this.#groups.get(groupId);
    if (kept === undefined) {
      kept = { group: new Group(groupId, this.#rules), offsets: new GroupOffsets() };
      this.#groups.set(groupId, kept);
    }
    return kept;
  }

  #save(group: Group): void {
    try {
      this.#store.append([encodeGroup(group.id, group.snapshot())]);
    } catch (error) {
      // The group works on in memory; only a restart would have it join anew.
      this.#log('error', `could not keep the state of group ${group.id}: ${messageOf(error)}`);
    }
  }

  /** Makes the topic of the offsets, as looking for a coordinator does in Kafka. */
  prepare(): void {
    this.#store.log;
  }

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId)?.group;
  }

  offsetsOf(groupId: string): GroupOffsets | undefined {
    return this.#groups.get(groupId)?.offsets;
  }

  /** Undefined for a group of the classic protocol. */
  consumerGroup(groupId: string): ConsumerGroup | undefined {
    return this.#consumerGroups.get(groupId);
  }

  list(): readonly ListedGroup[] {
    return [...this.#groups].map(([groupId, { group }]) => {
      const consumerGroup = this.#consumerGroups.get(groupId);
      return consumerGroup === undefined
        ? { groupId, protocolType: group.protocolType, state: group.state, type: 'classic' }
        : { groupId, protocolType: 'consumer', state: consumerGroup.state, type: 'consumer' };
    });
  }

  #isIdle(groupId: string): boolean {
    const isClassicIdle = this.#groups.get(groupId)?.group.isIdle ?? true;
    return isClassicIdle && (this.#consumerGroups.get(groupId)?.isEmpty ?? true);
  }

  /** Topics that members of a group read; null when what they say cannot be understood. */
  subscribedTopics(groupId: string): ReadonlySet<string> | null {
    const consumerGroup = this.#consumerGroups.get(groupId);
    if (consumerGroup !== undefined) return consumerGroup.subscribedTopicNames;
    const group = this.get(groupId);
    return group === undefined ? new Set() : subscribedTopics(group);
  }

  newMemberId(): string {
    return randomBytes(16).toString('base64url');
  }

  /** A heartbeat by the protocol of KIP-848, the first of which joins. Throws refusals. */
  heartbeat(groupId: string, order: HeartbeatOrder): HeartbeatAnswer {
    const present = this.#consumerGroups.get(groupId);
    if (present !== undefined) return present.heartbeat(order);
    if (this.get(groupId)?.isIdle === false) {
      throw refusal('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a consumer group.`);
    }
    // Kafka would remember its members after a restart; this is how they learn that they are to join anew.
    if (order.memberEpoch !== 0) {
      throw refusal('UNKNOWN_MEMBER_ID', `Member ${order.memberId} is not a member of group ${groupId}.`);
    }
    const group = new ConsumerGroup(groupId, this.#consumerRules);
    const answer = group.heartbeat(order);
    this.#getOrCreate(groupId);
    this.#consumerGroups.set(groupId, group);
    return answer;
  }

  join(groupId: string, order: JoinOrder): Promise<JoinAnswer> | JoinAnswer {
    if (groupId === '') return joinError('INVALID_GROUP_ID', order.memberId);
    const [least, most] = ['group.min.session.timeout.ms', 'group.max.session.timeout.ms'];
    const session = order.sessionTimeoutMs;
    if (session < this.#configs.number(least as string) || session > this.#configs.number(most as string)) {
      return joinError('INVALID_SESSION_TIMEOUT', order.memberId);
    }
    if (order.memberId !== '' && !this.#groups.has(groupId))
      return joinError('UNKNOWN_MEMBER_ID', order.memberId);
    const consumerGroup = this.#consumerGroups.get(groupId);
    if (consumerGroup?.isEmpty === false) return joinError('INCONSISTENT_GROUP_PROTOCOL', order.memberId);
    this.#consumerGroups.delete(groupId);
    return this.#getOrCreate(groupId).group.join(order);
  }

  /** Why a commit is refused, or null. A commit from outside makes a group that only keeps offsets. */
  commitError(
    groupId: string,
    memberId: string,
    groupInstanceId: string | null,
    generation: number,
  ): KafkaErrorName | null {
    const consumerGroup = this.#consumerGroups.get(groupId);
    if (consumerGroup !== undefined) return consumerGroup.commitError(memberId, groupInstanceId, generation);
    const group = this.get(groupId);
    if (group !== undefined) return group.commitError(memberId, groupInstanceId, generation);
    return generation < 0 ? null : 'ILLEGAL_GENERATION';
  }

  /** Stores offsets; throws when they could not be written. */
  commit(groupId: string, offsets: readonly TopicPartitionOffset[]): void {
    this.#store.append(offsets.map((offset) => encodeOffset({ groupId, ...offset }, offset)));
    const kept = this.#getOrCreate(groupId);
    for (const offset of offsets) kept.offsets.set(offset.topic, offset.partition, offset);
  }

  /** Stores offsets that count only when the producer's transaction is committed. */
  commitInTransaction(
    groupId: string,
    offsets: readonly TopicPartitionOffset[],
    producer: { readonly producerId: bigint; readonly epoch: number },
  ): void {
    this.#store.append(
      offsets.map((offset) => encodeOffset({ groupId, ...offset }, offset)),
      producer,
    );
    const kept = this.#getOrCreate(groupId);
    for (const offset of offsets) kept.offsets.addPending(producer.producerId, offset);
  }

  /** Ends a producer's transaction in the topic of the offsets. */
  endTransaction(producerId: bigint, epoch: number, isCommit: boolean): void {
    this.#store.log.appendMarker(producerId, epoch, isCommit, Date.now());
    for (const { offsets } of this.#groups.values()) offsets.endTransaction(producerId, isCommit);
  }

  /** Removes offsets for good. */
  deleteOffsets(groupId: string, partitions: readonly { topic: string; partition: number }[]): void {
    const kept = this.#groups.get(groupId);
    const present = partitions.filter(
      ({ topic, partition }) => kept?.offsets.get(topic, partition) !== undefined,
    );
    this.#store.append(present.map((partition) => encodeOffset({ groupId, ...partition }, null)));
    for (const { topic, partition } of present) kept?.offsets.delete(topic, partition);
  }

  /** Removes a group nobody is in, with its offsets. */
  deleteGroup(groupId: string): KafkaErrorName | null {
    const kept = this.#groups.get(groupId);
    if (kept === undefined) return 'GROUP_ID_NOT_FOUND';
    if (!this.#isIdle(groupId)) return 'NON_EMPTY_GROUP';
    this.deleteOffsets(groupId, kept.offsets.all());
    this.#store.append([encodeGroup(groupId, null)]);
    kept.group.close();
    this.#groups.delete(groupId);
    this.#consumerGroups.delete(groupId);
    return null;
  }

  /** A deleted topic takes its offsets along, lest a new one of the same name began in the middle. */
  forgetTopic(topic: string): void {
    for (const [groupId, { offsets }] of this.#groups) {
      this.deleteOffsets(
        groupId,
        offsets.all().filter((offset) => offset.topic === topic),
      );
    }
  }

  /** Drops offsets of groups that have been empty for longer than they are kept. */
  expire(now: number): void {
    const keptMs = this.#configs.number('offsets.retention.minutes') * 60_000;
    for (const [groupId, { group, offsets }] of this.#groups) {
      if (!this.#isIdle(groupId) || group.state !== 'Empty') continue;
      const emptySince = Math.max(group.stateSince, this.#consumerGroups.get(groupId)?.emptySince ?? 0);
      const expired = offsets
        .all()
        .filter(({ commitTimestamp }) => Math.max(commitTimestamp, emptySince) + keptMs < now);
      this.deleteOffsets(groupId, expired);
      if (offsets.isEmpty && emptySince + keptMs < now) this.deleteGroup(groupId);
    }
  }

  close(): void {
    for (const { group } of this.#groups.values()) group.close();
    for (const group of this.#consumerGroups.values()) group.close();
  }
}
