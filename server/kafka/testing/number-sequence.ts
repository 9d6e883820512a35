import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { waitFor } from '../../testing/wait.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';

const partitions = 3;

/** As Connect sets up its producers: nothing expires. A short request timeout makes lost answers show soon. */
const producerSettings = {
  'delivery.timeout.ms': '2147483647',
  'max.block.ms': '9223372036854775807',
  'buffer.memory': '4194304',
  'request.timeout.ms': '3000',
};
const consumerSettings = {
  'auto.offset.reset': 'earliest',
  'session.timeout.ms': '10000',
  'request.timeout.ms': '3000',
  'default.api.timeout.ms': '60000',
};

/** Numbers from 0 on into the partitions in turn; what came out in which order, partition by partition. */
export class NumberSequence {
  readonly topic = `faults-${randomUUID()}`;
  readonly seen = Array.from({ length: partitions }, (): number[] => []);
  readonly failures = new Set<string>();
  acknowledged = 0;
  sent = 0;
  mostBuffered = 0;
  readonly #client: KafkaClient;
  readonly #reading = new AbortController();
  #writing = true;
  #writer: Promise<void> = Promise.resolve();
  #reader: Promise<void> = Promise.resolve();

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  async start(perSecond: number): Promise<void> {
    await this.#client.admin.createTopics([{ name: this.topic, partitions, replicationFactor: 1 }]);
    this.#writer = this.#write(perSecond);
    this.#reader = this.#read();
    await waitFor('the first records', () => this.total > 0, 30_000);
  }

  get total(): number {
    return this.seen.reduce((sum, numbers) => sum + numbers.length, 0);
  }

  /** Stops writing, and waits until everything is acknowledged and read. */
  async settle(timeoutMs = 60_000): Promise<void> {
    this.#writing = false;
    try {
      await waitFor('everything to be read', () => this.total >= this.sent, timeoutMs);
    } catch (cause) {
      const state = `${this.sent} sent, ${this.acknowledged} acknowledged, ${this.total} read`;
      throw new Error(`${state}; failures: ${[...this.failures].join('; ')}`, { cause });
    }
    await this.#writer;
    this.#reading.abort();
    await this.#reader;
  }

  async #write(perSecond: number): Promise<void> {
    const producer = this.#client.createProducer<number>({
      properties: producerSettings,
      onDelivered: ({ error, tokens }) => {
        if (error === null) this.acknowledged += tokens.length;
        else this.failures.add(error.message);
      },
    });
    while (this.#writing) {
      for (let i = 0; i < perSecond / 50 && this.#writing; i++) {
        const number = this.sent;
        const value = `${number} ${'x'.repeat(150)}`;
        const record = { topic: this.topic, partition: number % partitions, key: null, value };
        while (!producer.append(record, number)) await producer.ready();
        this.sent++;
        this.mostBuffered = Math.max(this.mostBuffered, producer.bufferedBytes);
      }
      await sleep(20);
    }
    await producer.flush();
    await producer.close(10_000);
  }

  async #read(): Promise<void> {
    const consumer = this.#client.createConsumer({
      properties: { ...consumerSettings, 'group.id': this.topic },
    });
    const positions = new Map<number, number>();
    consumer.subscribe([this.topic], {
      // What was read is known without the group, so that a rebalance makes no duplicates of its own.
      onAssigned: (assigned: readonly TopicPartition[]) => {
        for (const partition of assigned) {
          const position = positions.get(partition.partition);
          if (position !== undefined) consumer.seek(partition, position);
        }
      },
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    while (!this.#reading.signal.aborted) {
      const batches = await consumer.poll(500).catch((error: Error) => {
        this.failures.add(`poll: ${error.message}`);
        return [];
      });
      for (const { partition, records, nextOffset } of batches) {
        for (const { value } of records) this.seen[partition]?.push(Number.parseInt(String(value), 10));
        positions.set(partition, nextOffset);
      }
    }
    await consumer.close(5000);
  }

  /** Nothing lost, nothing twice, in order. */
  expectComplete(): void {
    expect([...this.failures]).toEqual([]);
    expect(this.acknowledged).toBe(this.sent);
    for (const [partition, numbers] of this.seen.entries()) {
      const expected = Array.from({ length: numbers.length }, (_, i) => i * partitions + partition);
      expect(numbers).toEqual(expected);
    }
    expect(this.total).toBe(this.sent);
  }
}
