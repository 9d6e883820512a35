import { afterEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { producerAdmin } from '../admin/producers.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { DeliveredBatch } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import type { HeldRequest } from '../producer/fake-produce-desk.ts';
import { initProducerIdApi } from '../protocol/generated/init-producer-id.js';
import { txnOffsetCommitApi } from '../protocol/generated/txn-offset-commit.js';
import { KafkaTransactionalProducer } from './kafka-transactional-producer.ts';
import { FakeTransactionDesk } from './testing/fake-transaction-desk.ts';

let fake: FakeTransactionDesk;
let cluster: Cluster;
let producer: KafkaTransactionalProducer<string>;
let delivered: DeliveredBatch<string>[] = [];

async function start(version: 1 | 2, extra: Properties = {}): Promise<void> {
  fake = await FakeTransactionDesk.start(version);
  fake.desk.topics.set('t', [1, 1]);
  delivered = [];
  const properties = {
    'bootstrap.servers': fake.desk.broker.bootstrap,
    'transactional.id': 'x',
    'retry.backoff.ms': '5',
    'retry.backoff.max.ms': '20',
    'reconnect.backoff.ms': '5',
    'linger.ms': '0',
    'batch.size': '0',
    'max.block.ms': '1000',
    'delivery.timeout.ms': '1000',
    'request.timeout.ms': '900',
    ...extra,
  };
  cluster = new Cluster({ properties });
  producer = new KafkaTransactionalProducer(cluster, {
    properties,
    onDelivered: (batch) => delivered.push(batch),
  });
}

afterEach(async () => {
  await producer.close(0);
  await cluster.close();
  await fake.desk.broker.stop();
});

async function send(value: string, partition = 0): Promise<void> {
  const record = { topic: 't', partition, key: null, value };
  while (!producer.append(record, value)) await producer.ready();
}

async function next(): Promise<HeldRequest> {
  return await waitFor('a produce request', () => fake.desk.held.shift());
}

function told({ batches }: HeldRequest): string {
  return batches.map(({ values, epoch, sequence }) => `${values}@${epoch}/${sequence}`).join(' ');
}

/** The name of Kafka's error, or else the code. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return isConnectError(error) ? (error.details.kafkaError ?? error.code) : String(error);
}

/** Begins a transaction with one stored record. */
async function begin(value: string): Promise<void> {
  producer.beginTransaction();
  await send(value);
  (await next()).answer();
  await producer.flush();
}

const group = { groupId: 'g', generation: 4, memberId: 'm', groupInstanceId: null };
const offsets = [{ topic: 't', partition: 0, offset: 3 }];

describe.each([1, 2] as const)('with transaction.version %s, a transactional producer', (version) => {
  test('starts once the coordinator has aborted what an earlier one left open', async () => {
    await start(version);
    fake.next.find = ['COORDINATOR_NOT_AVAILABLE'];
    fake.next.init = [
      'COORDINATOR_LOAD_IN_PROGRESS',
      'CONCURRENT_TRANSACTIONS',
      'NOT_COORDINATOR',
      'hang up',
    ];
    await producer.initTransactions();
    expect(fake.said).toEqual(['init', 'init', 'init', 'init', 'init']);
    await begin('a');
  });

  test('may try to start again after it was not allowed to', async () => {
    await start(version);
    fake.next.init = ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED'];
    expect(await failureOf(producer.initTransactions())).toBe('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
    await producer.initTransactions();
  });

  test('gives up starting after max.block.ms', async () => {
    await start(version, { 'max.block.ms': '100' });
    fake.next.init = Array.from({ length: 100 }, () => 'CONCURRENT_TRANSACTIONS');
    await expect(producer.initTransactions()).rejects.toThrow(/within 100 ms.*CONCURRENT_TRANSACTIONS/);
  });

  test('commits and aborts through a coordinator that moves and hangs up', async () => {
    await start(version);
    await producer.initTransactions();
    await begin('a');
    fake.next.end = ['NOT_COORDINATOR', 'CONCURRENT_TRANSACTIONS', 'COORDINATOR_NOT_AVAILABLE'];
    await producer.commitTransaction();
    await begin('b');
    fake.next.end = ['hang up', 'COORDINATOR_LOAD_IN_PROGRESS'];
    await producer.abortTransaction();
    await begin('c');
    await producer.commitTransaction();
    expect(fake.said.filter((said) => /^commit|^abort/.test(said))).toHaveLength(8);
  });

  test('does not know what became of a commit that is never answered, and is of no more use', async () => {
    await start(version, { 'max.block.ms': '200' });
    await producer.initTransactions();
    await begin('a');
    fake.next.end = Array.from({ length: 100 }, () => 'hang up');
    const error = await producer.commitTransaction().catch((caught: unknown) => caught);
    expect(isConnectError(error) && error.details.isOutcomeUnknown).toBe(true);
    expect(isConnectError(error) && error.message).toMatch(/nobody knows whether/);
    expect(producer.isFatal).toBe(true);
    expect(() => producer.beginTransaction()).toThrow(/closed and made anew/);
  });

  test('does not know either when it is found fenced after a lost answer', async () => {
    await start(version);
    await producer.initTransactions();
    await begin('a');
    fake.next.end = ['hang up', 'PRODUCER_FENCED'];
    const error = await producer.commitTransaction().catch((caught: unknown) => caught);
    expect(isConnectError(error) && error.details).toMatchObject({
      kafkaError: 'PRODUCER_FENCED',
      isOutcomeUnknown: true,
    });
    expect(producer.isFatal).toBe(true);
  });

  test('can be aborted when the commit was never sent', async () => {
    await start(version, { 'max.block.ms': '200' });
    await producer.initTransactions();
    await begin('a');
    fake.next.end = Array.from({ length: 100 }, () => 'COORDINATOR_LOAD_IN_PROGRESS');
    const error = await producer.commitTransaction().catch((caught: unknown) => caught);
    expect(isConnectError(error) && [error.code, error.details.isOutcomeUnknown]).toEqual([
      'timeout',
      undefined,
    ]);
    fake.next.end = [];
    await producer.abortTransaction();
    await begin('b');
    await producer.commitTransaction();
  });

  test.each(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'] as const)(
    'is fenced when its coordinator answers %s',
    async (answer) => {
      await start(version);
      await producer.initTransactions();
      await begin('a');
      fake.next.end = [answer];
      expect(await failureOf(producer.commitTransaction())).toBe('PRODUCER_FENCED');
      expect(producer.isFatal).toBe(true);
      expect(() => producer.append({ topic: 't', key: null, value: null }, '')).toThrow(/PRODUCER_FENCED/);
    },
  );

  test('aborts after a leader finds its epoch old, and is told by the coordinator whether it is fenced', async () => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    await send('a');
    (await next()).answer('INVALID_PRODUCER_EPOCH');
    expect(await failureOf(producer.commitTransaction())).toBe('INVALID_PRODUCER_EPOCH');
    expect(producer.isFatal).toBe(false);
    fake.next.end = ['PRODUCER_FENCED'];
    expect(await failureOf(producer.abortTransaction())).toBe('PRODUCER_FENCED');
    expect(producer.isFatal).toBe(true);
  });

  test.each([
    'TOPIC_AUTHORIZATION_FAILED',
    'TRANSACTION_ABORTABLE',
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'UNKNOWN_PRODUCER_ID',
    'INVALID_TXN_STATE',
    'MESSAGE_TOO_LARGE',
    'INVALID_RECORD',
  ] as const)('goes on with an abort after a leader answered %s', async (answer) => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    await send('a');
    (await next()).answer(answer);
    await waitFor('the failure', () => delivered.length === 1);
    expect(() => producer.append({ topic: 't', key: null, value: 'b' }, 'b')).toThrow(/has to be aborted/);
    expect(await failureOf(producer.commitTransaction())).toBe(answer);
    await producer.abortTransaction();
    producer.beginTransaction();
    await send('c');
    const request = await next();
    expect(told(request)).toBe(`c@2/0`);
    request.answer();
    await producer.commitTransaction();
  });

  test.each(['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'] as const)(
    'is of no more use after a leader answered %s',
    async (answer) => {
      await start(version);
      await producer.initTransactions();
      producer.beginTransaction();
      await send('a');
      (await next()).answer(answer);
      expect(await failureOf(producer.commitTransaction())).toBe(answer);
      expect(producer.isFatal).toBe(true);
      expect(await failureOf(producer.abortTransaction())).toBe(answer);
    },
  );

  test('fails what waits once a record of the transaction has failed', async () => {
    await start(version, { 'max.in.flight.requests.per.connection': '1' });
    await producer.initTransactions();
    producer.beginTransaction();
    await send('a');
    const a = await next();
    await send('b');
    await send('c', 1);
    a.answer('INVALID_RECORD');
    await producer.flush();
    expect(delivered.map(({ tokens, error }) => `${tokens} ${error !== null}`)).toEqual([
      'a true',
      'b true',
      'c true',
    ]);
    expect(fake.desk.held).toEqual([]);
  });

  test('waits for what is in flight before it aborts, and does not send it again', async () => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    await send('a');
    const a = await next();
    const aborting = producer.abortTransaction();
    expect(fake.said.some((said) => said.startsWith('abort'))).toBe(false);
    a.answer('NOT_LEADER_OR_FOLLOWER');
    await aborting;
    expect(fake.said.at(-1)).toBe('abort 1');
    expect(delivered[0]?.error?.message).toMatch(/was aborted before the record was sent/);
    expect(fake.desk.held).toEqual([]);
  });

  test('names the member of the group when it commits its offsets', async () => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    fake.next['commit offsets'] = ['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR'];
    await producer.sendOffsetsToTransaction(offsets, group);
    await producer.commitTransaction();
    const attempt = `offsets g 4 v${version === 1 ? 4 : 5}`;
    const begun = version === 1 ? ['add group g'] : [];
    expect(fake.said).toEqual(['init', ...begun, attempt, attempt, attempt, 'commit 1']);
  });

  test.each([
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
    'FENCED_INSTANCE_ID',
    'GROUP_AUTHORIZATION_FAILED',
  ] as const)('can only be aborted after the group answered %s', async (answer) => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    fake.next['commit offsets'] = [answer];
    expect(await failureOf(producer.sendOffsetsToTransaction(offsets, group))).toBe(answer);
    expect(await failureOf(producer.commitTransaction())).toBe(answer);
    expect(producer.isFatal).toBe(false);
    await producer.abortTransaction();
    await begin('a');
  });

  test('can only be aborted after a call was cancelled half-way', async () => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    await send('a');
    const a = await next();
    const cancelling = new AbortController();
    const committing = producer.commitTransaction(cancelling.signal);
    cancelling.abort();
    expect(await failureOf(committing)).toBe('cancelled');
    a.answer();
    await producer.abortTransaction();
    expect(fake.said.some((said) => said.startsWith('commit'))).toBe(false);
  });

  test('sends nothing to the coordinator for an empty transaction', async () => {
    await start(version);
    await producer.initTransactions();
    producer.beginTransaction();
    await producer.commitTransaction();
    producer.beginTransaction();
    await producer.abortTransaction();
    expect(fake.said).toEqual(['init']);
  });
});

