import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeHerder } from '../../../e2e/support/fake-herder.ts';
import { fileSink, fileSource } from '../../../e2e/support/fake-plugins.ts';
import { startThroughputRecorder } from './throughput-recorder.ts';

let herder: FakeHerder;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  herder = new FakeHerder();
  herder.add('in', { 'connector.class': fileSource.className }, 1);
  herder.add('out', { 'connector.class': fileSink.className }, 1);
});

afterEach(() => vi.useRealTimers());

test('records of sources and sinks become two curves', async () => {
  const recorder = startThroughputRecorder(herder);
  herder.setMetrics('in', 0, 1000, 0, null);
  herder.setMetrics('out', 0, 0, 0, 0);
  await vi.advanceTimersByTimeAsync(5000);
  herder.setMetrics('in', 0, 2000, 0, null);
  herder.setMetrics('out', 0, 50, 0, 0);
  await vi.advanceTimersByTimeAsync(5000);
  expect(recorder.samples()).toEqual([
    // What was moved before the recorder came is not of this moment.
    { at: 5000, source: 0, sink: 0 },
    { at: 10_000, source: 200, sink: 10 },
  ]);
  recorder.stop();
});

test('a task that started anew counts from zero', async () => {
  const recorder = startThroughputRecorder(herder);
  herder.setMetrics('in', 0, 1000, 0, null);
  herder.setMetrics('in', 0, 100, 0, null);
  await vi.advanceTimersByTimeAsync(5000);
  expect(recorder.samples()).toEqual([{ at: 5000, source: 20, sink: 0 }]);
  recorder.stop();
});

test('fifteen minutes are kept', async () => {
  const recorder = startThroughputRecorder(herder);
  await vi.advanceTimersByTimeAsync(20 * 60 * 1000);
  expect(recorder.samples()).toHaveLength(180);
  recorder.stop();
});
