import type { Assign, Assignee } from './assignee.ts';
import { encodeSubscription, type Subscription } from './consumer-protocol.ts';
import type { AssignorName } from './consumer-settings.ts';
import { assignByRange } from './range-assignor.ts';
import { assignRoundRobin } from './round-robin-assignor.ts';
import { assignCooperativeSticky, assignSticky } from './sticky-assignors.ts';
import {
  decodeGeneration,
  decodeStickyMemory,
  encodeGeneration,
  encodeStickyMemory,
  type StickyMemory,
} from './sticky-user-data.ts';

/** One entry of `partition.assignment.strategy`. */
export interface Assignor {
  /** As members offer it to the group. */
  readonly name: AssignorName;
  /** Members keep what stays theirs through a rebalance. Needs every configured assignor to be so. */
  readonly isCooperative: boolean;
  readonly assign: Assign;
  /** `memory`: the last assignment; null before the first. */
  readonly userData: (memory: StickyMemory | null) => Buffer | null;
  /** What a member held, and since when, by what it says when it joins. */
  readonly memoryOf: (subscription: Subscription) => StickyMemory;
}

const noMemory = { owned: [], generation: -1 };

export const assignors: Readonly<Record<AssignorName, Assignor>> = {
  range: {
    name: 'range',
    isCooperative: false,
    assign: assignByRange,
    userData: () => null,
    memoryOf: () => noMemory,
  },
  roundrobin: {
    name: 'roundrobin',
    isCooperative: false,
    assign: assignRoundRobin,
    userData: () => null,
    memoryOf: () => noMemory,
  },
  sticky: {
    name: 'sticky',
    isCooperative: false,
    assign: assignSticky,
    userData: (memory) => (memory === null ? null : encodeStickyMemory(memory)),
    memoryOf: ({ userData }) => decodeStickyMemory(userData),
  },
  'cooperative-sticky': {
    name: 'cooperative-sticky',
    isCooperative: true,
    assign: assignCooperativeSticky,
    userData: (memory) => encodeGeneration(memory?.generation ?? -1),
    memoryOf: ({ owned, generation, userData }) => {
      return { owned, generation: generation >= 0 ? generation : decodeGeneration(userData) };
    },
  },
};

export interface JoiningMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly subscription: Subscription;
}

export function toAssignee(
  assignor: Assignor,
  { memberId, groupInstanceId, subscription }: JoiningMember,
): Assignee {
  const { topics, rack } = subscription;
  return { memberId, groupInstanceId, rack, topics, ...assignor.memoryOf(subscription) };
}

/** The bytes that a member joins with. */
export function offer(
  assignor: Assignor,
  member: Pick<Subscription, 'topics' | 'owned' | 'generation' | 'rack'>,
  memory: StickyMemory | null,
): { readonly name: string; readonly metadata: Uint8Array } {
  const metadata = encodeSubscription({ ...member, userData: assignor.userData(memory) });
  return { name: assignor.name, metadata };
}