describe('with transaction.version 1, a transactional producer', () => {
  test('adds partitions once, before it writes to them, and keeps its epoch and numbers', async () => {
    await start(1);
    await producer.initTransactions();
    fake.next['add partitions'] = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_NOT_AVAILABLE', 'hang up'];
    producer.beginTransaction();
    await send('a');
    await send('b');
    const a = await next();
    expect(told(a)).toBe('a@1/0');
    expect(fake.said).toEqual(['init', 'add t 0', 'add t 0', 'add t 0', 'add t 0']);
    a.answer();
    const b = await next();
    expect(told(b)).toBe('b@1/1');
    b.answer();
    await producer.commitTransaction();
    producer.beginTransaction();
    await send('c');
    const c = await next();
    expect(told(c)).toBe('c@1/2');
    c.answer();
    await producer.commitTransaction();
    expect(fake.said.slice(-3)).toEqual(['commit 1', 'add t 0', 'commit 1']);
  });

  test('speaks the versions that leave the transaction to the client', async () => {
    await start(1);
    await producer.initTransactions();
    await begin('a');
    await producer.commitTransaction();
    const versions = fake.desk.broker.calls.map(({ header }) => [header.apiKey, header.apiVersion]);
    expect(versions).toContainEqual([0, 11]);
    expect(versions).toContainEqual([24, 3]);
    expect(versions).toContainEqual([26, 4]);
  });

  test.each([
    ['TOPIC_AUTHORIZATION_FAILED', false],
    ['OPERATION_NOT_ATTEMPTED', false],
    ['INVALID_PRODUCER_ID_MAPPING', false],
    ['PRODUCER_FENCED', true],
    ['INVALID_TXN_STATE', true],
  ] as const)('fails when a partition cannot be added because of %s', async (answer, isFatal) => {
    await start(1);
    await producer.initTransactions();
    producer.beginTransaction();
    fake.next['add partitions'] = [answer];
    await send('a');
    await producer.flush();
    expect(await failureOf(producer.commitTransaction())).toBe(answer);
    expect(producer.isFatal).toBe(isFatal);
    if (isFatal) return;
    await producer.abortTransaction();
    await begin('b');
    await producer.commitTransaction();
  });

  test('aborts a transaction that may not have begun', async () => {
    await start(1);
    await producer.initTransactions();
    producer.beginTransaction();
    fake.next['add partitions'] = ['TOPIC_AUTHORIZATION_FAILED'];
    await send('a');
    await producer.flush();
    fake.next.end = ['INVALID_TXN_STATE'];
    await producer.abortTransaction();
    await begin('b');
  });

  test('raises its epoch after a commit whose first answer was lost, against a late one', async () => {
    await start(1);
    await producer.initTransactions();
    await begin('a');
    fake.next.end = ['hang up'];
    await producer.commitTransaction();
    producer.beginTransaction();
    await send('b');
    const b = await next();
    expect(told(b)).toBe('b@2/0');
    b.answer();
    await producer.commitTransaction();
    expect(fake.said).toEqual(['init', 'add t 0', 'commit 1', 'commit 1', 'raise 1', 'add t 0', 'commit 2']);
  });

  test('begins with a raised epoch instead of an abort when the coordinator has forgotten the id', async () => {
    await start(1);
    await producer.initTransactions();
    await begin('a');
    fake.next.end = ['INVALID_PRODUCER_ID_MAPPING'];
    expect(await failureOf(producer.commitTransaction())).toBe('INVALID_PRODUCER_ID_MAPPING');
    await producer.abortTransaction();
    expect(fake.said.slice(-2)).toEqual(['commit 1', 'raise 1']);
    await begin('b');
  });
});

