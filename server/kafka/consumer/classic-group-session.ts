import { isConnectError, messageOf } from '../../errors/connect-error.ts';
import { cancelled } from '../connection/pending-request.ts';
import type { GroupMembershipOperation } from '../ports/consumer.ts';
import type { GroupMember, GroupMemberOptions, JoinedRound } from '../ports/group-member.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import { type Assignor, assignors, offer, toAssignee } from './assignors.ts';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  type Subscription,
} from './consumer-protocol.ts';
import { type GroupSession, type GroupSessionParts, partitionName } from './group-session.ts';
import { PollDeadline } from './poll-deadline.ts';
import { PollTasks } from './poll-tasks.ts';
import type { StickyMemory } from './sticky-user-data.ts';

export interface ClassicSessionParts extends GroupSessionParts {
  readonly createMember: (options: GroupMemberOptions) => GroupMember;
}

/**
 * Membership by the classic protocol. Joining goes on in the background, but what it means for the caller (listeners,
 * partitions that come and go) is queued and done within poll.
 */
export class ClassicGroupSession implements GroupSession {
  readonly #member: GroupMember;
  readonly #parts: ClassicSessionParts;
  readonly #assignors: readonly Assignor[];
  readonly #isCooperative: boolean;
  readonly #tasks: PollTasks;
  readonly #deadline: PollDeadline;
  #owned: readonly TopicPartition[] = [];
  #ownedSince = -1;
  /** Survives losing everything, as the sticky assignors need it to. */
  #memory: StickyMemory | null = null;
  #joining: Promise<void> | null = null;
  #joinAbort = new AbortController();
  /** Partition counts by which this member, as the leader, assigned. */
  #assignedBy: ReadonlyMap<string, number> | null = null;
  #joinedTopics: readonly string[] = [];
  #isExpelled = false;
  #leaving: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: ClassicSessionParts) {
    this.#parts = parts;
    const { settings, groupId } = parts;
    this.#tasks = new PollTasks(parts.onEvent);
    this.#deadline = new PollDeadline(settings.maxPollIntervalMs, () => {
      this.#leaving = this.#expel().catch((error: unknown) => this.#log('warn', messageOf(error)));
    });
    this.#assignors = settings.assignors.map((name) => assignors[name]);
    this.#isCooperative = this.#assignors.every(({ isCooperative }) => isCooperative);
    this.#member = parts.createMember({
      groupId,
      protocolType: 'consumer',
      sessionTimeoutMs: settings.sessionTimeoutMs,
      rebalanceTimeoutMs: settings.maxPollIntervalMs,
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      groupInstanceId: settings.groupInstanceId,
      protocols: () => this.#protocols(),
      assign: (protocol, members) => this.#assign(protocol, members),
      onJoinPrepare: (_generation, _memberId, lost) => this.#inPoll(() => this.#giveUp(lost)),
      onJoined: (round) => this.#inPoll(() => this.#apply(round)),
    });
    this.#member.onRejoinNeeded(parts.onEvent);
  }

  get identity(): { readonly generation: number; readonly memberId: string } {
    const { generation, memberId } = this.#member;
    return { generation, memberId };
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    await this.#member.commitOffsets(offsets);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    return await this.#member.fetchOffsets(partitions);
  }

  throwFailure(): void {
    this.#tasks.throwFailure();
  }

  async step(): Promise<void> {
    if (this.#isExpelled) {
      await this.#leaving;
      this.#isExpelled = false;
      await this.#giveUp(true);
    }
    this.#checkTopics();
    if (this.#mustJoin && !this.#tasks.hasFailed && !this.#isClosed) this.#join();
    await this.#tasks.run();
  }

  get needsStep(): boolean {
    return this.#tasks.areDue || this.#isExpelled || this.#mustJoin;
  }

  get msUntilStep(): number {
    // While it joins, an event comes.
    if (this.#joining !== null || this.#member.rejoinNeeded) return Number.POSITIVE_INFINITY;
    return Math.max(10, this.#parts.selection.msUntilOld);
  }

  pollBegins(): void {
    this.#deadline.pollBegins();
  }

  pollEnds(): void {
    if (!this.#isClosed) this.#deadline.pollEnds();
  }

  async close(timeoutMs: number, operation: GroupMembershipOperation): Promise<void> {
    this.#isClosed = true;
    this.pollBegins();
    await this.#leaving;
    await this.#stopJoining('the consumer is closed');
    this.#tasks.forgetFailure();
    await this.#giveUp(this.#isExpelled || this.#member.generation < 0);
    await this.#member.leave('the consumer is being closed', timeoutMs, operation);
    this.#parts.selection.close();
  }

  get #mustJoin(): boolean {
    return this.#member.rejoinNeeded && this.#joining === null;
  }

  #join(): void {
    const { signal } = this.#joinAbort;
    this.#joining = this.#parts.selection
      .refresh(signal)
      .catch((error: unknown) => {
        // Without metadata there may still be a group to join; what is wrong for good is thrown.
        if (isConnectError(error) && !error.retriable) throw error;
      })
      .then(() => this.#member.ensureActive(signal))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#tasks.fail(error);
      })
      .finally(() => {
        this.#joining = null;
        this.#parts.onEvent();
      });
  }

  async #stopJoining(why: string): Promise<void> {
    this.#joinAbort.abort();
    this.#tasks.cancel(why);
    await this.#joining;
    this.#joinAbort = new AbortController();
  }

  /** Poll was not called for too long: others shall have the work, and this member hears of it in its next poll. */
  async #expel(): Promise<void> {
    this.#log('warn', this.#deadline.warning);
    this.#isExpelled = true;
    await this.#stopJoining('poll was not called in time');
    await this.#member.leave('consumer poll timeout has expired.', this.#parts.settings.requestTimeoutMs);
  }

  #inPoll(run: () => Promise<void>): Promise<void> {
    if (this.#joinAbort.signal.aborted || this.#isClosed) return Promise.reject(cancelled('rebalancing'));
    return this.#tasks.add(run);
  }

  #protocols(): { name: string; metadata: Uint8Array }[] {
    const { settings, selection } = this.#parts;
    const { topics } = selection;
    this.#joinedTopics = topics;
    const rack = settings.rack === '' ? null : settings.rack;
    const member = { topics, owned: this.#owned, generation: this.#ownedSince, rack };
    return this.#assignors.map((assignor) => offer(assignor, member, this.#memory));
  }

  async #assign(
    protocol: string,
    members: Parameters<GroupMemberOptions['assign']>[1],
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { cluster, selection } = this.#parts;
    const assignor = this.#assignors.find(({ name }) => name === protocol) ?? assignors.range;
    const assignees = members.map(({ memberId, groupInstanceId, metadata }) => {
      const subscription = this.#readSubscription(memberId, metadata);
      return toAssignee(assignor, { memberId, groupInstanceId, subscription });
    });
    const names = [...new Set(assignees.flatMap(({ topics }) => topics))].toSorted();
    selection.trackAlso(names);
    const unknown = names.filter((topic) => selection.partitionCount(topic) === 0);
    if (unknown.length > 0) await cluster.refresh(unknown, { signal: this.#joinAbort.signal });
    const topics = new Map(names.map((topic) => [topic, selection.assignable(topic)]));
    this.#assignedBy = new Map([...topics].map(([topic, { partitions }]) => [topic, partitions]));
    const bytes = new Map<string, Uint8Array>();
    for (const [memberId, partitions] of assignor.assign(assignees, topics)) {
      bytes.set(memberId, encodeAssignment({ partitions, userData: null }));
    }
    return bytes;
  }

  #readSubscription(memberId: string, metadata: Buffer): Subscription {
    try {
      return decodeSubscription(metadata);
    } catch (error) {
      this.#log(
        'warn',
        `member ${memberId} gets nothing, its subscription cannot be read: ${messageOf(error)}`,
      );
      return { topics: [], userData: null, owned: [], generation: -1, rack: null };
    }
  }

  /** Before a new round, or when the old one is lost. */
  async #giveUp(isLost: boolean): Promise<void> {
    const owned = this.#owned;
    if (!isLost && this.#isCooperative && !this.#isClosed) return;
    this.#owned = [];
    this.#ownedSince = -1;
    if (owned.length === 0) return;
    const { listener, end } = this.#parts;
    await this.#tasks.tell(() => (isLost ? listener.onLost(owned) : listener.onRevoked(owned)));
    end(owned);
  }

  async #apply(round: JoinedRound): Promise<void> {
    const { listener, begin, end } = this.#parts;
    if (round.leaderId !== round.memberId) this.#assignedBy = null;
    // A static leader that came back was not asked to assign, and watches at least over its own topics.
    else this.#assignedBy ??= this.#countPartitions(this.#joinedTopics);
    const { partitions } = decodeAssignment(round.assignment);
    const foreign = partitions.find(({ topic }) => !this.#joinedTopics.includes(topic));
    if (foreign !== undefined) {
      this.#member.requestRejoin(`topic ${foreign.topic} was assigned but is not subscribed`);
      return;
    }
    const before = new Set(this.#owned.map(partitionName));
    const after = new Set(partitions.map(partitionName));
    const revoked = this.#owned.filter((at) => !after.has(partitionName(at)));
    const added = partitions.filter((at) => !before.has(partitionName(at)));
    this.#owned = partitions;
    this.#ownedSince = round.generation;
    this.#memory = { owned: partitions, generation: round.generation };
    if (revoked.length > 0) {
      await this.#tasks.tell(() => listener.onRevoked(revoked));
      end(revoked);
      this.#member.requestRejoin('partitions were given up for others');
    }
    begin(added);
    // Also with nothing new: the caller learns that the round is over.
    await this.#tasks.tell(() => listener.onAssigned(added));
  }

  #countPartitions(topics: readonly string[]): ReadonlyMap<string, number> {
    return new Map(topics.map((topic) => [topic, this.#parts.selection.partitionCount(topic)]));
  }

  /** Topics and partitions may have come or gone. */
  #checkTopics(): void {
    const { selection } = this.#parts;
    if (this.#joining !== null || this.#member.rejoinNeeded || this.#isClosed) return;
    if (selection.msUntilOld <= 0) {
      selection.refresh(this.#joinAbort.signal).then(this.#parts.onEvent, (error: unknown) => {
        if (isConnectError(error) && !error.retriable && error.code !== 'cancelled') this.#tasks.fail(error);
        else this.#log('debug', messageOf(error));
      });
      return;
    }
    if (selection.topics.join() !== this.#joinedTopics.join()) {
      this.#member.requestRejoin('the topics that match the subscription have changed');
      return;
    }
    for (const [topic, count] of this.#assignedBy ?? []) {
      if (selection.partitionCount(topic) !== count) {
        this.#member.requestRejoin(`topic ${topic} has another number of partitions`);
        return;
      }
    }
  }

  #log(level: 'debug' | 'warn', message: string): void {
    this.#parts.cluster.log(level, `consumer of group ${this.#parts.groupId}: ${message}`);
  }
}
