import type { TopicPartition } from '../ports/topic-partition.ts';

/** A member of the group as an assignor sees it. */
export interface Assignee {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  /** What it holds now, and since which generation. */
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

export type Assign = (
  members: readonly Assignee[],
  partitionCounts: ReadonlyMap<string, number>,
) => Map<string, TopicPartition[]>;

/**
 * As Java's RangeAssignor: for each topic by itself, members in order get equal runs of partitions, the first ones one
 * more if it does not come out even.
 */
export const assignByRange: Assign = (members, partitionCounts) => {
  const result = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  for (const [topic, count] of partitionCounts) {
    const takers = members.filter(({ topics }) => topics.includes(topic)).toSorted(compareMembers);
    takers.forEach(({ memberId }, i) => {
      const each = Math.floor(count / takers.length);
      const extra = count % takers.length;
      const start = each * i + Math.min(i, extra);
      const length = each + (i < extra ? 1 : 0);
      for (let partition = start; partition < start + length; partition++) {
        result.get(memberId)?.push({ topic, partition });
      }
    });
  }
  return result;
};

/** Members of a static membership come first, by their instance id; that way a restart changes nothing. */
function compareMembers(a: Assignee, b: Assignee): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) {
    return compareText(a.groupInstanceId, b.groupInstanceId);
  }
  if (a.groupInstanceId !== null) return -1;
  if (b.groupInstanceId !== null) return 1;
  return compareText(a.memberId, b.memberId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Balanced, and each member keeps what it has as far as balance allows. A partition that moves is given to nobody in
 * this round: its owner gives it up on learning of the round, and the next round gives it away.
 */
export const assignCooperativeSticky: Assign = (members, partitionCounts) => {
  const owners = currentOwners(members, partitionCounts);
  const held = new Map<string, string[]>(members.map(({ memberId }) => [memberId, []]));
  for (const [key, memberId] of owners) held.get(memberId)?.push(key);
  const subscribers = subscribersByTopic(members);
  const all = new Map<string, TopicPartition>();
  for (const [topic, count] of partitionCounts) {
    for (let partition = 0; partition < count; partition++) {
      const key = keyOf({ topic, partition });
      all.set(key, { topic, partition });
      if (owners.has(key)) continue;
      const taker = leastLoaded(subscribers.get(topic) ?? [], held);
      if (taker !== undefined) held.get(taker)?.push(key);
    }
  }
  balance(held, subscribers, all);
  const result = new Map<string, TopicPartition[]>();
  for (const [memberId, keys] of held) {
    const kept = keys.filter((key) => (owners.get(key) ?? memberId) === memberId);
    result.set(
      memberId,
      kept.map((key) => all.get(key)).filter((at) => at !== undefined),
    );
  }
  return result;
};

/** Who holds what. Of two who claim the same, the one with the later generation is right; with the same, neither. */
function currentOwners(
  members: readonly Assignee[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, string> {
  const claims = new Map<string, { memberId: string; generation: number; isContested: boolean }>();
  for (const { memberId, topics, owned, generation } of members.toSorted(compareMembers)) {
    for (const at of owned) {
      if (!topics.includes(at.topic) || at.partition >= (partitionCounts.get(at.topic) ?? 0)) continue;
      const key = keyOf(at);
      const claim = claims.get(key);
      if (claim === undefined || generation > claim.generation) {
        claims.set(key, { memberId, generation, isContested: false });
      } else if (generation === claim.generation) claim.isContested = true;
    }
  }
  const owners = new Map<string, string>();
  for (const [key, { memberId, isContested }] of claims) if (!isContested) owners.set(key, memberId);
  return owners;
}

function subscribersByTopic(members: readonly Assignee[]): ReadonlyMap<string, readonly string[]> {
  const subscribers = new Map<string, string[]>();
  for (const { memberId, topics } of members.toSorted(compareMembers)) {
    for (const topic of new Set(topics)) {
      const list = subscribers.get(topic);
      if (list === undefined) subscribers.set(topic, [memberId]);
      else list.push(memberId);
    }
  }
  return subscribers;
}

function leastLoaded(
  candidates: readonly string[],
  held: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  let best: string | undefined;
  for (const memberId of candidates) {
    if (best === undefined || loadOf(held, memberId) < loadOf(held, best)) best = memberId;
  }
  return best;
}

/** Moves partitions one at a time while that makes two members more equal; each move does, so it ends. */
function balance(
  held: Map<string, string[]>,
  subscribers: ReadonlyMap<string, readonly string[]>,
  all: ReadonlyMap<string, TopicPartition>,
): void {
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    const loaded = [...held.keys()].toSorted(
      (a, b) => loadOf(held, b) - loadOf(held, a) || compareText(a, b),
    );
    for (const from of loaded) {
      const keys = held.get(from) ?? [];
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i] as string;
        const taker = leastLoaded(subscribers.get(all.get(key)?.topic ?? '') ?? [], held);
        if (taker === undefined || loadOf(held, taker) + 1 >= keys.length) continue;
        keys.splice(i, 1);
        held.get(taker)?.push(key);
        hasMoved = true;
      }
    }
  }
}

function loadOf(held: ReadonlyMap<string, readonly string[]>, memberId: string): number {
  return held.get(memberId)?.length ?? 0;
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
