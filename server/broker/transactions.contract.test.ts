import { describe, expect, it } from 'vitest';
import { addOffsetsToTxnApi } from '../kafka/protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../kafka/protocol/generated/add-partitions-to-txn.js';
import { describeProducersApi } from '../kafka/protocol/generated/describe-producers.js';
import { describeTransactionsApi } from '../kafka/protocol/generated/describe-transactions.js';
import { endTxnApi } from '../kafka/protocol/generated/end-txn.js';
import { fetchApi } from '../kafka/protocol/generated/fetch.js';
import { initProducerIdApi } from '../kafka/protocol/generated/init-producer-id.js';
import { listOffsetsApi } from '../kafka/protocol/generated/list-offsets.js';
import { listTransactionsApi } from '../kafka/protocol/generated/list-transactions.js';
import { offsetFetchApi } from '../kafka/protocol/generated/offset-fetch.js';
import { produceApi } from '../kafka/protocol/generated/produce.js';
import { txnOffsetCommitApi } from '../kafka/protocol/generated/txn-offset-commit.js';
import { brokers } from '../testing/brokers.ts';
import { waitFor } from '../testing/wait.ts';
import { sampleBatch } from './log/sample-batches.ts';
import {
  askUntilSettled,
  awaitCoordinator,
  errorName,
  openWireDesk,
  type WireDesk,
} from './testing/wire-desk.ts';

/** What producers of all ages are told when, answer by answer. */

interface Identity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

class Transactor {
  readonly desk: WireDesk;
  readonly transactionalId: string;

  constructor(desk: WireDesk, transactionalId = desk.unique) {
    this.desk = desk;
    this.transactionalId = transactionalId;
  }

  async init(claimed: Identity | null = null, version = 4, timeoutMs = 60_000) {
    const request = {
      transactionalId: this.transactionalId,
      transactionTimeoutMs: timeoutMs,
      ...(claimed === null ? {} : claimed),
    };
    const ask = () => this.desk.client.request(initProducerIdApi, version, request);
    const { errorCode, producerId, producerEpoch } = await askUntilSettled(ask, (answer) => answer.errorCode);
    return { error: errorName(errorCode), who: { producerId, producerEpoch } };
  }

  async produce(version: number, who: Identity, sequence: number): Promise<string> {
    const { client, topic, topicId } = this.desk;
    const traits = { producerId: who.producerId, epoch: who.producerEpoch, sequence, isTransactional: true };
    const request = {
      acks: -1,
      transactionalId: this.transactionalId,
      timeoutMs: 5000,
      topicData: [
        {
          ...(version >= 13 ? { topicId } : { name: topic }),
          partitionData: [{ index: 0, records: sampleBatch([{}], traits) }],
        },
      ],
    };
    const ask = () => client.request(produceApi, version, request);
    const answer = await askUntilSettled(
      ask,
      ({ responses }) => responses[0]?.partitionResponses[0]?.errorCode,
    );
    return errorName(answer.responses[0]?.partitionResponses[0]?.errorCode);
  }

  async addPartitions(version: number, who: Identity, topics = [this.desk.topic]): Promise<string[]> {
    const request = {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: who.producerId,
      v3AndBelowProducerEpoch: who.producerEpoch,
      v3AndBelowTopics: topics.map((name) => ({ name, partitions: [0] })),
    };
    const answer = await askUntilSettled(
      () => this.desk.client.request(addPartitionsToTxnApi, version, request),
      (given) => given.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode,
    );
    const byName = new Map(answer.resultsByTopicV3AndBelow.map((topic) => [topic.name, topic]));
    return topics.map((name) => errorName(byName.get(name)?.resultsByPartition[0]?.partitionErrorCode));
  }

  async addOffsets(version: number, who: Identity, groupId: string): Promise<string> {
    const request = { transactionalId: this.transactionalId, ...who, groupId };
    const ask = () => this.desk.client.request(addOffsetsToTxnApi, version, request);
    return errorName((await askUntilSettled(ask, (answer) => answer.errorCode)).errorCode);
  }

