import { ConnectError } from '../../errors/connect-error.ts';
import type { TransactionalProducer } from '../../kafka/ports/producer.ts';
import { HeldProducer } from './held-producer.ts';

/** What readers of committed records would see of each transaction: `topic=value`. */
export type CommittedTransaction = readonly string[];

/** A transactional producer in memory; records are acknowledged when their transaction ends. */
export class HeldTransactionalProducer<Token>
  extends HeldProducer<Token>
  implements TransactionalProducer<Token>
{
  readonly committed: CommittedTransaction[] = [];
  /** Calls in their order. */
  readonly calls: string[] = [];
  /** Thrown by the next commit, after which the producer is fatal. */
  commitFailure: Error | null = null;
  isFatal = false;
  #isOpen = false;
  #firstOfTransaction = 0;

  async initTransactions(): Promise<void> {
    this.calls.push('init');
  }

  beginTransaction(): void {
    if (this.#isOpen) throw new ConnectError('illegal-state', 'a transaction is open');
    this.#isOpen = true;
    this.#firstOfTransaction = this.sent.length;
    this.calls.push('begin');
  }

  override append(...[record, token]: Parameters<HeldProducer<Token>['append']>): boolean {
    if (!this.#isOpen) throw new ConnectError('illegal-state', 'no transaction is open');
    return super.append(record, token);
  }

  async sendOffsetsToTransaction(): Promise<void> {}

  async commitTransaction(): Promise<void> {
    this.calls.push('commit');
    if (this.commitFailure !== null) {
      this.isFatal = true;
      throw this.commitFailure;
    }
    this.acknowledge(this.unacknowledged);
    const records = this.sent.slice(this.#firstOfTransaction);
    this.committed.push(records.map(({ record }) => `${record.topic}=${String(record.value)}`));
    this.#isOpen = false;
  }

  async abortTransaction(): Promise<void> {
    this.calls.push('abort');
    this.acknowledge(this.unacknowledged, new ConnectError('cancelled', 'the transaction was aborted'));
    this.#isOpen = false;
  }

  override async close(timeoutMs: number): Promise<void> {
    this.calls.push(this.#isOpen ? 'close with open transaction' : 'close');
    await super.close(timeoutMs);
  }
}
