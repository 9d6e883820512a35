import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { TopicPartition } from '../ports/topic-partition.ts';
import type { AssignableTopic, Assignee } from './assignee.ts';
import { type Assignor, assignors, offer, toAssignee } from './assignors.ts';
import { decodeSubscription } from './consumer-protocol.ts';
import type { AssignorName } from './consumer-settings.ts';
import { partitionName } from './group-session.ts';

/** What Java's assignors made of random groups in two rounds; see verification/Assignors.java. */
interface Round {
  /** Racks of the replicas of each partition. */
  readonly topics: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly members: readonly { readonly id: string; readonly instance: string | null }[];
}

type JavaRound = Round &
  Readonly<
    Record<
      AssignorName,
      { readonly subscriptions: readonly string[]; readonly assigned: readonly (readonly string[])[] }
    >
  >;

const fixture = new URL('./verification/fixtures/java-assignments.txt.gz', import.meta.url);
const groups = gunzipSync(readFileSync(fixture))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => (JSON.parse(line) as { readonly rounds: readonly JavaRound[] }).rounds);
const rounds = groups.flat();

function topicsOf({ topics }: Round): ReadonlyMap<string, AssignableTopic> {
  return new Map(
    Object.entries(topics).map(([topic, racks]) => {
      const hasRacks = racks.flat().length > 0;
      const sets = racks.map((list) => new Set(list));
      return [topic, { partitions: racks.length, ...(hasRacks ? { racks: sets } : {}) }];
    }),
  );
}

function subscriptionsOf(round: JavaRound, name: AssignorName) {
  return round[name].subscriptions.map((text) => decodeSubscription(Buffer.from(text, 'base64')));
}

function assigneesOf(round: JavaRound, assignor: Assignor): Assignee[] {
  return subscriptionsOf(round, assignor.name).map((subscription, i) => {
    const { id, instance } = round.members[i] ?? { id: '', instance: null };
    return toAssignee(assignor, { memberId: id, groupInstanceId: instance, subscription });
  });
}

function namesOf(partitions: readonly TopicPartition[]): string[] {
  return partitions.map(partitionName);
}

/** In the order of the round's members, names sorted as the fixture's. */
function assign(round: JavaRound, name: AssignorName): readonly (readonly string[])[] {
  const assignor = assignors[name];
  const assigned = assignor.assign(assigneesOf(round, assignor), topicsOf(round));
  return round.members.map(({ id }) => {
    return namesOf(assigned.get(id) ?? []).toSorted();
  });
}

/** How far from even: the sum of the squares of what members have. */
function spread(assigned: readonly (readonly string[])[]): number {
  return assigned.reduce((sum, { length }) => sum + length * length, 0);
}

function kept(round: JavaRound, name: AssignorName, assigned: readonly (readonly string[])[]): number {
  return assigneesOf(round, assignors[name]).reduce((sum, { owned }, i) => {
    const before = new Set(namesOf(owned));
    return sum + (assigned[i] ?? []).filter((partition) => before.has(partition)).length;
  }, 0);
}

describe("Java's assignors", () => {
  test('were asked for at least 300 groups, with racks, static members and members with other topics', () => {
    expect(groups.length).toBeGreaterThanOrEqual(300);
    expect(rounds.some(({ topics }) => Object.values(topics).flat(2).length > 0)).toBe(true);
    expect(rounds.some(({ members }) => members.some(({ instance }) => instance !== null))).toBe(true);
  });

  test.each(['range', 'roundrobin'] as const)('assign by %s what ours assigns', (name) => {
    for (const round of rounds) {
      expect(assign(round, name), JSON.stringify(round)).toEqual(round[name].assigned);
    }
  });

  test('balance by sticky no better than ours, and keep no more where the balance is the same', () => {
    for (const round of rounds) {
      const java = round.sticky.assigned;
      const ours = assign(round, 'sticky');
      expect(ours.flat().toSorted(), JSON.stringify(round)).toEqual(java.flat().toSorted());
      expect(spread(ours), JSON.stringify(round)).toBeLessThanOrEqual(spread(java));
      if (spread(ours) < spread(java)) continue;
      const before = kept(round, 'sticky', java);
      expect(kept(round, 'sticky', ours), JSON.stringify(round)).toBeGreaterThanOrEqual(before);
    }
  });

  test('withhold by cooperative-sticky, as ours does, what another member has to give up first', () => {
    let withheld = 0;
    for (const round of rounds) {
      const members = assigneesOf(round, assignors['cooperative-sticky']);
      const owned = members.map((member) => new Set(namesOf(member.owned)));
      const goal = assignors.sticky.assign(members, topicsOf(round));
      const java = new Set(round['cooperative-sticky'].assigned.flat());
      assign(round, 'cooperative-sticky').forEach((ours, i) => {
        const isFree = (name: string): boolean =>
          owned[i]?.has(name) === true || !owned.some((partitions) => partitions.has(name));
        const all = namesOf(goal.get(members[i]?.memberId ?? '') ?? []);
        expect(ours, JSON.stringify(round)).toEqual(all.filter(isFree).toSorted());
        withheld += all.length - ours.length;
        // Java may move other partitions than ours, but never withholds one that nobody has.
        const nobodys = ours.filter((name) => !owned.some((partitions) => partitions.has(name)));
        expect(nobodys.filter((name) => !java.has(name))).toEqual([]);
      });
    }
    expect(withheld).toBeGreaterThan(100);
  });

  test('write the same subscriptions as ours', () => {
    for (const round of rounds) {
      for (const name of ['range', 'roundrobin', 'sticky', 'cooperative-sticky'] as const) {
        subscriptionsOf(round, name).forEach((subscription, i) => {
          const { owned, generation } = assignors[name].memoryOf(subscription);
          // A member that never had an assignment has no generation either.
          const memory = subscription.generation < 0 ? null : { owned, generation };
          const { metadata } = offer(assignors[name], subscription, memory);
          expect(Buffer.from(metadata).toString('base64')).toBe(round[name].subscriptions[i]);
        });
      }
    }
  });
});
