import { FakeBroker, type FakeCall } from '../connection/fake-broker.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import { type KafkaErrorName, kafkaErrors } from '../protocol/error-codes.ts';
import { initProducerIdApi } from '../protocol/generated/init-producer-id.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { produceApi } from '../protocol/generated/produce.js';
import { batchFields, hasValidCrc } from '../record-batch/batch-layout.ts';
import { RecordCursor } from '../record-batch/record-cursor.ts';

export interface ProducedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly values: readonly string[];
  readonly producerId: bigint;
  readonly epoch: number;
  readonly sequence: number;
  readonly bytes: number;
}

/** A produce request that waits for the test's answer. */
export interface HeldRequest {
  readonly acks: number;
  readonly version: number;
  readonly batches: readonly ProducedBatch[];
  /** One error for all its batches, or for each by partition or topic; none: stored. */
  answer(error?: KafkaErrorName | Readonly<Record<number | string, KafkaErrorName>>): void;
  /** Closes the connection instead of answering. */
  hangUp(): void;
}

/** For tests: one broker whose produce requests are decoded and held until the test answers them. */
export class FakeProduceDesk {
  readonly broker: FakeBroker;
  readonly held: HeldRequest[] = [];
  /** Partitions of each topic; -1: without leader; a name: that error. */
  readonly topics = new Map<string, readonly number[] | KafkaErrorName>();
  /** Of topics that have one; a topic that is written to by another id than this is unknown. */
  readonly topicIds = new Map<string, string>();
  /** Other brokers of the cluster, by the node ids that `topics` may name as leaders. */
  readonly peers = new Map<number, FakeProduceDesk>();
  nextProducerId = 100n;
  #nextOffset = 0;

  static async start(port = 0): Promise<FakeProduceDesk> {
    return new FakeProduceDesk(await FakeBroker.start(port));
  }

  private constructor(broker: FakeBroker) {
    this.broker = broker;
    broker.on(metadataApi.key, (call) => this.#tellTopics(call));
    broker.on(produceApi.key, (call) => this.held.push(this.#hold(call)));
    broker.on(initProducerIdApi.key, (call) => {
      const producerId = this.nextProducerId++;
      call.answer(initProducerIdApi, { errorCode: 0, producerId, producerEpoch: 0 });
    });
  }

  #tellTopics(call: FakeCall): void {
    const asked = call.read(metadataApi).topics ?? [];
    const topics = asked.map(({ name }) => {
      const known = this.topics.get(name ?? '') ?? 'UNKNOWN_TOPIC_OR_PARTITION';
      if (typeof known === 'string') return { name, errorCode: kafkaErrors[known], partitions: [] };
      const partitions = known.map((leaderId, partitionIndex) => {
        const errorCode = leaderId < 0 ? kafkaErrors.LEADER_NOT_AVAILABLE : 0;
        return { errorCode, partitionIndex, leaderId, replicaNodes: [1], isrNodes: [1] };
      });
      const topicId = this.topicIds.get(name ?? '');
      return { name, errorCode: 0, partitions, ...(topicId === undefined ? {} : { topicId }) };
    });
    const peers = [...this.peers].map(([nodeId, { broker }]) => ({
      nodeId,
      host: '127.0.0.1',
      port: broker.port,
    }));
    const metadata = this.broker.metadata();
    call.answer(metadataApi, { ...metadata, brokers: [...metadata.brokers, ...peers], topics });
  }

  /** As the test knows it; the id itself when it knows none such. */
  #nameOf(name: string, topicId: string): string {
    if (name !== '') return name;
    return [...this.topicIds].find(([, id]) => id === topicId)?.[0] ?? topicId;
  }

  #hold(call: FakeCall): HeldRequest {
    const request = call.read(produceApi);
    return {
      acks: request.acks,
      version: call.header.apiVersion,
      batches: request.topicData.flatMap(({ name, topicId, partitionData }) =>
        partitionData.map(({ index, records }) => readBatch(this.#nameOf(name, topicId), index, records)),
      ),
      answer: (error) => {
        const responses = request.topicData.map(({ name, topicId, partitionData }) => ({
          ...(call.header.apiVersion < 13 ? { name } : { topicId }),
          partitionResponses: partitionData.map(({ index }) => {
            const errorName = typeof error === 'string' ? error : (error?.[index] ?? error?.[name]);
            const errorCode = errorName === undefined ? 0 : kafkaErrors[errorName];
            return { index, errorCode, baseOffset: errorCode === 0 ? this.#nextOffset++ * 1000 : -1 };
          }),
        }));
        call.answer(produceApi, { responses });
      },
      hangUp: () => call.socket.destroy(),
    };
  }
}

function readBatch(topic: string, partition: number, batch: Buffer | null): ProducedBatch {
  if (batch === null || !hasValidCrc(batch, 0, batch.length)) throw new Error('a batch has a wrong checksum');
  const records: ConsumedRecord[] = [];
  const options = { topic, partition, fetchOffset: 0, checkCrcs: true };
  new RecordCursor(batch, 0, batch.length, options).take(Number.MAX_SAFE_INTEGER, records);
  return {
    topic,
    partition,
    values: records.map(({ value }) => String(value)),
    producerId: batch.readBigInt64BE(batchFields.producerId),
    epoch: batch.readInt16BE(batchFields.producerEpoch),
    sequence: batch.readInt32BE(batchFields.baseSequence),
    bytes: batch.length,
  };
}
