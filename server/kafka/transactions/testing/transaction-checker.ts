import { expect } from 'vitest';
import { isConnectError } from '../../../errors/connect-error.ts';
import { waitFor } from '../../../testing/wait.ts';
import type { KafkaClient } from '../../ports/kafka-client.ts';
import type { TransactionalProducer } from '../../ports/producer.ts';
import type { Properties } from '../../ports/properties.ts';

/** Values of partition 0 of a topic up to its end, as numbers. */
export async function readNumbers(
  client: KafkaClient,
  topic: string,
  properties: Properties = {},
): Promise<number[]> {
  const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest', ...properties } });
  const place = { topic, partition: 0 };
  consumer.assign([place]);
  const [end] = await client.admin.listOffsets([place], 'latest');
  const values: number[] = [];
  await waitFor('the end of the topic', async () => {
    for (const { records } of await consumer.poll(200)) {
      values.push(...records.map(({ value }) => Number(value)));
    }
    return (await consumer.position(place)) >= (end?.offset ?? 0);
  });
  await consumer.close(1000);
  return values;
}

const recordsEach = 50;

/** Transactions of fifty equal numbers each, whatever happens to the broker; then tells whether all is as it said. */
export class TransactionChecker {
  /** Transactions tried so far. */
  done = 0;
  readonly committed: number[] = [];
  /** Nobody knows whether they were committed. */
  readonly doubtful = new Set<number>();
  readonly #client: KafkaClient;
  readonly #topic: string;
  readonly #properties: Properties;

  constructor(client: KafkaClient, topic: string, transactionalId: string) {
    this.#client = client;
    this.#topic = topic;
    this.#properties = { 'transactional.id': transactionalId, 'linger.ms': '0', 'batch.size': '200' };
  }

  async run(transactions: number): Promise<void> {
    let producer = await this.#open();
    for (let i = 0; i < transactions; i++) {
      try {
        await this.#commit(producer, i);
        this.committed.push(i);
      } catch (error) {
        if (isConnectError(error) && error.details.isOutcomeUnknown === true) this.doubtful.add(i);
        producer = await this.#recover(producer);
      }
      this.done++;
    }
    await producer.close(1000);
  }

  /** Each transaction is there whole or not at all, in order, and exactly those that were committed. */
  async check(): Promise<void> {
    const seen = await readNumbers(this.#client, this.#topic, { 'isolation.level': 'read_committed' });
    const transactions = [...new Set(seen)];
    expect(seen).toEqual(transactions.flatMap((i) => Array.from({ length: recordsEach }, () => i)));
    expect(transactions.filter((i) => !this.doubtful.has(i))).toEqual(this.committed);
  }

  async #commit(producer: TransactionalProducer<null>, value: number): Promise<void> {
    producer.beginTransaction();
    for (let i = 0; i < recordsEach; i++) {
      const record = { topic: this.#topic, partition: 0, key: null, value: String(value) };
      while (!producer.append(record, null)) await producer.ready();
    }
    await producer.commitTransaction();
  }

  /** As a task does it: abort if possible, else a new producer. */
  async #recover(producer: TransactionalProducer<null>): Promise<TransactionalProducer<null>> {
    try {
      await producer.abortTransaction();
      return producer;
    } catch {
      await producer.close(0);
      return await this.#open();
    }
  }

  async #open(): Promise<TransactionalProducer<null>> {
    const producer = this.#client.createTransactionalProducer<null>({
      properties: this.#properties,
      onDelivered: () => undefined,
    });
    await producer.initTransactions();
    return producer;
  }
}
