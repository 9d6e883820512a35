import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import { listOffsets, type PartitionOffset } from '../admin/partition-offsets.ts';
import { abortable, backoffMs, pause } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { cancelled } from '../connection/pending-request.ts';
import type { CompactedLog, CompactedLogOptions } from '../ports/compacted-log.ts';
import type { ConsumedBatch, Consumer, ConsumerOptions } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Producer } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { ensureLogTopic, type LogTopicSurroundings } from './log-topic.ts';

type LogConsumer = Pick<Consumer, 'assign' | 'poll' | 'wakeup' | 'position' | 'close'>;

/** What a log is made of; the client passes itself. */
export interface TopicLogParts extends Pick<KafkaClient, 'createProducer'> {
  readonly cluster: Cluster;
  readonly admin: LogTopicSurroundings['admin'];
  createConsumer(options: ConsumerOptions): LogConsumer;
}

interface Waiter {
  readonly targets: ReadonlyMap<number, number>;
  readonly resolve: () => void;
}

interface Sending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const pollMs = 1000;
/** While somebody waits for the end, which may lie behind records that a poll does not show (markers, gaps). */
const eagerPollMs = 50;
const closeMs = 5000;
const retryMs = 250;

/** Defaults for small, precious records; the log's own properties go on top. */
const producerDefaults: Properties = {
  acks: 'all',
  'enable.idempotence': 'false',
  'max.in.flight.requests.per.connection': '1',
  'delivery.timeout.ms': '2147483647',
  'linger.ms': '0',
};

/** Records are handed on at once, so there is little use in fetching far ahead. */
const consumerDefaults: Properties = { 'fetch.max.bytes': String(16 * 1024 * 1024) };

