import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type KafkaErrorName, kafkaErrorOf, kafkaFailure } from '../protocol/error-codes.ts';
import type { PartitionProduceResponse } from '../protocol/generated/produce.js';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerSettings } from './producer-settings.ts';
import type { RecordAccumulator } from './record-accumulator.ts';
import type { WriteSession } from './write-session.ts';

/** Errors of a broker that may have stored the batch all the same. */
const leavesDoubt: ReadonlySet<KafkaErrorName> = new Set([
  'UNKNOWN_SERVER_ERROR',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
]);

/** Decides what becomes of batches that were sent, or were not in time: done, tried again, split or failed. */
export class BatchOutcomes<Token> {
  readonly #cluster: Cluster;
  readonly #settings: ProducerSettings;
  readonly #accumulator: RecordAccumulator<Token>;
  readonly #session: WriteSession;

  constructor(
    cluster: Cluster,
    settings: ProducerSettings,
    accumulator: RecordAccumulator<Token>,
    session: WriteSession,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#accumulator = accumulator;
    this.#session = session;
  }

  /** `answer` null: nobody was asked to answer; undefined: the broker left the partition out. */
  answered(
    queue: PartitionQueue<Token>,
    batch: ProducerBatch<Token>,
    answer: PartitionProduceResponse | null | undefined,
  ): void {
    // Ended by `close` meanwhile.
    if (!queue.inFlight.includes(batch)) return;
    if (answer === null) {
      this.#succeed(queue, batch, -1, -1);
      return;
    }
    const what = `produce to ${queue.name}`;
    if (answer === undefined) {
      batch.mayBeStored = true;
      this.#fail(queue, batch, kafkaFailure(-1, what, 'the answer does not mention the partition'));
      return;
    }
    const kafkaError = kafkaErrorOf(answer.errorCode);
    if (kafkaError.name === 'NONE') {
      this.#succeed(queue, batch, answer.baseOffset, answer.logAppendTimeMs);
      return;
    }
    if (kafkaError.name === 'DUPLICATE_SEQUENCE_NUMBER') {
      this.#succeed(queue, batch, -1, -1);
      return;
    }
    if (kafkaError.staleMetadata) this.#cluster.refreshSoon();
    if (leavesDoubt.has(kafkaError.name)) batch.mayBeStored = true;
    const detail = answer.recordErrors[0]?.batchIndexErrorMessage ?? answer.errorMessage;
    const error = kafkaFailure(answer.errorCode, what, detail);
    switch (kafkaError.name) {
      case 'MESSAGE_TOO_LARGE':
      case 'RECORD_LIST_TOO_LARGE':
        if (batch.tokens.length === 1) this.#fail(queue, batch, error);
        else this.#split(queue, batch);
        return;
      case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
      case 'UNKNOWN_PRODUCER_ID':
      case 'INVALID_PRODUCER_EPOCH':
        this.#outOfStep(queue, batch, error);
        return;
    }
    if (kafkaError.retriable) this.#retry(queue, batch, error);
    else this.#fail(queue, batch, error);
  }

  /** No answer came, or none can be read. */
  unanswered(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, error: unknown): void {
    if (!queue.inFlight.includes(batch)) return;
    batch.mayBeStored = true;
    if (isConnectError(error) && error.retriable) this.#retry(queue, batch, error);
    else this.#fail(queue, batch, error);
  }

  /** Ends batches that were not sent in time; what is in flight is left to its answer. */
  expire(queue: PartitionQueue<Token>, now: number): void {
    for (let head = queue.waiting[0]; head !== undefined && head.deadline <= now; head = queue.waiting[0]) {
      queue.waiting.shift();
      const error = new ConnectError(
        'timeout',
        `${head.tokens.length} records for ${queue.name} were not delivered within ${this.#settings.deliveryTimeoutMs} ms (delivery.timeout.ms)`,
        { retriable: true, details: { kafkaError: 'REQUEST_TIMED_OUT' } },
      );
      this.#dropWaiting(queue, head, error);
    }
  }

  failWaiting(queue: PartitionQueue<Token>, error: unknown): void {
    for (const batch of queue.waiting.splice(0)) this.#dropWaiting(queue, batch, toError(error));
  }

  /** The idempotent producer goes on in a new epoch; a transaction is over, unless only an earlier batch is missing. */
  #outOfStep(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, error: ConnectError): void {
    const isOutOfOrder = error.details.kafkaError === 'OUT_OF_ORDER_SEQUENCE_NUMBER';
    const isAhead = queue.isAheadOfTurn(batch);
    if (isOutOfOrder && isAhead) {
      batch.attempts--;
      queue.requeue(batch, 0);
      return;
    }
    if (!batch.hasSequence || this.#session.transactionalId !== null) {
      this.#fail(queue, batch, error);
      return;
    }
    if (!isAhead) queue.beginEpoch();
    this.#retry(queue, batch, error);
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

  #retry(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, error: ConnectError): void {
    const { retries, retryBackoffMs, retryBackoffMaxMs } = this.#settings;
    const now = performance.now();
    if (batch.attempts > retries || now >= batch.deadline) {
      this.#fail(queue, batch, error);
      return;
    }
    this.#cluster.log('debug', `sending ${batch.tokens.length} records again: ${error.message}`);
    queue.requeue(batch, now + backoffMs(retryBackoffMs, retryBackoffMaxMs, batch.attempts - 1));
  }

  #split(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>): void {
    this.#cluster.log(
      'warn',
      `the broker takes no batches of ${batch.bytes} bytes for topic ${queue.topic} (max.message.bytes); smaller ones are sent from now on`,
    );
    queue.settled(batch, false);
    this.#accumulator.split(queue, batch);
  }

  #fail(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, error: unknown): void {
    if (batch.mayBeStored) queue.settledUnknown(batch);
    else queue.settled(batch, false);
    this.#end(queue, batch, toError(error));
  }

  #dropWaiting(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, error: Error): void {
    if (batch.mayBeStored) queue.settledUnknown(batch);
    else if (batch.hasSequence) queue.settled(batch, false);
    this.#end(queue, batch, error);
  }

  #end(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>, error: Error): void {
    this.#session.batchFailed(error, batch.mayBeStored);
    this.#accumulator.end(queue, batch, { error });
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new ConnectError('unknown', messageOf(error));
}
