import type { TopicPartition } from '../ports/topic-partition.ts';
import { type AssignableTopic, type Assignee, compareMembers, compareText } from './assignee.ts';

interface Step {
  readonly giver: string;
  readonly taker: string;
  readonly topic: string;
}

/**
 * The partitions of a group on their way to its members, for the sticky assignors. Sized for 10,000 partitions: what
 * is asked for each move depends on the number of topics and members only.
 */
export class PartitionShares {
  /** Who held a partition before, by its key. */
  readonly owners: ReadonlyMap<string, string>;
  readonly #all = new Map<string, TopicPartition>();
  /** By member and topic; what a member did not hold before comes last, and goes first. */
  readonly #held = new Map<string, Map<string, string[]>>();
  readonly #loads = new Map<string, number>();
  /** Topics with the same members share one list. */
  readonly #subscribers: ReadonlyMap<string, readonly string[]>;

  constructor(
    members: readonly Assignee[],
    topics: ReadonlyMap<string, AssignableTopic>,
    owners: ReadonlyMap<string, string>,
  ) {
    this.owners = owners;
    this.#subscribers = subscribersByTopic(members);
    for (const { memberId } of members) {
      this.#held.set(memberId, new Map());
      this.#loads.set(memberId, 0);
    }
    for (const [topic, { partitions }] of [...topics].toSorted(([a], [b]) => compareText(a, b))) {
      for (let partition = 0; partition < partitions; partition++) {
        const key = keyOf({ topic, partition });
        this.#all.set(key, { topic, partition });
        const owner = owners.get(key);
        if (owner !== undefined) this.#give(key, topic, owner);
      }
    }
  }

  /** Everything that nobody holds, each to the one with the least. */
  giveFree(): void {
    const free = [...this.#all].filter(([key]) => !this.owners.has(key));
    const takersOf = ({ topic }: TopicPartition): readonly string[] => this.#subscribers.get(topic) ?? [];
    // Those that few members can take go first, while these still have room.
    for (const [key, at] of free.toSorted(([, a], [, b]) => takersOf(a).length - takersOf(b).length)) {
      let best: string | undefined;
      for (const taker of takersOf(at)) {
        if (best === undefined || this.#load(taker) < this.#load(best)) best = taker;
      }
      if (best !== undefined) this.#give(key, at.topic, best);
    }
  }

  /**
   * Moves a partition from a member to one with at least two fewer, over others in between if need be (each then
   * passes one on), until no such way is left: then the shares are as even as the subscriptions allow. Each move makes
   * them more even, so it ends.
   */
  balance(): void {
    for (let way = this.#findAnyWay(); way !== null; way = this.#findAnyWay()) {
      for (const { giver, taker, topic } of way) {
        const key = this.#held.get(giver)?.get(topic)?.at(-1);
        if (key !== undefined) this.#move(key, giver, taker);
      }
    }
  }

  /** Where it costs no balance, partitions go back to those who had them. */
  giveBack(): void {
    for (let hasMoved = true; hasMoved; ) {
      hasMoved = false;
      for (const holder of this.#held.keys()) {
        for (const key of this.keysOf(holder)) {
          const owner = this.owners.get(key);
          if (owner === undefined || owner === holder) continue;
          if (this.#load(owner) >= this.#load(holder)) {
            // The owner gives another one for it that it did not have before.
            const other = this.keysOf(owner).find(
              (each) => this.owners.get(each) !== owner && this.#canTake(holder, each),
            );
            if (other === undefined) continue;
            this.#move(other, owner, holder);
          }
          this.#move(key, holder, owner);
          hasMoved = true;
        }
      }
    }
  }

  keysOf(memberId: string): string[] {
    return [...(this.#held.get(memberId)?.values() ?? [])].flat();
  }

  partitionsOf(keys: readonly string[]): TopicPartition[] {
    return keys.map((key) => this.#all.get(key)).filter((at) => at !== undefined);
  }

  /** From the one with the most that can give anything. */
  #findAnyWay(): readonly Step[] | null {
    const least = Math.min(...this.#loads.values());
    const loaded = [...this.#loads].filter(([, load]) => load > least + 1);
    const stuck = new Set<string>();
    for (const [from] of loaded.toSorted(([a, x], [b, y]) => y - x || compareText(a, b))) {
      // Whom a more loaded member reached in vain finds no way either.
      if (stuck.has(from)) continue;
      const way = this.#findWay(from, stuck);
      if (way !== null) return way;
    }
    return null;
  }

  /** The shortest way to the member with the least, breadth first. */
  #findWay(from: string, stuck: Set<string>): readonly Step[] | null {
    const steps = new Map<string, Step | null>([[from, null]]);
    const seen = new Set<readonly string[]>();
    let best: string | null = null;
    for (const giver of steps.keys()) {
      for (const topic of this.#held.get(giver)?.keys() ?? []) {
        const takers = this.#subscribers.get(topic) ?? [];
        if (seen.has(takers)) continue;
        seen.add(takers);
        for (const taker of takers) {
          if (steps.has(taker)) continue;
          steps.set(taker, { giver, taker, topic });
          const isEnough = this.#load(taker) + 1 < this.#load(from);
          if (isEnough && (best === null || this.#load(taker) < this.#load(best))) best = taker;
        }
      }
      // Those next to `from` were all seen.
      if (giver === from && best !== null) break;
    }
    if (best === null) {
      for (const reached of steps.keys()) stuck.add(reached);
      return null;
    }
    const way: Step[] = [];
    for (let step = steps.get(best) ?? null; step !== null; step = steps.get(step.giver) ?? null) {
      way.unshift(step);
    }
    return way;
  }

  #canTake(memberId: string, key: string): boolean {
    return this.#subscribers.get(this.#all.get(key)?.topic ?? '')?.includes(memberId) === true;
  }

  #move(key: string, from: string, to: string): void {
    const topic = this.#all.get(key)?.topic ?? '';
    const keys = this.#held.get(from)?.get(topic) ?? [];
    keys.splice(keys.lastIndexOf(key), 1);
    if (keys.length === 0) this.#held.get(from)?.delete(topic);
    this.#loads.set(from, this.#load(from) - 1);
    this.#give(key, topic, to);
  }

  #give(key: string, topic: string, memberId: string): void {
    const topics = this.#held.get(memberId);
    const keys = topics?.get(topic);
    if (keys === undefined) topics?.set(topic, [key]);
    else if (this.owners.get(key) === memberId) keys.unshift(key);
    else keys.push(key);
    this.#loads.set(memberId, this.#load(memberId) + 1);
  }

  #load(memberId: string): number {
    return this.#loads.get(memberId) ?? 0;
  }
}

function subscribersByTopic(members: readonly Assignee[]): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, string[]>();
  for (const { memberId, topics } of members.toSorted(compareMembers)) {
    for (const topic of new Set(topics)) {
      const list = lists.get(topic);
      if (list === undefined) lists.set(topic, [memberId]);
      else list.push(memberId);
    }
  }
  const shared = new Map<string, readonly string[]>();
  const subscribers = new Map<string, readonly string[]>();
  for (const [topic, list] of lists) {
    const text = JSON.stringify(list);
    const known = shared.get(text) ?? list;
    shared.set(text, known);
    subscribers.set(topic, known);
  }
  return subscribers;
}

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
