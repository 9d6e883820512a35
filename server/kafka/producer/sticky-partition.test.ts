import { describe, expect, test } from 'vitest';
import type { TopicMetadata } from '../cluster/metadata.ts';
import { StickyPartition } from './sticky-partition.ts';

const settings = { batchBytes: 100, isAdaptive: true, availabilityTimeoutMs: 0 };

function metadata(leaders: readonly number[]): TopicMetadata {
  const partitions = leaders.map((leader, partition) => ({
    partition,
    leader,
    leaderEpoch: 0,
    replicas: [leader],
    isr: [leader],
  }));
  return { name: 't', id: '', internal: false, errorCode: 0, partitions };
}

/** How often each partition is chosen, in parts of all. */
function shares(
  leaders: readonly number[],
  options: {
    settings?: Partial<typeof settings>;
    waiting?: readonly number[];
    stalled?: readonly number[];
  } = {},
): number[] {
  const sticky = new StickyPartition(
    { ...settings, ...options.settings },
    {
      waiting: (partition) => options.waiting?.[partition] ?? 0,
      isStalled: (node) => options.stalled?.includes(node) ?? false,
    },
  );
  sticky.update(metadata(leaders));
  const counts = leaders.map(() => 0);
  const rounds = 20_000;
  for (let i = 0; i < rounds; i++) {
    const partition = sticky.choose();
    counts[partition] = (counts[partition] ?? 0) + 1;
    sticky.appended(partition, settings.batchBytes, true);
  }
  return counts.map((count) => count / rounds);
}

function expectAbout(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, share] of expected.entries()) expect(actual[i]).toBeCloseTo(share, 1);
}

describe('the partition for records without a key', () => {
  test('stays the same for a batch, and longer while that is not full, up to twice as much', () => {
    const sticky = new StickyPartition(settings, { waiting: () => 0, isStalled: () => false });
    sticky.update(metadata(Array.from({ length: 1000 }, () => 1)));
    const first = sticky.choose();
    sticky.appended(first, 99, true);
    sticky.appended(first + 1, 500, true);
    expect(sticky.choose()).toBe(first);
    sticky.appended(first, 50, false);
    sticky.appended(first, 50, false);
    expect(sticky.choose()).toBe(first);
    const seen = new Set([first]);
    sticky.appended(first, 1, false);
    for (let i = 0; i < 20; i++) {
      const partition = sticky.choose();
      seen.add(partition);
      sticky.appended(partition, 100, true);
    }
    expect(seen.size).toBeGreaterThan(10);
  });

  test('is any of them alike when no batches wait', () => {
    expectAbout(shares([1, 1, 2, 2]), [0.25, 0.25, 0.25, 0.25]);
  });

  test('is one with fewer batches waiting more often', () => {
    expectAbout(shares([1, 2, 3], { waiting: [0, 3, 1] }), [4 / 8, 1 / 8, 3 / 8]);
  });

  test('is any of them alike when it is not to adapt', () => {
    const options = { settings: { isAdaptive: false }, waiting: [0, 3, 1] };
    expectAbout(shares([1, 2, 3], options), [1 / 3, 1 / 3, 1 / 3]);
  });

  test('is not one without a leader, unless none has one', () => {
    expectAbout(shares([1, -1, 3]), [0.5, 0, 0.5]);
    expectAbout(shares([-1, -1]), [0.5, 0.5]);
  });

  test('is not one whose broker takes nothing, when that is asked for, unless none does', () => {
    const asked = { availabilityTimeoutMs: 50 };
    expectAbout(shares([1, 2, 1], { settings: asked, stalled: [2] }), [0.5, 0, 0.5]);
    expectAbout(shares([1, 2], { settings: asked, stalled: [1, 2] }), [0.5, 0.5]);
    expectAbout(shares([1, 2], { stalled: [2] }), [0.5, 0.5]);
  });
});
