import { type KafkaErrorName, kafkaErrorOf, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { addOffsetsToTxnApi } from '../../kafka/protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../../kafka/protocol/generated/add-partitions-to-txn.js';
import { describeTransactionsApi } from '../../kafka/protocol/generated/describe-transactions.js';
import { endTxnApi } from '../../kafka/protocol/generated/end-txn.js';
import { initProducerIdApi } from '../../kafka/protocol/generated/init-producer-id.js';
import { listTransactionsApi } from '../../kafka/protocol/generated/list-transactions.js';
import {
  type TxnOffsetCommitRequest,
  txnOffsetCommitApi,
} from '../../kafka/protocol/generated/txn-offset-commit.js';
import type { Broker } from '../broker.ts';
import { refusal, told } from '../refusal.ts';
import { offsetsTopic } from '../topics/topic.ts';
import { transactionStates } from '../transactions/transaction.ts';
import { toCommitted } from './committed-offset.ts';
import { type ServedApi, serve } from './served-api.ts';

/** Clients stop at this version; the later ones are for brokers among themselves. */
const addPartitionsMaxVersion = 3;
/** Version 2 has patterns of transactional ids, as regular expressions of a kind that takes linear time. */
const listTransactionsMaxVersion = 1;
/** Version 6 is for two-phase commits. */
const initProducerIdMaxVersion = 5;

export function transactionApis(broker: Broker): readonly ServedApi[] {
  const { transactions } = broker;
  return [
    serve(initProducerIdApi, { maxVersion: initProducerIdMaxVersion }, (request, { apiVersion }) => {
      const { transactionalId, producerId, producerEpoch } = request;
      if ((producerId === -1n) !== (producerEpoch === -1)) {
        return { errorCode: kafkaErrors.INVALID_REQUEST, producerId: -1n, producerEpoch: -1 };
      }
      if (transactionalId === null) {
        return { errorCode: 0, producerId: broker.producerIds.next(), producerEpoch: 0 };
      }
      try {
        const claimed = producerId === -1n ? null : { producerId, epoch: producerEpoch };
        const given = transactions.initProducer(transactionalId, request.transactionTimeoutMs, claimed);
        return { errorCode: 0, producerId: given.producerId, producerEpoch: given.epoch };
      } catch (error) {
        const { errorCode } = told(error, `init producer ${transactionalId}`, broker.log);
        return { errorCode: fencedCode(errorCode, apiVersion >= 4), producerId: -1n, producerEpoch: -1 };
      }
    }),
    serve(addPartitionsToTxnApi, { maxVersion: addPartitionsMaxVersion }, (request, { apiVersion }) => {
      const topics = request.v3AndBelowTopics;
      const named = topics.flatMap(({ name, partitions }) =>
        partitions.map((partition) => ({ topic: name, partition })),
      );
      const isKnown = (topic: string, partition: number): boolean =>
        broker.topics.log(topic, partition) !== undefined;
      const areAllKnown = named.every(({ topic, partition }) => isKnown(topic, partition));
      const producer = { producerId: request.v3AndBelowProducerId, epoch: request.v3AndBelowProducerEpoch };
      const error = areAllKnown
        ? attempt(broker, () =>
            transactions.addPartitions(request.v3AndBelowTransactionalId, producer, named),
          )
        : kafkaErrors.OPERATION_NOT_ATTEMPTED;
      return {
        resultsByTransaction: [],
        resultsByTopicV3AndBelow: topics.map(({ name, partitions }) => ({
          name,
          resultsByPartition: partitions.map((partitionIndex) => ({
            partitionIndex,
            partitionErrorCode: isKnown(name, partitionIndex)
              ? fencedCode(error, apiVersion >= 2)
              : kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION,
          })),
        })),
      };
    }),
    serve(addOffsetsToTxnApi, {}, ({ transactionalId, producerId, producerEpoch }, { apiVersion }) => {
      const error = attempt(broker, () =>
        transactions.addOffsets(transactionalId, { producerId, epoch: producerEpoch }),
      );
      return { errorCode: fencedCode(error, apiVersion >= 2) };
    }),
    serve(txnOffsetCommitApi, {}, (request, { apiVersion }) => {
      const error = commitOffsets(broker, request, apiVersion >= 5);
      return {
        topics: request.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode:
              error === 0 && broker.topics.log(name, partitionIndex) === undefined
                ? kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION
                : error,
          })),
        })),
      };
    }),
    serve(endTxnApi, {}, (request, { apiVersion }) => {
      const producer = { producerId: request.producerId, epoch: request.producerEpoch };
      try {
        const ended = transactions.end(request.transactionalId, producer, request.committed, apiVersion >= 5);
        return apiVersion >= 5
          ? { errorCode: 0, producerId: ended.producerId, producerEpoch: ended.epoch }
          : { errorCode: 0 };
      } catch (error) {
        const { errorCode } = told(error, `end transaction of ${request.transactionalId}`, broker.log);
        return { errorCode: fencedCode(errorCode, apiVersion >= 2) };
      }
    }),
    serve(
      listTransactionsApi,
      { maxVersion: listTransactionsMaxVersion },
      ({ stateFilters, producerIdFilters, durationFilter }) => {
        const now = Date.now();
        return {
          errorCode: 0,
          unknownStateFilters: stateFilters.filter(
            (name) => !transactionStates.some((state) => state === name),
          ),
          transactionStates: transactions
            .all()
            .filter(({ state }) => stateFilters.length === 0 || stateFilters.includes(state))
            .filter(
              ({ producerId }) => producerIdFilters.length === 0 || producerIdFilters.includes(producerId),
            )
            .filter(
              ({ startedAt }) => durationFilter < 0 || (startedAt >= 0 && now - startedAt > durationFilter),
            )
            .map(({ transactionalId, producerId, state }) => ({
              transactionalId,
              producerId,
              transactionState: state,
            })),
        };
      },
    ),
    serve(describeTransactionsApi, {}, ({ transactionalIds }) => ({
      transactionStates: transactionalIds.map((transactionalId) =>
        describeTransaction(broker, transactionalId),
      ),
    })),
  ];
}

