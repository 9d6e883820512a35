import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { brokerNames } from '../testing/brokers.ts';
import type { FaultProxy } from '../testing/fault-proxy.ts';
import { type ProxiedBroker, startProxiedBroker } from '../testing/proxied-broker.ts';
import { waitFor } from '../testing/wait.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import type { KafkaClient } from './ports/kafka-client.ts';
import type { TopicPartition } from './ports/topic-partition.ts';

const partitions = 3;
const wanted = process.env.MILLRACE_BROKERS;
const names = brokerNames.filter((name) => wanted === undefined || name.toLowerCase().startsWith(wanted));

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
class Sequence {
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

/** Ends the connection with one chunk in `chunksBetween`, of which `passed` still passes. */
function cutOften(
  proxy: FaultProxy,
  direction: 'to broker' | 'to client',
  chunksBetween: number,
  passed: (chunk: Buffer) => Buffer = () => Buffer.alloc(0),
): void {
  let left = chunksBetween;
  proxy.inject(direction, {
    rewrite(chunk) {
      left--;
      if (left > 0) return chunk;
      left = chunksBetween;
      return { last: passed(chunk) };
    },
  });
}

/**
 * Changes one frame in `framesBetween`. Only whole frames: what is changed in the midst of one is for checksums to
 * find, and is reported as damage that stays.
 */
function spoil(
  proxy: FaultProxy,
  direction: 'to broker' | 'to client',
  framesBetween: number,
  change: (frame: Buffer) => Buffer,
): void {
  let left = framesBetween;
  proxy.inject(direction, {
    rewrite(chunk) {
      left--;
      const isFrame = chunk.length >= 4 && chunk.readInt32BE(0) === chunk.length - 4;
      if (left > 0 || !isFrame) return chunk;
      left = framesBetween;
      return change(chunk);
    },
  });
}

function withLength(length: number): (chunk: Buffer) => Buffer {
  return (frame) => {
    const copy = Buffer.from(frame);
    copy.writeInt32BE(length, 0);
    return copy;
  };
}

const half = (chunk: Buffer): Buffer => chunk.subarray(0, Math.ceil(chunk.length / 2));
const twice = (chunk: Buffer): Buffer => Buffer.concat([chunk, chunk]);

const faults: Readonly<Record<string, (proxy: FaultProxy) => void>> = {
  'requests are cut off': (proxy) => cutOften(proxy, 'to broker', 15),
  'answers are cut off': (proxy) => cutOften(proxy, 'to client', 15),
  'everything is 150 ms late': (proxy) => {
    proxy.inject('to broker', { delayMs: 75 });
    proxy.inject('to client', { delayMs: 75 });
  },
  'answers get lost on connections that stay open': (proxy) => proxy.inject('to client', { isSilent: true }),
  'requests get lost on connections that stay open': (proxy) => proxy.inject('to broker', { isSilent: true }),
  'requests are cut off in the middle': (proxy) => cutOften(proxy, 'to broker', 15, half),
  'answers are cut off in the middle': (proxy) => cutOften(proxy, 'to client', 15, half),
  'bytes are sent twice to the broker': (proxy) => spoil(proxy, 'to broker', 20, twice),
  'bytes are sent twice to the client': (proxy) => spoil(proxy, 'to client', 20, twice),
  'answers announce two gigabytes': (proxy) => spoil(proxy, 'to client', 20, withLength(0x7fffffff)),
  'answers announce a negative length': (proxy) => spoil(proxy, 'to client', 20, withLength(-2)),
  'requests announce two gigabytes': (proxy) => spoil(proxy, 'to broker', 20, withLength(0x7fffffff)),
  'connections are refused': (proxy) => proxy.refuse(),
};

describe.each(names)('a client and the %s behind a bad network', (name) => {
  let broker: ProxiedBroker;
  let client: KafkaClient;

  beforeAll(async () => {
    broker = await startProxiedBroker(name);
    client = openKafkaClient({ properties: { 'bootstrap.servers': broker.bootstrap } });
  }, 90_000);

  afterEach(() => broker.proxy.heal());

  afterAll(async () => {
    await client.close();
    await broker.stop();
  });

  test.each(Object.entries(faults))(
    'nothing is lost, doubled or out of order while %s',
    async (_, begin) => {
      const sequence = new Sequence(client);
      await sequence.start(3000);
      const before = process.memoryUsage().rss;
      begin(broker.proxy);
      await sleep(5000);
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
      broker.proxy.heal();
      await sequence.settle();
      sequence.expectComplete();
    },
    120_000,
  );

  test('a broker that stands still for two minutes is caught up with, in bounded memory and without a storm', async () => {
    const sequence = new Sequence(client);
    await sequence.start(3000);
    const connections = broker.proxy.accepted;
    const before = process.memoryUsage().rss;
    await broker.freeze();
    await sleep(120_000);
    expect(sequence.mostBuffered).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    // Back-off ends at a second for each of the few connections that are wanted.
    expect(broker.proxy.accepted - connections).toBeLessThan(120 * 5);
    await broker.thaw();
    await sequence.settle(90_000);
    sequence.expectComplete();
  }, 300_000);
});
