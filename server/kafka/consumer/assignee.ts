import type { TopicPartition } from '../ports/topic-partition.ts';

/** A member of the group as an assignor sees it. */
export interface Assignee {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly rack: string | null;
  readonly topics: readonly string[];
  /** What it holds now, and since which generation. */
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

/** A topic that somebody subscribed to. */
export interface AssignableTopic {
  readonly partitions: number;
  /** Where each partition has replicas; absent when brokers name no racks. */
  readonly racks?: readonly ReadonlySet<string>[];
}

/** Every member is in the result; topics without partitions are not there yet. */
export type Assign = (
  members: readonly Assignee[],
  topics: ReadonlyMap<string, AssignableTopic>,
) => Map<string, TopicPartition[]>;

/** Members of a static membership come first, by their instance id; that way a restart changes nothing. */
export function compareMembers(a: Assignee, b: Assignee): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) {
    return compareText(a.groupInstanceId, b.groupInstanceId);
  }
  if (a.groupInstanceId !== null) return -1;
  if (b.groupInstanceId !== null) return 1;
  return compareText(a.memberId, b.memberId);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
