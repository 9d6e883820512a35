import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FakeHerder } from '../../../e2e/support/fake-herder.ts';
import { fileSource } from '../../../e2e/support/fake-plugins.ts';
import { installFakeWorker } from '../../../e2e/support/fake-worker.ts';
import { consoleEvent, metricsFrame } from '../../entities/console-event.ts';
import { setWorkerHandle } from '../../runtime/worker-handle.ts';
import { handleConsoleRequest } from '../http/handle-console-request.ts';
import { openEventStream } from './event-stream.ts';

let herder: FakeHerder;
let abort: AbortController;

beforeEach(() => {
  herder = installFakeWorker();
  abort = new AbortController();
  herder.add('lines', { 'connector.class': fileSource.className }, 1);
});

afterEach(() => {
  abort.abort();
  vi.useRealTimers();
  setWorkerHandle(null);
});

interface Frame {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

function open(after: string | null) {
  const stream = openEventStream({ after, signal: abort.signal });
  if (stream === null) throw new Error('refused');
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    /** The next frame with an event in it; null at the end of the stream. */
    async next(): Promise<Frame | null> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) return null;
          text += decoder.decode(value, { stream: true });
          continue;
        }
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const frame = Object.fromEntries(
          lines.map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1) ?? ['', '']),
        );
        if (frame.event !== undefined) return { ...frame, data: JSON.parse(frame.data ?? 'null') };
      }
    },
    cancel: () => reader.cancel(),
  };
}

function positionOf(sequence: number): string {
  return `${herder.events.epoch}:${sequence}`;
}

test('a reader that has nothing begins with a snapshot and then follows', async () => {
  herder.setConnector('lines', 'RUNNING');
  const stream = open(null);
  expect(await stream.next()).toMatchObject({ event: 'snapshot', id: positionOf(1) });
  herder.setTask('lines', 0, 'FAILED', 'Error: x');
  const change = await stream.next();
  expect(change).toMatchObject({ event: 'change', id: positionOf(2) });
  expect(consoleEvent.parse(change?.data)).toMatchObject({
    connector: 'lines',
    state: 'failed',
    error: 'Error: x',
  });
});

test('a reader that comes back is told what it missed, in order, without a snapshot', async () => {
  herder.setConnector('lines', 'RUNNING');
  herder.setTask('lines', 0, 'RUNNING');
  herder.setTask('lines', 0, 'PAUSED');
  const stream = open(positionOf(1));
  expect(await stream.next()).toMatchObject({ event: 'change', id: positionOf(2) });
  expect(await stream.next()).toMatchObject({ event: 'change', id: positionOf(3) });
});

test.each([
  ['another start of the process', 'other-epoch:1'],
  ['a position that does not exist yet', '999'],
  ['nonsense', 'nonsense'],
])('a reader with a position of %s begins with a snapshot', async (_, after) => {
  herder.setConnector('lines', 'RUNNING');
  const stream = open(after === '999' ? positionOf(999) : after);
  expect(await stream.next()).toMatchObject({ event: 'snapshot', id: positionOf(1) });
});

test('Last-Event-ID wins over the position in the address', async () => {
  herder.setConnector('lines', 'RUNNING');
  herder.setTask('lines', 0, 'RUNNING');
  const response = await handleConsoleRequest(
    new Request(`http://localhost/api/v1/events?after=${positionOf(0)}`, {
      headers: { host: 'localhost', 'last-event-id': positionOf(1) },
      signal: abort.signal,
    }),
  );
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('cache-control')).toContain('no-transform');
  const reader = response.body?.getReader();
  let text = '';
  while (!text.includes('data:')) text += new TextDecoder().decode((await reader?.read())?.value);
  expect(text).toContain(`id: ${positionOf(2)}`);
  expect(text).not.toContain(`id: ${positionOf(1)}`);
});

test('figures of a second are one frame with the latest of each task', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stream = open(positionOf(0));
  herder.setMetrics('lines', 0, 1, 1, null);
  herder.setMetrics('lines', 0, 5, 4, null);
  herder.setMetrics('lines', 1, 7, 7, 3);
  vi.advanceTimersByTime(1000);
  const frame = await stream.next();
  expect(frame?.event).toBe('metrics');
  expect(metricsFrame.parse(frame?.data).connectors).toMatchObject({
    lines: { 0: { records: 5 }, 1: { records: 7, lag: 3 } },
  });
  expect(frame?.id).toBeUndefined();
});

test('a sign of life comes every 15 seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stream = open(positionOf(0));
  vi.advanceTimersByTime(15_000);
  expect(await stream.next()).toMatchObject({ event: 'beat' });
});

test('the stream ends with its request', async () => {
  const stream = open(positionOf(0));
  abort.abort();
  expect(await stream.next()).toBeNull();
});

test('a reader that does not read is cut off instead of filling memory', async () => {
  const stream = openEventStream({ after: positionOf(0), signal: abort.signal });
  const trace = `Error: ${'x'.repeat(490)}`;
  for (let index = 0; index < 3000; index++) herder.setTask('lines', 0, 'FAILED', trace);
  let bytes = 0;
  for await (const chunk of stream ?? []) bytes += chunk.byteLength;
  expect(bytes).toBeGreaterThan(1024 * 1024);
  expect(bytes).toBeLessThan(1024 * 1024 + 2000);
});

test('more readers than allowed are refused, and a place is free again when one leaves', async () => {
  const streams = Array.from({ length: 200 }, () => open(positionOf(0)));
  const request = new Request('http://localhost/api/v1/events', {
    headers: { host: 'localhost' },
    signal: abort.signal,
  });
  expect((await handleConsoleRequest(request)).status).toBe(503);
  await streams[0]?.cancel();
  const again = await handleConsoleRequest(request);
  expect(again.status).toBe(200);
});

test('a page that is open before the worker follows it as soon as it is there', async () => {
  setWorkerHandle(null);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stream = open(null);
  herder = installFakeWorker();
  vi.advanceTimersByTime(1000);
  expect(await stream.next()).toMatchObject({ event: 'snapshot', id: positionOf(0) });
});
