'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { describeForListeners } from './announce.ts';
import { applyMetrics, makeInvalidator } from './apply-event.ts';
import { connectEvents, type LiveStatus } from './event-connection.ts';

interface Live {
  readonly status: LiveStatus;
  /** When something last came; a reference, for it changes more often than anybody needs to know. */
  readonly lastSign: { readonly current: number | null };
  readonly togglePause: () => void;
}

const LiveContext = createContext<Live>({
  status: 'connecting',
  lastSign: { current: null },
  togglePause: () => undefined,
});

export const useLive = () => useContext(LiveContext);

interface LiveProviderProps {
  /** Position of the event log when the page was made: nothing between then and the connection is lost. */
  readonly after: string | null;
  readonly children: ReactNode;
}

export function LiveProvider({ after, children }: LiveProviderProps) {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>('connecting');
  const [isPaused, setIsPaused] = useState(false);
  const [announcement, setAnnouncement] = useState('');
  const lastSign = useRef<number | null>(null);
  const start = useRef(after);

  useEffect(() => {
    if (isPaused) return;
    const invalidate = makeInvalidator(client);
    return connectEvents(start.current, {
      onStatus: setStatus,
      onSign() {
        lastSign.current = Date.now();
      },
      onSnapshot: () => void client.invalidateQueries(),
      onMetrics: (frame) => applyMetrics(client, frame),
      onChange(event) {
        invalidate(event);
        const words = describeForListeners(event);
        if (words !== null) setAnnouncement(words);
      },
    });
  }, [client, isPaused]);

  const togglePause = useCallback(() => {
    // Going on after a pause begins with a snapshot.
    start.current = null;
    setIsPaused((before) => !before);
  }, []);

  return (
    <LiveContext value={{ status: isPaused ? 'paused' : status, lastSign, togglePause }}>
      {children}
      <div aria-live="polite" className="sr-only">
        {announcement}
      </div>
    </LiveContext>
  );
}
