import type { TopicPartition } from '../ports/topic-partition.ts';
import { type Assign, compareMembers, compareText } from './assignee.ts';

/** As Java's RoundRobinAssignor: all partitions in a row, one to each member in turn that subscribed to the topic. */
export const assignRoundRobin: Assign = (members, topics) => {
  const result = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  const row = members
    .toSorted(compareMembers)
    .map(({ memberId, topics: subscribed }) => ({ memberId, subscribed: new Set(subscribed) }));
  let turn = 0;
  for (const [topic, { partitions }] of [...topics].toSorted(([a], [b]) => compareText(a, b))) {
    if (!row.some(({ subscribed }) => subscribed.has(topic))) continue;
    for (let partition = 0; partition < partitions; partition++) {
      while (row[turn % row.length]?.subscribed.has(topic) !== true) turn++;
      const taker = row[turn++ % row.length];
      if (taker !== undefined) result.get(taker.memberId)?.push({ topic, partition });
    }
  }
  return result;
};
