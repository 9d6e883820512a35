import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TopicPartition } from '../ports/topic-partition.ts';
import type { AssignableTopic, Assignee } from './assignee.ts';
import { assignByRange } from './range-assignor.ts';
import { assignCooperativeSticky, assignSticky } from './sticky-assignors.ts';

function member(
  memberId: string,
  topics: readonly string[],
  owned: readonly TopicPartition[] = [],
  generation = 1,
): Assignee {
  return { memberId, groupInstanceId: null, rack: null, topics, owned, generation };
}

function told(result: ReadonlyMap<string, readonly TopicPartition[]>): Record<string, string> {
  return Object.fromEntries(
    [...result].map(([memberId, partitions]) => [
      memberId,
      partitions
        .map(({ topic, partition }) => `${topic}${partition}`)
        .toSorted()
        .join(' '),
    ]),
  );
}

/** What the group looks like after everybody has done as told and joined again, until nothing changes. */
function settle(
  members: readonly Assignee[],
  counts: ReadonlyMap<string, AssignableTopic>,
): { members: Assignee[]; rounds: number } {
  let current = [...members];
  for (let round = 1; ; round++) {
    const result = assignCooperativeSticky(current, counts);
    const next = current.map((each) => ({
      ...each,
      owned: result.get(each.memberId) ?? [],
      generation: each.generation + 1,
    }));
    const isSame = next.every(
      (each, i) =>
        told(new Map([['', each.owned]]))[''] === told(new Map([['', current[i]?.owned ?? []]]))[''],
    );
    current = next;
    if (isSame) return { members: current, rounds: round };
    expect(round).toBeLessThan(10);
  }
}

describe('the range assignor', () => {
  test('gives runs of partitions, the first members one more', () => {
    const members = [member('b', ['x', 'y']), member('a', ['x', 'y']), member('c', ['x'])];
    expect(
      told(
        assignByRange(
          members,
          new Map([
            ['x', { partitions: 7 }],
            ['y', { partitions: 3 }],
          ]),
        ),
      ),
    ).toEqual({
      a: 'x0 x1 x2 y0 y1',
      b: 'x3 x4 y2',
      c: 'x5 x6',
    });
  });

  test('orders static members by their instance id, before the others', () => {
    const members = [
      member('a', ['x']),
      { ...member('z', ['x']), groupInstanceId: '1' },
      { ...member('y', ['x']), groupInstanceId: '2' },
    ];
    expect(told(assignByRange(members, new Map([['x', { partitions: 3 }]])))).toEqual({
      a: 'x2',
      y: 'x1',
      z: 'x0',
    });
  });
});

describe('the cooperative sticky assignor', () => {
  test('lets a new member wait until partitions are given up for it', () => {
    const counts = new Map([['x', { partitions: 4 }]]);
    const all = [0, 1, 2, 3].map((partition) => ({ topic: 'x', partition }));
    const members = [member('a', ['x'], all), member('b', ['x'])];
    const first = assignCooperativeSticky(members, counts);
    expect(first.get('a')).toHaveLength(2);
    expect(first.get('b')).toEqual([]);
    const second = assignCooperativeSticky(
      [member('a', ['x'], first.get('a'), 2), member('b', ['x'], [], 2)],
      counts,
    );
    expect(second.get('a')).toEqual(first.get('a'));
    expect(second.get('b')).toHaveLength(2);
  });

  test('gives the partitions of a member that left to the others, who keep theirs', () => {
    const counts = new Map([['x', { partitions: 6 }]]);
    const a = [0, 3].map((partition) => ({ topic: 'x', partition }));
    const b = [1, 4].map((partition) => ({ topic: 'x', partition }));
    const result = assignCooperativeSticky([member('a', ['x'], a), member('b', ['x'], b)], counts);
    expect(result.get('a')).toEqual(expect.arrayContaining(a));
    expect(result.get('b')).toEqual(expect.arrayContaining(b));
    expect([...result.values()].map((partitions) => partitions.length)).toEqual([3, 3]);
  });

  test('believes the later generation when two claim the same partition, and neither when they are equal', () => {
    const counts = new Map([['x', { partitions: 2 }]]);
    const both = [0, 1].map((partition) => ({ topic: 'x', partition }));
    const stale = assignCooperativeSticky([member('a', ['x'], both, 3), member('b', ['x'], both, 4)], counts);
    expect(stale.get('a')).toEqual([]);
    expect(stale.get('b')).toHaveLength(1);
    const equal = assignCooperativeSticky([member('a', ['x'], both, 4), member('b', ['x'], both, 4)], counts);
    expect([...equal.values()].map((partitions) => partitions.length)).toEqual([1, 1]);
  });

  test('settles in a few rounds: every partition has one owner, loads differ by one at most, nothing moves in vain', () => {
    const topics = ['x', 'y', 'z'];
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (sizes, before, after) => {
          const counts = new Map(topics.map((topic, i) => [topic, { partitions: sizes[i] ?? 0 }]));
          const total = sizes.reduce((sum, size) => sum + size, 0);
          const names = Array.from({ length: Math.max(before, after) }, (_, i) => `m${i}`);
          const first = settle(
            names.slice(0, before).map((name) => member(name, topics)),
            counts,
          );
          const kept = names
            .slice(0, after)
            .map((name) => first.members.find(({ memberId }) => memberId === name) ?? member(name, topics));
          const { members, rounds } = settle(kept, counts);
          expect(rounds).toBeLessThanOrEqual(3);
          const owned = members.flatMap((each) =>
            each.owned.map(({ topic, partition }) => `${topic}${partition}`),
          );
          expect(new Set(owned).size).toBe(total);
          expect(owned).toHaveLength(total);
          const loads = members.map((each) => each.owned.length);
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
          if (before === after)
            expect(members.map((each) => each.owned)).toEqual(first.members.map((each) => each.owned));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('gives members only topics they subscribed to', () => {
    const counts = new Map([
      ['x', { partitions: 5 }],
      ['y', { partitions: 1 }],
    ]);
    const { members } = settle([member('a', ['x']), member('b', ['x', 'y']), member('c', ['y'])], counts);
    for (const { topics, owned } of members) for (const { topic } of owned) expect(topics).toContain(topic);
    expect(members.flatMap(({ owned }) => owned)).toHaveLength(6);
    expect(members.map(({ owned }) => owned.length)).toEqual([3, 2, 1]);
  });

  test('do not hold up a leader with 10,000 partitions and 100 members', () => {
    const counts = new Map(Array.from({ length: 200 }, (_, i) => [`t${i}`, { partitions: 50 }]));
    const topics = [...counts.keys()];
    const all = topics.flatMap((topic) =>
      Array.from({ length: 50 }, (_, partition) => ({ topic, partition })),
    );
    const [first, ...others] = Array.from({ length: 100 }, (_, i) => member(`m${i}`, topics));
    // The worst there is: one has everything.
    const members = [{ ...(first as Assignee), owned: all }, ...others];
    const started = performance.now();
    const loads = [...assignSticky(members, counts).values()].map(({ length }) => length);
    expect(new Set(loads)).toEqual(new Set([100]));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
