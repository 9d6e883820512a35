import { expect, it } from 'vitest';
import { HerderEventLog } from '../herder-event-log.ts';
import { RebalanceGauges } from './rebalance-gauges.ts';

const start = 1_700_000_000_000;

it('rebalances are counted and timed as they end, and their last one is never but far away before the first', () => {
  let now = start;
  const events = new HerderEventLog({ now: () => now });
  const gauges = new RebalanceGauges(events);
  const group = { generation: -1, isRejoinNeeded: true, leaderUrl: null, protocol: null, round: null };
  expect(gauges.group(group, now).attributes).toEqual({
    'connect-protocol': '',
    'leader-name': '',
    epoch: -1,
    'completed-rebalances-total': 0,
    rebalancing: 1,
    'rebalance-max-time-ms': Number.NaN,
    'rebalance-avg-time-ms': Number.NaN,
    'time-since-last-rebalance-ms': Number.POSITIVE_INFINITY,
  });
  const met = { kind: 'rebalance', leader: 'worker2', trigger: '' } as const;
  events.append({ ...met, generation: 1, durationMs: 100 });
  events.append({ kind: 'target-state', connector: 'x', state: 'PAUSED' });
  now += 5_000;
  events.append({ ...met, generation: 2, durationMs: 300 });
  const stable = {
    generation: 2,
    isRejoinNeeded: false,
    leaderUrl: 'http://worker2:8083/',
    protocol: 'sessioned',
    round: null,
  } as const;
  expect(gauges.group(stable, now + 70).attributes).toEqual({
    'connect-protocol': 'SESSIONED',
    'leader-name': 'http://worker2:8083/',
    epoch: 2,
    'completed-rebalances-total': 2,
    rebalancing: 0,
    'rebalance-max-time-ms': 300,
    'rebalance-avg-time-ms': 200,
    'time-since-last-rebalance-ms': 70,
  });
});
