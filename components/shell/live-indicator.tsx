'use client';

import { useLive } from '../live/live-provider.tsx';
import { classes } from '../ui/classes.ts';
import { useNow } from '../ui/elapsed.tsx';
import { formatDuration } from '../ui/format.ts';

const looks = {
  live: { word: 'Live', dot: 'bg-running' },
  connecting: { word: 'Connecting', dot: 'bg-degraded' },
  lost: { word: 'Not connected', dot: 'bg-failed' },
  paused: { word: 'Paused', dot: 'border border-paused' },
} as const;

/** Whether what is shown is current. A click holds the page still. */
export function LiveIndicator() {
  const { status, lastSign, togglePause } = useLive();
  const now = useNow();
  const { word, dot } = looks[status];
  const since = lastSign.current;
  const isOld = since !== null && status !== 'paused' && now - since >= 3000;
  return (
    <button
      type="button"
      onClick={togglePause}
      aria-pressed={status === 'paused'}
      title={status === 'paused' ? 'Show changes again' : 'Hold the page still'}
      className="inline-flex h-8 shrink-0 items-center gap-2 rounded-md px-2 text-muted text-sm hover:bg-raised hover:text-ink"
    >
      <span aria-hidden className={classes('size-2 rounded-full', dot)} />
      <span className="sr-only sm:not-sr-only">{word}</span>
      <span aria-hidden className="tabular hidden min-w-20 text-left md:inline" suppressHydrationWarning>
        {isOld ? `· ${formatDuration(now - since)} ago` : status === 'live' ? '· now' : ''}
      </span>
    </button>
  );
}
