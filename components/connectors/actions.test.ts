import { expect, test } from 'vitest';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import { type HealthReason, type HealthState, healthStates } from '../../server/entities/console-health.ts';
import { type ActionName, actionRules, pauseOrResume } from './actions.ts';

function connector(state: HealthState, reason: HealthReason = 'all-running'): ConnectorSummary {
  return {
    name: 'x',
    type: 'source',
    className: 'x',
    pluginTitle: 'x',
    health: { state, reason, message: '' },
    since: null,
    workerId: null,
    rootCause: null,
    tasks: [],
    topics: [],
    metrics: null,
  };
}

function possible(state: HealthState): ActionName[] {
  const names = Object.keys(actionRules) as ActionName[];
  return names.filter((name) => actionRules[name].reason(connector(state)) === null);
}

test('which action is possible in which state', () => {
  expect(Object.fromEntries(healthStates.map((state) => [state, possible(state)]))).toEqual({
    failed: ['pause', 'stop', 'restart'],
    degraded: ['pause', 'stop', 'restart'],
    unassigned: ['pause', 'stop', 'restart'],
    restarting: ['pause', 'stop', 'restart'],
    unknown: ['pause', 'stop', 'restart'],
    running: ['pause', 'stop', 'restart'],
    paused: ['resume', 'stop', 'restart'],
    stopped: ['resume'],
  });
});

test('what failed can be restarted when something has', () => {
  const { reason } = actionRules['restart-failed'];
  expect(reason(connector('failed', 'connector-failed'))).toBeNull();
  expect(reason(connector('running'))).toBe('Nothing has failed');
});

test('one button pauses or resumes, whichever can be done', () => {
  for (const state of healthStates) {
    expect(actionRules[pauseOrResume(connector(state))].reason(connector(state))).toBeNull();
  }
});
