import { ConnectError } from '../../errors/connect-error.ts';
import { retrying } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type CoordinatorType, isCoordinatorGone } from '../cluster/coordinator.ts';
import type { Body } from '../connection/connection.ts';
import { byTopic } from '../group/group-offsets.ts';
import type { ConsumerGroupMetadata } from '../ports/producer.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import type { ProducerIdentity } from '../producer/write-session.ts';
import type { ClientApi } from '../protocol/api.ts';
import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import { addOffsetsToTxnApi } from '../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../protocol/generated/add-partitions-to-txn.js';
import { endTxnApi } from '../protocol/generated/end-txn.js';
import { initProducerIdApi } from '../protocol/generated/init-producer-id.js';
import { txnOffsetCommitApi } from '../protocol/generated/txn-offset-commit.js';
import { findVersion } from '../version-choice.ts';

/** What brokers let a transactional producer do. */
export interface TransactionStyle {
  /** transaction.version 2: partitions and offsets join by being written, and each transaction has an epoch of its own. */
  readonly isImplicit: boolean;
  /** The coordinator raises the epoch on request (Kafka 2.5 and later). */
  readonly canRaiseEpoch: boolean;
}

export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called each time when an attempt is lost: the request may have arrived, or may still. */
  readonly onLost?: () => void;
}

interface RequestsOptions {
  readonly cluster: Cluster;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  /** Connections of the producer. */
  readonly purpose: string;
  readonly maxBackoffMs: number;
}

/** A transaction that has just ended keeps its coordinator busy for some milliseconds only. */
const firstBackoffMs = 20;
/** From this version on InitProducerId may name the present holder of the id, to raise its epoch. */
const raisingVersion = 3;

/**
 * The requests of one transactional id to its coordinator, and to that of a group. Each is tried again after errors
 * that pass by themselves; it rejects with the others, PRODUCER_FENCED whenever the id has been taken over.
 */
