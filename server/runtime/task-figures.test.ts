import { expect, it } from 'vitest';
import { TaskGauges } from './task/task-gauges.ts';
import { TaskFigures } from './task-figures.ts';

it('figures of a task are an average over the last seconds, and come only when they change', () => {
  const gauges = new TaskGauges();
  const seenByThread = new TaskGauges(gauges.buffer);
  const figures = new TaskFigures(gauges, 0);
  expect(figures.next(1_000)).toEqual({
    records: 0,
    recordsPerSecond: 0,
    lastRecordAt: null,
    lag: null,
    callSince: null,
    errors: gauges.errors,
  });
  expect(figures.next(2_000)).toBeNull();
  seenByThread.addRecords(500, 2_500);
  seenByThread.lag = 7;
  expect(figures.next(3_000)).toMatchObject({ records: 500, lastRecordAt: 2_500, lag: 7 });
  seenByThread.count('failures');
  seenByThread.count('skipped');
  seenByThread.failedAt(3_500);
  expect(figures.next(3_600)?.errors).toMatchObject({
    failures: 1,
    skipped: 1,
    errors: 0,
    lastErrorAt: 3_500,
  });
  for (let now = 4_000; now <= 8_000; now += 1_000) figures.next(now);
  seenByThread.addRecords(100, 8_900);
  expect(figures.next(9_000)).toMatchObject({ records: 600, recordsPerSecond: 20 });
});

it('a call of the task that does not return is told of after ten seconds, and so is its end', () => {
  const gauges = new TaskGauges();
  const figures = new TaskFigures(gauges, 0);
  figures.next(1_000);
  gauges.callBegan(2_000);
  expect(figures.next(11_999)).toBeNull();
  expect(figures.next(12_000)?.callSince).toBe(2_000);
  expect(figures.next(13_000)).toBeNull();
  gauges.callEnded(13_500, true);
  gauges.callBegan(13_600);
  expect(figures.next(14_000)?.callSince).toBeNull();
});
