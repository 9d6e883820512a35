import { FakeBroker, type FakeCall } from '../../connection/fake-broker.ts';
import { type KafkaErrorName, kafkaErrors } from '../../protocol/error-codes.ts';
import {
  type FetchRequest,
  type FetchResponseInput,
  fetchApi,
  type PartitionDataInput,
} from '../../protocol/generated/fetch.js';
import { listOffsetsApi } from '../../protocol/generated/list-offsets.js';
import { metadataApi } from '../../protocol/generated/metadata.js';
import { encodeRecordBatch } from '../../record-batch/record-batch-builder.ts';

type PartitionAnswer = Buffer | KafkaErrorName | Partial<PartitionDataInput>;

/** A fetch request that waits for the test's answer. */
export interface HeldFetch {
  readonly node: number;
  readonly version: number;
  readonly request: FetchRequest;
  /** `partition@offset` of each partition that the request names. */
  readonly asked: readonly string[];
  /** What each partition has; those left out have nothing new. `rest` goes into the response as it is. */
  answer(
    partitions: Readonly<Record<number, PartitionAnswer>>,
    rest?: Pick<FetchResponseInput, 'sessionId' | 'errorCode'>,
  ): void;
  /** Closes the connection instead of answering. */
  hangUp(): void;
}

/** For tests: a broker that leads all partitions of topic `t`, and whose fetches are held until the test answers. */
export class FakeFetchDesk {
  readonly broker: FakeBroker;
  readonly held: HeldFetch[] = [];
  /** Ids of the sessions that the client has ended. */
  readonly ended: number[] = [];
  /** Node 1 is `broker`. */
  readonly #nodes = new Map<number, FakeBroker>();
  partitions = 1;
  leader = 1;
  leaderEpoch = -1;
  topicId: string | undefined;
  /** What ListOffsets tells, whatever is asked for. */
  startOffset = 0;
  /** What it tells of the end (-1) or of a time (1) in particular. */
  readonly offsets = new Map<number, number>();
  /** Timestamps that ListOffsets was asked for. */
  readonly listed: number[] = [];

  static async start(): Promise<FakeFetchDesk> {
    return new FakeFetchDesk(await FakeBroker.start());
  }

  private constructor(broker: FakeBroker) {
    this.broker = broker;
    this.#serve(1, broker);
  }

  /** Another broker, with a replica of each partition. */
  async addNode(node: number): Promise<FakeBroker> {
    const broker = await FakeBroker.start();
    this.#serve(node, broker);
    return broker;
  }

  async stop(): Promise<void> {
    for (const broker of this.#nodes.values()) await broker.stop();
  }

  #serve(node: number, broker: FakeBroker): void {
    this.#nodes.set(node, broker);
    broker.on(metadataApi.key, (call) => call.answer(metadataApi, this.#metadata()));
    broker.on(listOffsetsApi.key, (call) => {
      const topics = call.read(listOffsetsApi).topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => {
          this.listed.push(timestamp);
          const offset = this.offsets.get(Math.min(timestamp, 1)) ?? this.startOffset;
          return { partitionIndex, errorCode: 0, offset };
        }),
      }));
      call.answer(listOffsetsApi, { topics });
    });
    broker.on(fetchApi.key, (call) => {
      const request = call.read(fetchApi);
      if (request.sessionId === 0 || request.sessionEpoch >= 0) {
        this.held.push(hold(node, call, request, this.topicId));
      } else {
        this.ended.push(request.sessionId);
        call.answer(fetchApi, { responses: [] });
      }
    });
  }

  #metadata() {
    const nodes = [...this.#nodes.keys()];
    const partitions = Array.from({ length: this.partitions }, (_, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: this.leader,
      leaderEpoch: this.leaderEpoch,
      replicaNodes: nodes,
      isrNodes: nodes,
    }));
    const topic = { errorCode: 0, name: 't', partitions };
    return {
      brokers: [...this.#nodes].map(([nodeId, { port }]) => ({ nodeId, host: '127.0.0.1', port })),
      clusterId: 'fake',
      controllerId: 1,
      topics: [this.topicId === undefined ? topic : { ...topic, topicId: this.topicId }],
    };
  }
}

/** One batch with the values `v<offset>`. */
export function batchOf(baseOffset: number, count: number, leaderEpoch = 0): Buffer {
  const records = Array.from({ length: count }, (_, i) => ({
    timestamp: 1,
    key: null,
    value: `v${baseOffset + i}`,
  }));
  return encodeRecordBatch(records, { baseOffset, leaderEpoch });
}

function hold(node: number, call: FakeCall, request: FetchRequest, topicId: string | undefined): HeldFetch {
  const version = call.header.apiVersion;
  const partitionsOf = request.topics.flatMap(({ partitions }) => partitions);
  return {
    node,
    version,
    request,
    asked: partitionsOf.map(({ partition, fetchOffset }) => `${partition}@${fetchOffset}`),
    answer: (answers, rest = {}) => {
      const named = new Set(partitionsOf.map(({ partition }) => partition));
      for (const partition of Object.keys(answers)) named.add(Number(partition));
      const partitions = [...named].map((partitionIndex) => ({
        partitionIndex,
        errorCode: 0,
        highWatermark: 1000,
        records: Buffer.alloc(0),
        ...fieldsOf(answers[partitionIndex]),
      }));
      const topic = version >= 13 ? { topicId: topicId ?? '' } : { topic: 't' };
      call.answer(fetchApi, {
        responses: partitions.length === 0 ? [] : [{ ...topic, partitions }],
        ...rest,
      });
    },
    hangUp: () => call.socket.destroy(),
  };
}

function fieldsOf(answer: PartitionAnswer | undefined): Partial<PartitionDataInput> {
  if (typeof answer === 'string') return { errorCode: kafkaErrors[answer] };
  return Buffer.isBuffer(answer) ? { records: answer } : (answer ?? {});
}
