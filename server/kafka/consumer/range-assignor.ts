import type { TopicPartition } from '../ports/topic-partition.ts';
import { type Assign, type AssignableTopic, type Assignee, compareMembers } from './assignee.ts';

/**
 * As Java's RangeAssignor: for each topic by itself, members in order get equal runs of partitions, the first ones one
 * more if it does not come out even. Where members and brokers name racks and not every partition is in every rack,
 * members first get partitions that have a replica near them (KIP-881); topics with the same members and as many
 * partitions are then given away together, so that equal numbers stay with the same member.
 */
export const assignByRange: Assign = (members, topics) => {
  const row = members
    .toSorted(compareMembers)
    .map((member) => ({ member, subscribed: new Set(member.topics) }));
  const shares = [...topics]
    .filter(([, { partitions }]) => partitions > 0)
    .map(([topic, assignable]) => {
      const takers = row.filter(({ subscribed }) => subscribed.has(topic)).map(({ member }) => member);
      return new TopicShare(topic, assignable, takers);
    });
  if (shares.some((share) => share.isRackAware)) assignNearby(shares);
  for (const share of shares) share.giveRuns(() => true);
  const result = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  for (const share of shares) {
    for (const [memberId, partitions] of share.given) {
      const sorted = partitions.toSorted((a, b) => a - b);
      result.get(memberId)?.push(...sorted.map((partition) => ({ topic: share.topic, partition })));
    }
  }
  return result;
};

/** One topic on its way to the members. */
class TopicShare {
  readonly topic: string;
  readonly partitions: number;
  readonly takers: readonly Assignee[];
  readonly isRackAware: boolean;
  readonly given = new Map<string, number[]>();
  readonly #racks: readonly ReadonlySet<string>[];
  readonly #open: Set<number>;
  readonly #each: number;
  /** Members that may still get one more than the others. */
  #extras: number;

  constructor(topic: string, { partitions, racks = [] }: AssignableTopic, takers: readonly Assignee[]) {
    this.topic = topic;
    this.partitions = partitions;
    this.takers = takers;
    this.#racks = racks;
    this.#open = new Set(Array.from({ length: partitions }, (_, partition) => partition));
    this.#each = this.takers.length === 0 ? 0 : Math.floor(partitions / this.takers.length);
    this.#extras = this.takers.length === 0 ? 0 : partitions % this.takers.length;
    this.isRackAware = this.#doRacksMatter();
  }

  /** How many more the member may get. */
  room({ memberId }: Assignee): number {
    const most = this.#each + (this.#extras > 0 ? 1 : 0);
    return Math.max(0, most - (this.given.get(memberId)?.length ?? 0));
  }

  isNear({ rack }: Assignee, partition: number): boolean {
    return rack === null || this.#racks[partition]?.has(rack) === true;
  }

  give({ memberId }: Assignee, partitions: readonly number[]): void {
    const all = [...(this.given.get(memberId) ?? []), ...partitions];
    this.given.set(memberId, all);
    if (all.length > this.#each) this.#extras--;
    for (const partition of partitions) this.#open.delete(partition);
  }

  giveRuns(mayTake: (taker: Assignee, partition: number) => boolean): void {
    for (const taker of this.takers) {
      const run = [...this.#open].filter((partition) => mayTake(taker, partition)).slice(0, this.room(taker));
      if (run.length > 0) this.give(taker, run);
    }
  }

  #doRacksMatter(): boolean {
    const wanted = new Set(this.takers.map(({ rack }) => rack).filter((rack) => rack !== null));
    const there = new Set(this.#racks.flatMap((racks) => [...racks]));
    if (![...wanted].some((rack) => there.has(rack))) return false;
    return this.#racks.some((racks) => racks.size < there.size);
  }
}

function assignNearby(shares: readonly TopicShare[]): void {
  const groups = new Map<string, TopicShare[]>();
  for (const share of shares) {
    const who = share.takers.map(({ memberId, rack }) => [memberId, rack]);
    const hasRacks = share.takers.some(({ rack }) => rack !== null);
    const key = JSON.stringify([who, hasRacks ? share.partitions : 0]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [share]);
    else group.push(share);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || first.takers.every(({ rack }) => rack === null)) continue;
    if (group.length > 1) assignTogether(group, first);
    else if (first.isRackAware) first.giveRuns((taker, partition) => first.isNear(taker, partition));
  }
}

/** Partition by partition of all the topics at once, to a member that is near each of them. */
function assignTogether(group: readonly TopicShare[], { takers, partitions }: TopicShare): void {
  const open = new Set(takers);
  for (let partition = 0; partition < partitions && open.size > 0; partition++) {
    const taker = [...open].find((each) =>
      group.every((share) => share.room(each) > 0 && share.isNear(each, partition)),
    );
    if (taker === undefined) continue;
    for (const share of group) share.give(taker, [partition]);
    if (group.every((share) => share.room(taker) === 0)) open.delete(taker);
  }
}