function describeTransaction(broker: Broker, transactionalId: string) {
  const transaction = broker.transactions.get(transactionalId);
  return {
    errorCode: transaction === undefined ? kafkaErrors.TRANSACTIONAL_ID_NOT_FOUND : 0,
    transactionalId,
    transactionState: transaction?.state ?? '',
    transactionTimeoutMs: transaction?.timeoutMs ?? 0,
    transactionStartTimeMs: transaction?.startedAt ?? 0,
    producerId: transaction?.producerId ?? 0n,
    producerEpoch: transaction?.epoch ?? 0,
    topics: [...(transaction?.partitions ?? [])].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions],
    })),
  };
}

function commitOffsets(broker: Broker, request: TxnOffsetCommitRequest, addsImplicitly: boolean): number {
  const { groupId, memberId, groupInstanceId, generationId, transactionalId } = request;
  if (groupId === '') return kafkaErrors.INVALID_GROUP_ID;
  // Clients from before KIP-447 say nothing of the group's generation.
  const isFromMember = generationId >= 0 || memberId !== '' || groupInstanceId !== null;
  const groupError: KafkaErrorName | null = isFromMember
    ? broker.groups.commitError(groupId, memberId, groupInstanceId, generationId)
    : null;
  // This request knows no epochs of members, only generations.
  if (groupError === 'STALE_MEMBER_EPOCH') return kafkaErrors.ILLEGAL_GENERATION;
  if (groupError !== null) return kafkaErrors[groupError];
  const producer = { producerId: request.producerId, epoch: request.producerEpoch };
  return attempt(broker, () => {
    const error = broker.transactions.checkWrite(transactionalId, producer, offsetsTopic, 0, addsImplicitly);
    if (error !== null)
      throw refusal(error, `the transaction of ${transactionalId} does not allow this commit`);
    const known = request.topics.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ partitionIndex }) => broker.topics.log(name, partitionIndex) !== undefined)
        .map((partition) => toCommitted(name, partition)),
    );
    if (known.length > 0) broker.groups.commitInTransaction(groupId, known, producer);
  });
}

/** Runs what may be refused and answers the error's code, 0 for none. */
function attempt(broker: Broker, action: () => void): number {
  try {
    action();
    return 0;
  } catch (error) {
    return told(error, 'transaction', broker.log).errorCode;
  }
}

/** Older versions of the requests know a fenced producer by another name. */
function fencedCode(errorCode: number, knowsFenced: boolean): number {
  const isFenced = kafkaErrorOf(errorCode).name === 'PRODUCER_FENCED';
  return isFenced && !knowsFenced ? kafkaErrors.INVALID_PRODUCER_EPOCH : errorCode;
}
