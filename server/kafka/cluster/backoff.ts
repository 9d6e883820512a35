import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError, isConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import { cancelled } from '../connection/pending-request.ts';

/** Exponential with a fifth of jitter, as Kafka's clients wait: `initial * 2^failures`, at most `max` before jitter. */
export function backoffMs(initialMs: number, maxMs: number, failures: number): number {
  const base = Math.min(initialMs * 2 ** Math.min(failures, 30), maxMs);
  return base * (0.8 + Math.random() * 0.4);
}

/** Resolves after the time; rejects with `cancelled` when the signal fires first. */
export async function pause(ms: number, what: string, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(Math.min(ms, 0x7fffffff), undefined, { signal });
  } catch {
    throw cancelled(what);
  }
}

export interface RetryOptions {
  /** What is done, on which thing; part of the error. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait. */
  readonly onRetry?: ((error: ConnectError, attempt: number) => void) | undefined;
}

/**
 * Runs `attempt` until it succeeds, fails with an error that is not retriable, or time is up; then rejects with
 * `timeout` and the last error as cause. `remainingMs` bounds the attempt's own waits.
 */
export async function retrying<Result>(
  options: RetryOptions,
  attempt: (remainingMs: number) => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + options.timeoutMs;
  for (let failures = 0; ; failures++) {
    if (options.signal?.aborted === true) throw cancelled(options.what);
    try {
      return await attempt(Math.max(1, deadline - performance.now()));
    } catch (error) {
      if (!isConnectError(error) || !isRetriable(error)) throw error;
      const wait = backoffMs(options.initialBackoffMs, options.maxBackoffMs, failures);
      if (performance.now() + wait >= deadline) throw timedOut(options, error);
      options.onRetry?.(error, failures + 1);
      await pause(wait, options.what, options.signal);
    }
  }
}

function timedOut({ what, timeoutMs }: RetryOptions, error: ConnectError): ConnectError {
  return new ConnectError('timeout', `${what} did not succeed within ${timeoutMs} ms: ${messageOf(error)}`, {
    cause: error,
    retriable: true,
    details: error.details,
  });
}

/** The caller stops waiting on abort; what it waited for goes on for others. */
export async function abortable<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<Result> {
  if (signal === undefined) return await promise;
  if (signal.aborted) {
    // Nobody else may be there to hear that it failed.
    promise.catch(() => undefined);
    throw cancelled(what);
  }
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled(what));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
