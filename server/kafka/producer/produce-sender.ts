import { type ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProduceResponse } from '../protocol/generated/produce.js';
import { produceApi } from '../protocol/generated/produce.js';
import { BatchOutcomes } from './batch-outcomes.ts';
import { BrokerLane } from './broker-lane.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { answersOf, type Sent, topicDataOf, topicIdsOf } from './produce-request.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerSettings } from './producer-settings.ts';
import type { RecordAccumulator } from './record-accumulator.ts';
import { produceVersions, type WriteSession } from './write-session.ts';

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
  readonly #session: WriteSession;
  readonly #outcomes: BatchOutcomes<Token>;
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
    session: WriteSession,
    purpose: string,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#accumulator = accumulator;
    this.#purpose = purpose;
    this.#session = session;
    this.#outcomes = new BatchOutcomes(cluster, settings, accumulator, session);
    session.onChange(() => this.drainSoon());
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

  /** The node was given nothing for longer than partitioner.availability.timeout.ms, although something is due. */
  isStalled(node: number): boolean {
    const since = this.#lanes.get(node)?.stalledSince ?? null;
    return since !== null && performance.now() - since > this.#settings.availabilityTimeoutMs;
  }

  drain(): void {
    this.#drainIsDue = false;
    if (this.#closing.signal.aborted) return;
    this.#cluster.refreshIfOld();
    const { refusal } = this.#session;
    if (refusal !== null) {
      this.#failWaiting(refusal);
      return;
    }
    const now = performance.now();
    const due = new Map<number, PartitionQueue<Token>[]>();
    for (const queue of this.#accumulator.active) {
      this.#outcomes.expire(queue, now);
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
      if (!this.#session.admits(queue.topic, queue.partition)) continue;
      const queues = due.get(leader);
      if (queues === undefined) due.set(leader, [queue]);
      else queues.push(queue);
    }
    for (const lane of this.#lanes.values()) if (!due.has(lane.node)) lane.stalledSince = null;
    if (due.size === 0 || !this.#hasIdentity()) return;
    for (const [node, queues] of due) {
      const lane = this.#lane(node);
      lane.stalledSince ??= now;
      this.#fill(lane, queues, now);
    }
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
      this.#outcomes.failWaiting(queue, error);
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
    if (this.#session.identity !== null) return true;
    if (this.#isAskingForIdentity) return false;
    this.#isAskingForIdentity = true;
    this.#session
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
          if (error !== null) for (const queue of queues) this.#outcomes.failWaiting(queue, error);
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
      const { identity, transactionalId } = this.#session;
      if (identity && transactionalId !== null) queue.adopt(identity);
      else if (identity && queue.isSpent(identity.producerId)) {
        this.#session.discard();
        this.drainSoon();
        break;
      }
      const batch = queue.take();
      if (identity) queue.assignSequence(batch, identity);
      const records = this.#accumulator.seal(queue, batch);
      bytes += records.length;
      picked.push({ queue, batch, records });
    }
    return picked;
  }

  #send(lane: BrokerLane, connection: Connection, sent: readonly Sent<Token>[]): void {
    const { acks, requestTimeoutMs: timeoutMs } = this.#settings;
    const { transactionalId } = this.#session;
    const known = topicIdsOf(this.#cluster, sent);
    const maxVersion = this.#session.produceVersion(known !== null);
    const ids = connection.versionOf(produceApi, maxVersion) < produceVersions.byId ? null : known;
    const request = { transactionalId, acks, timeoutMs, topicData: topicDataOf(sent, ids) };
    const options = { timeoutMs, maxVersion };
    const answer: Promise<ProduceResponse | null> =
      acks === 0
        ? connection.sendOneWay(produceApi, request, options).then(() => null)
        : connection.request(produceApi, request, options);
    lane.inFlight++;
    lane.stalledSince = null;
    answer.then(
      (response) => {
        lane.inFlight--;
        if (response !== null && response.throttleTimeMs > 0) {
          lane.blockedUntil = performance.now() + response.throttleTimeMs;
        }
        const answerTo = response === null ? () => null : answersOf<Token>(response, ids);
        for (const { queue, batch } of sent) this.#outcomes.answered(queue, batch, answerTo(queue));
        this.drain();
      },
      (error: unknown) => {
        lane.inFlight--;
        this.#cluster.refreshSoon();
        for (const { queue, batch } of sent) this.#outcomes.unanswered(queue, batch, error);
        this.drain();
      },
    );
  }

  #failAll(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#cluster.log('error', `records cannot be sent: ${messageOf(error)}`);
    this.#failWaiting(error);
  }

  #failWaiting(error: unknown): void {
    for (const queue of [...this.#accumulator.active]) this.#outcomes.failWaiting(queue, error);
  }
}
