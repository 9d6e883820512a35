import { ConnectError, codeOf, messageOf } from '../../errors/connect-error.ts';
import type { Admin } from '../../kafka/ports/admin.ts';
import type { DeliveredBatch, Producer, ProducerRecord } from '../../kafka/ports/producer.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import type { ConnectorTaskId } from '../herder.ts';
import { deadLetterHeaders } from './dead-letter-headers.ts';
import type { FailedRecord } from './failed-record.ts';
import type { OriginalRecord } from './original-records.ts';
import type { RecordErrorCounter } from './record-error-counts.ts';

/** Called when a dead letter was written (null), or could not be. */
export type DeadLetterToken = (error: Error | null) => void;

export interface DeadLetterQueueOptions {
  readonly id: ConnectorTaskId;
  readonly settings: Settings;
  readonly createProducer: (
    onDelivered: (batch: DeliveredBatch<DeadLetterToken>) => void,
  ) => Producer<DeadLetterToken>;
  readonly counter: RecordErrorCounter;
  readonly log: Log;
  /** Ends waits when the task is asked to stop. */
  readonly signal: AbortSignal;
  readonly hideSecrets: (text: string) => string;
}

const topicKey = 'errors.deadletterqueue.topic.name';
const setUpTimeoutMs = 60_000;

/** The topic for records of a sink that failed: as they were in Kafka, with the reason in headers if wanted. */
export class DeadLetterQueue {
  readonly topic: string;
  readonly #options: DeadLetterQueueOptions;
  readonly #hasContext: boolean;
  readonly #producer: Producer<DeadLetterToken>;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: DeadLetterQueueOptions) {
    const { settings } = options;
    this.#options = options;
    this.topic = settings[topicKey]?.trim() ?? '';
    const hasContext = settings['errors.deadletterqueue.context.headers.enable'];
    this.#hasContext = hasContext?.trim().toLowerCase() === 'true';
    this.#producer = options.createProducer(({ tokens, error }) => {
      for (const token of tokens) token(error);
    });
  }

  static isWanted(settings: Settings): boolean {
    return (settings[topicKey]?.trim() ?? '') !== '';
  }

  /** Creates the topic, with one partition, if it is missing. Rejects when that cannot be done. */
  async start(admin: Admin): Promise<void> {
    const { log, settings, signal } = this.#options;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(setUpTimeoutMs)]);
    try {
      const [existing] = await admin.describeTopics([this.topic], bounded);
      if (existing !== undefined) return;
      const replicationFactor = Number(
        settings['errors.deadletterqueue.topic.replication.factor']?.trim() ?? 3,
      );
      await admin.createTopics([{ name: this.topic, partitions: 1, replicationFactor }], bounded);
      log('info', `created topic ${this.topic} for records that fail (${topicKey})`);
    } catch (error) {
      if (codeOf(error) === 'already-exists') return;
      throw new ConnectError('kafka', `Could not initialize dead letter queue with topic=${this.topic}`, {
        cause: error,
      });
    }
  }

  /**
   * Hands the record to the producer. Never throws: the promise tells whether it was written, and its failure is
   * counted and logged here. The bytes of the record are used before the promise's first turn ends, unless the
   * producer's buffer is full; then they must last until `accepted`, which rejects only when the task is stopping.
   */
  send(original: OriginalRecord, failed: FailedRecord): { accepted: Promise<void>; written: Promise<void> } {
    const { counter, id, log } = this.#options;
    counter.count('deadLetters');
    const { promise: written, resolve, reject } = Promise.withResolvers<void>();
    const accepted = this.#append(original, failed, (error) => (error === null ? resolve() : reject(error)));
    accepted.catch(reject);
    const watched = written.catch((error: unknown) => {
      counter.count('deadLetterFailures');
      log(
        'error',
        `Could not produce message to dead letter queue. topic=${this.topic}: the record at ${original.topic}-${original.partition} offset ${original.offset} of ${id.connector} is in no topic but its own: ${messageOf(error)}`,
      );
    });
    this.#underWay.add(watched);
    void watched.then(() => this.#underWay.delete(watched));
    // A task that is stopping must not go past a record that the queue did not take.
    const taken = accepted.catch((error: unknown) => {
      if (this.#options.signal.aborted) throw error;
    });
    return { accepted: taken, written };
  }

  /** Resolves when everything sent so far was written or given up. */
  async whenWritten(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Never rejects. */
  async close(timeoutMs: number): Promise<void> {
    await this.#producer.close(timeoutMs);
  }

  async #append(original: OriginalRecord, failed: FailedRecord, token: DeadLetterToken): Promise<void> {
    const { hideSecrets, id, signal } = this.#options;
    const context = this.#hasContext ? deadLetterHeaders(id, original, failed, hideSecrets) : [];
    const { key, value, timestamp } = original;
    const headers = [...original.headers, ...context];
    const record: ProducerRecord = { topic: this.topic, key, value, timestamp, headers };
    while (!this.#producer.append(record, token)) await this.#producer.ready(signal);
  }
}
