import { messageOf } from '../../errors/connect-error.ts';
import type { HerderEvents, NumberedEvent } from '../../runtime/herder-events.ts';
import type { EventStore, StoredEvent } from './event-store.ts';

const flushMs = 250;
const pruneEveryEvents = 1000;
const maxWaitingBytes = 4 * 1024 * 1024;
const maxTraceLength = 20_000;

export interface EventRecorder {
  /** Writes what is waiting (bounded) and ends. */
  stop(): Promise<void>;
}

/**
 * Writes the herder's events to the store, a few times a second and not at all while nothing happens. A database in
 * trouble costs history, never the worker: what does not fit in the queue is dropped, and that is said once.
 */
export function startEventRecorder(
  events: HerderEvents,
  store: EventStore,
  warn: (message: string) => void,
): EventRecorder {
  let waiting: StoredEvent[] = [];
  let waitingBytes = 0;
  let untilPrune = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let hasWarned = false;

  const unsubscribe = events.subscribe((numbered) => {
    if (numbered.event.kind !== 'task-metrics') enqueue(numbered);
  });
  for (const numbered of events.since(0) ?? []) enqueue(numbered);

  function enqueue(numbered: NumberedEvent): void {
    const size = sizeOf(numbered);
    if (waitingBytes + size > maxWaitingBytes) {
      warnOnce('events come faster than the database takes them; some are not kept');
      return;
    }
    waiting.push({ epoch: events.epoch, numbered: withShortTrace(numbered) });
    waitingBytes += size;
    timer ??= setTimeout(flush, flushMs);
  }

  function flush(): void {
    timer = null;
    writing = writing.then(write);
  }

  async function write(): Promise<void> {
    const batch = waiting;
    if (batch.length === 0) return;
    waiting = [];
    waitingBytes = 0;
    try {
      await store.add(batch);
      hasWarned = false;
      untilPrune -= batch.length;
      if (untilPrune <= 0) {
        untilPrune = pruneEveryEvents;
        await store.prune(Date.now());
      }
    } catch (error) {
      warnOnce(messageOf(error));
    }
  }

  function warnOnce(reason: string): void {
    if (!hasWarned) warn(`The console cannot keep its history of events: ${reason}`);
    hasWarned = true;
  }

  return {
    async stop() {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
      flush();
      await writing;
    },
  };
}

function withShortTrace(numbered: NumberedEvent): NumberedEvent {
  const { event } = numbered;
  if (!('trace' in event) || event.trace === null || event.trace.length <= maxTraceLength) return numbered;
  const half = maxTraceLength / 2;
  const trace = `${event.trace.slice(0, half)}\n…\n${event.trace.slice(-half)}`;
  return { ...numbered, event: { ...event, trace } };
}

function sizeOf({ event }: NumberedEvent): number {
  return 300 + ('trace' in event && event.trace !== null ? Math.min(event.trace.length, maxTraceLength) : 0);
}
