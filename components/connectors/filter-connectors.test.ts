import { expect, test } from 'vitest';
import type { ConnectorSummary } from '../../server/entities/console-connector.ts';
import type { HealthState } from '../../server/entities/console-health.ts';
import { filterConnectors } from './filter-connectors.ts';

function connector(name: string, state: HealthState, more: Partial<ConnectorSummary> = {}): ConnectorSummary {
  return {
    name,
    type: 'source',
    className: 'org.example.LineSource',
    pluginTitle: 'Line source',
    health: { state, reason: 'all-running', message: '' },
    since: null,
    workerId: 'w1:8083',
    rootCause: null,
    tasks: [],
    topics: [],
    metrics: null,
    ...more,
  };
}

const all = [
  connector('orders', 'failed', { type: 'sink', topics: ['shop.orders'] }),
  connector('clicks', 'degraded', {
    tasks: [{ id: 0, state: 'failed', since: null, workerId: 'w2:8083', rootCause: null, metrics: null }],
  }),
  connector('Logs', 'running', { pluginTitle: 'FileStream source' }),
];

function names(query: string): string[] {
  return filterConnectors(all, query).map(({ name }) => name);
}

test('an empty query shows everything', () => {
  expect(names('  ')).toEqual(['orders', 'clicks', 'Logs']);
});

test('a state is matched exactly, and several by comma', () => {
  expect(names('state:failed')).toEqual(['orders']);
  expect(names('state:failed,degraded')).toEqual(['orders', 'clicks']);
});

test('words of different kinds must all fit', () => {
  expect(names('type:sink topic:shop')).toEqual(['orders']);
  expect(names('type:sink logs')).toEqual([]);
});

test('a task on another worker makes its connector fit', () => {
  expect(names('worker:w2')).toEqual(['clicks']);
  expect(names('task:failed')).toEqual(['clicks']);
});

test('other words are sought in name, plugin and topics without regard to case', () => {
  expect(names('logs')).toEqual(['Logs']);
  expect(names('filestream')).toEqual(['Logs']);
  expect(names('SHOP.ORDERS')).toEqual(['orders']);
});

test('a key that is not known is an ordinary word', () => {
  expect(names('foo:bar')).toEqual([]);
});
