import { stalledAfterMs } from './group-member.ts';
import { PartitionSet } from './partition-set.ts';

/** `unrevoked`: it has to give partitions up first; `unreleased`: others have to, before it gets theirs. */
export type MemberState = 'stable' | 'unrevoked' | 'unreleased';

/** Epoch of a static member that is away and will come back. */
export const awayEpoch = -2;

/** One member of a group whose coordinator assigns, and what it has on the way to its target. */
export class ConsumerGroupMember {
  readonly memberId: string;
  instanceId: string | null = null;
  rackId: string | null = null;
  clientId = '';
  clientHost = '';
  rebalanceTimeoutMs = 0;
  subscribedTopicNames: readonly string[] = [];
  serverAssignor: string | null = null;
  epoch = 0;
  previousEpoch = 0;
  state: MemberState = 'stable';
  /** What it is to have in the end. */
  target = new PartitionSet();
  /** What it may use now. */
  assigned = new PartitionSet();
  /** What it was told to give up and has not yet. */
  revoking = new PartitionSet();
  #session: NodeJS.Timeout | null = null;
  #revocation: NodeJS.Timeout | null = null;

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  /** Whether nobody else may have the partition. */
  holds(topicId: string, partition: number): boolean {
    return this.assigned.has(topicId, partition) || this.revoking.has(topicId, partition);
  }

  /** Begins its session anew. */
  touch(sessionMs: number, onExpired: () => void): void {
    if (this.#session !== null) clearTimeout(this.#session);
    const dueAt = Date.now() + sessionMs;
    this.#session = setTimeout(() => {
      // A broker that was itself asleep has not listened: that is no fault of the member's.
      if (Date.now() - dueAt > stalledAfterMs) this.touch(sessionMs, onExpired);
      else onExpired();
    }, sessionMs);
  }

  /**
   * One step towards the target of `targetEpoch`. `owned` is what the member says it has, null when it did not say;
   * `isFree` tells of partitions that no other member holds.
   */
  reconcile(
    targetEpoch: number,
    owned: PartitionSet | null,
    isFree: (topicId: string, partition: number) => boolean,
    onOverdue: () => void,
  ): void {
    if (this.state === 'unrevoked') {
      if (owned === null || owned.intersects(this.revoking)) return;
      this.#stopRevocation();
    } else if (this.state === 'stable' && this.epoch === targetEpoch) return;
    const kept = this.assigned.filter((topicId, partition) => this.target.has(topicId, partition));
    const lost = this.assigned.filter((topicId, partition) => !this.target.has(topicId, partition));
    const mustRevoke = lost.size > 0 && (owned === null || owned.intersects(lost));
    if (mustRevoke) {
      this.state = 'unrevoked';
      this.assigned = kept;
      this.revoking = lost;
      this.#revocation = setTimeout(onOverdue, Math.max(1, this.rebalanceTimeoutMs));
      return;
    }
    let isComplete = true;
    for (const [topicId, partition] of this.target) {
      if (kept.has(topicId, partition)) continue;
      if (isFree(topicId, partition)) kept.add(topicId, partition);
      else isComplete = false;
    }
    this.assigned = kept;
    if (this.epoch !== targetEpoch) {
      this.previousEpoch = this.epoch;
      this.epoch = targetEpoch;
    }
    this.state = isComplete ? 'stable' : 'unreleased';
  }

  #stopRevocation(): void {
    if (this.#revocation !== null) clearTimeout(this.#revocation);
    this.#revocation = null;
    this.revoking = new PartitionSet();
  }

  /** Begins anew: it has nothing, whatever it had. */
  restart(): void {
    this.#stopRevocation();
    this.assigned = new PartitionSet();
    this.state = 'stable';
    this.epoch = 0;
    this.previousEpoch = 0;
  }

  close(): void {
    if (this.#session !== null) clearTimeout(this.#session);
    this.#session = null;
    this.#stopRevocation();
  }
}
