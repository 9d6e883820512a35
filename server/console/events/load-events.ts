import type { EventHistory } from '../../entities/console-event.ts';
import { getConsoleHandle } from '../console-handle.ts';
import { findWorker } from '../worker-access.ts';
import { describeEvent } from './describe-event.ts';

export interface EventQuery {
  readonly limit: number;
  readonly connector?: string;
}

/** Newest first. From the database when there is one, else what the worker still keeps in memory. */
export async function loadEvents(query: EventQuery): Promise<EventHistory> {
  const history = getConsoleHandle()?.history ?? null;
  if (history !== null) {
    try {
      const stored = await history.latest(query);
      const events = stored.flatMap((row) => describeEvent(row.epoch, row.numbered) ?? []);
      return { events, durable: true };
    } catch {
      // A database in trouble must not take the page with it; the store reports its errors itself.
    }
  }
  return { events: fromMemory(query), durable: false };
}

function fromMemory({ limit, connector }: EventQuery): EventHistory['events'] {
  const log = findWorker()?.herder.events;
  if (log === undefined) return [];
  const kept = log.since(0) ?? log.since(Math.max(0, log.lastSequence - 1000)) ?? [];
  return kept
    .flatMap((numbered) => describeEvent(log.epoch, numbered) ?? [])
    .filter((event) => connector === undefined || event.connector === connector)
    .slice(-limit)
    .reverse();
}
