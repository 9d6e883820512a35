import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import { abortable } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { DeliveredBatch, Producer, ProducerOptions, ProducerRecord } from '../ports/producer.ts';
import { settingError } from '../settings-table.ts';
import { CoarseClock } from './coarse-clock.ts';
import { IdempotentSession } from './idempotent-session.ts';
import { ProduceSender } from './produce-sender.ts';
import { type ProducerSettings, parseProducerSettings } from './producer-settings.ts';
import { RecordAccumulator } from './record-accumulator.ts';
import { TopicPartitions } from './topic-partitions.ts';
import { plainSession, type WriteSession } from './write-session.ts';

let producers = 0;

/** Why the last `append` answered false. */
interface Refusal<Token> {
  readonly record: ProducerRecord;
  /** Whose metadata to wait for; null: there is no memory. */
  readonly topic: TopicPartitions<Token> | null;
  /** Even though the topic is known. */
  readonly needsRefresh: boolean;
}

export interface ProducerSetup {
  /** Called once, when the cluster is no longer needed. */
  readonly onClosed?: (() => void) | undefined;
  /** Needed with a transactional id, and only then. */
  readonly session?: WriteSession;
  /** Whose connections it uses; they are closed with it. */
  readonly purpose?: string;
}

/** The `Producer` port: see kafka-client.ts. */
export class KafkaProducer<Token> implements Producer<Token> {
  readonly #cluster: Cluster;
  readonly #settings: ProducerSettings;
  readonly #onDelivered: (batch: DeliveredBatch<Token>) => void;
  readonly #accumulator: RecordAccumulator<Token>;
  readonly #sender: ProduceSender<Token>;
  readonly #topics = new Map<string, TopicPartitions<Token>>();
  readonly #waiters = new Set<() => void>();
  readonly #clock = new CoarseClock();
  readonly #stopListening: () => void;
  readonly #onClosed: () => void;
  #latest: TopicPartitions<Token> | null = null;
  #refusal: Refusal<Token> | null = null;
  /** A named partition that metadata lacked once; it may be new. */
  #doubted: { readonly topic: string; readonly partition: number } | null = null;
  #isClosed = false;

  /** Throws a `config` error that names the key. */
  constructor(cluster: Cluster, options: ProducerOptions<Token>, setup: ProducerSetup = {}) {
    this.#cluster = cluster;
    this.#onClosed = setup.onClosed ?? (() => undefined);
    const settings = parseProducerSettings(options.properties);
    this.#settings = settings;
    const { session = sessionFor(cluster, settings), purpose = `produce ${++producers}` } = setup;
    this.#onDelivered = options.onDelivered;
    this.#accumulator = new RecordAccumulator(settings, (batch) => this.#delivered(batch));
    this.#sender = new ProduceSender(cluster, settings, this.#accumulator, session, purpose);
    this.#stopListening = cluster.onMetadata(() => this.#onMetadata());
  }

  get bufferedBytes(): number {
    return this.#accumulator.usedBytes;
  }

  append(record: ProducerRecord, token: Token): boolean {
    if (this.#isClosed) throw closedError();
    const topic = this.#latest?.name === record.topic ? this.#latest : this.#topicOf(record.topic);
    if (topic.count === 0) {
      topic.throwIfUnusable();
      this.#refusal = { record, topic, needsRefresh: false };
      return false;
    }
    const partition = topic.choose(record);
    if (partition >= topic.count && !this.#mayBeNew(topic, partition)) {
      this.#refusal = { record, topic, needsRefresh: true };
      return false;
    }
    const timestamp = record.timestamp ?? this.#clock.now();
    if (!(timestamp >= 0 && Number.isSafeInteger(timestamp))) throw badTimestamp(timestamp);
    const accumulator = this.#accumulator;
    const isTaken = accumulator.append(topic.queue(partition), record, timestamp, token);
    const { appended } = accumulator;
    if (!isTaken) {
      this.#refusal = { record, topic: null, needsRefresh: false };
      this.#sender.drain();
      return false;
    }
    // A closed batch is as large as they get, so there is no use in waiting for the code that runs now.
    if (appended.hasClosed) this.#sender.drain();
    else if (appended.isFull || this.#settings.lingerMs === 0 || this.#sender.isUrgent)
      this.#sender.drainSoon();
    else if (appended.isFirst) this.#sender.wakeAt(appended.createdAt + this.#settings.lingerMs);
    topic.appended(partition, appended.bytes, appended.isFull);
    return true;
  }

  async ready(signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + this.#settings.maxBlockMs;
    for (;;) {
      if (this.#isClosed) throw closedError();
      const refusal = this.#refusal;
      if (refusal === null || this.#isOver(refusal)) break;
      const left = deadline - performance.now();
      if (left <= 0) throw this.#blockedTooLong(refusal);
      if (refusal.topic === null) await this.#untilWoken(left, signal);
      else await this.#untilKnown(refusal.topic, left, signal);
    }
    this.#refusal = null;
  }

  async flush(signal?: AbortSignal): Promise<void> {
    const batches = this.#accumulator.closeBatches();
    if (batches.length === 0) return;
    let unfinished = batches.length;
    const ended = new Promise<void>((resolve) => {
      for (const batch of batches) {
        batch.waiting.push(() => {
          unfinished--;
          if (unfinished === 0) resolve();
        });
      }
    });
    this.#sender.drain();
    await abortable(ended, signal, 'flushing the producer');
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wakeAll();
    if (timeoutMs > 0) {
      const signal = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), 0x7fffffff));
      await this.flush(signal).catch(() => undefined);
    }
    this.#stopListening();
    this.#cluster.untrack(this.#topics.keys(), this);
    this.#sender.close(new ConnectError('cancelled', 'the producer was closed before the records were sent'));
    this.#onClosed();
  }

  #topicOf(name: string): TopicPartitions<Token> {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      requireValidTopic(name);
      topic = new TopicPartitions(
        name,
        this.#settings,
        (partition) => this.#accumulator.newQueue(name, partition),
        (node) => this.#sender.isStalled(node),
      );
      topic.update(this.#cluster.topic(name));
      this.#topics.set(name, topic);
      this.#cluster.track([name], this);
    }
    this.#latest = topic;
    return topic;
  }

