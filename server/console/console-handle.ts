import type { EventStore } from './history/event-store.ts';
import type { ThroughputRecorder } from './overview/throughput-recorder.ts';

/**
 * What the composition root started for the console beside the worker. It sits on `globalThis` because the bundler
 * gives pages a module graph of their own; the database stays on the plain Node side.
 */
export interface ConsoleHandle {
  /** null: the history is not kept (no data folder, or the database cannot be used). */
  readonly history: EventStore | null;
  readonly throughput: ThroughputRecorder;
  /** Host names besides loopback under which the console may be asked for. */
  readonly allowedHosts: readonly string[];
}

const key = Symbol.for('millrace.console');

type Carrier = { [key]?: ConsoleHandle };

export function getConsoleHandle(): ConsoleHandle | null {
  return (globalThis as Carrier)[key] ?? null;
}

export function setConsoleHandle(handle: ConsoleHandle | null): void {
  const carrier = globalThis as Carrier;
  if (handle === null) delete carrier[key];
  else carrier[key] = handle;
}
