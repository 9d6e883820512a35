import { describe, expect, it } from 'vitest';
import { TaskGauges } from './task-gauges.ts';

const start = 1_700_000_000_000;

describe('gauges of a task', () => {
  it('are seen by the main thread as the thread sets them, each in its own place', () => {
    const seen = new TaskGauges();
    const thread = new TaskGauges(seen.buffer);
    expect([seen.lag, seen.lastRecordAt, seen.callSince, seen.errors.lastErrorAt]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    thread.lag = 0;
    thread.partitions = 3;
    thread.addTaken(10, start);
    thread.setActive(10, start);
    thread.addRecords(6, start + 1);
    thread.settle(7);
    thread.commitBegan();
    thread.commitEnded(40, true, start);
    thread.commitBegan();
    thread.commitEnded(900, false, start);
    thread.commitSkipped(start);
    thread.failedAt(start + 2);
    thread.beat();
    expect(seen).toMatchObject({
      lag: 0,
      partitions: 3,
      taken: 10,
      active: 3,
      records: 6,
      lastRecordAt: start + 1,
      commits: { begun: 2, done: 1, skipped: 1 },
      beats: 1,
    });
    expect(seen.errors).toMatchObject({ failures: 0, deadLetterFailures: 0, lastErrorAt: start + 2 });
    expect(seen.stats.commitTime.maximum(start)).toBe(40);
    expect(seen.stats.commitOutcome.average(start)).toBe(0.5);
    expect(seen.stats.batchSize.average(start)).toBe(10);
  });

  it('say since when a call of the task lasts, and average those that count', () => {
    const gauges = new TaskGauges();
    gauges.callBegan(start);
    expect(gauges.callSince).toBe(start);
    gauges.callEnded(start + 250, true);
    gauges.callBegan(start + 300);
    gauges.callEnded(start + 9_000, false);
    expect(gauges.callSince).toBeNull();
    expect(gauges.stats.callTime.maximum(start + 9_000)).toBe(250);
  });
});
