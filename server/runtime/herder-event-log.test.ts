import { describe, expect, it } from 'vitest';
import { HerderEventLog } from './herder-event-log.ts';
import type { HerderEvent, NumberedEvent } from './herder-events.ts';
import { TaskGauges } from './task/task-gauges.ts';

function taskState(state: 'RUNNING' | 'FAILED' | 'DESTROYED', trace: string | null = null): HerderEvent {
  return { kind: 'task-state', connector: 'lines', task: 0, state, workerId: 'w:1', trace };
}

const someMetrics = {
  records: 5,
  recordsPerSecond: 1,
  lastRecordAt: 7,
  callSince: null,
  lag: null,
  errors: new TaskGauges().errors,
};

describe('the herder event log', () => {
  it('gives a reader everything after the position it names', () => {
    const log = new HerderEventLog();
    log.append(taskState('RUNNING'));
    const position = log.lastSequence;
    log.append(taskState('FAILED', 'boom'));
    expect(log.since(position)?.map(({ event }) => event)).toEqual([taskState('FAILED', 'boom')]);
    expect(log.since(log.lastSequence)).toEqual([]);
  });

  it('answers null for a position it has forgotten and for one that has not been', () => {
    const log = new HerderEventLog({ maxBytes: 10_000 });
    for (let index = 0; index < 200; index++) log.append(taskState('FAILED', 'x'.repeat(100)));
    expect(log.since(0)).toBeNull();
    expect(log.since(log.lastSequence + 1)).toBeNull();
    const kept = log.since(log.lastSequence - 5);
    expect(kept?.map(({ sequence }) => sequence)).toEqual([196, 197, 198, 199, 200]);
  });

  it('keeps the last event even when it alone is larger than the limit', () => {
    const log = new HerderEventLog({ maxBytes: 1_000 });
    log.append(taskState('FAILED', 'x'.repeat(5_000)));
    expect(log.since(0)).toHaveLength(1);
  });

  it('tells subscribers of each event until they unsubscribe', () => {
    const log = new HerderEventLog();
    const seen: NumberedEvent[] = [];
    const unsubscribe = log.subscribe((event) => seen.push(event));
    log.append(taskState('RUNNING'));
    unsubscribe();
    log.append(taskState('FAILED'));
    expect(seen.map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('knows since when a state holds, and a repeated state does not reset it', () => {
    let now = 1_000;
    const log = new HerderEventLog({ now: () => now });
    log.append(taskState('RUNNING'));
    now = 2_000;
    log.append(taskState('RUNNING'));
    expect(log.stateSince('lines', 0)).toBe(1_000);
    log.append(taskState('FAILED'));
    expect(log.stateSince('lines', 0)).toBe(2_000);
    log.append(taskState('DESTROYED'));
    expect(log.stateSince('lines', 0)).toBeNull();
  });

  it('keeps metrics as the latest value outside the log and drops them when the task ends', () => {
    const log = new HerderEventLog();
    log.append(taskState('RUNNING'));
    log.append({ kind: 'task-metrics', connector: 'lines', task: 0, metrics: someMetrics });
    expect(log.taskMetrics('lines', 0)).toEqual(someMetrics);
    expect(log.since(0)).toHaveLength(1);
    log.append(taskState('FAILED'));
    expect(log.taskMetrics('lines', 0)).toBeNull();
  });
});