describe('with a broker before Kafka 2.5, a transactional producer', () => {
  async function startWithOldBroker(): Promise<void> {
    await start(1);
    const limits = new Map([
      [initProducerIdApi.key, 2],
      [txnOffsetCommitApi.key, 2],
    ]);
    const { broker } = fake.desk;
    broker.versions = broker.versions.map((api) => ({
      ...api,
      maxVersion: limits.get(api.apiKey) ?? api.maxVersion,
    }));
    await producer.initTransactions();
  }

  test('goes on with its numbers when a record was refused', async () => {
    await startWithOldBroker();
    await begin('a');
    await send('b');
    (await next()).answer('INVALID_RECORD');
    await producer.flush();
    await producer.abortTransaction();
    producer.beginTransaction();
    await send('c');
    const c = await next();
    expect(told(c)).toBe('c@1/1');
    c.answer();
    await producer.commitTransaction();
  });

  test('is of no more use when nobody knows whether a record is stored', async () => {
    await startWithOldBroker();
    await begin('a');
    await send('b');
    (await next()).answer('UNKNOWN_SERVER_ERROR');
    expect(await failureOf(producer.commitTransaction())).toBe('UNKNOWN_SERVER_ERROR');
    expect(producer.isFatal).toBe(true);
  });

  test('commits offsets for nobody in particular, and refuses those of a member', async () => {
    await startWithOldBroker();
    producer.beginTransaction();
    const nobody = { ...group, generation: -1, memberId: '' };
    await producer.sendOffsetsToTransaction(offsets, nobody);
    expect(fake.said.at(-1)).toBe('offsets g -1 v2');
    await expect(producer.sendOffsetsToTransaction(offsets, group)).rejects.toThrow(/Kafka 2.5 or later/);
    expect(producer.isFatal).toBe(true);
  });
});

