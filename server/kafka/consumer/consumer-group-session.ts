import { type ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { type AssignedTopic, ConsumerGroupMember } from '../group/consumer-group-member.ts';
import type { GroupMembershipOperation } from '../ports/consumer.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import type { GroupSession, GroupSessionParts } from './group-session.ts';
import { PollDeadline } from './poll-deadline.ts';
import { PollTasks } from './poll-tasks.ts';

/** A topic that was deleted and made anew has another id. */
interface OwnedPartition extends TopicPartition {
  readonly topicId: string;
}

/**
 * Membership by the protocol of KIP-848. Heartbeats go on in the background; what the coordinator wants is done within
 * poll: give up what goes to others, which may commit, take what is new, and only then say so.
 */
export class ConsumerGroupSession implements GroupSession {
  readonly #parts: GroupSessionParts;
  readonly #member: ConsumerGroupMember;
  readonly #tasks: PollTasks;
  readonly #deadline: PollDeadline;
  readonly #closing = new AbortController();
  readonly #stopListening: () => void;
  #owned: readonly OwnedPartition[] = [];
  #target: readonly AssignedTopic[] | null = null;
  /** Topics of the target that metadata does not know yet: not worth another look before it changes. */
  #isTargetUnknown = false;
  #hasAcknowledged = false;
  #begun: 'no' | 'finding topics' | 'yes' = 'no';
  #joinedTopics: readonly string[] = [];
  #isLost = false;
  #isExpelled = false;
  #leaving: Promise<void> = Promise.resolve();
  #fatal: ConnectError | null = null;

  constructor(parts: GroupSessionParts) {
    this.#parts = parts;
    const { cluster, settings, selection, groupId } = parts;
    this.#tasks = new PollTasks(parts.onEvent);
    this.#deadline = new PollDeadline(settings.maxPollIntervalMs, () => {
      this.#leaving = this.#expel();
    });
    this.#member = new ConsumerGroupMember(cluster, {
      groupId,
      groupInstanceId: settings.groupInstanceId,
      rack: settings.rack === '' ? null : settings.rack,
      rebalanceTimeoutMs: settings.maxPollIntervalMs,
      serverAssignor: settings.remoteAssignor,
      topics: () => {
        this.#joinedTopics = selection.topics;
        return selection.topics;
      },
      onTarget: (target) => {
        this.#target = target;
        this.#isTargetUnknown = false;
        parts.onEvent();
      },
      onLost: () => {
        this.#isLost = true;
        parts.onEvent();
      },
      onFatal: (error) => {
        this.#fatal = error;
        parts.onEvent();
      },
    });
    this.#stopListening = cluster.onMetadata(() => {
      if (!this.#isTargetUnknown) return;
      this.#isTargetUnknown = false;
      parts.onEvent();
    });
  }

  get identity(): { readonly generation: number; readonly memberId: string } {
    return this.#member.identity;
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    await this.#member.commitOffsets(offsets);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    return await this.#member.fetchOffsets(partitions);
  }

  throwFailure(): void {
    this.#tasks.throwFailure();
    // Nothing brings this member back, so every poll says so.
    if (this.#fatal !== null) throw this.#fatal;
  }

  async step(): Promise<void> {
    if (this.#isExpelled) {
      await this.#leaving;
      this.#isExpelled = false;
      await this.#beginAnew();
    }
    if (this.#isLost) await this.#beginAnew();
    if (this.#fatal !== null) await this.#giveUp(true);
    else if (this.#begun === 'no' && !this.#tasks.hasFailed) this.#begin();
    this.#checkTopics();
    while (this.#isTargetDue) await this.#reconcile();
  }

  get needsStep(): boolean {
    if (this.#tasks.areDue || this.#isExpelled || this.#isLost || this.#fatal !== null) return true;
    return this.#begun === 'no' || this.#isTargetDue;
  }

  get msUntilStep(): number {
    if (this.#begun !== 'yes') return Number.POSITIVE_INFINITY;
    return Math.max(10, this.#parts.selection.msUntilOld);
  }

  pollBegins(): void {
    this.#deadline.pollBegins();
  }

  pollEnds(): void {
    if (!this.#closing.signal.aborted) this.#deadline.pollEnds();
  }

  async close(timeoutMs: number, operation: GroupMembershipOperation): Promise<void> {
    this.#closing.abort();
    this.pollBegins();
    this.#stopListening();
    await this.#leaving;
    this.#tasks.forgetFailure();
    await this.#giveUp(this.#isLost || this.#isExpelled || this.#fatal !== null);
    this.#fatal = null;
    await this.#member.leave(timeoutMs, operation);
    this.#parts.selection.close();
  }

  get #isTargetDue(): boolean {
    return this.#target !== null && !this.#isTargetUnknown && !this.#isLost && this.#fatal === null;
  }

  #begin(): void {
    this.#begun = 'finding topics';
    this.#parts.selection
      .refresh(this.#closing.signal)
      .catch((error: unknown) => {
        // The coordinator knows the topics by itself; what is wrong for good is thrown.
        if (isConnectError(error) && !error.retriable) throw error;
      })
      .then(() => {
        if (this.#closing.signal.aborted || this.#isExpelled) return;
        this.#begun = 'yes';
        this.#member.join();
      })
      .catch((error: unknown) => {
        this.#begun = 'no';
        if (!this.#closing.signal.aborted) this.#tasks.fail(error);
      });
  }

  async #beginAnew(): Promise<void> {
    this.#isLost = false;
    this.#target = null;
    this.#hasAcknowledged = false;
    this.#begun = 'no';
    await this.#giveUp(true);
  }

  async #expel(): Promise<void> {
    this.#log('warn', this.#deadline.warning);
    this.#isExpelled = true;
    await this.#member.leave(this.#parts.settings.requestTimeoutMs);
    this.#parts.onEvent();
  }

  async #giveUp(isLost: boolean): Promise<void> {
    const owned = this.#owned;
    this.#owned = [];
    if (owned.length === 0) return;
    const { listener, end } = this.#parts;
    const partitions = owned.map(plain);
    await this.#tasks.tell(() => (isLost ? listener.onLost(partitions) : listener.onRevoked(partitions)));
    end(partitions);
  }

  async #reconcile(): Promise<void> {
    const { listener, begin, end } = this.#parts;
    const target = this.#target ?? [];
    const { wanted, isComplete } = this.#find(target);
    if (isComplete) this.#target = null;
    else {
      this.#isTargetUnknown = true;
      this.#parts.cluster.refreshSoon();
    }
    const before = new Set(this.#owned.map(keyOf));
    const after = new Set(wanted.map(keyOf));
    const revoked = this.#owned.filter((each) => !after.has(keyOf(each)));
    const added = wanted.filter((each) => !before.has(keyOf(each)));
    if (revoked.length + added.length === 0 && this.#hasAcknowledged) return;
    if (revoked.length > 0) {
      await this.#tasks.tell(() => listener.onRevoked(revoked.map(plain)));
      this.#owned = this.#owned.filter((each) => after.has(keyOf(each)));
      end(revoked.map(plain));
    }
    // Giving up took too long: the rest is given up as lost.
    if (this.#isLost || this.#fatal !== null) return;
    this.#owned = [...this.#owned, ...added];
    begin(added.map(plain));
    await this.#tasks.tell(() => listener.onAssigned(added.map(plain)));
    if (this.#isLost || this.#fatal !== null) return;
    this.#hasAcknowledged = true;
    this.#member.acknowledge(toTopics(this.#owned));
  }

  #find(target: readonly AssignedTopic[]): { wanted: readonly OwnedPartition[]; isComplete: boolean } {
    const names = new Map<string, string>();
    for (const { id, name } of this.#parts.cluster.metadata.topics.values()) names.set(id, name);
    const wanted: OwnedPartition[] = [];
    let isComplete = true;
    for (const { topicId, partitions } of target) {
      const topic = names.get(topicId);
      if (topic === undefined) isComplete = false;
      else wanted.push(...partitions.map((partition) => ({ topicId, topic, partition })));
    }
    return { wanted, isComplete };
  }

  /** A pattern may match other topics than before. Partitions of listed topics are the coordinator's to count. */
  #checkTopics(): void {
    const { selection, onEvent } = this.#parts;
    if (this.#begun !== 'yes' || this.#closing.signal.aborted) return;
    if (selection.msUntilOld <= 0) {
      selection.refresh(this.#closing.signal).then(onEvent, (error: unknown) => {
        if (isConnectError(error) && !error.retriable && error.code !== 'cancelled') this.#tasks.fail(error);
        else this.#log('debug', messageOf(error));
      });
    } else if (selection.topics !== this.#joinedTopics) this.#member.beatSoon();
  }

  #log(level: 'debug' | 'warn', message: string): void {
    this.#parts.cluster.log(level, `consumer of group ${this.#parts.groupId}: ${message}`);
  }
}

function toTopics(owned: readonly OwnedPartition[]): AssignedTopic[] {
  const topics = new Map<string, number[]>();
  for (const { topicId, partition } of owned) {
    const partitions = topics.get(topicId);
    if (partitions === undefined) topics.set(topicId, [partition]);
    else partitions.push(partition);
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }));
}

function plain({ topic, partition }: OwnedPartition): TopicPartition {
  return { topic, partition };
}

function keyOf({ topicId, partition }: OwnedPartition): string {
  return `${topicId}-${partition}`;
}
