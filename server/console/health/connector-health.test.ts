import { expect, test } from 'vitest';
import type { State } from '../../runtime/herder.ts';
import { healthOf, healthOfState } from './connector-health.ts';
import { rootCauseOf } from './root-cause.ts';

function status(connector: State, ...tasks: State[]) {
  const common = { workerId: 'w1', generation: 1, trace: null, version: null };
  return {
    connector: { state: connector, ...common },
    tasks: tasks.map((state, id) => ({ id, state, ...common })),
  };
}

test.each([
  [status('RUNNING', 'RUNNING'), 'running', 'all-running'],
  [status('RUNNING', 'RUNNING', 'RUNNING'), 'running', 'all-running'],
  [status('FAILED'), 'failed', 'connector-failed'],
  [status('FAILED', 'RUNNING'), 'failed', 'connector-failed'],
  [status('RUNNING', 'FAILED'), 'failed', 'all-tasks-failed'],
  [status('PAUSED', 'FAILED'), 'failed', 'all-tasks-failed'],
  [status('RUNNING', 'FAILED', 'RUNNING'), 'degraded', 'some-tasks-failed'],
  [status('RUNNING', 'FAILED', 'UNASSIGNED'), 'degraded', 'some-tasks-failed'],
  [status('RUNNING', 'RESTARTING', 'RUNNING'), 'restarting', 'restarting'],
  [status('RESTARTING', 'RUNNING'), 'restarting', 'restarting'],
  [status('UNASSIGNED'), 'unassigned', 'connector-unassigned'],
  [status('RUNNING', 'UNASSIGNED', 'RUNNING'), 'unassigned', 'tasks-unassigned'],
  [status('RUNNING'), 'unassigned', 'no-tasks'],
  [status('PAUSED', 'PAUSED'), 'paused', 'paused'],
  [status('PAUSED', 'RUNNING'), 'paused', 'paused'],
  [status('STOPPED'), 'stopped', 'stopped'],
  [status('RUNNING', 'RUNNING', 'PAUSED'), 'restarting', 'restarting'],
  [null, 'unassigned', 'connector-unassigned'],
] as const)('%j is %s because of %s', (given, state, reason) => {
  expect(healthOf(given)).toMatchObject({ state, reason });
});

test('the message counts what failed', () => {
  expect(healthOf(status('RUNNING', 'FAILED', 'RUNNING', 'FAILED')).message).toBe('2 of 3 tasks failed.');
});

test('a state that Connect does not have is unknown', () => {
  expect(healthOfState('EXPLODED')).toBe('unknown');
});

test('the root cause is the innermost cause of a Java trace', () => {
  const trace = 'a.B: outer\n\tat x\nCaused by: c.D: middle\n\tat y\nCaused by: e.F: inner\n\t... 3 more';
  expect(rootCauseOf(trace)).toBe('e.F: inner');
});

test('the root cause is the innermost cause of a JavaScript stack', () => {
  const trace = 'Error: outer\n    at f (a.ts:1:1) {\n  [cause]: Error: inner\n      at g (b.ts:1:1)\n}';
  expect(rootCauseOf(trace)).toBe('Error: inner');
});

test('without a cause it is the first line, and a long one is cut', () => {
  expect(rootCauseOf('\nonly line\n at x')).toBe('only line');
  expect(rootCauseOf('x'.repeat(1000))).toHaveLength(500);
  expect(rootCauseOf(null)).toBeNull();
  expect(rootCauseOf('')).toBeNull();
});
