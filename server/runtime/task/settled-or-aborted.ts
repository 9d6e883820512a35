/** Settles as `work` does, or resolves as soon as the signal aborts; leaves no listener behind. */
export async function settledOrAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const listener = () => aborted.resolve();
  signal.addEventListener('abort', listener, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', listener);
  }
}
