import type { Cluster } from '../cluster/cluster.ts';
import type {
  ConsumerGroupMetadata,
  ProducerOptions,
  ProducerRecord,
  TransactionalProducer,
} from '../ports/producer.ts';
import type { CommittedOffset } from '../ports/topic-partition.ts';
import { KafkaProducer } from '../producer/kafka-producer.ts';
import { parseProducerSettings } from '../producer/producer-settings.ts';
import { settingError } from '../settings-table.ts';
import { TransactionRequests } from './transaction-requests.ts';
import { TransactionSession } from './transaction-session.ts';

let producers = 0;

/** The `TransactionalProducer` port. */
export class KafkaTransactionalProducer<Token> implements TransactionalProducer<Token> {
  readonly #session: TransactionSession;
  readonly #producer: KafkaProducer<Token>;
  readonly #flush = (signal?: AbortSignal): Promise<void> => this.#producer.flush(signal);

  /** Throws a `config` error that names the key. `onClosed` is called once, when the cluster is no longer needed. */
  constructor(cluster: Cluster, options: ProducerOptions<Token>, onClosed?: () => void) {
    const settings = parseProducerSettings(options.properties);
    const { transactionalId, transactionTimeoutMs, retryBackoffMaxMs: maxBackoffMs } = settings;
    if (transactionalId === null) {
      throw settingError('transactional.id', 'transactional.id is needed for a producer with transactions');
    }
    const purpose = `transactions ${++producers}`;
    const requests = new TransactionRequests({
      cluster,
      transactionalId,
      transactionTimeoutMs,
      purpose,
      maxBackoffMs,
    });
    this.#session = new TransactionSession(transactionalId, requests, settings.maxBlockMs);
    this.#producer = new KafkaProducer(cluster, options, { onClosed, session: this.#session, purpose });
  }

  get isFatal(): boolean {
    return this.#session.isFatal;
  }

  get bufferedBytes(): number {
    return this.#producer.bufferedBytes;
  }

  async initTransactions(signal?: AbortSignal): Promise<void> {
    await this.#session.init(signal);
  }

  beginTransaction(): void {
    this.#session.begin();
  }

  append(record: ProducerRecord, token: Token): boolean {
    this.#session.requireOpen('send a record');
    return this.#producer.append(record, token);
  }

  async ready(signal?: AbortSignal): Promise<void> {
    await this.#producer.ready(signal);
  }

  async flush(signal?: AbortSignal): Promise<void> {
    await this.#producer.flush(signal);
  }

  async sendOffsetsToTransaction(
    offsets: readonly CommittedOffset[],
    group: ConsumerGroupMetadata,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#session.sendOffsets(offsets, group, signal);
  }

  async commitTransaction(signal?: AbortSignal): Promise<void> {
    await this.#session.commit(this.#flush, signal);
  }

  async abortTransaction(signal?: AbortSignal): Promise<void> {
    await this.#session.abort(this.#flush, signal);
  }

  /** An open transaction is aborted, so that readers need not wait for its timeout. */
  async close(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    if (this.#session.isOpen && timeoutMs > 0) {
      const signal = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), 0x7fffffff));
      await this.abortTransaction(signal).catch(() => undefined);
    }
    this.#session.close();
    await this.#producer.close(Math.max(0, deadline - performance.now()));
  }
}