export class TransactionRequests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** `present` null: takes the id over from whoever has it. Otherwise raises the epoch of that holder. */
  async initProducerId(present: ProducerIdentity | null, options: AskOptions): Promise<ProducerIdentity> {
    const { transactionalId, transactionTimeoutMs } = this.#options;
    const what = present === null ? 'begin to use' : 'raise the epoch of';
    const request = {
      transactionalId,
      transactionTimeoutMs,
      ...(present === null ? {} : { producerId: present.producerId, producerEpoch: present.epoch }),
    };
    return await this.#ask(
      `${what} transactional.id ${transactionalId}`,
      this.#own,
      options,
      async (ask, name) => {
        const response = await ask(initProducerIdApi, request);
        if (response.errorCode === kafkaErrors.INVALID_TRANSACTION_TIMEOUT) {
          throw new ConnectError(
            'config',
            `transaction.timeout.ms=${transactionTimeoutMs} is more than the broker allows (its transaction.max.timeout.ms), or not above 0`,
            { details: { key: 'transaction.timeout.ms', kafkaError: 'INVALID_TRANSACTION_TIMEOUT' } },
          );
        }
        check(response.errorCode, name);
        return { producerId: response.producerId, epoch: response.producerEpoch };
      },
    );
  }

  async addPartitions(
    { producerId, epoch }: ProducerIdentity,
    partitions: readonly TopicPartition[],
    options: AskOptions,
  ): Promise<void> {
    const { transactionalId } = this.#options;
    const topics = [...byTopic(partitions)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition }) => partition),
    }));
    const request = {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: epoch,
      v3AndBelowTopics: topics,
    };
    const what = `add partitions to the transaction of ${transactionalId}`;
    await this.#ask(what, this.#own, options, async (ask, name) => {
      const response = await ask(addPartitionsToTxnApi, request);
      check(response.errorCode, name);
      const results = response.resultsByTopicV3AndBelow.flatMap((topic) =>
        topic.resultsByPartition.map((result) => ({
          ...result,
          place: `${topic.name}-${result.partitionIndex}`,
        })),
      );
      // The reason comes before what was not attempted because of it.
      const failed = results.filter(({ partitionErrorCode }) => partitionErrorCode !== 0);
      const cause =
        failed.find(({ partitionErrorCode }) => partitionErrorCode !== kafkaErrors.OPERATION_NOT_ATTEMPTED) ??
        failed[0];
      if (cause !== undefined) check(cause.partitionErrorCode, `${name}: ${cause.place}`);
    });
  }

  async addOffsets(
    { producerId, epoch }: ProducerIdentity,
    groupId: string,
    options: AskOptions,
  ): Promise<void> {
    const { transactionalId } = this.#options;
    const request = { transactionalId, producerId, producerEpoch: epoch, groupId };
    const what = `add offsets of group ${groupId} to the transaction of ${transactionalId}`;
    await this.#ask(what, this.#own, options, async (ask, name) => {
      const response = await ask(addOffsetsToTxnApi, request);
      check(response.errorCode, name);
    });
  }

  async commitOffsets(
    { producerId, epoch }: ProducerIdentity,
    { groupId, generation, memberId, groupInstanceId }: ConsumerGroupMetadata,
    offsets: readonly CommittedOffset[],
    { isImplicit }: TransactionStyle,
    options: AskOptions,
  ): Promise<void> {
    const { transactionalId } = this.#options;
    const topics = [...byTopic(offsets)].map(([name, list]) => ({ name, list }));
    const what = `commit offsets of group ${groupId} in the transaction of ${transactionalId}`;
    const isMember = generation >= 0 || memberId !== '';
    const request = (version: number) => {
      if (version < 3 && isMember) {
        const message = `${what}: UNSUPPORTED_VERSION: the broker does not check group members in transactions; Kafka 2.5 or later is needed`;
        throw new ConnectError('kafka', message, { details: { kafkaError: 'UNSUPPORTED_VERSION' } });
      }
      return {
        transactionalId,
        groupId,
        producerId,
        producerEpoch: epoch,
        ...(version >= 3 ? { generationId: generation, memberId, groupInstanceId } : {}),
        topics: topics.map(({ name, list }) => ({
          name,
          partitions: list.map(({ partition, offset, leaderEpoch, metadata }) => ({
            partitionIndex: partition,
            committedOffset: offset,
            ...(version >= 2 ? { committedLeaderEpoch: leaderEpoch ?? -1 } : {}),
            committedMetadata: metadata ?? '',
          })),
        })),
      };
    };
    const maxVersion = isImplicit ? 5 : 4;
    await this.#ask(what, { coordinator: 'group', key: groupId }, options, async (ask, name) => {
      const response = await ask(txnOffsetCommitApi, request, maxVersion);
      for (const topic of response.topics) {
        for (const { partitionIndex, errorCode } of topic.partitions) {
          check(errorCode, `${name}: ${topic.name}-${partitionIndex}`);
        }
      }
    });
  }

  /** Answers who the producer is from now on. */
  async end(
    present: ProducerIdentity,
    isCommit: boolean,
    { isImplicit }: TransactionStyle,
    options: AskOptions,
  ): Promise<ProducerIdentity> {
    const { transactionalId } = this.#options;
    const { producerId, epoch } = present;
    const request = { transactionalId, producerId, producerEpoch: epoch, committed: isCommit };
    const what = `${isCommit ? 'commit' : 'abort'} the transaction of ${transactionalId}`;
    return await this.#ask(what, this.#own, options, async (ask, name) => {
      const response = await ask(endTxnApi, request, isImplicit ? 5 : 4);
      check(response.errorCode, name);
      if (response.producerId < 0n || response.producerEpoch < 0) return present;
      return { producerId: response.producerId, epoch: response.producerEpoch };
    });
  }

  /** As the coordinator tells it at present. */
  async style({ timeoutMs, signal }: AskOptions): Promise<TransactionStyle> {
    const { cluster, transactionalId, purpose, maxBackoffMs } = this.#options;
    const what = `find out how transactions of ${transactionalId} are done`;
    const initialBackoffMs = Math.min(firstBackoffMs, maxBackoffMs);
    return await retrying({ what, timeoutMs, initialBackoffMs, maxBackoffMs, signal }, async () => {
      const { offer } = await cluster.connection(this.#own, purpose, signal);
      const version = findVersion(initProducerIdApi, offer.versions.get(initProducerIdApi.key));
      return {
        isImplicit: (offer.features.get('transaction.version') ?? 0) >= 2,
        canRaiseEpoch: version !== undefined && version >= raisingVersion,
      };
    });
  }

  get #own(): Coordinator {
    return { coordinator: 'transaction', key: this.#options.transactionalId };
  }

  async #ask<Result>(
    what: string,
    target: Coordinator,
    { timeoutMs, signal, onLost }: AskOptions,
    attempt: (ask: Ask, what: string) => Promise<Result>,
  ): Promise<Result> {
    const { cluster, maxBackoffMs, purpose } = this.#options;
    const initialBackoffMs = Math.min(firstBackoffMs, maxBackoffMs);
    const ask: Ask = async (api, body, maxVersion) => {
      const connection = await cluster.connection(target, purpose, signal);
      // Throws before anything is sent when there is no such version.
      connection.versionOf(api, maxVersion);
      try {
        return await connection.request(api, body, { signal, maxVersion });
      } catch (error) {
        onLost?.();
        throw error;
      }
    };
    const onRetry = (error: ConnectError): void => {
      const isLost = error.code === 'unavailable' || error.code === 'timeout';
      if (isLost || isCoordinatorGone(error)) cluster.forgetCoordinator(target.coordinator, target.key);
      if (isLost) cluster.refreshSoon();
      cluster.log('debug', `${what}: trying again after: ${error.message}`);
    };
    const options = { what, timeoutMs, initialBackoffMs, maxBackoffMs, signal, onRetry };
    return await retrying(options, () => attempt(ask, what));
  }
}

interface Coordinator {
  readonly coordinator: CoordinatorType;
  readonly key: string;
}

type Ask = <Input, Response>(
  api: ClientApi<Input, Response>,
  body: Body<Input>,
  maxVersion?: number,
) => Promise<Response>;

function check(errorCode: number, what: string): void {
  if (errorCode === 0) return;
  // Older coordinators call a fenced producer so.
  const isFenced = errorCode === kafkaErrors.INVALID_PRODUCER_EPOCH;
  throw kafkaFailure(isFenced ? kafkaErrors.PRODUCER_FENCED : errorCode, what);
}
