'use client';

import { formatClock, formatTimestamp } from './format.ts';
import { useHydrated } from './use-hydrated.ts';

/** Time of day in the reader's time zone; the whole date is its title. */
export function ClockTime({ at }: { readonly at: number }) {
  const isHydrated = useHydrated();
  return (
    <time
      key={isHydrated ? 'browser' : 'server'}
      suppressHydrationWarning
      dateTime={new Date(at).toISOString()}
      title={formatTimestamp(at)}
      className="tabular text-muted"
    >
      {formatClock(at)}
    </time>
  );
}
