import type { TopicPartition } from '../ports/topic-partition.ts';
import { type Assign, type AssignableTopic, type Assignee, compareMembers, compareText } from './assignee.ts';

/** Balanced, and each member keeps what it has as far as balance allows. Everything moves in one round. */
export const assignSticky: Assign = (members, topics) => {
  const { held, all } = shareOut(members, topics);
  return toPartitions(held, all);
};

/**
 * As `assignSticky`, but a partition that moves is given to nobody in this round: its owner gives it up on learning of
 * the round, and the next round gives it away.
 */
export const assignCooperativeSticky: Assign = (members, topics) => {
  const { held, all, owners } = shareOut(members, topics);
  const claimed = claimants(members);
  for (const [memberId, keys] of held) {
    const kept = keys.filter((key) => {
      const owner = owners.get(key);
      if (owner !== undefined) return owner === memberId;
      // Nobody owns it by right; but those who believe to must let go of it before a third member gets it.
      return claimed.get(key)?.includes(memberId) ?? true;
    });
    held.set(memberId, kept);
  }
  return toPartitions(held, all);
};

type Held = Map<string, string[]>;

interface Shares {
  /** Keys of partitions by member. */
  readonly held: Held;
  readonly all: ReadonlyMap<string, TopicPartition>;
  readonly owners: ReadonlyMap<string, string>;
}

function shareOut(members: readonly Assignee[], topics: ReadonlyMap<string, AssignableTopic>): Shares {
  const owners = currentOwners(members, topics);
  const held: Held = new Map(members.map(({ memberId }) => [memberId, []]));
  for (const [key, memberId] of owners) held.get(memberId)?.push(key);
  const subscribers = subscribersByTopic(members);
  const all = new Map<string, TopicPartition>();
  const free: { readonly key: string; readonly takers: readonly string[] }[] = [];
  for (const [topic, { partitions }] of [...topics].toSorted(([a], [b]) => compareText(a, b))) {
    const takers = subscribers.get(topic) ?? [];
    for (let partition = 0; partition < partitions; partition++) {
      const key = keyOf({ topic, partition });
      all.set(key, { topic, partition });
      if (!owners.has(key) && takers.length > 0) free.push({ key, takers });
    }
  }
  // Those that few members can take go first, while these still have room.
  for (const { key, takers } of free.toSorted((a, b) => a.takers.length - b.takers.length)) {
    held.get(leastLoaded(takers, held) ?? '')?.push(key);
  }
  balance(held, subscribers, all, owners);
  giveBack(held, owners, (memberId, key) => {
    return subscribers.get(all.get(key)?.topic ?? '')?.includes(memberId) === true;
  });
  return { held, all, owners };
}

/** Who holds what. Of two who claim the same, the one with the later generation is right; with the same, neither. */
function currentOwners(
  members: readonly Assignee[],
  topics: ReadonlyMap<string, AssignableTopic>,
): Map<string, string> {
  const claims = new Map<string, { memberId: string; generation: number; isContested: boolean }>();
  for (const { memberId, topics: subscribed, owned, generation } of members.toSorted(compareMembers)) {
    for (const at of owned) {
      if (!subscribed.includes(at.topic) || at.partition >= (topics.get(at.topic)?.partitions ?? 0)) continue;
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

function claimants(members: readonly Assignee[]): ReadonlyMap<string, readonly string[]> {
  const claimed = new Map<string, string[]>();
  for (const { memberId, owned } of members) {
    for (const key of new Set(owned.map(keyOf))) claimed.set(key, [...(claimed.get(key) ?? []), memberId]);
  }
  return claimed;
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

function leastLoaded(candidates: readonly string[], held: Held): string | undefined {
  let best: string | undefined;
  for (const memberId of candidates) {
    if (best === undefined || loadOf(held, memberId) < loadOf(held, best)) best = memberId;
  }
  return best;
}

/**
 * Moves a partition from a member to one with at least two fewer, over others in between if need be (each then passes
 * one on), until no such way is left: then the shares are as even as the subscriptions allow. Each move makes them
 * more even, so it ends.
 */
function balance(
  held: Held,
  subscribers: ReadonlyMap<string, readonly string[]>,
  all: ReadonlyMap<string, TopicPartition>,
  owners: ReadonlyMap<string, string>,
): void {
  for (let way = findAnyWay(); way !== null; way = findAnyWay()) {
    for (const { giver, taker, key } of way) move(held, key, giver, taker);
  }

  /** From the one with the most that can give anything. */
  function findAnyWay(): readonly Step[] | null {
    const loaded = [...held.keys()].toSorted(
      (a, b) => loadOf(held, b) - loadOf(held, a) || compareText(a, b),
    );
    for (const from of loaded) {
      const way = findWay(from);
      if (way !== null) return way;
    }
    return null;
  }

  /** The shortest way to the member with the least, breadth first. */
  function findWay(from: string): Step[] | null {
    const steps = new Map<string, Step | null>([[from, null]]);
    let best: string | null = null;
    for (const giver of steps.keys()) {
      for (const [topic, key] of givable(giver)) {
        for (const taker of subscribers.get(topic) ?? []) {
          if (steps.has(taker)) continue;
          steps.set(taker, { giver, taker, key });
          const isEnough = loadOf(held, taker) + 1 < loadOf(held, from);
          if (isEnough && (best === null || loadOf(held, taker) < loadOf(held, best))) best = taker;
        }
      }
      // Those next to `from` were all seen.
      if (giver === from && best !== null) break;
    }
    if (best === null) return null;
    const way: Step[] = [];
    for (let step = steps.get(best) ?? null; step !== null; step = steps.get(step.giver) ?? null) {
      way.unshift(step);
    }
    return way;
  }

  /** One partition of each topic; of those it did not hold before, if there is one. */
  function givable(memberId: string): ReadonlyMap<string, string> {
    const keys = new Map<string, string>();
    for (const key of held.get(memberId) ?? []) {
      const topic = all.get(key)?.topic ?? '';
      const known = keys.get(topic);
      if (known === undefined || owners.get(known) === memberId) keys.set(topic, key);
    }
    return keys;
  }
}

/** Where it costs no balance, partitions go back to those who had them. */
function giveBack(held: Held, owners: ReadonlyMap<string, string>, canTake: CanTake): void {
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    for (const [holder, keys] of held) {
      for (const key of keys.toSorted()) {
        const owner = owners.get(key);
        if (owner === undefined || owner === holder) continue;
        if (loadOf(held, owner) < loadOf(held, holder)) move(held, key, holder, owner);
        else {
          // As many, or one less: the owner gives another one for it that it did not have before.
          const other = held.get(owner)?.find((each) => owners.get(each) !== owner && canTake(holder, each));
          if (other === undefined) continue;
          move(held, other, owner, holder);
          move(held, key, holder, owner);
        }
        hasMoved = true;
      }
    }
  }
}

type CanTake = (memberId: string, key: string) => boolean;

function move(held: Held, key: string, from: string, to: string): void {
  const keys = held.get(from) ?? [];
  keys.splice(keys.indexOf(key), 1);
  held.get(to)?.push(key);
}

interface Step {
  readonly giver: string;
  readonly taker: string;
  readonly key: string;
}

function toPartitions(held: Held, all: ReadonlyMap<string, TopicPartition>): Map<string, TopicPartition[]> {
  return new Map(
    [...held].map(([memberId, keys]) => [
      memberId,
      keys.map((key) => all.get(key)).filter((at) => at !== undefined),
    ]),
  );
}

function loadOf(held: Held, memberId: string): number {
  return held.get(memberId)?.length ?? 0;
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