  async commitOffset(version: number, who: Identity, groupId: string, member = {}): Promise<string> {
    const partitions = [{ partitionIndex: 0, committedOffset: 7, committedMetadata: 'm' }];
    const topics = [{ name: this.desk.topic, partitions }];
    const request = { transactionalId: this.transactionalId, ...who, groupId, topics, ...member };
    const ask = () => this.desk.client.request(txnOffsetCommitApi, version, request);
    const answer = await askUntilSettled(ask, (given) => given.topics[0]?.partitions[0]?.errorCode);
    return errorName(answer.topics[0]?.partitions[0]?.errorCode);
  }

  async end(version: number, who: Identity, committed: boolean) {
    const request = { transactionalId: this.transactionalId, ...who, committed };
    const ask = () => this.desk.client.request(endTxnApi, version, request);
    const { errorCode, producerId, producerEpoch } = await askUntilSettled(ask, (answer) => answer.errorCode);
    return { error: errorName(errorCode), who: { producerId, producerEpoch } };
  }

  async describe() {
    const request = { transactionalIds: [this.transactionalId] };
    const { transactionStates } = await this.desk.client.request(describeTransactionsApi, 0, request);
    return transactionStates[0];
  }
}

function next({ producerId, producerEpoch }: Identity, by = 1): Identity {
  return { producerId, producerEpoch: producerEpoch + by };
}

