import type { ConsoleEvent, MetricsFrame } from '../../server/entities/console-event.ts';
import { apiPaths } from '../paths.ts';

export type LiveStatus = 'connecting' | 'live' | 'lost' | 'paused';

export interface EventHandlers {
  onChange(event: ConsoleEvent): void;
  onMetrics(frame: MetricsFrame): void;
  /** What is shown may have holes: read everything anew. */
  onSnapshot(): void;
  onStatus(status: LiveStatus): void;
  /** Something came, if only a sign of life. */
  onSign(): void;
}

const silenceMs = 40_000;
const firstRetryMs = 1000;
const lastRetryMs = 10_000;
/** A hidden page gives its connection back: browsers allow six to one server, for all its pages together. */
const hiddenGraceMs = 20_000;

/**
 * Holds one stream of events open from `after` on, whatever happens to it: cut, silent, server restarted, page hidden.
 * Returns the function that ends it.
 */
export function connectEvents(after: string | null, handlers: EventHandlers): () => void {
  let position = after;
  let source: EventSource | null = null;
  let retryMs = firstRetryMs;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    close();
    const current = new EventSource(apiPaths.events(position));
    source = current;
    handlers.onStatus('connecting');
    watchSilence();
    current.onopen = () => {
      retryMs = firstRetryMs;
      handlers.onStatus('live');
      sign();
    };
    current.onerror = reopenLater;
    current.addEventListener('beat', sign);
    current.addEventListener('snapshot', (message) => {
      sign();
      position = message.lastEventId;
      handlers.onSnapshot();
    });
    current.addEventListener('change', (message) => {
      sign();
      position = message.lastEventId;
      handlers.onChange(JSON.parse(message.data) as ConsoleEvent);
    });
    current.addEventListener('metrics', (message) => {
      sign();
      handlers.onMetrics(JSON.parse(message.data) as MetricsFrame);
    });
  }

  function close(): void {
    source?.close();
    source = null;
    clearTimeout(retryTimer);
    clearTimeout(silenceTimer);
  }

  function sign(): void {
    handlers.onSign();
    watchSilence();
  }

  function watchSilence(): void {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(reopenLater, silenceMs);
  }

  function reopenLater(): void {
    close();
    handlers.onStatus('lost');
    retryTimer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, lastRetryMs);
  }

  function onVisibility(): void {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(close, hiddenGraceMs);
    else if (source === null) open();
  }

  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(hiddenTimer);
    close();
  };
}
