import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import { refusal } from '../refusal.ts';
import { awayEpoch, ConsumerGroupMember } from './consumer-group-member.ts';
import { PartitionSet, type PartitionsByTopic } from './partition-set.ts';
import { type AssignableTopic, defaultAssignor, serverAssignors } from './server-assignors.ts';

/** What a member says in a heartbeat; null for what did not change. */
export interface HeartbeatOrder {
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** -1: did not change. */
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly serverAssignor: string | null;
  readonly owned: PartitionsByTopic | null;
}

export interface HeartbeatAnswer {
  readonly memberEpoch: number;
  /** What the member may use; null when that is as it was told last. */
  readonly assigned: PartitionSet | null;
}

export interface ConsumerGroupRules {
  readonly sessionMs: number;
  readonly maxSize: number;
  /** Topics as they are now; those that are not there are left out. */
  readonly topics: (names: ReadonlySet<string>) => readonly AssignableTopic[];
}

const leavingEpoch = -1;

/** One group of the protocol of KIP-848: members tell what they want and have, the coordinator what to give up and take. */
export class ConsumerGroup {
  readonly id: string;
  readonly #rules: ConsumerGroupRules;
  readonly #members = new Map<string, ConsumerGroupMember>();
  readonly #byInstance = new Map<string, ConsumerGroupMember>();
  #epoch = 0;
  #targetEpoch = 0;
  #emptySince = Date.now();
  /** The topics that the present target shares out, as text to compare. */
  #topicsOfTarget = '';

  constructor(id: string, rules: ConsumerGroupRules) {
    this.id = id;
    this.#rules = rules;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get assignmentEpoch(): number {
    return this.#targetEpoch;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  get emptySince(): number {
    return this.#emptySince;
  }

  get members(): readonly ConsumerGroupMember[] {
    return [...this.#members.values()];
  }

  get state(): 'Empty' | 'Assigning' | 'Reconciling' | 'Stable' {
    if (this.isEmpty) return 'Empty';
    if (this.#epoch > this.#targetEpoch) return 'Assigning';
    const isSettled = ({ state, epoch }: ConsumerGroupMember) =>
      state === 'stable' && epoch === this.#targetEpoch;
    return this.members.every(isSettled) ? 'Stable' : 'Reconciling';
  }

  get subscribedTopicNames(): ReadonlySet<string> {
    return new Set(this.members.flatMap((member) => member.subscribedTopicNames));
  }

  /** The assignor that most members want. */
  get assignor(): string {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.#members.values()) {
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    }
    return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? defaultAssignor;
  }

  heartbeat(order: HeartbeatOrder): HeartbeatAnswer {
    if (order.memberEpoch < 0) return this.#leave(order);
    if (order.serverAssignor !== null && serverAssignors[order.serverAssignor] === undefined) {
      const known = Object.keys(serverAssignors).join(', ');
      const message = `ServerAssignor ${order.serverAssignor} is not supported. Supported assignors: ${known}.`;
      throw refusal('UNSUPPORTED_ASSIGNOR', message);
    }
    const size = this.#members.size;
    const member = order.memberEpoch === 0 ? this.#join(order) : this.#require(order);
    const hasOtherWishes = this.#update(member, order);
    this.#assignIfNeeded(hasOtherWishes || this.#members.size !== size);
    const before = member.assigned;
    const owned = order.owned === null ? null : PartitionSet.of(order.owned);
    member.reconcile(
      this.#targetEpoch,
      owned,
      (topicId, partition) => this.#isFree(member, topicId, partition),
      () => this.#expel(member),
    );
    member.touch(this.#rules.sessionMs, () => this.#expel(member));
    const isFullRequest =
      order.memberEpoch === 0 || (order.rebalanceTimeoutMs !== -1 && order.subscribedTopicNames !== null);
    const isNews = isFullRequest || !member.assigned.equals(before);
    return { memberEpoch: member.epoch, assigned: isNews ? member.assigned : null };
  }

  #isFree(asking: ConsumerGroupMember, topicId: string, partition: number): boolean {
    for (const member of this.#members.values()) {
      if (member !== asking && member.holds(topicId, partition)) return false;
    }
    return true;
  }

  // Joining, by the rules for dynamic and for static members.

  #join(order: HeartbeatOrder): ConsumerGroupMember {
    const known = this.#members.get(order.memberId);
    const holder = order.instanceId === null ? undefined : this.#byInstance.get(order.instanceId);
    if (holder !== undefined && holder.memberId !== order.memberId) return this.#replace(holder, order);
    if (known !== undefined) {
      known.restart();
      return known;
    }
    if (this.#members.size >= this.#rules.maxSize) {
      throw refusal('GROUP_MAX_SIZE_REACHED', `The consumer group has reached its maximum capacity.`);
    }
    const member = new ConsumerGroupMember(order.memberId);
    this.#add(member, order.instanceId);
    return member;
  }

