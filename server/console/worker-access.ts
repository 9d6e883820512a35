import { ConnectError } from '../errors/connect-error.ts';
import type { Herder } from '../runtime/herder.ts';
import { getWorkerHandle, type WorkerHandle } from '../runtime/worker-handle.ts';

/** The worker of this process, or null when none was started here. */
export function findWorker(): WorkerHandle | null {
  return getWorkerHandle() ?? null;
}

/** Rejects with `unavailable` and the reason when there is no worker that could answer. */
export function requireHerder(): Herder {
  return requireWorker().herder;
}

export function requireWorker(): WorkerHandle {
  const worker = findWorker();
  if (worker === null) {
    throw new ConnectError(
      'unavailable',
      'This console was started without a worker: there is nothing to show.',
    );
  }
  if (worker.startError !== null) {
    throw new ConnectError('unavailable', `The worker could not start: ${worker.startError}`);
  }
  return worker;
}

/** Ends with `signal`, at the latest after `timeoutMs`. */
export function boundedBy(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
