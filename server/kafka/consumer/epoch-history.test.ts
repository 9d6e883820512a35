import { expect, test } from 'vitest';
import { EpochHistory } from './epoch-history.ts';

test('the epochs of positions that were passed are known, and others are not', () => {
  const history = new EpochHistory();
  expect(history.epochBefore(5)).toBe(-1);
  history.restart(100, 2);
  expect(history.epochBefore(100)).toBe(2);
  history.advance(110, 3);
  history.advance(120, 3);
  history.advance(130, 5);
  expect([99, 100, 101, 110, 115, 120, 121, 130, 131].map((at) => history.epochBefore(at))).toEqual([
    -1, 2, 3, 3, 3, 3, 5, 5, -1,
  ]);
  history.restart(40, -1);
  expect(history.epochBefore(110)).toBe(-1);
});

test('only so many elections are remembered', () => {
  const history = new EpochHistory();
  history.restart(0, 0);
  for (let epoch = 1; epoch <= 1000; epoch++) history.advance(epoch * 10, epoch);
  expect(history.epochBefore(10_000)).toBe(1000);
  expect(history.epochBefore(9_995)).toBe(1000);
  expect(history.epochBefore(10)).toBe(-1);
});
