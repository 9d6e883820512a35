import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { cancelled } from '../connection/pending-request.ts';
import type { RebalanceListener } from '../ports/consumer.ts';
import type { GroupMember, GroupMemberOptions, JoinedRound } from '../ports/group-member.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { type Assignee, assignByRange, assignCooperativeSticky } from './assignors.ts';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  type Subscription,
} from './consumer-protocol.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { TopicSelection } from './topic-selection.ts';

export interface GroupSessionParts {
  readonly cluster: Cluster;
  readonly settings: ConsumerSettings;
  readonly groupId: string;
  readonly selection: TopicSelection;
  readonly listener: RebalanceListener;
  readonly createMember: (options: GroupMemberOptions) => GroupMember;
  /** The consumer begins and ends reading these; before the listener hears of it, or after. */
  readonly begin: (partitions: readonly TopicPartition[]) => void;
  readonly end: (partitions: readonly TopicPartition[]) => void;
  /** Poll has something to do. */
  readonly onEvent: () => void;
}

interface Task {
  readonly run: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A subscription's share in a consumer group. Joining goes on in the background, but what it means for the caller
 * (listeners, partitions that come and go) is queued and done within poll.
 */
export class GroupSession {
  readonly member: GroupMember;
  readonly #parts: GroupSessionParts;
  readonly #isCooperative: boolean;
  readonly #tasks: Task[] = [];
  #owned: readonly TopicPartition[] = [];
  #ownedSince = -1;
  #joining: Promise<void> | null = null;
  #joinAbort = new AbortController();
  #failure: Error | null = null;
  /** Partition counts by which this member, as the leader, assigned. */
  #assignedBy: ReadonlyMap<string, number> | null = null;
  #joinedTopics: readonly string[] = [];
  #pollTimer: NodeJS.Timeout | null = null;
  #isExpelled = false;
  #leaving: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: GroupSessionParts) {
    this.#parts = parts;
    const { settings, groupId } = parts;
    this.#isCooperative = settings.assignors.every((name) => name === 'cooperative-sticky');
    this.member = parts.createMember({
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
    this.member.onRejoinNeeded(parts.onEvent);
  }

  /** Throws what ended the last attempt to join, or a listener's error; once. */
  throwFailure(): void {
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Within poll: does what is queued, and sees to it that the member is in the group or on its way. */
  async step(): Promise<void> {
    if (this.#isExpelled) {
      await this.#leaving;
      this.#isExpelled = false;
      await this.#giveUp(true);
    }
    this.#checkTopics();
    if (this.member.rejoinNeeded && this.#joining === null && this.#failure === null && !this.#isClosed)
      this.#join();
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      try {
        await task.run();
        task.resolve();
      } catch (error) {
        task.reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    }
  }

  /** Poll should not wait for anything before it has called `step` again. */
  get needsStep(): boolean {
    if (this.#tasks.length > 0 || this.#isExpelled || this.#failure !== null) return true;
    return this.member.rejoinNeeded && this.#joining === null;
  }

  pollBegins(): void {
    if (this.#pollTimer !== null) clearTimeout(this.#pollTimer);
    this.#pollTimer = null;
  }

  /** From here on the caller has max.poll.interval.ms until the next poll. */
  pollEnds(): void {
    if (this.#isClosed) return;
    const { maxPollIntervalMs } = this.#parts.settings;
    this.#pollTimer = setTimeout(() => {
      this.#leaving = this.#expel().catch((error: unknown) => this.#log('warn', messageOf(error)));
    }, maxPollIntervalMs);
  }

  /** Gives up the partitions and leaves. Never rejects for what the broker does. */
  async close(timeoutMs: number): Promise<void> {
    this.#isClosed = true;
    this.pollBegins();
    await this.#leaving;
    await this.#stopJoining('the consumer is closed');
    await this.#giveUp(this.#isExpelled || this.member.generation < 0);
    await this.member.leave('the consumer is being closed', timeoutMs);
  }

  #join(): void {
    const { signal } = this.#joinAbort;
    this.#joining = this.#parts.selection
      .refresh(signal)
      .catch((error: unknown) => {
        // Without metadata there may still be a group to join; what is wrong for good is thrown.
        if (isConnectError(error) && !error.retriable) throw error;
      })
      .then(() => this.member.ensureActive(signal))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#failure = error instanceof Error ? error : new Error(messageOf(error));
      })
      .finally(() => {
        this.#joining = null;
        this.#parts.onEvent();
      });
  }

  async #stopJoining(why: string): Promise<void> {
    this.#joinAbort.abort();
    for (const task of this.#tasks.splice(0)) task.reject(cancelled(why));
    await this.#joining;
    this.#joinAbort = new AbortController();
  }

  /** Poll was not called for too long: others shall have the work, and this member hears of it in its next poll. */
  async #expel(): Promise<void> {
    const { maxPollIntervalMs } = this.#parts.settings;
    this.#log(
      'warn',
      `poll was not called for ${maxPollIntervalMs} ms (max.poll.interval.ms), so the member leaves; ` +
        'process fewer records at a time (max.poll.records) or raise the interval',
    );
    this.#isExpelled = true;
    await this.#stopJoining('poll was not called in time');
    await this.member.leave('consumer poll timeout has expired.', this.#parts.settings.requestTimeoutMs);
  }

