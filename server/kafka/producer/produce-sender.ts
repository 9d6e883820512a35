import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Connection } from '../connection/connection.ts';
import { kafkaErrorOf, kafkaFailure } from '../protocol/error-codes.ts';
import type { ProduceResponse } from '../protocol/generated/produce.js';
import { produceApi } from '../protocol/generated/produce.js';
import { BrokerLane } from './broker-lane.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerBatch } from './producer-batch.ts';
import { IdentitySource } from './producer-identity.ts';
import type { ProducerSettings } from './producer-settings.ts';
import type { RecordAccumulator } from './record-accumulator.ts';

interface Sent<Token> {
  readonly queue: PartitionQueue<Token>;
  readonly batch: ProducerBatch<Token>;
  readonly records: Buffer;
}

/** Bytes of a produce request beside its batches, roughly. */
const requestOverhead = 512;

/**
 * Sends the batches of an accumulator: `drain` looks at all partitions that have some, and puts what is due into one
 * request per broker, as many requests as may be in flight. It runs again after each answer, and by a timer.
 */
export class ProduceSender<Token> {
  /** Someone waits for batches to end (flush, close, no memory): do not linger. */
  isUrgent = false;
  readonly #cluster: Cluster;
  readonly #settings: ProducerSettings;
  readonly #accumulator: RecordAccumulator<Token>;
  readonly #purpose: string;
  readonly #identity: IdentitySource;
  readonly #lanes = new Map<number, BrokerLane>();
  readonly #closing = new AbortController();
  #drainIsDue = false;
  #isAskingForIdentity = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    cluster: Cluster,
    settings: ProducerSettings,
    accumulator: RecordAccumulator<Token>,
    purpose: string,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#accumulator = accumulator;
    this.#purpose = purpose;
    this.#identity = new IdentitySource(cluster);
  }

  /** Drains once the code that runs now is through, however often it asks. */
  drainSoon(): void {
    if (this.#drainIsDue) return;
    this.#drainIsDue = true;
    queueMicrotask(() => this.drain());
  }

  /** Drains at this time of performance.now, if nothing makes it earlier. */
  wakeAt(time: number): void {
    if (time >= this.#timerAt || this.#closing.signal.aborted) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = time;
    const wait = Math.min(Math.max(0, Math.ceil(time - performance.now())), 0x7fffffff);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.drain();
    }, wait);
  }

  drain(): void {
    this.#drainIsDue = false;
    if (this.#closing.signal.aborted) return;
    const now = performance.now();
    const due = new Map<number, PartitionQueue<Token>[]>();
    for (const queue of this.#accumulator.active) {
      this.#expire(queue, now);
      const head = queue.waiting[0];
      if (head === undefined) continue;
      this.wakeAt(Math.min(head.deadline, queue.blockedUntil > now ? queue.blockedUntil : head.deadline));
      if (!queue.maySend(now)) continue;
      const dueAt = this.#dueAt(head);
      if (dueAt > now) {
        this.wakeAt(dueAt);
        continue;
      }
      const leader = this.#cluster.leader(queue.topic, queue.partition);
      if (leader < 0) {
        this.#cluster.refreshSoon();
        this.wakeAt(now + this.#settings.retryBackoffMs);
        continue;
      }
      const queues = due.get(leader);
      if (queues === undefined) due.set(leader, [queue]);
      else queues.push(queue);
    }
    if (due.size === 0 || !this.#hasIdentity()) return;
    for (const [node, queues] of due) this.#fill(this.#lane(node), queues, now);
  }

  /** Ends every batch with this error and stops. */
  close(error: ConnectError): void {
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#cluster.dropConnections(this.#purpose);
    for (const queue of [...this.#accumulator.active]) {
      for (const batch of [...queue.inFlight]) {
        queue.settledUnknown(batch);
        this.#accumulator.end(queue, batch, { error });
      }
      this.#failWaiting(queue, error);
    }
  }

  #dueAt(head: ProducerBatch<Token>): number {
    const isDue =
      head.closed || head.attempts > 0 || this.isUrgent || head.builder.bytes >= this.#settings.batchBytes;
    return isDue ? 0 : head.createdAt + this.#settings.lingerMs;
  }

  #lane(node: number): BrokerLane {
    let lane = this.#lanes.get(node);
    if (lane === undefined) {
      lane = new BrokerLane(node, this.#cluster, this.#purpose);
      this.#lanes.set(node, lane);
    }
    return lane;
  }

  #hasIdentity(): boolean {
    if (!this.#settings.isIdempotent || this.#identity.current !== null) return true;
    if (this.#isAskingForIdentity) return false;
    this.#isAskingForIdentity = true;
    this.#identity
      .obtain(this.#closing.signal)
      .catch((error: unknown) => this.#failAll(error))
      .finally(() => {
        this.#isAskingForIdentity = false;
        this.drain();
      });
    return false;
  }

  #fill(lane: BrokerLane, queues: readonly PartitionQueue<Token>[], now: number): void {
    if (lane.blockedUntil > now) {
      this.wakeAt(lane.blockedUntil);
      return;
    }
    while (lane.inFlight < this.#settings.maxInFlight) {
      const connection = lane.open();
      if (connection === null) {
        lane.connect(this.#settings.retryBackoffMs, this.#closing.signal, (error) => {
          if (error !== null) for (const queue of queues) this.#failWaiting(queue, error);
          this.drain();
        });
        return;
      }
      const picked = this.#pick(lane, queues, now);
      if (picked.length === 0) return;
      this.#send(lane, connection, picked);
    }
  }

  /** At most one batch of each partition: brokers take no more in a request. */
  #pick(lane: BrokerLane, queues: readonly PartitionQueue<Token>[], now: number): Sent<Token>[] {
    const picked: Sent<Token>[] = [];
    let bytes = requestOverhead;
    const start = lane.turn++;
    for (let i = 0; i < queues.length; i++) {
      const queue = queues[(start + i) % queues.length] as PartitionQueue<Token>;
      const head = queue.waiting[0];
      if (head === undefined || !queue.maySend(now) || this.#dueAt(head) > now) continue;
      if (picked.length > 0 && bytes + head.bytes > this.#settings.maxRequestBytes) continue;
      const identity = this.#identity.current;
      if (identity !== null && queue.isSpent(identity.producerId)) {
        this.#identity.discard();
        this.drainSoon();
        break;
      }
      const batch = queue.take();
      if (identity !== null) queue.assignSequence(batch, identity.producerId, identity.epoch);
      const records = this.#accumulator.seal(queue, batch);
      bytes += records.length;
      picked.push({ queue, batch, records });
    }
    return picked;
  }

  #send(lane: BrokerLane, connection: Connection, sent: readonly Sent<Token>[]): void {
    const { acks, requestTimeoutMs } = this.#settings;
    const request = { acks, timeoutMs: requestTimeoutMs, topicData: topicDataOf(sent) };
    const answer: Promise<ProduceResponse | null> =
      acks === 0
        ? connection.sendOneWay(produceApi, request).then(() => null)
        : connection.request(produceApi, request, { timeoutMs: requestTimeoutMs });
    lane.inFlight++;
    answer.then(
      (response) => {
        lane.inFlight--;
        if (response !== null && response.throttleTimeMs > 0) {
          lane.blockedUntil = performance.now() + response.throttleTimeMs;
        }
        for (const each of sent) this.#onAnswer(each, response);
        this.drain();
      },
      (error: unknown) => {
        lane.inFlight--;
        this.#cluster.refreshSoon();
        for (const each of sent) this.#onFailure(each, error);
        this.drain();
      },
    );
  }

  #onAnswer({ queue, batch, records }: Sent<Token>, response: ProduceResponse | null): void {
    // Ended by `close` meanwhile.
    if (!queue.inFlight.includes(batch)) return;
    if (response === null) {
      this.#succeed(queue, batch, -1, -1);
      return;
    }
    const answer = response.responses
      .find(({ name }) => name === queue.topic)
      ?.partitionResponses.find(({ index }) => index === queue.partition);
    if (answer === undefined) {
      const error = kafkaFailure(-1, `produce to ${queue.name}`, 'the answer does not mention the partition');
      this.#fail(queue, batch, error, false);
      return;
    }
    const kafkaError = kafkaErrorOf(answer.errorCode);
    const what = `produce to ${queue.name}`;
    switch (kafkaError.name) {
      case 'NONE':
        this.#succeed(queue, batch, answer.baseOffset, answer.logAppendTimeMs);
        return;
      case 'DUPLICATE_SEQUENCE_NUMBER':
        this.#succeed(queue, batch, -1, -1);
        return;
      case 'MESSAGE_TOO_LARGE':
      case 'RECORD_LIST_TOO_LARGE':
        if (batch.tokens.length === 1) break;
        this.#split(queue, batch, records.length);
        return;
      case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
        if (!queue.isAheadOfTurn(batch)) break;
        batch.attempts--;
        queue.requeue(batch, 0);
        return;
      case 'UNKNOWN_PRODUCER_ID':
      case 'INVALID_PRODUCER_EPOCH':
        if (!queue.isAheadOfTurn(batch)) queue.beginEpoch();
        this.#retry(queue, batch, kafkaFailure(answer.errorCode, what, answer.errorMessage), false);
        return;
    }
    if (kafkaError.staleMetadata) this.#cluster.refreshSoon();
    const detail = answer.recordErrors[0]?.batchIndexErrorMessage ?? answer.errorMessage;
    const error = kafkaFailure(answer.errorCode, what, detail);
    if (kafkaError.retriable) this.#retry(queue, batch, error, false);
    else {
      if (kafkaError.name === 'OUT_OF_ORDER_SEQUENCE_NUMBER') queue.beginEpoch();
      this.#fail(queue, batch, error, false);
    }
  }

  #onFailure({ queue, batch }: Sent<Token>, error: unknown): void {
    if (!queue.inFlight.includes(batch)) return;
    if (isConnectError(error) && error.retriable) this.#retry(queue, batch, error, true);
    else this.#fail(queue, batch, error, true);
  }

  #succeed(
    queue: PartitionQueue<Token>,
    batch: ProducerBatch<Token>,
    baseOffset: number,
    timestamp: number,
  ): void {
    queue.settled(batch, true);
    this.#accumulator.end(queue, batch, { baseOffset, timestamp, error: null });
  }

  #retry(
    queue: PartitionQueue<Token>,
    batch: ProducerBatch<Token>,
    error: ConnectError,
    mayBeStored: boolean,
  ): void {
    const { retries, retryBackoffMs, retryBackoffMaxMs } = this.#settings;
    const now = performance.now();
    if (batch.attempts > retries || now >= batch.deadline) {
      this.#fail(queue, batch, error, mayBeStored);
      return;
    }
    this.#cluster.log('debug', `sending ${batch.tokens.length} records again: ${error.message}`);
    queue.requeue(batch, now + backoffMs(retryBackoffMs, retryBackoffMaxMs, batch.attempts - 1));
  }

  #split(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, bytes: number): void {
    this.#cluster.log(
      'warn',
      `the broker takes no batches of ${bytes} bytes for topic ${queue.topic} (max.message.bytes); smaller ones are sent from now on`,
    );
    queue.settled(batch, false);
    this.#accumulator.split(queue, batch);
  }

  #fail(
    queue: PartitionQueue<Token>,
    batch: ProducerBatch<Token>,
    error: unknown,
    mayBeStored: boolean,
  ): void {
    if (mayBeStored) queue.settledUnknown(batch);
    else queue.settled(batch, false);
    this.#accumulator.end(queue, batch, { error: toError(error) });
  }

  /** Batches that were not sent in time; what is in flight is left to its answer. */
  #expire(queue: PartitionQueue<Token>, now: number): void {
    for (let head = queue.waiting[0]; head !== undefined && head.deadline <= now; head = queue.waiting[0]) {
      queue.waiting.shift();
      // Tried before: whether it arrived is not known.
      if (head.attempts > 0) queue.settledUnknown(head);
      const error = new ConnectError(
        'timeout',
        `${head.tokens.length} records for ${queue.name} were not delivered within ${this.#settings.deliveryTimeoutMs} ms (delivery.timeout.ms)`,
        { retriable: true, details: { kafkaError: 'REQUEST_TIMED_OUT' } },
      );
      this.#accumulator.end(queue, head, { error });
    }
  }

  #failWaiting(queue: PartitionQueue<Token>, error: unknown): void {
    for (const batch of queue.waiting.splice(0)) {
      if (batch.attempts > 0) queue.settledUnknown(batch);
      this.#accumulator.end(queue, batch, { error: toError(error) });
    }
  }

  #failAll(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#cluster.log('error', `records cannot be sent: ${messageOf(error)}`);
    for (const queue of [...this.#accumulator.active]) this.#failWaiting(queue, error);
  }
}

function topicDataOf<Token>(
  sent: readonly Sent<Token>[],
): { name: string; partitionData: { index: number; records: Buffer }[] }[] {
  const topics = new Map<string, { index: number; records: Buffer }[]>();
  for (const { queue, records } of sent) {
    const partitions = topics.get(queue.topic);
    const data = { index: queue.partition, records };
    if (partitions === undefined) topics.set(queue.topic, [data]);
    else partitions.push(data);
  }
  return [...topics].map(([name, partitionData]) => ({ name, partitionData }));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new ConnectError('unknown', messageOf(error));
}
