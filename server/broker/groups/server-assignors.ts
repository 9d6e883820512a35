import { PartitionSet } from './partition-set.ts';

/** A topic that members may be given partitions of. */
export interface AssignableTopic {
  readonly topicId: string;
  readonly name: string;
  readonly partitions: number;
}

/** What an assignor knows of a member. */
export interface Assignable {
  readonly memberId: string;
  readonly subscribedTopicNames: readonly string[];
  /** What it was to have so far. */
  readonly target: PartitionSet;
}

/** Shares out partitions: the new target of each member, by its id. */
export type ServerAssignor = (
  members: readonly Assignable[],
  topics: readonly AssignableTopic[],
) => Map<string, PartitionSet>;

/** Assignors of the coordinator, under Kafka's names; the first is the one by default. */
export const serverAssignors: Readonly<Record<string, ServerAssignor>> = {
  uniform: assignUniformly,
  range: assignByRange,
};

export const defaultAssignor = 'uniform';

/** To all about the same number; everybody keeps as much as that allows. */
function assignUniformly(
  members: readonly Assignable[],
  topics: readonly AssignableTopic[],
): Map<string, PartitionSet> {
  const held = new Map(members.map(({ memberId }) => [memberId, [] as [string, number][]]));
  const load = (memberId: string): number => held.get(memberId)?.length ?? 0;
  const readers = readersOf(members);
  const lightest = (names: readonly string[]): string | undefined =>
    names.reduce<string | undefined>(
      (best, memberId) => (best === undefined || load(memberId) < load(best) ? memberId : best),
      undefined,
    );
  for (const { topicId, name, partitions } of topics) {
    const candidates = readers.get(name) ?? [];
    for (let partition = 0; partition < partitions; partition++) {
      const holder = candidates.find((member) => member.target.has(topicId, partition));
      if (holder !== undefined) held.get(holder.memberId)?.push([topicId, partition]);
    }
  }
  for (const { topicId, name, partitions } of topics) {
    const candidates = readers.get(name) ?? [];
    for (let partition = 0; partition < partitions; partition++) {
      if (candidates.some((member) => member.target.has(topicId, partition))) continue;
      const memberId = lightest(candidates.map((member) => member.memberId));
      if (memberId !== undefined) held.get(memberId)?.push([topicId, partition]);
    }
  }
  even(held, (topicId) => {
    const name = topics.find((topic) => topic.topicId === topicId)?.name ?? '';
    return (readers.get(name) ?? []).map(({ memberId }) => memberId);
  });
  return toTargets(held);
}

/** Moves partitions from those who have two more than others who could take them. */
function even(
  held: Map<string, [string, number][]>,
  readersOfTopic: (topicId: string) => readonly string[],
): void {
  const readers = new Map<string, readonly string[]>();
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    for (const partitions of held.values()) {
      for (let at = partitions.length - 1; at >= 0; at--) {
        const [topicId, partition] = partitions[at] as [string, number];
        const candidates = readers.get(topicId) ?? readersOfTopic(topicId);
        readers.set(topicId, candidates);
        const taker = candidates
          .map((memberId) => held.get(memberId) ?? [])
          .reduce((best, other) => (other.length < best.length ? other : best), partitions);
        if (taker.length + 1 >= partitions.length) continue;
        partitions.splice(at, 1);
        taker.push([topicId, partition]);
        hasMoved = true;
      }
    }
  }
}

/** Of each topic to everybody a row of neighbours, in the order of the members' ids. */
function assignByRange(
  members: readonly Assignable[],
  topics: readonly AssignableTopic[],
): Map<string, PartitionSet> {
  const held = new Map(members.map(({ memberId }) => [memberId, [] as [string, number][]]));
  const readers = readersOf(members);
  for (const { topicId, name, partitions } of topics) {
    const candidates = (readers.get(name) ?? []).map(({ memberId }) => memberId).sort();
    const [each, more] = [Math.floor(partitions / candidates.length), partitions % candidates.length];
    let next = 0;
    for (const [index, memberId] of candidates.entries()) {
      const end = next + each + (index < more ? 1 : 0);
      for (; next < end; next++) held.get(memberId)?.push([topicId, next]);
    }
  }
  return toTargets(held);
}

function readersOf(members: readonly Assignable[]): Map<string, Assignable[]> {
  const readers = new Map<string, Assignable[]>();
  for (const member of members) {
    for (const name of member.subscribedTopicNames) {
      const present = readers.get(name);
      if (present === undefined) readers.set(name, [member]);
      else present.push(member);
    }
  }
  return readers;
}

function toTargets(held: ReadonlyMap<string, readonly [string, number][]>): Map<string, PartitionSet> {
  return new Map(
    [...held].map(([memberId, partitions]) => {
      const target = new PartitionSet();
      for (const [topicId, partition] of partitions) target.add(topicId, partition);
      return [memberId, target];
    }),
  );
}
