import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isConnectError } from '../../../errors/connect-error.ts';
import { waitFor } from '../../../testing/wait.ts';
import { openKafkaClient } from '../../open-kafka-client.ts';
import type { KafkaClient } from '../../ports/kafka-client.ts';
import type { TransactionalProducer } from '../../ports/producer.ts';
import type { Properties } from '../../ports/properties.ts';
import type { TopicPartition } from '../../ports/topic-partition.ts';

/** What a client of the suite did with one broker, to be undone after each test. */
export interface TransactionBench {
  readonly client: KafkaClient;
  readonly topic: string;
  readonly transactionalId: string;
  /** With `transactionalId` unless the properties say otherwise, and initialised. */
  open(properties?: Properties): Promise<TransactionalProducer<string>>;
  /** Values in the topic by partition, up to the last stable offset, or up to the end. */
  read(isolation: 'read_committed' | 'read_uncommitted'): Promise<string[]>;
}

/** Makes a client, a topic with two partitions, and producers, for each test of the enclosing suite. */
export function transactionBench(bootstrap: () => string): TransactionBench {
  let client: KafkaClient;
  let topic = '';
  let transactionalId = '';
  let producers: TransactionalProducer<string>[] = [];

  beforeEach(async () => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap(), 'retry.backoff.ms': '20' } });
    topic = `transactions-${randomUUID()}`;
    transactionalId = `id-${randomUUID()}`;
    await client.admin.createTopics([{ name: topic, partitions: 2, replicationFactor: 1 }]);
  });

  afterEach(async () => {
    await Promise.all(producers.map((producer) => producer.close(1000)));
    producers = [];
    await client.close();
  });

  return {
    get client() {
      return client;
    },
    get topic() {
      return topic;
    },
    get transactionalId() {
      return transactionalId;
    },
    async open(properties = {}) {
      const producer = client.createTransactionalProducer<string>({
        properties: { 'transactional.id': transactionalId, 'linger.ms': '0', ...properties },
        onDelivered: () => undefined,
      });
      producers.push(producer);
      await producer.initTransactions();
      return producer;
    },
    async read(isolation) {
      const partitions = [0, 1].map((partition) => ({ topic, partition }));
      const ends = await client.admin.listOffsets(partitions, 'latest');
      const consumer = client.createConsumer({
        properties: { 'auto.offset.reset': 'earliest', 'isolation.level': isolation },
      });
      consumer.assign(partitions);
      const values: string[][] = [[], []];
      const isAtEnd = async ({ partition, offset }: TopicPartition & { offset: number }): Promise<boolean> =>
        (await consumer.position({ topic, partition })) >= offset;
      await waitFor('the end of the topic', async () => {
        for (const { partition, records } of await consumer.poll(100)) {
          values[partition]?.push(...records.map(({ value }) => String(value)));
        }
        return (await Promise.all(ends.map(isAtEnd))).every((atEnd) => atEnd);
      });
      await consumer.close(1000);
      return values.flat();
    },
  };
}

export async function append(
  producer: TransactionalProducer<string>,
  topic: string,
  values: readonly string[],
): Promise<void> {
  for (const [i, value] of values.entries()) {
    while (!producer.append({ topic, partition: i % 2, key: null, value }, value)) await producer.ready();
  }
}

export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return isConnectError(error) ? (error.details.kafkaError ?? error.code) : String(error);
  }
  return 'none';
}

