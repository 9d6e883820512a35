import type { GroupMembershipOperation } from './consumer.ts';
import type { CommittedOffset, TopicPartition } from './topic-partition.ts';

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
  /** `default`: a static member keeps its place until its session ends; `remain`: so does any other. */
  leave(reason: string, timeoutMs: number, operation?: GroupMembershipOperation): Promise<void>;
}
