import { expect, it } from 'vitest';
import { StateTimes } from './state-times.ts';

it('the time in each state is a share of all time so far', () => {
  const times = new StateTimes<'UNASSIGNED' | 'RUNNING' | 'PAUSED'>('UNASSIGNED', 1_000);
  expect(times.ratio('RUNNING', 1_000)).toBe(0);
  times.change('RUNNING', 1_100);
  times.change('PAUSED', 1_300);
  times.change('RUNNING', 1_700);
  expect(times.state).toBe('RUNNING');
  expect(times.ratio('RUNNING', 2_000)).toBe(0.5);
  expect(times.ratio('PAUSED', 2_000)).toBe(0.4);
  expect(times.ratio('UNASSIGNED', 2_000)).toBe(0.1);
});
