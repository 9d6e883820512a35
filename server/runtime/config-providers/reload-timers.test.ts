import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReloadTimers } from './reload-timers.ts';
import { noSecrets } from './secret-texts.ts';

let due: string[] = [];
let timers = new ReloadTimers(() => {});
const resolved = (ttlMs: number | null, settings = {}) => ({ settings, secrets: noSecrets, ttlMs });

beforeEach(() => {
  vi.useFakeTimers();
  due = [];
  timers = new ReloadTimers((connector) => void due.push(connector));
});
afterEach(() => void vi.useRealTimers());

it('a connector is due when the values of its settings expire, once', () => {
  timers.schedule('a', resolved(5_000));
  vi.advanceTimersByTime(4_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(20_000);
  expect(due).toEqual(['a']);
});

it('a new look-up takes the place of the earlier one, and stopping ends it', () => {
  timers.schedule('a', resolved(5_000));
  timers.schedule('a', resolved(9_000));
  timers.schedule('b', resolved(5_000));
  timers.cancel('b');
  vi.advanceTimersByTime(8_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['a']);
});

it('nothing is due for values that keep, nor with config.action.reload=none', () => {
  timers.schedule('a', resolved(null));
  timers.schedule('b', resolved(1_000, { 'config.action.reload': 'NONE' }));
  vi.advanceTimersByTime(100_000);
  expect(due).toEqual([]);
});

it('a time to live of 0 lets a connector run for a second; one of years waits', () => {
  timers.schedule('a', resolved(0));
  timers.schedule('b', resolved(1e15));
  vi.advanceTimersByTime(999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(due).toEqual(['a']);
});
