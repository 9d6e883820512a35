import { FakeBroker, type FakeCall } from '../connection/fake-broker.ts';
import { type KafkaErrorName, kafkaErrors } from '../protocol/error-codes.ts';
import { fetchApi } from '../protocol/generated/fetch.js';
import { listOffsetsApi } from '../protocol/generated/list-offsets.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { encodeRecordBatch } from '../record-batch/record-batch-builder.ts';

/** A fetch request that waits for the test's answer. */
export interface HeldFetch {
  /** `partition@offset` of each partition asked for. */
  readonly asked: readonly string[];
  /** Bytes or an error for each partition; those left out have nothing new. */
  answer(partitions: Readonly<Record<number, Buffer | KafkaErrorName>>): void;
  /** Closes the connection instead of answering. */
  hangUp(): void;
}

/** For tests: one broker that leads all partitions of topic `t`, and whose fetches are held until the test answers. */
export class FakeFetchDesk {
  readonly broker: FakeBroker;
  readonly held: HeldFetch[] = [];
  partitions = 1;
  /** Where partitions begin, as ListOffsets tells. */
  startOffset = 0;

  static async start(): Promise<FakeFetchDesk> {
    return new FakeFetchDesk(await FakeBroker.start());
  }

  private constructor(broker: FakeBroker) {
    this.broker = broker;
    broker.on(metadataApi.key, (call) => {
      const partitions = Array.from({ length: this.partitions }, (_, partitionIndex) => {
        return { errorCode: 0, partitionIndex, leaderId: 1, replicaNodes: [1], isrNodes: [1] };
      });
      call.answer(metadataApi, { ...broker.metadata(), topics: [{ errorCode: 0, name: 't', partitions }] });
    });
    broker.on(listOffsetsApi.key, (call) => {
      const topics = call.read(listOffsetsApi).topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: 0,
          offset: this.startOffset,
        })),
      }));
      call.answer(listOffsetsApi, { topics });
    });
    broker.on(fetchApi.key, (call) => this.held.push(hold(call)));
  }
}

/** One batch with the values `v<offset>`. */
export function batchOf(baseOffset: number, count: number): Buffer {
  const records = Array.from({ length: count }, (_, i) => ({
    timestamp: 1,
    key: null,
    value: `v${baseOffset + i}`,
  }));
  return encodeRecordBatch(records, { baseOffset });
}

function hold(call: FakeCall): HeldFetch {
  const { topics } = call.read(fetchApi);
  const asked = topics.flatMap(({ partitions }) => partitions);
  return {
    asked: asked.map(({ partition, fetchOffset }) => `${partition}@${fetchOffset}`),
    answer: (answers) => {
      const partitions = asked.map(({ partition }) => {
        const answer = answers[partition];
        const errorCode = typeof answer === 'string' ? kafkaErrors[answer] : 0;
        const records = Buffer.isBuffer(answer) ? answer : Buffer.alloc(0);
        return { partitionIndex: partition, errorCode, highWatermark: 1000, records };
      });
      call.answer(fetchApi, { responses: [{ topic: 't', partitions }] });
    },
    hangUp: () => call.socket.destroy(),
  };
}