  /** A static member that comes back under a new id goes on with what its former self had. */
  #replace(former: ConsumerGroupMember, order: HeartbeatOrder): ConsumerGroupMember {
    if (former.epoch !== awayEpoch) {
      throw refusal(
        'UNRELEASED_INSTANCE_ID',
        `Static member ${order.memberId} with instance id ${order.instanceId} cannot join the group because the ` +
          'instance id is owned by another member.',
      );
    }
    this.#remove(former);
    const member = new ConsumerGroupMember(order.memberId);
    this.#add(member, order.instanceId);
    member.target = former.target;
    member.assigned = former.assigned.filter((topicId, partition) => former.target.has(topicId, partition));
    member.subscribedTopicNames = former.subscribedTopicNames;
    return member;
  }

  #add(member: ConsumerGroupMember, instanceId: string | null): void {
    member.instanceId = instanceId;
    this.#members.set(member.memberId, member);
    if (instanceId !== null) this.#byInstance.set(instanceId, member);
  }

  #require({ memberId, memberEpoch, instanceId, owned }: HeartbeatOrder): ConsumerGroupMember {
    const member = this.#known(memberId, instanceId);
    const hasMissedOne =
      memberEpoch === member.previousEpoch &&
      owned !== null &&
      PartitionSet.of(owned).isSubsetOf(member.assigned);
    if (memberEpoch === member.epoch || hasMissedOne) return member;
    const message =
      `The consumer group member has ${memberEpoch > member.epoch ? 'a greater' : 'a smaller'} member epoch ` +
      `(${memberEpoch}) than the one known by the group coordinator (${member.epoch}). ` +
      'The member must abandon all its partitions and rejoin.';
    throw refusal('FENCED_MEMBER_EPOCH', message);
  }

  #known(memberId: string, instanceId: string | null): ConsumerGroupMember {
    const holder = instanceId === null ? undefined : this.#byInstance.get(instanceId);
    if (instanceId !== null && holder !== undefined && holder.memberId !== memberId) {
      throw refusal(
        'FENCED_INSTANCE_ID',
        `Static member ${memberId} was fenced by member ${holder.memberId}.`,
      );
    }
    const member = this.#members.get(memberId);
    if (member === undefined)
      throw refusal('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${this.id}.`);
    return member;
  }

  /** Takes note of what the member says; whether it wants other topics than before. */
  #update(member: ConsumerGroupMember, order: HeartbeatOrder): boolean {
    member.clientId = order.clientId;
    member.clientHost = order.clientHost;
    if (order.rackId !== null) member.rackId = order.rackId;
    if (order.rebalanceTimeoutMs !== -1) member.rebalanceTimeoutMs = order.rebalanceTimeoutMs;
    if (order.serverAssignor !== null) member.serverAssignor = order.serverAssignor;
    const { subscribedTopicNames: names } = order;
    if (names === null || hasSameNames(names, member.subscribedTopicNames)) return false;
    member.subscribedTopicNames = [...new Set(names)].sort();
    return true;
  }

  // Leaving.

  #leave({ memberId, memberEpoch, instanceId }: HeartbeatOrder): HeartbeatAnswer {
    const member = this.#known(memberId, instanceId);
    if (memberEpoch === leavingEpoch || member.instanceId === null) {
      this.#expel(member);
      return { memberEpoch: leavingEpoch, assigned: null };
    }
    member.epoch = awayEpoch;
    return { memberEpoch: awayEpoch, assigned: null };
  }

  #expel(member: ConsumerGroupMember): void {
    if (this.#members.get(member.memberId) !== member) return;
    this.#remove(member);
    this.#epoch++;
    if (this.isEmpty) {
      this.#targetEpoch = this.#epoch;
      this.#emptySince = Date.now();
    }
  }

  #remove(member: ConsumerGroupMember): void {
    member.close();
    this.#members.delete(member.memberId);
    if (member.instanceId !== null) this.#byInstance.delete(member.instanceId);
  }

  // Assigning.

  /** A new target when members, subscriptions or topics are not those of the present one. */
  #assignIfNeeded(hasChanged: boolean): void {
    const topics = this.#rules.topics(this.subscribedTopicNames);
    const described = topics.map(({ topicId, partitions }) => `${topicId} ${partitions}`).join();
    if (hasChanged || described !== this.#topicsOfTarget) this.#epoch++;
    if (this.#epoch === this.#targetEpoch) return;
    const assign = serverAssignors[this.assignor] as NonNullable<(typeof serverAssignors)[string]>;
    for (const [memberId, target] of assign(this.members, topics)) {
      const member = this.#members.get(memberId);
      if (member !== undefined) member.target = target;
    }
    this.#topicsOfTarget = described;
    this.#targetEpoch = this.#epoch;
  }

  /** Why a commit does not count, or null; an epoch below 0 comes from outside the group. */
  commitError(memberId: string, instanceId: string | null, memberEpoch: number): KafkaErrorName | null {
    if (memberEpoch < 0 && this.isEmpty) return null;
    const holder = instanceId === null ? undefined : this.#byInstance.get(instanceId);
    if (holder !== undefined && holder.memberId !== memberId) return 'FENCED_INSTANCE_ID';
    const member = this.#members.get(memberId);
    if (member === undefined) return 'UNKNOWN_MEMBER_ID';
    return member.epoch === memberEpoch ? null : 'STALE_MEMBER_EPOCH';
  }

  close(): void {
    for (const member of this.members) this.#remove(member);
  }
}

function hasSameNames(names: readonly string[], sorted: readonly string[]): boolean {
  return [...new Set(names)].sort().join() === sorted.join();
}
