import type { Cluster } from '../cluster/cluster.ts';
import type { GroupMembershipOperation, RebalanceListener } from '../ports/consumer.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { TopicSelection } from './topic-selection.ts';

/** What a session needs of the consumer it belongs to. */
export interface GroupSessionParts {
  readonly cluster: Cluster;
  readonly settings: ConsumerSettings;
  readonly groupId: string;
  readonly selection: TopicSelection;
  readonly listener: RebalanceListener;
  /** The consumer begins and ends reading these; before the listener hears of it, or after. */
  readonly begin: (partitions: readonly TopicPartition[]) => void;
  readonly end: (partitions: readonly TopicPartition[]) => void;
  /** Poll has something to do. */
  readonly onEvent: () => void;
}

/** Whose offsets a consumer commits. */
export interface GroupOffsets {
  /** -1 and '' outside the group. The generation of a KIP-848 member is its epoch. */
  readonly identity: { readonly generation: number; readonly memberId: string };
  commit(offsets: readonly CommittedOffset[]): Promise<void>;
  committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
}

/** A subscription's share in a consumer group, in either protocol. What it means for the caller is done within poll. */
export interface GroupSession extends GroupOffsets {
  /** Within poll: does what is due, and sees to it that the member is in the group or on its way. */
  step(): Promise<void>;
  /** Poll should not wait for anything before it has called `step` again. */
  readonly needsStep: boolean;
  /** Poll should call `step` again after this time even if nothing happens. */
  readonly msUntilStep: number;
  /** Throws what ended the membership, or a listener's error; once. */
  throwFailure(): void;
  pollBegins(): void;
  /** From here on the caller has max.poll.interval.ms until the next poll. */
  pollEnds(): void;
  /** Gives up the partitions and leaves. Never rejects for what the broker does. */
  close(timeoutMs: number, operation: GroupMembershipOperation): Promise<void>;
}

export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
