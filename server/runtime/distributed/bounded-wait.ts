import { ConnectError } from '../../errors/connect-error.ts';

/** Waits for work that is not ours to stop. Rejects with `timeout` and what it waited for. */
export async function atMost<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new ConnectError('timeout', `${what} did not end within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with what `onAbort` makes when the signal aborts first. */
export async function untilAborted<T>(
  signal: AbortSignal,
  onAbort: () => Error,
  work: Promise<T>,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(onAbort());
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
