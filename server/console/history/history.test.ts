import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeHerder } from '../../../e2e/support/fake-herder.ts';
import { openDatabase } from '../../database/open-database.ts';
import type { HerderEvent } from '../../runtime/herder-events.ts';
import { loadEvents } from '../events/load-events.ts';
import { startConsole } from '../start-console.ts';
import { EventStore } from './event-store.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-history-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(herder: FakeHerder, dataDirectory: string | null = folder, warn = vi.fn()) {
  return startConsole({ dataDirectory, herder, allowedHosts: [], warn });
}

function failed(connector: string, trace: string): HerderEvent {
  return { kind: 'task-state', connector, task: 0, state: 'FAILED', workerId: 'w', trace };
}

test('events survive a restart of the process, newest first, without figures', async () => {
  const first = new FakeHerder();
  first.events.append({ kind: 'worker', state: 'ready', message: 'Before the console was there' });
  const running = await start(first);
  first.events.append({ kind: 'connector-config', connector: 'a', change: 'created' });
  first.setMetrics('a', 0, 1, 1, null);
  first.events.append(failed('a', 'Error: outer\nCaused by: Error: inner'));
  await running.stop();

  const second = new FakeHerder();
  const again = await start(second);
  second.events.append({ kind: 'connector-config', connector: 'b', change: 'created' });
  await vi.waitFor(async () => expect((await loadEvents({ limit: 10 })).events).toHaveLength(4));
  const { events, durable } = await loadEvents({ limit: 10 });
  expect(durable).toBe(true);
  expect(events.map(({ text }) => text)).toEqual([
    'Config created',
    'Task 0 failed',
    'Config created',
    'Before the console was there',
  ]);
  expect(events[1]).toMatchObject({ connector: 'a', error: 'Error: inner', state: 'failed' });
  expect((await loadEvents({ limit: 10, connector: 'a' })).events).toHaveLength(2);
  expect((await loadEvents({ limit: 1 })).events).toHaveLength(1);
  await again.stop();
});

test('a huge trace is stored with its beginning and its end', async () => {
  const herder = new FakeHerder();
  const running = await start(herder);
  herder.events.append(failed('a', `Error: begin ${'x'.repeat(100_000)}\nCaused by: Error: end`));
  await running.stop();
  const again = await start(new FakeHerder());
  const [event] = (await loadEvents({ limit: 1 })).events;
  expect(event?.error).toBe('Error: end');
  await again.stop();
});

test('old and surplus rows are forgotten', async () => {
  const database = await openDatabase(join(folder, 'console.db'));
  const store = new EventStore(database, { maxRows: 3, maxAgeMs: 1000 });
  const event = (sequence: number, at: number) => ({
    epoch: 'e',
    numbered: { sequence, at, event: failed(`c${sequence}`, 'x') },
  });
  await store.add([event(1, 1), event(2, 5000), event(3, 5000), event(4, 5000), event(5, 5000)]);
  await store.prune(5500);
  const kept = await store.latest({ limit: 10 });
  expect(kept.map(({ numbered }) => numbered.sequence)).toEqual([5, 4, 3]);
  await database.$disconnect();
});

test('a database that cannot be used is warned about, and the console shows what is in memory', async () => {
  const herder = new FakeHerder();
  const warn = vi.fn();
  const running = await start(herder, join('/dev/null', 'nowhere'), warn);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('/dev/null'));
  herder.events.append(failed('a', 'x'));
  expect((await loadEvents({ limit: 10 })).durable).toBe(false);
  await running.stop();
});

test('without a data folder nothing is kept and nothing is warned about', async () => {
  const warn = vi.fn();
  const running = await start(new FakeHerder(), null, warn);
  expect((await loadEvents({ limit: 10 })).durable).toBe(false);
  expect(warn).not.toHaveBeenCalled();
  await running.stop();
});
