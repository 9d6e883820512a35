import { randomUUID } from 'node:crypto';
import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import { joinError, syncError } from './group-answers.ts';
import {
  GroupMember,
  type JoinAnswer,
  type JoinOrder,
  noBytes,
  type SyncAnswer,
  type SyncOrder,
} from './group-member.ts';
import { GroupMembers } from './group-members.ts';
import { GroupRound, type GroupState } from './group-round.ts';
import type { GroupSnapshot } from './group-snapshot.ts';
import { RebalanceTimer } from './rebalance-timer.ts';

export interface GroupRules {
  readonly initialRebalanceDelayMs: number;
  readonly maxSize: number;
  /** Called when the group became stable or empty, so that it survives a restart. */
  readonly save: (group: Group) => void;
}

/** One group of the classic protocol: its members, generation and rebalances. What the members agree on is opaque. */
export class Group {
  readonly id: string;
  readonly #rules: GroupRules;
  readonly #members = new GroupMembers();
  readonly #timer = new RebalanceTimer();
  readonly #round = new GroupRound();

  constructor(id: string, rules: GroupRules) {
    this.id = id;
    this.#rules = rules;
  }

  get state(): GroupState {
    return this.#round.state;
  }

  get stateSince(): number {
    return this.#round.stateSince;
  }

  get generation(): number {
    return this.#round.generation;
  }

  /** Empty for a group that only keeps offsets. */
  get protocolType(): string {
    return this.#round.protocolType;
  }

  get protocol(): string | null {
    return this.#round.protocol;
  }

  get members(): readonly GroupMember[] {
    return this.#members.all;
  }

  /** Whether nobody is in it or about to join. */
  get isIdle(): boolean {
    return this.#members.size === 0 && this.#members.pendingSize === 0;
  }

  join(order: JoinOrder): Promise<JoinAnswer> | JoinAnswer {
    const { memberId, protocolType, protocols } = order;
    if (this.#round.state === 'Dead') return joinError('COORDINATOR_NOT_AVAILABLE', memberId);
    const isOtherType = this.#members.size > 0 && protocolType !== this.#round.protocolType;
    if (protocolType === '' || protocols.length === 0 || isOtherType || !this.#members.canAgreeWith(order)) {
      return joinError('INCONSISTENT_GROUP_PROTOCOL', memberId);
    }
    return memberId === '' ? this.#joinNew(order) : this.#joinKnown(order);
  }

  #joinNew(order: JoinOrder): Promise<JoinAnswer> | JoinAnswer {
    const { groupInstanceId } = order;
    const present = groupInstanceId === null ? undefined : this.#members.idOfInstance(groupInstanceId);
    if (present !== undefined) return this.#replaceStatic(order, present);
    if (this.#isFull()) return joinError('GROUP_MAX_SIZE_REACHED', '');
    const memberId = `${groupInstanceId ?? order.clientId}-${randomUUID()}`;
    if (groupInstanceId !== null || !order.requiresKnownMemberId) return this.#add(order, memberId);
    this.#members.expect(memberId, order.sessionTimeoutMs, () => this.#completeJoinIfAllThere());
    return joinError('MEMBER_ID_REQUIRED', memberId);
  }

  #joinKnown(order: JoinOrder): Promise<JoinAnswer> | JoinAnswer {
    const { memberId } = order;
    if (this.#members.isExpected(memberId)) {
      this.#members.forgetExpected(memberId);
      if (!this.#isFull()) return this.#add(order, memberId);
      this.#completeJoinIfAllThere();
      return joinError('GROUP_MAX_SIZE_REACHED', '');
    }
    const error = this.#members.errorOf(memberId, order.groupInstanceId);
    if (error !== null) return joinError(error, memberId);
    const member = this.#members.get(memberId) as GroupMember;
    if (member.hasSameProtocols(order.protocols)) {
      // The answer got lost, or a follower asks without need.
      if (this.#round.state === 'CompletingRebalance') return this.#round.joinAnswer(member, this.members);
      if (this.#round.state === 'Stable' && memberId !== this.#round.leaderId)
        return this.#round.joinAnswer(member, this.members);
    }
    return this.#rejoin(member, order);
  }

  #add(order: JoinOrder, memberId: string): Promise<JoinAnswer> {
    const member = new GroupMember(memberId, order);
    this.#members.add(member);
    this.#round.leaderId ??= memberId;
    this.#round.protocolType = order.protocolType;
    const answer = member.awaitJoin();
    this.#timer.noteArrival();
    this.#prepareRebalance();
    return answer;
  }

  #rejoin(member: GroupMember, order: JoinOrder): Promise<JoinAnswer> {
    member.update(order);
    member.answerJoin(joinError('REBALANCE_IN_PROGRESS', member.memberId));
    const answer = member.awaitJoin();
    this.#prepareRebalance();
    return answer;
  }

  /** A static member that came back under a new member id takes the place of its former self. */
  #replaceStatic(order: JoinOrder, formerId: string): Promise<JoinAnswer> | JoinAnswer {
    const member = this.#members.get(formerId) as GroupMember;
    member.answerJoin(joinError('FENCED_INSTANCE_ID', formerId));
    member.answerSync(syncError('FENCED_INSTANCE_ID'));
    const formerMetadata = member.metadataFor(this.#round.protocol);
    const wasLeader = formerId === this.#round.leaderId;
    this.#members.rename(member, `${order.groupInstanceId}-${randomUUID()}`);
    if (wasLeader) this.#round.leaderId = member.memberId;
    member.update(order);
    const isUnchanged = formerMetadata.equals(member.metadataFor(this.#round.protocol));
    if (this.#round.state !== 'Stable' || !isUnchanged) return this.#rejoin(member, order);
    this.#rules.save(this);
    this.#touch(member);
    const answer = this.#round.joinAnswer(member, this.members);
    if (!wasLeader) return answer;
    // Its assignment still holds. Older clients must not think that they are to assign.
    return order.supportsSkippingAssignment
      ? { ...answer, skipAssignment: true }
      : { ...answer, leaderId: formerId, members: [] };
  }

  #isFull(): boolean {
    return this.#members.size + this.#members.pendingSize >= this.#rules.maxSize;
  }

  #prepareRebalance(): void {
    const former = this.#round.state;
    if (former === 'CompletingRebalance') this.#refuseSyncs();
    if (former !== 'PreparingRebalance') {
      this.#round.state = 'PreparingRebalance';
      const longest = this.#members.longestRebalanceMs();
      const { initialRebalanceDelayMs } = this.#rules;
      if (former === 'Empty' && initialRebalanceDelayMs > 0) {
        this.#timer.armInitialDelay(initialRebalanceDelayMs, longest, (left) => {
          this.#timer.arm(left, () => this.#completeJoin());
          this.#completeJoinIfAllThere();
        });
      } else {
        this.#timer.arm(longest, () => this.#completeJoin());
      }
    }
    this.#completeJoinIfAllThere();
  }