  #inPoll(run: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#joinAbort.signal.aborted || this.#isClosed) reject(cancelled('rebalancing'));
      else {
        this.#tasks.push({ run, resolve, reject });
        this.#parts.onEvent();
      }
    });
  }

  #protocols(): { name: string; metadata: Uint8Array }[] {
    const { settings, selection } = this.#parts;
    this.#joinedTopics = selection.topics;
    return settings.assignors.map((name) => {
      const generation = Buffer.alloc(4);
      generation.writeInt32BE(this.#ownedSince);
      const subscription = {
        topics: selection.topics,
        // Members of before KIP-792 look for the generation here.
        userData: name === 'cooperative-sticky' ? generation : null,
        owned: this.#owned,
        generation: this.#ownedSince,
        rack: settings.rack === '' ? null : settings.rack,
      };
      return { name, metadata: encodeSubscription(subscription) };
    });
  }

  async #assign(
    protocol: string,
    members: Parameters<GroupMemberOptions['assign']>[1],
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { cluster, selection } = this.#parts;
    const assignees = members.map(({ memberId, groupInstanceId, metadata }) => {
      return toAssignee(memberId, groupInstanceId, this.#readSubscription(memberId, metadata));
    });
    const topics = [...new Set(assignees.flatMap((assignee) => assignee.topics))].toSorted();
    cluster.track(topics);
    const unknown = topics.filter((topic) => selection.partitionCount(topic) === 0);
    if (unknown.length > 0) await cluster.refresh(unknown, { signal: this.#joinAbort.signal });
    const counts = new Map(topics.map((topic) => [topic, selection.partitionCount(topic)]));
    this.#assignedBy = counts;
    const assign = protocol === 'cooperative-sticky' ? assignCooperativeSticky : assignByRange;
    const bytes = new Map<string, Uint8Array>();
    for (const [memberId, partitions] of assign(assignees, counts)) {
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
    await this.#tell(() => (isLost ? listener.onLost(owned) : listener.onRevoked(owned)));
    end(owned);
  }

  async #apply(round: JoinedRound): Promise<void> {
    const { listener, begin, end } = this.#parts;
    if (round.leaderId !== round.memberId) this.#assignedBy = null;
    const { partitions } = decodeAssignment(round.assignment);
    const foreign = partitions.find(({ topic }) => !this.#joinedTopics.includes(topic));
    if (foreign !== undefined) {
      this.member.requestRejoin(`topic ${foreign.topic} was assigned but is not subscribed`);
      return;
    }
    const before = new Set(this.#owned.map(nameOf));
    const after = new Set(partitions.map(nameOf));
    const revoked = this.#owned.filter((at) => !after.has(nameOf(at)));
    const added = partitions.filter((at) => !before.has(nameOf(at)));
    this.#owned = partitions;
    this.#ownedSince = round.generation;
    if (revoked.length > 0) {
      await this.#tell(() => listener.onRevoked(revoked));
      end(revoked);
      this.member.requestRejoin('partitions were given up for others');
    }
    begin(added);
    // Also with nothing new: the caller learns that the round is over.
    await this.#tell(() => listener.onAssigned(added));
  }

  /** A listener's error is the caller's: poll throws it when the round is through. */
  async #tell(call: () => Promise<void> | void): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new ConnectError('unknown', messageOf(error));
    }
  }

  /** Topics and partitions may have come or gone. */
  #checkTopics(): void {
    const { selection } = this.#parts;
    if (this.#joining !== null || this.member.rejoinNeeded || this.#isClosed) return;
    if (selection.isOld) {
      selection.refresh(this.#joinAbort.signal).then(this.#parts.onEvent, (error: unknown) => {
        if (isConnectError(error) && !error.retriable && error.code !== 'cancelled') this.#failure = error;
        else this.#log('debug', messageOf(error));
      });
      return;
    }
    if (selection.topics.join() !== this.#joinedTopics.join()) {
      this.member.requestRejoin('the topics that match the subscription have changed');
      return;
    }
    for (const [topic, count] of this.#assignedBy ?? []) {
      if (selection.partitionCount(topic) !== count) {
        this.member.requestRejoin(`topic ${topic} has another number of partitions`);
        return;
      }
    }
  }

  #log(level: 'debug' | 'warn', message: string): void {
    this.#parts.cluster.log(level, `consumer of group ${this.#parts.groupId}: ${message}`);
  }
}

function toAssignee(memberId: string, groupInstanceId: string | null, subscription: Subscription): Assignee {
  const { topics, owned, userData } = subscription;
  const told = userData !== null && userData.length >= 4 ? userData.readInt32BE(0) : -1;
  const generation = subscription.generation >= 0 ? subscription.generation : told;
  return { memberId, groupInstanceId, topics, owned, generation };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
