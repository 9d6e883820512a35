import { randomUUID } from 'node:crypto';
import type { HerderEvent, HerderEvents, NumberedEvent, TaskMetrics } from './herder-events.ts';

export interface HerderEventLogOptions {
  /** Limit of what is kept, in bytes as estimated by `sizeOf`. */
  readonly maxBytes?: number;
  readonly now?: () => number;
}

interface StateEntry {
  readonly state: string;
  readonly workerId: string;
  readonly since: number;
}

/**
 * The body of `HerderEvents`. Metrics are handed to subscribers and kept as the latest value only: a reader who comes
 * back gets newer ones within a second, and they would push everything else out of the log.
 */
export class HerderEventLog implements HerderEvents {
  readonly epoch = randomUUID();
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  readonly #states = new Map<string, StateEntry>();
  readonly #metrics = new Map<string, TaskMetrics>();
  #kept: NumberedEvent[] = [];
  #bytes = 0;
  #lastSequence = 0;
  #lastForgotten = 0;

  constructor(options: HerderEventLogOptions = {}) {
    this.#maxBytes = options.maxBytes ?? 4 * 1024 * 1024;
    this.#now = options.now ?? Date.now;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  append(event: HerderEvent): void {
    const numbered: NumberedEvent = { sequence: ++this.#lastSequence, at: this.#now(), event };
    this.#remember(numbered);
    for (const listener of this.#listeners) listener(numbered);
  }

  since(sequence: number): readonly NumberedEvent[] | null {
    if (sequence < this.#lastForgotten || sequence > this.#lastSequence) return null;
    return this.#kept.filter((event) => event.sequence > sequence);
  }

  subscribe(listener: (event: NumberedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stateSince(connector: string, task: number | null): number | null {
    return this.#states.get(keyOf(connector, task))?.since ?? null;
  }

  taskMetrics(connector: string, task: number): TaskMetrics | null {
    return this.#metrics.get(keyOf(connector, task)) ?? null;
  }

  #remember(numbered: NumberedEvent): void {
    const { event } = numbered;
    if (event.kind === 'task-metrics') {
      this.#metrics.set(keyOf(event.connector, event.task), event.metrics);
      return;
    }
    if (event.kind === 'connector-state') this.#rememberState(event.connector, null, event, numbered.at);
    if (event.kind === 'task-state') this.#rememberState(event.connector, event.task, event, numbered.at);
    this.#kept.push(numbered);
    this.#bytes += sizeOf(event);
    if (this.#bytes > this.#maxBytes) this.#forget();
  }

  #rememberState(
    connector: string,
    task: number | null,
    { state, workerId }: { readonly state: string; readonly workerId: string },
    at: number,
  ): void {
    const key = keyOf(connector, task);
    // Figures of a task belong to one run of it.
    if (task !== null && state !== 'RUNNING' && state !== 'PAUSED') this.#metrics.delete(key);
    if (state === 'DESTROYED') {
      this.#states.delete(key);
      return;
    }
    const before = this.#states.get(key);
    if (before?.state === state && before.workerId === workerId) return;
    this.#states.set(key, { state, workerId, since: at });
  }

  /** Forgets a quarter at once, so that a full log does not shift its array with every event. */
  #forget(): void {
    const target = this.#maxBytes * 0.75;
    let index = 0;
    while (this.#bytes > target && index < this.#kept.length - 1) {
      const oldest = this.#kept[index++];
      if (oldest === undefined) break;
      this.#bytes -= sizeOf(oldest.event);
      this.#lastForgotten = oldest.sequence;
    }
    this.#kept = this.#kept.slice(index);
  }
}

function keyOf(connector: string, task: number | null): string {
  return task === null ? connector : `${connector}\0${task}`;
}

function sizeOf(event: HerderEvent): number {
  return 200 + ('trace' in event && event.trace !== null ? event.trace.length * 2 : 0);
}
