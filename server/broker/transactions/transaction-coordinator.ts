import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';
import type { BrokerLog } from '../broker-log.ts';
import type { GroupCoordinator } from '../groups/group-coordinator.ts';
import { refusal } from '../refusal.ts';
import type { BrokerConfigs } from '../topics/broker-configs.ts';
import { InternalLog } from '../topics/internal-log.ts';
import { offsetsTopic, transactionsTopic } from '../topics/topic.ts';
import type { TopicRegistry } from '../topics/topic-registry.ts';
import type { ProducerIds } from './producer-ids.ts';
import {
  addPartition,
  hasPartition,
  maxEpoch,
  type Transaction,
  type TransactionState,
} from './transaction.ts';
import {
  decodeTransaction,
  decodeTransactionalId,
  encodeForgotten,
  encodeTransaction,
} from './transaction-records.ts';

export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
}

export interface TransactionCoordinatorOptions {
  readonly topics: TopicRegistry;
  readonly groups: GroupCoordinator;
  readonly producerIds: ProducerIds;
  readonly configs: BrokerConfigs;
  readonly log: BrokerLog;
}

/**
 * All transactional ids, kept in `__transaction_state`. Coordinator and partitions live in one thread, so a
 * transaction ends within one call: nobody meets it half ended, save the start after a crash, which finishes it.
 * Refusals are errors whose `details.kafkaError` is what the client is to be told.
 */
export class TransactionCoordinator {
  readonly #byId = new Map<string, Transaction>();
  readonly #options: TransactionCoordinatorOptions;
  readonly #store: InternalLog;

  private constructor(options: TransactionCoordinatorOptions) {
    this.#options = options;
    this.#store = new InternalLog(options.topics, transactionsTopic);
  }

