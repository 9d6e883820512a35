import { askCoordinators, type KeyAnswer } from '../admin/ask-coordinators.ts';
import { sinceKafka } from '../admin/feature-absent.ts';
import { byLeader } from '../admin/partition-offsets.ts';
import { retryAdmin } from '../admin/retry-admin.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type {
  ClusterInspection,
  ProducerState,
  TransactionDescription,
} from '../ports/cluster-inspection.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { describeProducersApi } from '../protocol/generated/describe-producers.js';
import type { TransactionState } from '../protocol/generated/describe-transactions.js';
import { describeTransactionsApi } from '../protocol/generated/describe-transactions.js';
import { listTransactionsApi } from '../protocol/generated/list-transactions.js';

/** Of all coordinators; each node knows only its own. Those that the asking principal may not see are left out. */
export async function listTransactions(
  cluster: Cluster,
  signal?: AbortSignal,
): ReturnType<ClusterInspection['listTransactions']> {
  const what = 'list transactions';
  return await cluster.retry(
    what,
    () =>
      sinceKafka('3.0', what, async () => {
        await cluster.refresh([], { signal });
        const request = { stateFilters: [], producerIdFilters: [] };
        const answers = await Promise.all(
          [...cluster.metadata.brokers.keys()].map((node) =>
            cluster.request(node, listTransactionsApi, request, { signal }),
          ),
        );
        return answers.flatMap(({ errorCode, transactionStates }) => {
          if (errorCode !== 0) throw kafkaFailure(errorCode, what);
          return transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
            transactionalId,
            producerId,
            state: transactionState,
          }));
        });
      }),
    { signal },
  );
}

export async function describeTransactions(
  cluster: Cluster,
  transactionalIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly TransactionDescription[]> {
  const what = 'describe transactions';
  const found = await sinceKafka('3.0', what, () =>
    askCoordinators<TransactionDescription>(
      cluster,
      'transaction',
      transactionalIds,
      { what, signal },
      async (node, keys) => {
        const request = { transactionalIds: keys };
        const { transactionStates } = await cluster.request(node, describeTransactionsApi, request, {
          signal,
        });
        return new Map(
          transactionStates.map((state): [string, KeyAnswer<TransactionDescription>] => [
            state.transactionalId,
            state.errorCode === 0
              ? { answer: toDescription(state) }
              : { error: kafkaFailure(state.errorCode, `describe transaction ${state.transactionalId}`) },
          ]),
        );
      },
    ),
  );
  return [...found.values()].flatMap((result) => {
    if ('answer' in result) return [result.answer];
    if (result.error.details.kafkaError === 'TRANSACTIONAL_ID_NOT_FOUND') return [];
    throw result.error;
  });
}

function toDescription(state: TransactionState): TransactionDescription {
  return {
    transactionalId: state.transactionalId,
    state: state.transactionState,
    producerId: state.producerId,
    producerEpoch: state.producerEpoch,
    timeoutMs: state.transactionTimeoutMs,
    startTimestamp: state.transactionStartTimeMs,
    partitions: state.topics.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    ),
  };
}

/** Asked of the partition's leader. */
export async function describeProducers(
  cluster: Cluster,
  at: TopicPartition,
  signal?: AbortSignal,
): Promise<readonly ProducerState[]> {
  const what = `describe producers of ${at.topic}-${at.partition}`;
  return await sinceKafka('2.8', what, () =>
    retryAdmin(cluster, what, signal, async () => {
      const [leader = -1] = [...(await byLeader(cluster, [at], signal)).keys()];
      const request = { topics: [{ name: at.topic, partitionIndexes: [at.partition] }] };
      const response = await cluster.request(leader, describeProducersApi, request, { signal });
      const answer = response.topics[0]?.partitions[0];
      if (answer === undefined) return [];
      if (answer.errorCode !== 0) {
        await cluster.refresh([at.topic], { signal });
        throw kafkaFailure(answer.errorCode, what, answer.errorMessage);
      }
      return answer.activeProducers.map((producer) => ({
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        lastSequence: producer.lastSequence,
        lastTimestamp: producer.lastTimestamp,
        currentTransactionStart: producer.currentTxnStartOffset,
      }));
    }),
  );
}
