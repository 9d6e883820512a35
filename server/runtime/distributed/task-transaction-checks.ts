import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectError, codeOf, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { ConfigStore } from '../../storage/config-store.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { TransactionChecks } from '../task/source-transactions.ts';
import type { HerderStage } from './herder-stage.ts';
import type { RequestQueue } from './request-queue.ts';

export interface TaskTransactionChecksOptions {
  readonly configStore: Pick<ConfigStore, 'snapshot' | 'refresh'>;
  readonly queue: RequestQueue;
  readonly stage: HerderStage;
  /** Here or at the leader. */
  readonly fence: (connector: string, signal: AbortSignal) => Promise<void>;
  readonly hasTask: (id: ConnectorTaskId) => boolean;
  readonly log: Log;
}

const timeoutMs = 90_000;
const retryMs = 500;

/** What this worker does before one of its tasks may write in transactions. `generation`: of the task's configs. */
export function taskTransactionChecks(
  id: ConnectorTaskId,
  generation: number,
  options: TaskTransactionChecksOptions,
): TransactionChecks {
  const { configStore, fence, hasTask, log, queue, stage } = options;
  const cannotStart = (reason: string) =>
    new ConnectError(
      'conflict',
      `Cannot start source task ${id.connector}-${id.task} with exactly-once support enabled, as ${reason}`,
    );
  return {
    async beforeTransactions(given) {
      const signal = AbortSignal.any([given, AbortSignal.timeout(timeoutMs)]);
      for (;;) {
        try {
          await fence(id.connector, signal);
          return;
        } catch (error) {
          // A rebalance is under way, the leader has just changed or cannot be reached.
          const isPassing = codeOf(error) === 'conflict' || isRetriable(error);
          if (!isPassing || signal.aborted) throw error;
          log('debug', `fencing for task ${id.connector}-${id.task} is tried again: ${messageOf(error)}`);
          await sleep(retryMs, undefined, { signal });
        }
      }
    },
    async afterTransactions(given) {
      const signal = AbortSignal.any([given, AbortSignal.timeout(timeoutMs)]);
      const verify = async () => {
        await stage.run(`verifying that task ${id.connector}-${id.task} may start`, () =>
          configStore.refresh(signal),
        );
        if (configStore.snapshot().taskConfigGeneration(id.connector) > generation) {
          throw cannotStart('the connector has already generated a new set of task configs');
        }
        if (!hasTask(id)) throw cannotStart('the task has already been revoked from this worker');
      };
      await queue.submit(verify, { signal, afterRebalance: true });
    },
  };
}