  static open(options: TransactionCoordinatorOptions): TransactionCoordinator {
    const coordinator = new TransactionCoordinator(options);
    coordinator.#store.visit({
      onRecord: (key, value) => {
        if (key === null) return;
        const transactionalId = decodeTransactionalId(key);
        if (value === null) coordinator.#byId.delete(transactionalId);
        else coordinator.#byId.set(transactionalId, decodeTransaction(transactionalId, value));
      },
    });
    for (const transaction of coordinator.#byId.values()) {
      if (transaction.state === 'PrepareCommit') coordinator.#complete(transaction, true);
      if (transaction.state === 'PrepareAbort') coordinator.#complete(transaction, false);
    }
    return coordinator;
  }

  /** Makes the topic of the transactions, as looking for a coordinator does in Kafka. */
  prepare(): void {
    this.#store.log;
  }

  all(): readonly Transaction[] {
    return [...this.#byId.values()];
  }

  get(transactionalId: string): Transaction | undefined {
    return this.#byId.get(transactionalId);
  }

  /** A new session of a transactional id: ends what its former holder left open, and fences that one off. */
  initProducer(
    transactionalId: string,
    timeoutMs: number,
    claimed: ProducerIdentity | null,
  ): ProducerIdentity {
    if (transactionalId === '') throw refusal('INVALID_REQUEST', 'the transactional id is empty');
    if (timeoutMs <= 0 || timeoutMs > this.#options.configs.number('transaction.max.timeout.ms')) {
      throw refusal('INVALID_TRANSACTION_TIMEOUT', `transaction timeout ${timeoutMs} ms is not allowed`);
    }
    const known = this.#byId.get(transactionalId);
    if (known !== undefined && claimed !== null && !mayClaim(known, claimed)) {
      throw refusal('PRODUCER_FENCED', `a newer producer has the transactional id ${transactionalId}`);
    }
    const transaction = known ?? this.#create(transactionalId, timeoutMs);
    if (transaction.state === 'Ongoing') this.#fenceAndAbort(transaction);
    // Whoever held the epoch before the present one gets that: it is new to everybody.
    const hasNewEpoch =
      claimed !== null && isSame(transaction.former, claimed) && transaction.epoch <= maxEpoch;
    if (!hasNewEpoch) {
      this.#bumpEpoch(transaction);
      transaction.former = claimed;
    }
    transaction.timeoutMs = timeoutMs;
    this.#setState(transaction, 'Empty');
    return { producerId: transaction.producerId, epoch: transaction.epoch };
  }

  #create(transactionalId: string, timeoutMs: number): Transaction {
    const transaction: Transaction = {
      transactionalId,
      producerId: this.#options.producerIds.next(),
      epoch: -1,
      timeoutMs,
      state: 'Empty',
      partitions: new Map(),
      lastUpdate: Date.now(),
      startedAt: -1,
      former: null,
    };
    this.#byId.set(transactionalId, transaction);
    return transaction;
  }

  #bumpEpoch(transaction: Transaction): void {
    if (transaction.epoch < maxEpoch) {
      transaction.epoch++;
      return;
    }
    transaction.producerId = this.#options.producerIds.next();
    transaction.epoch = 0;
  }

  /** Throws unless the caller holds the transactional id now. */
  #require(transactionalId: string, producer: ProducerIdentity): Transaction {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined || transaction.producerId !== producer.producerId) {
      throw refusal(
        'INVALID_PRODUCER_ID_MAPPING',
        `${transactionalId} does not belong to ${producer.producerId}`,
      );
    }
    if (transaction.epoch !== producer.epoch) {
      throw refusal('PRODUCER_FENCED', `a newer producer has the transactional id ${transactionalId}`);
    }
    return transaction;
  }

  addPartitions(
    transactionalId: string,
    producer: ProducerIdentity,
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): void {
    const transaction = this.#require(transactionalId, producer);
    this.#add(transaction, partitions);
  }

  #add(
    transaction: Transaction,
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): void {
    const isOpen = transaction.state === 'Ongoing';
    if (isOpen && partitions.every(({ topic, partition }) => hasPartition(transaction, topic, partition)))
      return;
    for (const { topic, partition } of partitions) addPartition(transaction, topic, partition);
    if (!isOpen) transaction.startedAt = Date.now();
    transaction.former = null;
    this.#setState(transaction, 'Ongoing');
  }

  /** Adds the group's offsets to the transaction. */
  addOffsets(transactionalId: string, producer: ProducerIdentity): void {
    this.#options.groups.prepare();
    this.addPartitions(transactionalId, producer, [{ topic: offsetsTopic, partition: 0 }]);
  }

  /** Whether a transactional write may go on; newer clients add the partition by writing to it. */
  checkWrite(
    transactionalId: string,
    producer: ProducerIdentity,
    topic: string,
    partition: number,
    addsImplicitly: boolean,
  ): KafkaErrorName | null {
    const transaction = this.#byId.get(transactionalId);
    if (transaction === undefined) return 'INVALID_PRODUCER_ID_MAPPING';
    if (transaction.producerId !== producer.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
    if (transaction.epoch !== producer.epoch) return 'INVALID_PRODUCER_EPOCH';
    if (transaction.state === 'Ongoing' && hasPartition(transaction, topic, partition)) return null;
    if (!addsImplicitly) return 'TRANSACTION_ABORTABLE';
    this.#add(transaction, [{ topic, partition }]);
    return null;
  }

  /**
   * Commits or aborts. With `bumpsEpoch` (newer clients) each transaction has an epoch of its own, and an abort of
   * nothing is allowed. Answers who the producer is from now on; repeating the call is safe.
   */
  end(
    transactionalId: string,
    producer: ProducerIdentity,
    isCommit: boolean,
    bumpsEpoch: boolean,
  ): ProducerIdentity {
    const known = this.#byId.get(transactionalId);
    const completed: TransactionState = isCommit ? 'CompleteCommit' : 'CompleteAbort';
    if (bumpsEpoch && known !== undefined && isEnded(known) && isSame(known.former, producer)) {
      if (known.state === completed) return { producerId: known.producerId, epoch: known.epoch };
      throw refusal('INVALID_TXN_STATE', `the transaction of ${transactionalId} ended the other way`);
    }
    const transaction = this.#require(transactionalId, producer);
    const former = { producerId: transaction.producerId, epoch: transaction.epoch };
    if (transaction.state === 'Ongoing') {
      if (bumpsEpoch) transaction.epoch++;
      this.#setState(transaction, isCommit ? 'PrepareCommit' : 'PrepareAbort');
      this.#complete(transaction, isCommit);
      if (bumpsEpoch && transaction.epoch > maxEpoch) this.#bumpEpoch(transaction);
    } else if (bumpsEpoch && !isCommit) {
      this.#bumpEpoch(transaction);
      this.#setState(transaction, 'CompleteAbort');
    } else if (bumpsEpoch || transaction.state !== completed) {
      throw refusal('INVALID_TXN_STATE', `${transactionalId} has no open transaction`);
    }
    if (!isSame(transaction, former)) transaction.former = former;
    return { producerId: transaction.producerId, epoch: transaction.epoch };
  }

  /** Writes the markers of a prepared transaction. */
  #complete(transaction: Transaction, isCommit: boolean): void {
    const { producerId, epoch } = transaction;
    for (const [topic, partitions] of transaction.partitions) {
      if (topic === offsetsTopic) {
        this.#options.groups.endTransaction(producerId, epoch, isCommit);
        continue;
      }
      for (const partition of partitions) {
        // A topic may have been deleted meanwhile.
        this.#options.topics.log(topic, partition)?.appendMarker(producerId, epoch, isCommit, Date.now());
      }
    }
    transaction.partitions.clear();
    transaction.startedAt = -1;
    this.#setState(transaction, isCommit ? 'CompleteCommit' : 'CompleteAbort');
  }

  /** Takes the epoch away from the holder, so that its late writes cannot land behind the abort. */
  #fenceAndAbort(transaction: Transaction): void {
    const former = { producerId: transaction.producerId, epoch: transaction.epoch };
    transaction.epoch++;
    this.#setState(transaction, 'PrepareAbort');
    this.#complete(transaction, false);
    transaction.former = former;
  }

  /** Aborts what takes too long and forgets ids that nobody used for long. */
  expire(now: number): void {
    const keptMs = this.#options.configs.number('transactional.id.expiration.ms');
    for (const transaction of this.#byId.values()) {
      if (transaction.state === 'Ongoing') {
        if (transaction.startedAt + transaction.timeoutMs >= now) continue;
        this.#options.log('info', `transaction of ${transaction.transactionalId} timed out and is aborted`);
        this.#fenceAndAbort(transaction);
      } else if (transaction.lastUpdate + keptMs < now) {
        this.#store.append([encodeForgotten(transaction.transactionalId)]);
        this.#byId.delete(transaction.transactionalId);
      }
    }
  }

  #setState(transaction: Transaction, state: TransactionState): void {
    transaction.state = state;
    transaction.lastUpdate = Date.now();
    this.#store.append([encodeTransaction(transaction)]);
  }
}

function isSame(a: ProducerIdentity | null, b: ProducerIdentity): boolean {
  return a !== null && a.producerId === b.producerId && a.epoch === b.epoch;
}

function isEnded({ state }: Transaction): boolean {
  return state === 'CompleteCommit' || state === 'CompleteAbort';
}

/** The holder may, and whoever missed the answer that made another epoch the present one, or was aborted meanwhile. */
function mayClaim(transaction: Transaction, claimed: ProducerIdentity): boolean {
  return (
    isSame(transaction, claimed) || (transaction.state !== 'Ongoing' && isSame(transaction.former, claimed))
  );
}
