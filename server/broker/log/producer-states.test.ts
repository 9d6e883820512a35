import { describe, expect, it } from 'vitest';
import { type ProducerBatch, ProducerStates } from './producer-states.ts';

function batch(traits: Partial<ProducerBatch>): ProducerBatch {
  return {
    producerId: 1n,
    epoch: 0,
    firstSequence: 0,
    count: 1,
    firstOffset: 0,
    lastOffset: 0,
    timestamp: 1000,
    isTransactional: false,
    ...traits,
  };
}

function verdict(states: ProducerStates, traits: Partial<ProducerBatch>): string {
  const answer = states.check(batch(traits));
  return answer.kind === 'refused' ? answer.error : answer.kind;
}

describe('what a partition knows of producers', () => {
  it('lets an unknown producer begin anywhere and then expects the next sequence', () => {
    const states = new ProducerStates();
    expect(verdict(states, { firstSequence: 500 })).toBe('append');
    states.note(batch({ firstSequence: 500, count: 10 }));
    expect(verdict(states, { firstSequence: 510 })).toBe('append');
    expect(verdict(states, { firstSequence: 511 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(verdict(states, { firstSequence: 500, count: 10 })).toBe('duplicate');
    expect(verdict(states, { firstSequence: 500, count: 9 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('goes on at 0 after the greatest sequence', () => {
    const states = new ProducerStates();
    states.note(batch({ firstSequence: 2 ** 31 - 5, count: 5 }));
    expect(verdict(states, { firstSequence: 0 })).toBe('append');
    states.note(batch({ firstSequence: 2 ** 31 - 5, count: 10 }));
    expect(verdict(states, { firstSequence: 5 })).toBe('append');
  });

  it('takes a newer epoch from sequence 0 only, and an older one never', () => {
    const states = new ProducerStates();
    states.note(batch({ epoch: 3, firstSequence: 7 }));
    expect(verdict(states, { epoch: 4, firstSequence: 8 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(verdict(states, { epoch: 4, firstSequence: 0 })).toBe('append');
    expect(verdict(states, { epoch: 2, firstSequence: 8 })).toBe('INVALID_PRODUCER_EPOCH');
  });

  it('begins sequences anew when a marker raised the epoch, and goes on when it did not', () => {
    const states = new ProducerStates();
    states.note(batch({ firstSequence: 0, count: 3, isTransactional: true }));
    states.noteMarker(1n, 0, 3, 1000, true);
    expect(verdict(states, { firstSequence: 3 })).toBe('append');
    states.noteMarker(1n, 1, 4, 1000, true);
    expect(verdict(states, { epoch: 0, firstSequence: 3 })).toBe('INVALID_PRODUCER_EPOCH');
    expect(verdict(states, { epoch: 1, firstSequence: 3 })).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(verdict(states, { epoch: 1, firstSequence: 0 })).toBe('append');
  });

  it('takes batches without sequences from the right epoch', () => {
    const states = new ProducerStates();
    states.note(batch({ epoch: 1, firstSequence: -1, isTransactional: true, firstOffset: 4 }));
    expect(verdict(states, { epoch: 1, firstSequence: -1 })).toBe('append');
    expect(verdict(states, { epoch: 0, firstSequence: -1 })).toBe('INVALID_PRODUCER_EPOCH');
    expect(states.lastStableOffset(9)).toBe(4);
  });

  it('is held back by the oldest open transaction', () => {
    const states = new ProducerStates();
    states.note(batch({ producerId: 1n, isTransactional: true, firstOffset: 5 }));
    states.note(batch({ producerId: 2n, isTransactional: true, firstOffset: 3 }));
    expect(states.lastStableOffset(10)).toBe(3);
    states.noteMarker(2n, 0, 10, 1000, false);
    expect(states.lastStableOffset(11)).toBe(5);
    states.noteMarker(1n, 0, 11, 1000, true);
    expect(states.lastStableOffset(12)).toBe(12);
    expect(states.abortedBetween(0, 100)).toEqual([{ producerId: 2n, firstOffset: 3, lastOffset: 10 }]);
  });

  it('forgets idle producers, but none with an open transaction, and aborted ranges that are gone', () => {
    const states = new ProducerStates();
    states.note(batch({ producerId: 1n, timestamp: 1000 }));
    states.note(batch({ producerId: 2n, timestamp: 1000, isTransactional: true }));
    states.note(batch({ producerId: 3n, timestamp: 9000, isTransactional: true, firstOffset: 7 }));
    states.noteMarker(3n, 0, 8, 9000, false);
    states.expire(5000, 8);
    expect(states.describe().map(({ producerId }) => producerId)).toEqual([2n, 3n]);
    expect(states.abortedBetween(0, 100)).toHaveLength(1);
    states.expire(5000, 9);
    expect(states.abortedBetween(0, 100)).toEqual([]);
  });

  it('is the same after a trip through its snapshot, with ids beyond what numbers hold', () => {
    const states = new ProducerStates();
    const producerId = 2n ** 62n + 1n;
    states.note(batch({ producerId, firstSequence: 4, count: 2, firstOffset: 9, isTransactional: true }));
    states.note(batch({ producerId: 1n, isTransactional: true, firstOffset: 11 }));
    states.noteMarker(1n, 0, 12, 1000, false);
    const restored = new ProducerStates();
    restored.restore(JSON.parse(JSON.stringify(states.snapshot())));
    expect(restored.snapshot()).toEqual(states.snapshot());
    expect(restored.lastStableOffset(20)).toBe(9);
    expect(verdict(restored, { producerId, firstSequence: 4, count: 2 })).toBe('duplicate');
    expect(restored.abortedBetween(0, 20)).toEqual(states.abortedBetween(0, 20));
  });
});