  /** False: metadata is asked for first. Throws when fresh metadata lacks the partition too. */
  #mayBeNew(topic: TopicPartitions<Token>, partition: number): boolean {
    const doubted = this.#doubted;
    if (doubted?.topic !== topic.name || doubted.partition !== partition) {
      this.#doubted = { topic: topic.name, partition };
      return false;
    }
    this.#doubted = null;
    throw new ConnectError(
      'not-found',
      `Partition ${partition} of topic ${topic.name} with partition count ${topic.count} is not present in metadata`,
      { details: { kafkaError: 'UNKNOWN_TOPIC_OR_PARTITION' } },
    );
  }

  #isOver({ record, topic, needsRefresh }: Refusal<Token>): boolean {
    if (topic === null) return this.#accumulator.hasRoomFor(record);
    return topic.count > 0 && !needsRefresh;
  }

  async #untilKnown(topic: TopicPartitions<Token>, leftMs: number, signal?: AbortSignal): Promise<void> {
    const limit = AbortSignal.timeout(Math.min(Math.ceil(leftMs), 0x7fffffff));
    const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    const what = `waiting for metadata of topic ${topic.name}`;
    this.#cluster.track([topic.name], this);
    try {
      await this.#cluster.retry(
        what,
        async () => {
          if (this.#isClosed) throw closedError();
          await this.#cluster.refresh([topic.name], { autoCreate: true, signal: either });
          topic.update(this.#cluster.topic(topic.name));
          topic.throwIfUnusable();
          if (topic.count === 0) {
            throw new ConnectError('retriable', `topic ${topic.name} is not known to the cluster yet`);
          }
        },
        { timeoutMs: leftMs, signal: either },
      );
    } catch (error) {
      if (this.#isClosed || signal?.aborted === true) throw error;
      // What metadata says against the topic is thrown by the next append, as for one that is known.
      if (limit.aborted || topic.count === 0) {
        topic.throwIfUnusable();
        // A broker that refuses us does not change its mind by waiting.
        if (!limit.aborted && !isRetriable(error)) throw error;
        throw this.#missing(topic, error);
      }
      throw error;
    }
    this.#refusal = null;
  }

  async #untilWoken(leftMs: number, signal?: AbortSignal): Promise<void> {
    this.#sender.isUrgent = true;
    this.#sender.drain();
    let wake = (): void => undefined;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const timer = setTimeout(wake, Math.min(Math.ceil(leftMs), 0x7fffffff));
    this.#waiters.add(wake);
    try {
      await abortable(woken, signal, 'waiting for room in the producer');
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(wake);
      this.#sender.isUrgent = this.#waiters.size > 0;
    }
  }

  #blockedTooLong({ topic }: Refusal<Token>): ConnectError {
    if (topic !== null) return this.#missing(topic);
    return new ConnectError(
      'timeout',
      `Failed to allocate memory within the configured max blocking time ${this.#settings.maxBlockMs} ms (max.block.ms); buffer.memory is ${this.#settings.bufferBytes}`,
      { retriable: true },
    );
  }

  #missing(topic: TopicPartitions<Token>, cause?: unknown): ConnectError {
    const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
    return new ConnectError(
      'timeout',
      `Topic ${topic.name} not present in metadata after ${this.#settings.maxBlockMs} ms (max.block.ms)${why}`,
      { cause, retriable: true, details: { kafkaError: 'REQUEST_TIMED_OUT' } },
    );
  }

  #onMetadata(): void {
    const now = performance.now();
    for (const topic of this.#topics.values()) {
      if (topic.isForgotten) continue;
      if (topic.isIdle(now)) {
        topic.forget();
        this.#cluster.untrack([topic.name], this);
      } else topic.update(this.#cluster.topic(topic.name));
    }
    this.#sender.drainSoon();
  }

  #delivered(batch: DeliveredBatch<Token>): void {
    try {
      this.#onDelivered(batch);
    } catch (error) {
      this.#cluster.log('error', `a delivery callback failed: ${messageOf(error)}`);
    }
    if (this.#waiters.size > 0) this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiters]) wake();
  }
}

function sessionFor(cluster: Cluster, { transactionalId, isIdempotent }: ProducerSettings): WriteSession {
  if (transactionalId !== null) {
    throw settingError(
      'transactional.id',
      'transactional.id is for transactions; leave it out of the settings of a producer without them',
    );
  }
  return isIdempotent ? new IdempotentSession(cluster) : plainSession;
}

const legalTopic = /^[a-zA-Z0-9._-]{1,249}$/;

function requireValidTopic(name: string): void {
  if (legalTopic.test(name) && name !== '.' && name !== '..') return;
  throw new ConnectError(
    'bad-request',
    `Topic name is invalid: '${name}' (letters, digits, . _ - only, at most 249)`,
    {
      details: { kafkaError: 'INVALID_TOPIC_EXCEPTION' },
    },
  );
}

function badTimestamp(timestamp: number): ConnectError {
  return new ConnectError(
    'bad-request',
    `Invalid timestamp: ${timestamp}. Timestamp should always be a non-negative whole number or null.`,
  );
}

function closedError(): ConnectError {
  return new ConnectError('cancelled', 'Cannot perform operation after producer has been closed');
}
