import type { FakeCall } from '../../connection/fake-broker.ts';
import { FakeProduceDesk } from '../../producer/fake-produce-desk.ts';
import { type KafkaErrorName, kafkaErrors } from '../../protocol/error-codes.ts';
import { addOffsetsToTxnApi } from '../../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../../protocol/generated/add-partitions-to-txn.js';
import { apiVersionsApi } from '../../protocol/generated/api-versions.js';
import { endTxnApi } from '../../protocol/generated/end-txn.js';
import { findCoordinatorApi } from '../../protocol/generated/find-coordinator.js';
import { initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import { txnOffsetCommitApi } from '../../protocol/generated/txn-offset-commit.js';

/** `hang up`: does what was asked, and closes the connection instead of answering. */
export type Reply = KafkaErrorName | 'hang up';

type Stage = 'find' | 'init' | 'add partitions' | 'add offsets' | 'commit offsets' | 'end';

/**
 * For tests: a broker that is leader and coordinator. Stages answer well unless `next` holds other replies, taken one
 * by one; `said` tells what was asked, in order.
 */
export class FakeTransactionDesk {
  readonly desk: FakeProduceDesk;
  readonly said: string[] = [];
  readonly next: Partial<Record<Stage, Reply[]>> = {};
  producerId = 7n;
  epoch = 0;

  static async start(version: 1 | 2): Promise<FakeTransactionDesk> {
    return new FakeTransactionDesk(await FakeProduceDesk.start(), version);
  }

  private constructor(desk: FakeProduceDesk, version: number) {
    this.desk = desk;
    const { broker } = desk;
    const finalizedFeatures = [{ name: 'transaction.version', maxVersionLevel: version, minVersionLevel: 1 }];
    broker.on(apiVersionsApi.key, (call) => {
      const supportedFeatures = [{ name: 'transaction.version', maxVersion: 2, minVersion: 0 }];
      const features = { supportedFeatures, finalizedFeatures, finalizedFeaturesEpoch: 1 };
      call.answer(apiVersionsApi, { errorCode: 0, apiKeys: broker.versions, ...features });
    });
    broker.on(findCoordinatorApi.key, (call) => {
      const [key = ''] = call.read(findCoordinatorApi).coordinatorKeys;
      const errorCode = this.#take('find', call) ?? 0;
      const place = { key, nodeId: 1, host: '127.0.0.1', port: broker.port, errorCode, errorMessage: null };
      call.answer(findCoordinatorApi, { coordinators: [place] });
    });
    broker.on(initProducerIdApi.key, (call) => {
      const request = call.read(initProducerIdApi);
      this.said.push(request.producerId < 0n ? 'init' : `raise ${request.producerEpoch}`);
      const errorCode = this.#take('init', call);
      if (errorCode === 0) this.epoch++;
      if (errorCode === null) return;
      const producerId = errorCode === 0 ? this.producerId : -1n;
      call.answer(initProducerIdApi, { errorCode, producerId, producerEpoch: this.epoch });
    });
    broker.on(addPartitionsToTxnApi.key, (call) => {
      const { v3AndBelowTopics: topics } = call.read(addPartitionsToTxnApi);
      this.said.push(`add ${topics.map(({ name, partitions }) => `${name} ${partitions}`)}`);
      const partitionErrorCode = this.#take('add partitions', call);
      if (partitionErrorCode === null) return;
      const resultsByTopicV3AndBelow = topics.map(({ name, partitions }) => ({
        name,
        resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode })),
      }));
      call.answer(addPartitionsToTxnApi, { throttleTimeMs: 0, resultsByTopicV3AndBelow });
    });
    broker.on(addOffsetsToTxnApi.key, (call) => {
      this.said.push(`add group ${call.read(addOffsetsToTxnApi).groupId}`);
      const errorCode = this.#take('add offsets', call);
      if (errorCode !== null) call.answer(addOffsetsToTxnApi, { throttleTimeMs: 0, errorCode });
    });
    broker.on(txnOffsetCommitApi.key, (call) => {
      const request = call.read(txnOffsetCommitApi);
      this.said.push(`offsets ${request.groupId} ${request.generationId} v${call.header.apiVersion}`);
      const errorCode = this.#take('commit offsets', call);
      if (errorCode === null) return;
      const topics = request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
      }));
      call.answer(txnOffsetCommitApi, { throttleTimeMs: 0, topics });
    });
    broker.on(endTxnApi.key, (call) => {
      const { committed, producerEpoch } = call.read(endTxnApi);
      this.said.push(`${committed ? 'commit' : 'abort'} ${producerEpoch}`);
      const errorCode = this.#take('end', call);
      if (errorCode === 0 && call.header.apiVersion >= 5) this.epoch = producerEpoch + 1;
      if (errorCode === null) return;
      const identity = { producerId: this.producerId, producerEpoch: this.epoch };
      call.answer(endTxnApi, {
        throttleTimeMs: 0,
        errorCode,
        ...(call.header.apiVersion >= 5 ? identity : {}),
      });
    });
  }

  /** The error code to answer with; null: the connection was closed instead. */
  #take(stage: Stage, call: FakeCall): number | null {
    const reply = this.next[stage]?.shift();
    if (reply !== 'hang up') return reply === undefined ? 0 : kafkaErrors[reply];
    call.socket.destroy();
    return null;
  }
}