/** What every broker must do with transactions, whichever protocol of theirs it speaks. */
export function transactionSuite(bootstrap: () => string): void {
  const bench = transactionBench(bootstrap);

  async function commit(producer: TransactionalProducer<string>, values: readonly string[]): Promise<void> {
    producer.beginTransaction();
    await append(producer, bench.topic, values);
    await producer.commitTransaction();
  }

  async function abort(producer: TransactionalProducer<string>, values: readonly string[]): Promise<void> {
    producer.beginTransaction();
    await append(producer, bench.topic, values);
    await producer.flush();
    await producer.abortTransaction();
  }

  test('shows what was committed and hides what was aborted, transaction after transaction', async () => {
    const producer = await bench.open();
    for (let i = 0; i < 5; i++) {
      await commit(producer, [`c${i}-0`, `c${i}-1`]);
      await abort(producer, [`a${i}-0`, `a${i}-1`]);
    }
    producer.beginTransaction();
    await producer.commitTransaction();
    producer.beginTransaction();
    await producer.abortTransaction();
    await commit(producer, ['last']);
    const rounds = [0, 1, 2, 3, 4];
    const expected = [...rounds.map((i) => `c${i}-0`), 'last', ...rounds.map((i) => `c${i}-1`)];
    expect(await bench.read('read_committed')).toEqual(expected);
    expect(await bench.read('read_uncommitted')).toHaveLength(21);
  });

  test('drops what was not sent yet when a transaction is aborted', async () => {
    const producer = await bench.open({ 'linger.ms': '60000' });
    producer.beginTransaction();
    await append(producer, bench.topic, ['never', 'sent']);
    await producer.abortTransaction();
    await commit(producer, ['x']);
    expect(await bench.read('read_uncommitted')).toEqual(['x']);
  });

  test('keeps many batches of a transaction in order', async () => {
    const producer = await bench.open({ 'batch.size': '200' });
    const values = Array.from({ length: 2000 }, (_, i) => `${i}`);
    await commit(producer, values.slice(0, 1000));
    await commit(producer, values.slice(1000));
    const isEven = (value: string): boolean => Number(value) % 2 === 0;
    const expected = [...values.filter(isEven), ...values.filter((value) => !isEven(value))];
    expect(await bench.read('read_committed')).toEqual(expected);
  });

  test('commits the offsets of a group with the transaction, and not without it', async () => {
    const producer = await bench.open();
    const group = { groupId: `group-${randomUUID()}`, generation: -1, memberId: '', groupInstanceId: null };
    const place = { topic: bench.topic, partition: 1 };
    producer.beginTransaction();
    await producer.sendOffsetsToTransaction([{ ...place, offset: 7, metadata: 'm' }], group);
    await producer.abortTransaction();
    expect(await bench.client.admin.listGroupOffsets(group.groupId)).toEqual([]);
    producer.beginTransaction();
    await append(producer, bench.topic, ['with', 'offsets']);
    await producer.sendOffsetsToTransaction([{ ...place, offset: 9, metadata: 'm' }], group);
    await producer.commitTransaction();
    const committed = await waitFor('the offsets to be there', async () => {
      const offsets = await bench.client.admin.listGroupOffsets(group.groupId);
      return offsets.length > 0 && offsets;
    });
    expect(committed).toMatchObject([{ ...place, offset: 9, metadata: 'm' }]);
  });

  test('refuses the offsets of a member that the group does not know, and goes on after an abort', async () => {
    const producer = await bench.open();
    const group = {
      groupId: `group-${randomUUID()}`,
      generation: 3,
      memberId: 'stranger',
      groupInstanceId: null,
    };
    producer.beginTransaction();
    await append(producer, bench.topic, ['a', 'b']);
    const sending = producer.sendOffsetsToTransaction(
      [{ topic: bench.topic, partition: 0, offset: 1 }],
      group,
    );
    expect(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']).toContain(await failureOf(sending));
    expect(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']).toContain(
      await failureOf(producer.commitTransaction()),
    );
    expect(producer.isFatal).toBe(false);
    await producer.abortTransaction();
    await commit(producer, ['c']);
    expect(await bench.read('read_committed')).toEqual(['c']);
  });

  test('passes on what a member of a group consumed, until the member has left its generation', async () => {
    const groupId = `group-${randomUUID()}`;
    const source = await bench.open({ 'transactional.id': `${bench.transactionalId}-source` });
    await commit(source, ['a', 'b']);
    const consumer = bench.client.createConsumer({
      properties: {
        'group.id': groupId,
        'auto.offset.reset': 'earliest',
        'isolation.level': 'read_committed',
      },
    });
    try {
      const ignore = { onAssigned: () => undefined, onRevoked: () => undefined, onLost: () => undefined };
      consumer.subscribe([bench.topic], ignore);
      await waitFor('both partitions', async () => {
        await consumer.poll(100);
        return consumer.assignment().length === 2;
      });
      const member = consumer.groupMetadata();
      if (member === undefined) throw new Error('the consumer has no group');
      const producer = await bench.open();
      const place = { topic: bench.topic, partition: 0 };
      producer.beginTransaction();
      await producer.sendOffsetsToTransaction([{ ...place, offset: 1 }], member);
      await producer.commitTransaction();
      const committed = await waitFor('the offset to be committed', async () => {
        const offsets = await bench.client.admin.listGroupOffsets(groupId);
        return offsets.length > 0 && offsets;
      });
      expect(committed).toMatchObject([{ ...place, offset: 1 }]);
      producer.beginTransaction();
      const former = { ...member, generation: member.generation - 1 };
      expect(await failureOf(producer.sendOffsetsToTransaction([{ ...place, offset: 2 }], former))).toBe(
        'ILLEGAL_GENERATION',
      );
      await producer.abortTransaction();
    } finally {
      await consumer.close(5000);
    }
  });

  test('goes on after the abort of a transaction in which a record failed', async () => {
    const producer = await bench.open();
    const small = `small-${randomUUID()}`;
    const configs = { 'max.message.bytes': '1000' };
    await bench.client.admin.createTopics([{ name: small, partitions: 1, replicationFactor: 1, configs }]);
    await commit(producer, ['before']);
    producer.beginTransaction();
    await append(producer, bench.topic, ['lost', 'lost too']);
    while (!producer.append({ topic: small, key: null, value: 'x'.repeat(5000) }, 'x'))
      await producer.ready();
    expect(await failureOf(producer.commitTransaction())).toBe('MESSAGE_TOO_LARGE');
    expect(() => producer.append({ topic: bench.topic, key: null, value: 'y' }, 'y')).toThrow(
      /has to be aborted/,
    );
    expect(() => producer.beginTransaction()).toThrow(/has to be aborted/);
    await producer.abortTransaction();
    await commit(producer, ['after']);
    expect(await bench.read('read_committed')).toEqual(['before', 'after']);
  });

  test('fences the producer that had the transactional id before, and aborts its transaction', async () => {
    const first = await bench.open();
    await commit(first, ['first']);
    first.beginTransaction();
    await append(first, bench.topic, ['open 0', 'open 1']);
    await first.flush();
    const second = await bench.open();
    await commit(second, ['second']);
    await append(first, bench.topic, ['late']);
    await first.flush();
    expect(await failureOf(first.commitTransaction())).toMatch(/PRODUCER_FENCED|INVALID_PRODUCER_EPOCH/);
    if (!first.isFatal) expect(await failureOf(first.abortTransaction())).toBe('PRODUCER_FENCED');
    expect(first.isFatal).toBe(true);
    expect(() => first.beginTransaction()).toThrow(/must be closed and made anew/);
    expect(() => first.append({ topic: bench.topic, key: null, value: 'y' }, 'y')).toThrow(/PRODUCER_FENCED/);
    await commit(second, ['third']);
    expect(await bench.read('read_committed')).toEqual(['first', 'second', 'third']);
  });

  test('tells a fenced producer at its commit, though it sent nothing since', async () => {
    const first = await bench.open();
    first.beginTransaction();
    await append(first, bench.topic, ['a', 'b']);
    await first.flush();
    await bench.open();
    expect(await failureOf(first.commitTransaction())).toBe('PRODUCER_FENCED');
    expect(first.isFatal).toBe(true);
    expect(await bench.read('read_committed')).toEqual([]);
  });

  test('fences a list of transactional ids on behalf of an admin', async () => {
    const ids = [1, 2, 3].map((i) => `${bench.transactionalId}-${i}`);
    const producers: TransactionalProducer<string>[] = [];
    for (const id of ids.slice(0, 2)) {
      const producer = await bench.open({ 'transactional.id': id });
      producer.beginTransaction();
      await append(producer, bench.topic, [`${id} 0`, `${id} 1`]);
      await producer.flush();
      producers.push(producer);
    }
    await bench.client.admin.fenceProducers(ids);
    // The fenced transactions hold nobody up any more.
    await commit(await bench.open(), ['free', 'free']);
    expect(await bench.read('read_committed')).toEqual(['free', 'free']);
    for (const producer of producers) {
      expect(await failureOf(producer.commitTransaction())).toBe('PRODUCER_FENCED');
      expect(producer.isFatal).toBe(true);
    }
  });

  test('aborts an open transaction when the producer is closed', async () => {
    const producer = await bench.open();
    producer.beginTransaction();
    await append(producer, bench.topic, ['a', 'b']);
    await producer.flush();
    await producer.close(5000);
    const other = await bench.open({ 'transactional.id': `${bench.transactionalId}-other` });
    await commit(other, ['c']);
    expect(await bench.read('read_committed')).toEqual(['c']);
  });

  test('refuses calls at the wrong time and says what to do', async () => {
    const producer = bench.client.createTransactionalProducer<string>({
      properties: { 'transactional.id': bench.transactionalId },
      onDelivered: () => undefined,
    });
    const record = { topic: bench.topic, key: null, value: 'x' };
    expect(() => producer.append(record, 'x')).toThrow(/call initTransactions first/);
    expect(() => producer.beginTransaction()).toThrow(/call initTransactions first/);
    await producer.initTransactions();
    await expect(producer.initTransactions()).rejects.toThrow(/call beginTransaction first/);
    expect(() => producer.append(record, 'x')).toThrow(/call beginTransaction first/);
    await expect(producer.commitTransaction()).rejects.toThrow(/call beginTransaction first/);
    producer.beginTransaction();
    expect(() => producer.beginTransaction()).toThrow(/a transaction is open/);
    await producer.close(1000);
  });

  test('names transaction.timeout.ms when the broker finds it too long', async () => {
    const error = await bench
      .open({ 'transaction.timeout.ms': '2000000000' })
      .catch((caught: unknown) => caught);
    expect(isConnectError(error) && [error.code, error.details.key]).toEqual([
      'config',
      'transaction.timeout.ms',
    ]);
  });
}
