import { setTimeout as sleep } from 'node:timers/promises';

export const shutdownTimeoutMs = 30_000;
/** One Ctrl-C reaches the process twice when npm passes it on as well; that is no second wish. */
const sameSignalMs = 300;
const parentCheckMs = 500;
const exitCodes: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

export interface ShutdownOptions {
  readonly stop: () => Promise<void>;
  readonly say: (line: string) => void;
  readonly timeoutMs?: number;
  /** Stop as well when the parent process ends: npm passes signals on to its shell only. */
  readonly withParent?: boolean;
}

/** What to do about signals once there is something to stop. The first stops in order, a second one at once. */
export function stopOnSignals({
  stop,
  say,
  timeoutMs = shutdownTimeoutMs,
  withParent = false,
}: ShutdownOptions): void {
  let firstAt: number | null = null;
  function onSignal(signal: NodeJS.Signals): void {
    if (firstAt === null) {
      firstAt = Date.now();
      say(`Stopping (${signal}); again to end at once.`);
      void stopThenExit(stop, say, timeoutMs);
    } else if (Date.now() - firstAt > sameSignalMs) {
      say('Ended by force.');
      process.exit(exitCodes[signal] ?? 1);
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  if (withParent) stopWithParent(() => onSignal('SIGTERM'));
}

function stopWithParent(onEnd: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onEnd();
  }, parentCheckMs);
  watch.unref();
}

async function stopThenExit(
  stop: () => Promise<void>,
  say: (line: string) => void,
  timeoutMs: number,
): Promise<void> {
  const outcome = await Promise.race([
    stop().then(
      () => 'stopped' as const,
      (error: unknown) => error,
    ),
    sleep(timeoutMs, 'late' as const, { ref: false }),
  ]);
  if (outcome === 'late') say(`Not everything stopped within ${timeoutMs / 1000} s; ended by force.`);
  else if (outcome !== 'stopped') say(`Could not stop in order: ${String(outcome)}`);
  process.exit(outcome === 'stopped' ? 0 : 1);
}