describe('an admin', () => {
  test('fences all of a list, however busy a coordinator is, and tells of the one it may not fence', async () => {
    await start(2);
    const { fenceProducers } = producerAdmin(cluster);
    fake.next.init = ['CONCURRENT_TRANSACTIONS', 'NOT_COORDINATOR', 'hang up'];
    await fenceProducers(['one', 'two', 'three']);
    const asked = fake.said.length;
    expect(fake.epoch).toBeGreaterThanOrEqual(3);
    fake.next.init = ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED'];
    await expect(fenceProducers(['one', 'two', 'three'])).rejects.toThrow(
      /transactional.id (?:one|two|three): TRANSACTIONAL_ID_AUTHORIZATION_FAILED/,
    );
    expect(fake.said.length - asked).toBe(3);
  });
});

describe('with transaction.version 2, a transactional producer', () => {
  test('writes at once, in an epoch of its own for each transaction', async () => {
    await start(2);
    await producer.initTransactions();
    await begin('a');
    await producer.commitTransaction();
    await begin('b');
    await producer.abortTransaction();
    producer.beginTransaction();
    await send('c');
    const c = await next();
    expect(told(c)).toBe('c@3/0');
    c.answer();
    await producer.commitTransaction();
    expect(fake.said).toEqual(['init', 'commit 1', 'abort 2', 'commit 3']);
    const versions = fake.desk.broker.calls.map(({ header }) => [header.apiKey, header.apiVersion]);
    expect(versions).toContainEqual([0, 12]);
    expect(versions).toContainEqual([26, 5]);
  });

  test('takes over another producer id when the epochs of its own are used up', async () => {
    await start(2);
    await producer.initTransactions();
    await begin('a');
    fake.producerId = 8n;
    await producer.commitTransaction();
    producer.beginTransaction();
    await send('b');
    const b = await next();
    expect(b.batches[0]).toMatchObject({ producerId: 8n, epoch: 2, sequence: 0 });
    b.answer();
  });
});
