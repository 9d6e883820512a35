import { ConnectError } from '../../errors/connect-error.ts';
import type { WorkerHandle } from '../../runtime/worker-handle.ts';
import { requireWorker } from '../worker-access.ts';

export type TopicBrowser = WorkerHandle['topics'];

/** Looks into the worker's Kafka; rejects with `timeout` when that takes too long. */
export async function askKafka<Result>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  ask: (topics: TopicBrowser, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { topics } = requireWorker();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await ask(topics, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (!timeout.aborted) throw error;
    throw new ConnectError('timeout', `Kafka did not answer within ${timeoutMs / 1000} s`, { cause: error });
  }
}
