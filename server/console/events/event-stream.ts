import type { MetricsFrame } from '../../entities/console-event.ts';
import type { HerderEvents, NumberedEvent } from '../../runtime/herder-events.ts';
import { findWorker } from '../worker-access.ts';
import { describeEvent } from './describe-event.ts';

const heartbeatMs = 15_000;
const metricsMs = 1000;
const lookForWorkerMs = 1000;
/** A reader that is this far behind is cut off; it comes back with its last id and goes on from there. */
const maxBufferedBytes = 1024 * 1024;
const maxStreams = 200;

let openStreams = 0;

export interface EventStreamOptions {
  /** `epoch:sequence` of the last event the reader has; null: it has read nothing. */
  readonly after: string | null;
  readonly signal: AbortSignal;
}

/**
 * The live view as server-sent events, each with its position as id. What happened since `after` is replayed; when it
 * is no longer kept, or is of another start of the process, a `snapshot` tells the reader to read everything anew.
 * Returns null when too many readers are connected.
 */
export function openEventStream({ after, signal }: EventStreamOptions): ReadableStream<Uint8Array> | null {
  if (openStreams >= maxStreams) return null;
  openStreams++;
  const encoder = new TextEncoder();
  const timers: NodeJS.Timeout[] = [];
  let unsubscribe: () => void = () => undefined;
  let closed = false;

  function close(): void {
    if (closed) return;
    closed = true;
    openStreams--;
    for (const timer of timers) clearInterval(timer);
    unsubscribe();
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        function end(): void {
          if (closed) return;
          close();
          controller.close();
        }
        function send(text: string): void {
          if (closed) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) <= 0) end();
        }
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) return end();
        send('retry: 2000\n\n');
        timers.push(setInterval(() => send(': still here\nevent: beat\ndata: {}\n\n'), heartbeatMs));

        const follow = (events: HerderEvents): void => {
          unsubscribe = followEvents(events, after, send, timers);
        };
        const worker = findWorker();
        if (worker !== null) return follow(worker.herder.events);
        const looking = setInterval(() => {
          const found = findWorker();
          if (found === null) return;
          clearInterval(looking);
          follow(found.herder.events);
        }, lookForWorkerMs);
        timers.push(looking);
      },
      cancel: close,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxBufferedBytes }),
  );
}

function followEvents(
  events: HerderEvents,
  after: string | null,
  send: (text: string) => void,
  timers: NodeJS.Timeout[],
): () => void {
  const missed = missedSince(events, after);
  if (missed === null) {
    const position = `${events.epoch}:${events.lastSequence}`;
    send(frame('snapshot', position, { position }));
  } else {
    for (const numbered of missed) sendChange(numbered);
  }

  let metrics: MetricsFrame['connectors'] = {};
  const unsubscribe = events.subscribe((numbered) => {
    const { event } = numbered;
    if (event.kind === 'task-metrics') {
      metrics[event.connector] = { ...metrics[event.connector], [event.task]: event.metrics };
    } else {
      sendChange(numbered);
    }
  });
  timers.push(
    setInterval(() => {
      if (Object.keys(metrics).length === 0) return;
      const data: MetricsFrame = { at: Date.now(), connectors: metrics };
      metrics = {};
      send(frame('metrics', null, data));
    }, metricsMs),
  );
  return unsubscribe;

  function sendChange(numbered: NumberedEvent): void {
    const change = describeEvent(events.epoch, numbered);
    if (change !== null) send(frame('change', change.position, change));
  }
}

/** null: the reader has to begin with a snapshot. */
function missedSince(events: HerderEvents, after: string | null): readonly NumberedEvent[] | null {
  const match = after === null ? null : /^(.+):(\d+)$/.exec(after);
  if (match === null || match[1] !== events.epoch) return null;
  return events.since(Number(match[2]));
}

function frame(event: string, id: string | null, data: unknown): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