describe.each(await brokers())('transactions on $name', ({ bootstrap }) => {
  async function open(): Promise<Transactor> {
    const desk = await openWireDesk(bootstrap);
    await awaitCoordinator(desk, 0);
    await awaitCoordinator(desk, 1);
    return new Transactor(desk);
  }

  it('begin with an id, whose time-out has bounds and whose epoch only its holder renews', async () => {
    const tx = await open();
    expect((await tx.init(null, 4, 99_999_999)).error).toBe('INVALID_TRANSACTION_TIMEOUT');
    expect((await tx.init(null, 4, 0)).error).toBe('INVALID_TRANSACTION_TIMEOUT');
    expect((await new Transactor(tx.desk, '').init()).error).toBe('INVALID_REQUEST');
    const { who } = await tx.init();
    expect(who.producerEpoch).toBe(0);
    const renewed = await tx.init(who);
    expect(renewed).toEqual({ error: 'NONE', who: next(who) });
    // Whoever missed that answer is told the same again.
    expect(await tx.init(who)).toEqual(renewed);
    const newSession = await tx.init();
    expect(newSession.who).toEqual(next(who, 2));
    expect((await tx.init(who, 4)).error).toBe('PRODUCER_FENCED');
    expect((await tx.init(who, 3)).error).toBe('INVALID_PRODUCER_EPOCH');
    expect((await tx.init({ ...who, producerEpoch: -1 }, 4)).error).toBe('INVALID_REQUEST');
  });

  it('of a former holder are aborted for the next one, which has them both fenced', async () => {
    const tx = await open();
    const { who } = await tx.init();
    expect(await tx.produce(12, who, 0)).toBe('NONE');
    const { who: second } = await tx.init();
    expect(second).toEqual(next(who, 2));
    for (const version of [9, 11, 12, 13]) {
      expect(await tx.produce(version, who, 1), `Produce ${version}`).toBe('INVALID_PRODUCER_EPOCH');
    }
    for (const [version, error] of [
      [1, 'INVALID_PRODUCER_EPOCH'],
      [2, 'PRODUCER_FENCED'],
      [3, 'PRODUCER_FENCED'],
    ] as const) {
      expect(await tx.addPartitions(version, who), `AddPartitionsToTxn ${version}`).toEqual([error]);
      expect(await tx.addOffsets(version, who, tx.desk.unique), `AddOffsetsToTxn ${version}`).toBe(error);
      expect((await tx.end(version, who, true)).error, `EndTxn ${version}`).toBe(error);
    }
    for (const version of [3, 4, 5]) {
      const error = await tx.commitOffset(version, who, tx.desk.unique);
      expect(error, `TxnOffsetCommit ${version}`).toBe('INVALID_PRODUCER_EPOCH');
    }
    // One's own open transaction costs one epoch only.
    expect(await tx.produce(12, second, 0)).toBe('NONE');
    expect((await tx.init(second)).who).toEqual(next(second));
  });

  it('of older clients take writes only where they said so, and keep the epoch', async () => {
    const tx = await open();
    const { who } = await tx.init();
    expect((await tx.end(4, who, true)).error).toBe('INVALID_TXN_STATE');
    expect(await tx.addPartitions(3, who, [tx.desk.topic, 'not-there'])).toEqual([
      'OPERATION_NOT_ATTEMPTED',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ]);
    expect(await tx.produce(11, who, 0)).toBe('TRANSACTION_ABORTABLE');
    expect(await tx.addPartitions(3, who)).toEqual(['NONE']);
    expect(await tx.produce(11, who, 0)).toBe('NONE');
    expect(await tx.commitOffset(4, who, tx.desk.unique)).toBe('TRANSACTION_ABORTABLE');
    expect(await tx.addOffsets(3, who, tx.desk.unique)).toBe('NONE');
    expect(await tx.commitOffset(4, who, tx.desk.unique)).toBe('NONE');
    expect((await tx.end(4, who, true)).error).toBe('NONE');
    expect((await tx.end(4, who, true)).error).toBe('NONE');
    expect((await tx.end(4, who, false)).error).toBe('INVALID_TXN_STATE');
    expect(await tx.addPartitions(3, who)).toEqual(['NONE']);
    expect(await tx.produce(11, who, 1)).toBe('NONE');
    expect((await tx.end(4, who, false)).error).toBe('NONE');
    expect(await new Transactor(tx.desk, `${tx.desk.unique}-other`).addPartitions(3, who)).toEqual([
      'INVALID_PRODUCER_ID_MAPPING',
    ]);
  });

  it('of newer clients add what is written to, and have an epoch each', async () => {
    const tx = await open();
    const { who } = await tx.init();
    expect((await tx.end(5, who, true)).error).toBe('INVALID_TXN_STATE');
    const emptied = await tx.end(5, who, false);
    expect(emptied).toEqual({ error: 'NONE', who: next(who) });
    expect(await tx.end(5, who, false)).toEqual(emptied);
    const second = emptied.who;
    expect(await tx.produce(12, second, 0)).toBe('NONE');
    expect(await tx.produce(13, second, 1)).toBe('NONE');
    expect(await tx.commitOffset(5, second, tx.desk.unique)).toBe('NONE');
    const committed = await tx.end(5, second, true);
    expect(committed).toEqual({ error: 'NONE', who: next(second) });
    expect(await tx.end(5, second, true)).toEqual(committed);
    expect((await tx.end(5, second, false)).error).toBe('INVALID_TXN_STATE');
    expect(await tx.produce(12, second, 2)).toBe('INVALID_PRODUCER_EPOCH');
    // Old and new may be mixed.
    expect(await tx.produce(12, committed.who, 0)).toBe('NONE');
    expect((await tx.end(4, committed.who, true)).error).toBe('NONE');
    expect(await tx.produce(12, committed.who, 1)).toBe('NONE');
  });

  it('that take too long are aborted; their producer may go on with the next epoch', async () => {
    const tx = await open();
    const { who } = await tx.init(null, 4, 300);
    expect(await tx.produce(12, who, 0)).toBe('NONE');
    await waitFor(
      'the abort',
      async () => (await tx.describe())?.transactionState === 'CompleteAbort',
      25_000,
    );
    expect(await tx.produce(12, who, 1)).toBe('INVALID_PRODUCER_EPOCH');
    expect((await tx.end(4, who, true)).error).toBe('PRODUCER_FENCED');
    expect((await tx.end(5, who, true)).error).toBe('INVALID_TXN_STATE');
    expect(await tx.addPartitions(3, who)).toEqual(['PRODUCER_FENCED']);
    expect(await tx.end(5, who, false)).toEqual({ error: 'NONE', who: next(who) });
    expect(await tx.init(who)).toEqual({ error: 'NONE', who: next(who) });
    expect(await tx.produce(12, next(who), 0)).toBe('NONE');
  });

  it('hide what they wrote until they end', async () => {
    const tx = await open();
    const { client, topic, unique } = tx.desk;
    const { who } = await tx.init();
    await tx.produce(12, who, 0);
    await tx.commitOffset(5, who, unique);
    const end = async (isolationLevel: number) => {
      const topics = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1 }] }];
      const answer = await client.request(listOffsetsApi, 7, { replicaId: -1, isolationLevel, topics });
      return answer.topics[0]?.partitions[0]?.offset;
    };
    const read = async () => {
      const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 10_000 }];
      const request = { maxWaitMs: 0, minBytes: 0, isolationLevel: 1, topics: [{ topic, partitions }] };
      return (await client.request(fetchApi, 12, request)).responses[0]?.partitions[0];
    };
    const offset = async (requireStable: boolean) => {
      const groups = [{ groupId: unique, topics: [{ name: topic, partitionIndexes: [0] }] }];
      const answer = await client.request(offsetFetchApi, 8, { groups, requireStable });
      const partition = answer.groups[0]?.topics[0]?.partitions[0];
      return [partition?.committedOffset, errorName(partition?.errorCode)];
    };
    expect([await end(0), await end(1)]).toEqual([1, 0]);
    expect((await read())?.records ?? []).toHaveLength(0);
    expect(await offset(true)).toEqual([-1, 'UNSTABLE_OFFSET_COMMIT']);
    expect(await offset(false)).toEqual([-1, 'NONE']);
    await tx.end(5, who, false);
    await waitFor('the marker', async () => (await end(1)) === 2);
    expect((await read())?.abortedTransactions).toEqual([{ producerId: who.producerId, firstOffset: 0 }]);
    expect(await offset(true)).toEqual([-1, 'NONE']);
    await tx.commitOffset(5, next(who), unique);
    await tx.end(5, next(who), true);
    await waitFor('the offset', async () => (await offset(true))[0] === 7);
  });

  it('take offsets of groups only from members', async () => {
    const tx = await open();
    const { who } = await tx.init();
    const stranger = { memberId: 'stranger', generationId: 3 };
    expect(await tx.commitOffset(5, who, '')).toBe('INVALID_GROUP_ID');
    expect(await tx.commitOffset(5, who, tx.desk.unique, stranger)).toBe('ILLEGAL_GENERATION');
  });

  it('are described and listed', async () => {
    const tx = await open();
    const { client, topic, unique } = tx.desk;
    const { who } = await tx.init();
    await tx.produce(12, who, 0);
    expect(await tx.describe()).toMatchObject({
      errorCode: 0,
      transactionState: 'Ongoing',
      transactionTimeoutMs: 60_000,
      ...who,
      topics: [{ topic, partitions: [0] }],
    });
    const none = await new Transactor(tx.desk, `${unique}-none`).describe();
    expect(errorName(none?.errorCode)).toBe('TRANSACTIONAL_ID_NOT_FOUND');
    const filters = { stateFilters: ['Ongoing', 'Nonsense'], producerIdFilters: [who.producerId] };
    const listed = await client.request(listTransactionsApi, 1, { ...filters, durationFilter: -1 });
    expect(listed).toMatchObject({
      unknownStateFilters: ['Nonsense'],
      transactionStates: [
        { transactionalId: unique, producerId: who.producerId, transactionState: 'Ongoing' },
      ],
    });
    const topics = [{ name: topic, partitionIndexes: [0, 9] }];
    const { topics: producers } = await client.request(describeProducersApi, 0, { topics });
    expect(producers[0]?.partitions).toMatchObject([
      {
        errorCode: 0,
        activeProducers: [{ producerId: who.producerId, lastSequence: 0, currentTxnStartOffset: 0 }],
      },
      { errorCode: 3, activeProducers: [] },
    ]);
  });
});
