import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectorList } from '../../server/entities/console-connector.ts';
import type { ConsoleEvent } from '../../server/entities/console-event.ts';
import type { RecordErrors } from '../../server/entities/flow-metrics.ts';
import { describeForListeners } from './announce.ts';
import { applyMetrics, makeInvalidator, staleKeys } from './apply-event.ts';

const event: ConsoleEvent = {
  position: 'e:1',
  at: 1,
  kind: 'task-state',
  connector: 'orders',
  task: 0,
  state: 'failed',
  workerId: 'w',
  text: 'Task 0 failed',
  error: null,
};

/** Each count another multiple of `times`, so that none can stand in for another. */
function errorsOf(times: number, lastErrorAt: number): RecordErrors {
  return {
    failures: times,
    errors: 2 * times,
    skipped: 3 * times,
    retries: 4 * times,
    logged: 5 * times,
    deadLetters: 6 * times,
    deadLetterFailures: 7 * times,
    lastErrorAt,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a state makes its connector, the lists and the overview stale, and no other connector', () => {
  expect(staleKeys(event)).toContainEqual(['connector', 'orders']);
  expect(staleKeys(event)).toContainEqual(['overview']);
  expect(staleKeys(event)).not.toContainEqual(['connector']);
});

test('news of the worker make everything stale that depends on it', () => {
  expect(staleKeys({ ...event, kind: 'worker', connector: null })).toContainEqual(['plugins']);
});

test('a burst of events is one read of each', () => {
  const client = new QueryClient();
  const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
  const onEvent = makeInvalidator(client);
  for (let index = 0; index < 100; index++) onEvent(event);
  vi.runAllTimers();
  expect(invalidate).toHaveBeenCalledTimes(staleKeys(event).length);
  onEvent(event);
  vi.runAllTimers();
  expect(invalidate).toHaveBeenCalledTimes(2 * staleKeys(event).length);
});

test('new figures are put into the list and added up over tasks', () => {
  const client = new QueryClient();
  const task = { state: 'running' as const, since: null, workerId: 'w', rootCause: null, metrics: null };
  const list: ConnectorList = {
    connectors: ['orders', 'other'].map((name) => ({
      name,
      type: 'sink',
      className: 'x',
      pluginTitle: 'x',
      health: { state: 'running', reason: 'all-running', message: '' },
      since: null,
      workerId: 'w',
      rootCause: null,
      tasks: [
        { id: 0, ...task },
        { id: 1, ...task },
      ],
      topics: [],
      metrics: null,
    })),
  };
  client.setQueryData(['connectors'], list);
  applyMetrics(client, {
    at: 1,
    connectors: {
      orders: {
        0: {
          records: 10,
          recordsPerSecond: 1,
          lastRecordAt: 5,
          lag: 3,
          callSince: 8,
          errors: errorsOf(1, 40),
        },
        1: {
          records: 20,
          recordsPerSecond: 2,
          lastRecordAt: 9,
          lag: null,
          callSince: 6,
          errors: errorsOf(2, 30),
        },
      },
    },
  });
  const [orders, other] = client.getQueryData<ConnectorList>(['connectors'])?.connectors ?? [];
  expect(orders?.metrics).toEqual({
    records: 30,
    recordsPerSecond: 3,
    lastRecordAt: 9,
    lag: 3,
    callSince: 6,
    errors: errorsOf(3, 40),
  });
  expect(orders?.tasks[1]?.metrics?.records).toBe(20);
  expect(other).toEqual(list.connectors[1]);
});

test('figures of a connector that is not on the page change nothing', () => {
  const client = new QueryClient();
  applyMetrics(client, { at: 1, connectors: { orders: {} } });
  expect(client.getQueryData(['connectors'])).toBeUndefined();
});

test('screen readers are told of connectors and failures, not of every task', () => {
  expect(describeForListeners(event)).toBe('orders: Task 0 failed');
  expect(describeForListeners({ ...event, state: 'running' })).toBeNull();
  expect(describeForListeners({ ...event, kind: 'rebalance', connector: null })).toBeNull();
});
