import { expect, it } from 'vitest';
import type { State } from '../../storage/status-store.ts';
import { SecretTexts } from '../config-providers/secret-texts.ts';
import { TaskGauges } from '../task/task-gauges.ts';
import { StateTimes } from './state-times.ts';
import { taskMetricGroups } from './task-metric-groups.ts';

const start = 1_700_000_000_000;
const placeholder = `\${file:aliases:first}`;
const secrets = new SecretTexts([['a-secret-alias', placeholder]]);

function groupsOf(type: 'source' | 'sink', gauges: TaskGauges, now: number) {
  const step = { className: 'test.Hoist', version: '1' } as const;
  return taskMetricGroups(
    {
      id: { connector: 'numbers', task: 3 },
      plugins: {
        type,
        attributes: {},
        steps: [
          { ...step, kind: 'transform', alias: 'a-secret-alias' },
          { ...step, kind: 'predicate', alias: 'named' },
        ],
      },
      secrets,
      times: new StateTimes<State>('RUNNING', start),
      gauges,
    },
    now,
  );
}

const tagsOf = (groups: ReturnType<typeof groupsOf>, type: string) =>
  groups.find((group) => group.type === type)?.tags;
const attributesOf = (groups: ReturnType<typeof groupsOf>, type: string) =>
  groups.find((group) => group.type === type)?.attributes;

it('steps of a task are tagged with their aliases, unless these came from a config provider', () => {
  const groups = groupsOf('source', new TaskGauges(), start);
  expect(tagsOf(groups, 'connector-transform-metrics')).toEqual({
    connector: 'numbers',
    task: '3',
    transform: placeholder,
  });
  expect(tagsOf(groups, 'connector-predicate-metrics')).toEqual({
    connector: 'numbers',
    task: '3',
    predicate: 'named',
  });
});

it('a task that did nothing has no averages, and shares and counts of 0', () => {
  const groups = groupsOf('source', new TaskGauges(), start);
  expect(attributesOf(groups, 'connector-task-metrics')).toMatchObject({
    'batch-size-avg': Number.NaN,
    'offset-commit-avg-time-ms': Number.NaN,
    'offset-commit-failure-percentage': 0,
    'offset-commit-success-percentage': 0,
  });
  expect(attributesOf(groups, 'task-metrics')).toEqual({
    'last-record-timestamp': 0,
    'current-call-time-ms': 0,
  });
});

it('a sink that hangs in put is running, with a call that takes longer and longer', () => {
  const gauges = new TaskGauges();
  gauges.lag = 12;
  gauges.addRecords(5, start);
  gauges.callBegan(start + 100);
  const groups = groupsOf('sink', gauges, start + 60_100);
  expect(attributesOf(groups, 'connector-task-metrics')).toMatchObject({
    status: 'running',
    'running-ratio': 1,
  });
  expect(attributesOf(groups, 'task-metrics')).toEqual({
    'last-record-timestamp': start,
    'current-call-time-ms': 60_000,
    'consumer-lag-records': 12,
  });
});
