import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionSet } from './partition-set.ts';
import {
  type Assignable,
  type AssignableTopic,
  type ServerAssignor,
  serverAssignors,
} from './server-assignors.ts';

const uniform = serverAssignors.uniform as ServerAssignor;
const range = serverAssignors.range as ServerAssignor;

function topic(name: string, partitions: number): AssignableTopic {
  return { topicId: `id-${name}`, name, partitions };
}

function member(
  memberId: string,
  subscribedTopicNames: readonly string[],
  target = new PartitionSet(),
): Assignable {
  return { memberId, subscribedTopicNames, target };
}

function shown(targets: ReadonlyMap<string, PartitionSet>): Record<string, string> {
  return Object.fromEntries(
    [...targets].map(([memberId, target]) => [
      memberId,
      target
        .toTopics()
        .map(({ topicId, partitions }) => `${topicId} ${partitions.join()}`)
        .join('; '),
    ]),
  );
}

function sizes(targets: ReadonlyMap<string, PartitionSet>): number[] {
  return [...targets.values()].map(({ size }) => size).sort((a, b) => a - b);
}

describe('the uniform assignor', () => {
  it('gives everything to one, and halves to two, of which the first keeps what it may', () => {
    const topics = [topic('t', 4)];
    const alone = uniform([member('a', ['t'])], topics);
    expect(shown(alone)).toEqual({ a: 'id-t 0,1,2,3' });
    const both = uniform([member('a', ['t'], alone.get('a')), member('b', ['t'])], topics);
    expect(sizes(both)).toEqual([2, 2]);
    expect(both.get('a')?.isSubsetOf(alone.get('a') as PartitionSet)).toBe(true);
    const after = uniform([member('b', ['t'], both.get('b'))], topics);
    expect(shown(after)).toEqual({ b: 'id-t 0,1,2,3' });
  });

  it('gives to members only of the topics they want', () => {
    const topics = [topic('t', 3), topic('u', 3)];
    const targets = uniform([member('a', ['t']), member('b', ['t', 'u']), member('c', [])], topics);
    expect(shown(targets)).toEqual({ a: 'id-t 0,1,2', b: 'id-u 0,1,2', c: '' });
  });
});

describe('the range assignor', () => {
  it('gives rows of neighbours in the order of the ids', () => {
    const members = [member('b', ['t', 'u']), member('a', ['t', 'u'])];
    expect(shown(range(members, [topic('t', 3), topic('u', 2)]))).toEqual({
      a: 'id-t 0,1; id-u 0',
      b: 'id-t 2; id-u 1',
    });
  });
});

describe.each(Object.entries(serverAssignors))('the %s assignor', (name, assign) => {
  it('gives each partition to exactly one of those who want it, whatever was before', () => {
    const names = ['t', 'u', 'v'];
    const subscription = fc.subarray(names);
    fc.assert(
      fc.property(
        fc.array(fc.array(subscription, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
        (rounds, counts) => {
          const topics = names.map((each, at) => topic(each, counts[at] ?? 0));
          let before = new Map<string, PartitionSet>();
          for (const subscriptions of rounds) {
            const members = subscriptions.map((wanted, at) => member(`m${at}`, wanted, before.get(`m${at}`)));
            const targets = assign(members, topics);
            for (const { topicId, name: topicName, partitions } of topics) {
              const readers = members.filter(({ subscribedTopicNames }) =>
                subscribedTopicNames.includes(topicName),
              );
              for (let partition = 0; partition < partitions; partition++) {
                const holders = members.filter(({ memberId }) =>
                  targets.get(memberId)?.has(topicId, partition),
                );
                expect(holders).toHaveLength(readers.length === 0 ? 0 : 1);
                if (holders[0] !== undefined) expect(readers).toContain(holders[0]);
              }
            }
            const isHomogeneous = subscriptions.every((wanted) => wanted.length === names.length);
            const loads = sizes(targets);
            if (name === 'uniform' && isHomogeneous) {
              expect((loads.at(-1) ?? 0) - (loads[0] ?? 0)).toBeLessThanOrEqual(1);
            }
            before = targets;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