export class TopicLog implements CompactedLog {
  readonly #parts: TopicLogParts;
  readonly #options: CompactedLogOptions;
  readonly #stopping = new AbortController();
  readonly #waiters = new Set<Waiter>();
  /** Next offset of each partition: everything before it has been given to `onRecord`. */
  readonly #positions = new Map<number, number>();
  #partitions: readonly TopicPartition[] = [];
  #consumer: LogConsumer | null = null;
  #producer: Producer<Sending> | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(parts: TopicLogParts, options: CompactedLogOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  async start(signal: AbortSignal, onProgress?: (read: number, total: number) => void): Promise<void> {
    const { cluster, admin } = this.#parts;
    const { topic } = this.#options;
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    const numbers = await ensureLogTopic(this.#options, {
      admin,
      log: cluster.log,
      timeoutMs: cluster.settings['default.api.timeout.ms'],
      signal: either,
    });
    this.#partitions = numbers.map((partition) => ({ topic, partition }));
    const starts = await listOffsets(cluster, this.#partitions, 'earliest', { signal: either });
    for (const { partition, offset } of starts) this.#positions.set(partition, offset);
    const ends = await this.#endOffsets(either);
    this.#producer = this.#parts.createProducer<Sending>({
      properties: { ...producerDefaults, ...this.#options.producerProperties },
      onDelivered: ({ tokens, error }) => {
        for (const { resolve, reject } of tokens) {
          if (error === null) resolve();
          else reject(error);
        }
      },
    });
    this.#consumer = this.#parts.createConsumer({
      properties: {
        ...consumerDefaults,
        ...this.#options.consumerProperties,
        'enable.auto.commit': 'false',
        'auto.offset.reset': 'earliest',
      },
    });
    this.#consumer.assign(this.#partitions);
    try {
      await this.#readUntil(this.#consumer, starts, ends, either, onProgress);
    } catch (error) {
      await this.#close();
      throw error;
    }
    this.#reading = this.#tail(this.#consumer);
  }

  async send(key: string | Uint8Array, value: string | Uint8Array | null): Promise<void> {
    const producer = this.#producer;
    if (producer === null) throw this.#notRunning();
    const { topic } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const token = { resolve, reject };
    while (!producer.append({ topic, key, value }, token)) await producer.ready(this.#stopping.signal);
    await promise;
  }

  async readToEnd(signal?: AbortSignal): Promise<void> {
    if (this.#consumer === null) throw this.#notRunning();
    const either =
      signal === undefined ? this.#stopping.signal : AbortSignal.any([signal, this.#stopping.signal]);
    const targets = toTargets(await this.#endOffsets(either));
    if (this.#hasReached(targets)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { targets, resolve };
    this.#waiters.add(waiter);
    this.#consumer.wakeup();
    try {
      await abortable(promise, either, `reading topic ${this.#options.topic} to its end`);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#consumer?.wakeup();
    await this.#reading;
    await this.#close();
  }

  async #close(): Promise<void> {
    const [producer, consumer] = [this.#producer, this.#consumer];
    this.#producer = null;
    this.#consumer = null;
    await producer?.close(closeMs);
    await consumer?.close(closeMs);
  }

  async #endOffsets(signal: AbortSignal): Promise<readonly PartitionOffset[]> {
    const committedOnly = this.#options.consumerProperties?.['isolation.level'] === 'read_committed';
    return await listOffsets(this.#parts.cluster, this.#partitions, 'latest', { signal, committedOnly });
  }

  async #readUntil(
    consumer: LogConsumer,
    starts: readonly PartitionOffset[],
    ends: readonly PartitionOffset[],
    signal: AbortSignal,
    onProgress?: (read: number, total: number) => void,
  ): Promise<void> {
    const begin = sum(starts);
    const total = sum(ends) - begin;
    const targets = toTargets(ends);
    onProgress?.(0, total);
    while (!this.#hasReached(targets)) {
      if (signal.aborted) throw cancelled(`reading topic ${this.#options.topic}`);
      try {
        this.#deliver(await consumer.poll(eagerPollMs, signal));
        await this.#catchUp(consumer, targets);
      } catch (error) {
        if (signal.aborted || !isRetriable(error)) throw error;
        this.#parts.cluster.log(
          'debug',
          `reading topic ${this.#options.topic} is tried again: ${messageOf(error)}`,
        );
        await pause(retryMs, `reading topic ${this.#options.topic}`, signal);
      }
      const read = this.#partitions.reduce(
        (all, { partition }) => all + (this.#positions.get(partition) ?? 0),
        0,
      );
      onProgress?.(Math.min(read - begin, total), total);
    }
  }

  /** Reads for ever. Nothing a broker does may end it: a worker that misses records acts on a stale view. */
  async #tail(consumer: LogConsumer): Promise<void> {
    const { signal } = this.#stopping;
    const { topic } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      try {
        this.#deliver(await consumer.poll(this.#waiters.size > 0 ? eagerPollMs : pollMs, signal));
        await this.#settleWaiters(consumer);
        failures = 0;
      } catch (error) {
        if (signal.aborted || this.#parts.cluster.closed) return;
        const level = failures % 10 === 0 ? 'warn' : 'debug';
        this.#parts.cluster.log(
          level,
          `reading topic ${topic} failed and is tried again: ${messageOf(error)}`,
        );
        await pause(backoffMs(100, 5000, failures++), `reading topic ${topic}`, signal).catch(
          () => undefined,
        );
      }
    }
  }

  async #settleWaiters(consumer: LogConsumer): Promise<void> {
    for (const waiter of this.#waiters) {
      await this.#catchUp(consumer, waiter.targets);
      if (this.#hasReached(waiter.targets)) waiter.resolve();
    }
  }

  #deliver(batches: readonly ConsumedBatch[]): void {
    for (const { topic, partition, records, nextOffset } of batches) {
      for (const { offset, timestamp, key, value } of records) {
        // The views die with the next poll, but owners of the log keep what they are given.
        const copy = { key: copyOf(key), value: copyOf(value) };
        try {
          this.#options.onRecord({ topic, partition, offset, timestamp, ...copy });
        } catch (error) {
          const place = `${topic}-${partition} offset ${offset}`;
          this.#parts.cluster.log(
            'error',
            `record at ${place} could not be applied and is skipped: ${messageOf(error)}`,
          );
        }
      }
      this.#positions.set(partition, nextOffset);
    }
  }

  /** Positions move over markers and gaps without a batch to tell of it. */
  async #catchUp(consumer: LogConsumer, targets: ReadonlyMap<number, number>): Promise<void> {
    for (const at of this.#partitions) {
      const known = this.#positions.get(at.partition) ?? 0;
      if (known >= (targets.get(at.partition) ?? 0)) continue;
      const position = await consumer.position(at);
      if (position > known) this.#positions.set(at.partition, position);
    }
  }

  #hasReached(targets: ReadonlyMap<number, number>): boolean {
    for (const [partition, end] of targets) if ((this.#positions.get(partition) ?? 0) < end) return false;
    return true;
  }

  #notRunning(): ConnectError {
    return new ConnectError('illegal-state', `the log of topic ${this.#options.topic} is not running`);
  }
}

function toTargets(ends: readonly PartitionOffset[]): ReadonlyMap<number, number> {
  return new Map(ends.map(({ partition, offset }) => [partition, offset]));
}

function sum(offsets: readonly PartitionOffset[]): number {
  return offsets.reduce((total, { offset }) => total + offset, 0);
}

function copyOf(view: Buffer | null): Buffer | null {
  return view === null ? null : Buffer.from(view);
}
