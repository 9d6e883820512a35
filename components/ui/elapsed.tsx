'use client';

import { useSyncExternalStore } from 'react';
import { formatDuration, formatTimestamp } from './format.ts';
import { useHydrated } from './use-hydrated.ts';

/** One clock for all elapsed times of a page. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now, currentSecond);
}

interface ElapsedProps {
  /** Milliseconds since the epoch; null: not known. */
  readonly since: number | null;
  readonly ago?: boolean;
}

/** `4 min` or `4 min ago`; the full time is its title. Drawn anew when its text changes, not every second. */
export function Elapsed({ since, ago = false }: ElapsedProps) {
  const text = useSyncExternalStore(
    subscribe,
    () => textAt(since, now),
    () => textAt(since, currentSecond()),
  );
  const isHydrated = useHydrated();
  if (since === null) return <span>{text}</span>;
  return (
    <time
      key={isHydrated ? 'browser' : 'server'}
      suppressHydrationWarning
      dateTime={new Date(since).toISOString()}
      title={formatTimestamp(since)}
      className="tabular whitespace-nowrap"
    >
      {text}
      {ago ? ' ago' : ''}
    </time>
  );
}

function textAt(since: number | null, at: number): string {
  return since === null ? '–' : formatDuration(at - since);
}

/** The same for all that is drawn together on the server. */
function currentSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}
