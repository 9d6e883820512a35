import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { type KafkaErrorName, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { type PartitionProduceResponseInput, produceApi } from '../../kafka/protocol/generated/produce.js';
import {
  hasProducerIdAt,
  isTransactionalAt,
  producerEpochAt,
  producerIdAt,
} from '../../kafka/record-batch/batch-layout.ts';
import type { Broker } from '../broker.ts';
import type { Topic } from '../topics/topic.ts';
import { type ServedApi, serve } from './served-api.ts';

interface ProduceOrder {
  readonly acks: number;
  readonly transactionalId: string | null;
  /** Such a client adds partitions to its transaction by writing to them. */
  readonly addsImplicitly: boolean;
}

export function produceApis(broker: Broker): readonly ServedApi[] {
  return [
    // Listed from version 0, or librdkafka takes the broker for one of Kafka 0.9 (the schema says so).
    serve(produceApi, { listedMinVersion: 0 }, (request, { apiVersion }) => {
      const order = {
        acks: request.acks,
        transactionalId: request.transactionalId,
        addsImplicitly: apiVersion >= 12,
      };
      let firstError: PartitionProduceResponseInput | null = null;
      const responses = request.topicData.map(({ name, topicId, partitionData }) => {
        const topic = apiVersion >= 13 ? broker.topics.byId(topicId) : broker.topics.get(name);
        const unknown = apiVersion >= 13 ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION';
        const partitionResponses = partitionData.map(({ index, records }) => {
          const response = append(broker, order, topic, unknown, index, records);
          if (response.errorCode !== 0) firstError ??= response;
          return response;
        });
        return { name, topicId, partitionResponses };
      });
      if (request.acks !== 0) return { responses };
      // Without acknowledgements a closed connection is the only way to tell.
      if (firstError !== null) throw new ConnectError('data', 'a write with acks=0 was refused');
      return null;
    }),
  ];
}

function append(
  broker: Broker,
  order: ProduceOrder,
  topic: Topic | undefined,
  unknownTopic: KafkaErrorName,
  index: number,
  records: Buffer | null,
): PartitionProduceResponseInput {
  const refuse = (error: KafkaErrorName, errorMessage: string): PartitionProduceResponseInput => ({
    index,
    errorCode: kafkaErrors[error],
    errorMessage,
    baseOffset: -1,
  });
  if (![-1, 0, 1].includes(order.acks))
    return refuse('INVALID_REQUIRED_ACKS', `acks ${order.acks} is not known`);
  if (topic === undefined) return refuse(unknownTopic, 'there is no such topic');
  const log = topic.logs[index];
  if (log === undefined)
    return refuse('UNKNOWN_TOPIC_OR_PARTITION', `${topic.name} has no partition ${index}`);
  if (topic.isInternal)
    return refuse('INVALID_TOPIC_EXCEPTION', `${topic.name} is written by the broker alone`);
  if (records === null) return refuse('INVALID_RECORD', 'no records');
  const { minInsyncReplicas } = topic.rules;
  if (order.acks === -1 && minInsyncReplicas > 1) {
    return refuse(
      'NOT_ENOUGH_REPLICAS',
      `min.insync.replicas is ${minInsyncReplicas}, the embedded broker is alone`,
    );
  }
  try {
    const transactionError = checkTransaction(broker, order, topic.name, index, records);
    if (transactionError !== null)
      return refuse(transactionError, 'the transaction does not allow this write');
    const outcome = log.append(records, Date.now());
    if (outcome.kind === 'refused') {
      return { ...refuse(outcome.error, outcome.message), logStartOffset: log.logStart };
    }
    return {
      index,
      errorCode: 0,
      baseOffset: outcome.baseOffset,
      logAppendTimeMs: outcome.logAppendTime,
      logStartOffset: log.logStart,
    };
  } catch (error) {
    broker.log('error', `could not write to ${log.name}: ${messageOf(error)}`);
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error));
  }
}

function checkTransaction(
  broker: Broker,
  order: ProduceOrder,
  topic: string,
  partition: number,
  records: Buffer,
): KafkaErrorName | null {
  if (records.length < 61 || !hasProducerIdAt(records)) return null;
  if (!isTransactionalAt(records)) return null;
  if (order.transactionalId === null) return 'INVALID_TXN_STATE';
  return broker.transactions.checkWrite(
    order.transactionalId,
    { producerId: producerIdAt(records), epoch: producerEpochAt(records) },
    topic,
    partition,
    order.addsImplicitly,
  );
}