  #refuseSyncs(): void {
    for (const member of this.members) {
      member.assignment = noBytes;
      if (!member.awaitsSync) continue;
      member.answerSync(syncError('REBALANCE_IN_PROGRESS'));
      this.#touch(member);
    }
  }

  #completeJoinIfAllThere(): void {
    if (this.#round.state !== 'PreparingRebalance' || this.#timer.isDelaying) return;
    if (this.#members.pendingSize === 0 && this.members.every((member) => member.awaitsJoin))
      this.#completeJoin();
  }

  #completeJoin(): void {
    for (const member of this.members) {
      // A static member that is away keeps its place until its session ends.
      if (!member.awaitsJoin && member.groupInstanceId === null) this.#drop(member);
    }
    const joined = this.members.filter((member) => member.awaitsJoin);
    if (joined.length === 0 && this.#members.size > 0) {
      this.#timer.arm(this.#members.longestRebalanceMs(), () => this.#completeJoin());
      return;
    }
    this.#round.advance();
    const leader = joined.find((member) => member.memberId === this.#round.leaderId) ?? joined[0];
    if (leader === undefined) {
      this.#becomeEmpty();
      return;
    }
    this.#round.leaderId = leader.memberId;
    this.#round.protocol = this.#members.chooseProtocol();
    this.#round.state = 'CompletingRebalance';
    this.#timer.arm(this.#members.longestRebalanceMs(), () => this.#dropUnsynced());
    for (const member of joined) {
      member.answerJoin(this.#round.joinAnswer(member, this.members));
      this.#touch(member);
    }
  }

  #becomeEmpty(): void {
    this.#timer.stop();
    this.#round.leaderId = null;
    this.#round.protocol = null;
    this.#round.state = 'Empty';
    this.#rules.save(this);
  }

  /** Members that joined but did not ask for their assignment in time are gone. */
  #dropUnsynced(): void {
    if (this.#round.state !== 'CompletingRebalance') return;
    for (const member of this.members) if (!member.awaitsSync) this.#drop(member);
    this.#prepareRebalance();
  }

  sync(order: SyncOrder): Promise<SyncAnswer> | SyncAnswer {
    const error = this.#roundError(order.memberId, order.groupInstanceId, order.generation);
    if (error !== null) return syncError(error);
    const isOther =
      (order.protocolType !== null && order.protocolType !== this.#round.protocolType) ||
      (order.protocol !== null && order.protocol !== this.#round.protocol);
    if (isOther) return syncError('INCONSISTENT_GROUP_PROTOCOL');
    const member = this.#members.get(order.memberId) as GroupMember;
    if (this.#round.state === 'PreparingRebalance') return syncError('REBALANCE_IN_PROGRESS');
    if (this.#round.state === 'Stable') {
      this.#touch(member);
      return this.#round.syncAnswer(member);
    }
    member.answerSync(syncError('REBALANCE_IN_PROGRESS'));
    const answer = member.awaitSync();
    if (order.memberId === this.#round.leaderId) this.#becomeStable(order.assignments);
    return answer;
  }

  #becomeStable(assignments: ReadonlyMap<string, Buffer>): void {
    this.#timer.stop();
    for (const member of this.members) member.assignment = assignments.get(member.memberId) ?? noBytes;
    this.#round.state = 'Stable';
    this.#rules.save(this);
    for (const member of this.members) {
      member.answerSync(this.#round.syncAnswer(member));
      this.#touch(member);
    }
  }

  heartbeat(memberId: string, groupInstanceId: string | null, generation: number): KafkaErrorName {
    const error = this.#roundError(memberId, groupInstanceId, generation);
    if (error !== null) return error;
    this.#touch(this.#members.get(memberId) as GroupMember);
    return this.#round.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
  }

  /** Why a commit does not count, or null; a generation below 0 comes from outside the group. */
  commitError(memberId: string, groupInstanceId: string | null, generation: number): KafkaErrorName | null {
    if (this.#round.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    if (generation < 0 && this.#members.size === 0) return null;
    const error = this.#roundError(memberId, groupInstanceId, generation);
    if (error !== null) return error;
    if (this.#round.state === 'CompletingRebalance') return 'REBALANCE_IN_PROGRESS';
    this.#touch(this.#members.get(memberId) as GroupMember);
    return null;
  }

  /** A member goes; an administrator may name it by its instance id alone. */
  leave(memberId: string, groupInstanceId: string | null): KafkaErrorName {
    if (this.#members.isExpected(memberId)) {
      this.#members.forgetExpected(memberId);
      this.#completeJoinIfAllThere();
      return 'NONE';
    }
    const byInstance = groupInstanceId === null ? undefined : this.#members.idOfInstance(groupInstanceId);
    const id = memberId === '' ? (byInstance ?? '') : memberId;
    const error = this.#members.errorOf(id, groupInstanceId);
    if (error !== null) return error;
    this.#remove(this.#members.get(id) as GroupMember);
    return 'NONE';
  }

  #remove(member: GroupMember): void {
    this.#drop(member);
    if (this.#round.state === 'Stable' || this.#round.state === 'CompletingRebalance')
      this.#prepareRebalance();
    else this.#completeJoinIfAllThere();
  }

  #drop(member: GroupMember): void {
    member.stopSession();
    member.answerJoin(joinError('UNKNOWN_MEMBER_ID', member.memberId));
    member.answerSync(syncError('UNKNOWN_MEMBER_ID'));
    this.#members.remove(member);
    if (this.#round.leaderId !== member.memberId) return;
    const next = this.members.find((other) => other.awaitsJoin) ?? this.members[0];
    this.#round.leaderId = next?.memberId ?? null;
  }

  #touch(member: GroupMember): void {
    member.touch(() => {
      if (this.#members.get(member.memberId) === member) this.#remove(member);
    });
  }

  #roundError(memberId: string, groupInstanceId: string | null, generation: number): KafkaErrorName | null {
    if (this.#round.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    const error = this.#members.errorOf(memberId, groupInstanceId);
    if (error !== null) return error;
    return generation === this.#round.generation ? null : 'ILLEGAL_GENERATION';
  }

  snapshot(): GroupSnapshot {
    return this.#round.snapshot(this.members);
  }

  /** Takes the group up where a snapshot left it; members have a whole session to show that they are still there. */
  restore(snapshot: GroupSnapshot): void {
    this.#round.restore(snapshot);
    for (const kept of snapshot.members) {
      const member = GroupMember.restore(kept, snapshot.protocol);
      this.#members.add(member);
      this.#touch(member);
    }
  }

  /** Ends all waiting; the group takes no part in anything any more. */
  close(): void {
    this.#round.state = 'Dead';
    this.#timer.stop();
    this.#members.forgetAllExpected();
    for (const member of this.members) {
      member.stopSession();
      member.answerJoin(joinError('COORDINATOR_NOT_AVAILABLE', member.memberId));
      member.answerSync(syncError('COORDINATOR_NOT_AVAILABLE'));
    }
  }
}
