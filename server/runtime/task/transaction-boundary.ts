import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings, TransactionContext } from '../../plugin-api/source-connector.ts';
import type { SourceRecord } from '../../records/record.ts';

/** Where the transactions of a source task end. */
export type TransactionBoundary =
  | { readonly kind: 'poll' }
  | { readonly kind: 'interval'; readonly intervalMs: number }
  | { readonly kind: 'connector'; readonly context: RequestedBoundaries };

/** What `transaction.boundary` of a connector asks for. An interval that is not given is the worker's. */
export function transactionBoundaryOf(
  settings: Settings,
  offsetFlushIntervalMs: number,
): TransactionBoundary {
  const kind = settings['transaction.boundary']?.trim().toLowerCase() ?? 'poll';
  if (kind === 'connector') return { kind, context: new RequestedBoundaries() };
  if (kind === 'interval') {
    const given = settings['transaction.boundary.interval.ms'];
    return { kind, intervalMs: given === undefined ? offsetFlushIntervalMs : Number(given) };
  }
  if (kind === 'poll') return { kind };
  throw new ConnectError('config', `transaction.boundary=${kind} is not one of poll, interval, connector`);
}

export type TransactionEnd = 'commit' | 'abort';

/** The ends that a task has asked for and that have not been carried out yet. */
export class RequestedBoundaries implements TransactionContext {
  // Weak: a task may mark a record that it never returns.
  readonly #commits = new WeakSet<SourceRecord>();
  readonly #aborts = new WeakSet<SourceRecord>();
  #commitsBatch = false;
  #abortsBatch = false;

  commitTransaction(record?: SourceRecord): void {
    if (record === undefined) this.#commitsBatch = true;
    else this.#commits.add(record);
  }

  abortTransaction(record?: SourceRecord): void {
    if (record === undefined) this.#abortsBatch = true;
    else this.#aborts.add(record);
  }

  /** Called for each record, so it does nothing but look. */
  isAt(record: SourceRecord): boolean {
    return this.#commits.has(record) || this.#aborts.has(record);
  }

  takeAt(record: SourceRecord): TransactionEnd | null {
    const isCommit = this.#commits.delete(record);
    return oneOf(isCommit, this.#aborts.delete(record));
  }

  takeAfterBatch(): TransactionEnd | null {
    const [isCommit, isAbort] = [this.#commitsBatch, this.#abortsBatch];
    this.#commitsBatch = false;
    this.#abortsBatch = false;
    return oneOf(isCommit, isAbort);
  }
}

function oneOf(isCommit: boolean, isAbort: boolean): TransactionEnd | null {
  if (isCommit && isAbort) {
    throw new ConnectError('illegal-state', 'Connector requested both commit and abort of same transaction');
  }
  if (isAbort) return 'abort';
  return isCommit ? 'commit' : null;
}
