import { ConnectError } from '../../errors/connect-error.ts';
import { abortable } from '../cluster/backoff.ts';
import type { ConsumerGroupMetadata } from '../ports/producer.ts';
import type { CommittedOffset } from '../ports/topic-partition.ts';
import { type ProducerIdentity, produceVersions, type WriteSession } from '../producer/write-session.ts';
import { PartitionRegister } from './partition-register.ts';
import {
  inErrorState,
  isMappingLost,
  needsNewEpoch,
  outcomeUnknown,
  type Severity,
  severityAtEnd,
  severityOfBatch,
  severityWithin,
  toConnectError,
} from './transaction-failure.ts';
import type { AskOptions, TransactionRequests, TransactionStyle } from './transaction-requests.ts';

/**
 * `open`: between begin and end. `failed`: only an abort is possible. `fatal`: nothing is.
 */
type State = 'new' | 'starting' | 'ready' | 'open' | 'committing' | 'aborting' | 'failed' | 'fatal';

/** What may be called, as the error says it. */
const remedies: Record<State, string> = {
  new: 'call initTransactions first',
  starting: 'initTransactions has not ended yet',
  ready: 'call beginTransaction first',
  open: 'a transaction is open',
  committing: 'the transaction is being committed',
  aborting: 'the transaction is being aborted',
  failed: 'the transaction has to be aborted',
  fatal: 'the producer must be closed',
};

/**
 * The state of a transactional producer, and what its sender has to know of it. Whatever is in doubt ends in an abort,
 * and where an abort would not help, in `fatal`.
 */
export class TransactionSession implements WriteSession {
  readonly transactionalId: string;
  readonly #requests: TransactionRequests;
  /** max.block.ms, for each call. */
  readonly #timeoutMs: number;
  readonly #partitions = new PartitionRegister();
  readonly #closing = new AbortController();
  #state: State = 'new';
  #error: ConnectError | null = null;
  /** What records are told that an abort keeps from being sent. */
  readonly #abandonment: ConnectError;
  #style: TransactionStyle = { isImplicit: false, canRaiseEpoch: false };
  #identity: ProducerIdentity | null = null;
  /** The epoch is raised before anything else is written. */
  #needsEpoch = false;
  /** The coordinator may have an open transaction. */
  #mayBeOngoing = false;
  /** It has one. */
  #isOngoing = false;
  /** It knows the id no more, so there is nothing to be ended in its name. */
  #isMappingLost = false;
  /** A request to end the transaction was not answered, and may still arrive. */
  #mayEndLate = false;
  /** Adding partitions, as long as some are wanted. */
  #adding: Promise<void> | null = null;
  #raising: Promise<ProducerIdentity> | null = null;
  #stopAdding = new AbortController();
  #listener: () => void = () => undefined;

  constructor(transactionalId: string, requests: TransactionRequests, timeoutMs: number) {
    this.transactionalId = transactionalId;
    this.#requests = requests;
    this.#timeoutMs = timeoutMs;
    const message = `the transaction of ${transactionalId} was aborted before the record was sent`;
    this.#abandonment = new ConnectError('cancelled', message);
  }

  // -------------------------------------------------------------- for the sender

  get identity(): ProducerIdentity | null {
    return this.#needsEpoch ? null : this.#identity;
  }

  get refusal(): ConnectError | null {
    if (this.#state === 'failed' || this.#state === 'fatal') return this.#error;
    return this.#state === 'aborting' ? (this.#error ?? this.#abandonment) : null;
  }

  get isFatal(): boolean {
    return this.#state === 'fatal';
  }

  get isOpen(): boolean {
    return this.#state === 'open' || this.#state === 'failed';
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  produceVersion(hasTopicIds: boolean): number {
    if (!this.#style.isImplicit) return produceVersions.addedToTransaction;
    return hasTopicIds ? produceVersions.byId : produceVersions.byName;
  }

  /** The epoch is raised where an earlier transaction left it uncertain. */
  async obtain(signal: AbortSignal): Promise<void> {
    try {
      await this.#raiseEpoch(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error, severityWithin(error));
      throw error;
    }
  }

  discard(): void {
    this.#needsEpoch = true;
  }

  admits(topic: string, partition: number): boolean {
    this.#mayBeOngoing = true;
    if (this.#style.isImplicit || this.#partitions.has(topic, partition)) return true;
    this.#partitions.want(topic, partition);
    this.#adding ??= this.#addPartitions().finally(() => {
      this.#adding = null;
    });
    return false;
  }

  batchFailed(error: Error, mayBeStored: boolean): void {
    if (error === this.refusal && !mayBeStored) return;
    // Each transaction has numbers of its own where the broker raises the epoch at its end.
    if (!this.#style.isImplicit) this.#needsEpoch = this.#style.canRaiseEpoch;
    const isLastingDoubt = mayBeStored && !this.#style.isImplicit && !this.#style.canRaiseEpoch;
    this.#fail(error, isLastingDoubt ? 'fatal' : severityOfBatch(error));
  }

  // -------------------------------------------------------------- for the producer

  /** Throws unless a record may be appended. */
  requireOpen(what: string): void {
    if (this.#state !== 'open') throw this.#refuse(what);
  }

  async init(signal?: AbortSignal): Promise<void> {
    if (this.#state !== 'new') throw this.#refuse('initialise transactions');
    this.#state = 'starting';
    try {
      const options = this.#bounded(signal);
      this.#identity = await this.#requests.initProducerId(null, options);
      this.#style = await this.#requests.style(options);
      this.#state = 'ready';
    } catch (error) {
      this.#state = 'new';
      throw error;
    }
  }

  begin(): void {
    if (this.#state !== 'ready') throw this.#refuse('begin a transaction');
    this.#stopAdding = new AbortController();
    this.#state = 'open';
  }

  async sendOffsets(
    offsets: readonly CommittedOffset[],
    group: ConsumerGroupMetadata,
    signal?: AbortSignal,
  ): Promise<void> {
    this.requireOpen('send offsets');
    if (offsets.length === 0) return;
    const options = this.#bounded(signal);
    try {
      const identity = await this.#raiseEpoch(signal);
      this.#mayBeOngoing = true;
      if (!this.#style.isImplicit) {
        await this.#requests.addOffsets(identity, group.groupId, options);
        this.#isOngoing = true;
      }
      await this.#requests.commitOffsets(identity, group, offsets, this.#style, options);
    } catch (error) {
      this.#fail(error, severityWithin(error));
      throw error;
    }
  }

  /** `flush` ends every batch. */
  async commit(flush: (signal?: AbortSignal) => Promise<void>, signal?: AbortSignal): Promise<void> {
    this.requireOpen('commit');
    this.#state = 'committing';
    try {
      await flush(signal);
      await this.#adding;
    } catch (error) {
      this.#fail(error, 'abort');
    }
    if (this.#error !== null) throw this.#refuse('commit');
    if (this.#mayBeOngoing) await this.#end(true, signal);
    this.#becomeReady();
  }

  /** `flush` ends every batch: those that wait fail, those in flight are answered. */
  async abort(flush: (signal?: AbortSignal) => Promise<void>, signal?: AbortSignal): Promise<void> {
    if (!this.isOpen) throw this.#refuse('abort');
    const cause = this.#error;
    this.#state = 'aborting';
    this.#stopAdding.abort();
    this.#listener();
    try {
      await flush(signal);
      await this.#adding;
      if (this.#mayBeOngoing && !this.#isMappingLost) await this.#end(false, signal);
      if (this.#needsEpoch) await this.#raiseEpoch(signal);
    } catch (error) {
      // What happened meanwhile may have decided already.
      if (!this.isFatal) {
        this.#state = 'failed';
        this.#error = cause ?? toConnectError(error);
      }
      throw error;
    }
    this.#becomeReady();
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closing.abort();
    this.#stopAdding.abort();
  }

  #becomeReady(): void {
    if (this.isFatal) throw this.#refuse('go on');
    this.#partitions.clear();
    this.#mayBeOngoing = false;
    this.#isOngoing = false;
    this.#isMappingLost = false;
    this.#mayEndLate = false;
    this.#error = null;
    this.#state = 'ready';
  }

  async #end(isCommit: boolean, signal?: AbortSignal): Promise<void> {
    const identity = this.#identity as ProducerIdentity;
    const onLost = (): void => {
      this.#mayEndLate = true;
    };
    const options = { ...this.#bounded(signal), onLost };
    try {
      this.#identity = await this.#requests.end(identity, isCommit, this.#style, options);
    } catch (error) {
      if (!isCommit && this.#isNothingToAbort(error)) return;
      throw this.#endFailed(error, isCommit);
    }
    if (this.#style.isImplicit) this.#needsEpoch = false;
    // What arrives late must not end the next transaction.
    else if (this.#mayEndLate) this.#needsEpoch = this.#style.canRaiseEpoch;
    await this.#followStyle(signal);
  }

  /** Whether the coordinator learnt of a first partition was uncertain, and it did not. */
  #isNothingToAbort(error: unknown): boolean {
    return !this.#isOngoing && toConnectError(error).details.kafkaError === 'INVALID_TXN_STATE';
  }

  #endFailed(error: unknown, isCommit: boolean): ConnectError {
    const failure = toConnectError(error);
    const { code } = failure;
    if (isCommit && this.#mayEndLate) {
      const unknown = outcomeUnknown(this.transactionalId, failure);
      this.#fail(unknown, 'fatal');
      return unknown;
    }
    const wasAnswered = code !== 'timeout' && code !== 'unavailable' && code !== 'cancelled';
    this.#fail(failure, wasAnswered ? severityAtEnd(failure) : 'abort');
    return failure;
  }

  /** Brokers may have been told to use transactions of the newer kind; the first such has an epoch of its own. */
  async #followStyle(signal?: AbortSignal): Promise<void> {
    const before = this.#style;
    // The transaction has ended, so this must not fail it; what was known is as good as any.
    this.#style = await this.#requests.style({ timeoutMs: 1, signal }).catch(() => before);
    if (this.#style.isImplicit && !before.isImplicit) this.#needsEpoch = true;
  }

  async #raiseEpoch(signal?: AbortSignal): Promise<ProducerIdentity> {
    const present = this.#identity;
    if (present === null) throw this.#refuse('write');
    if (!this.#needsEpoch) return present;
    // One at a time, whoever asks: a second raise would name a holder that is no more.
    this.#raising ??= this.#requests
      .initProducerId(present, this.#bounded())
      .then((raised) => {
        this.#identity = raised;
        this.#needsEpoch = false;
        return raised;
      })
      .finally(() => {
        this.#raising = null;
      });
    return await abortable(this.#raising, signal, `raising the epoch of ${this.transactionalId}`);
  }

  /** Every wait ends when the producer is closed. */
  #bounded(signal?: AbortSignal): AskOptions {
    const closing = this.#closing.signal;
    const either = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    return { timeoutMs: this.#timeoutMs, signal: either };
  }

  async #addPartitions(): Promise<void> {
    const { signal } = this.#stopAdding;
    try {
      const identity = await this.#raiseEpoch(signal);
      for (;;) {
        const wanted = this.#partitions.takeWanted();
        if (wanted.length === 0 || signal.aborted) return;
        await this.#requests.addPartitions(identity, wanted, { timeoutMs: this.#timeoutMs, signal });
        this.#isOngoing = true;
        this.#partitions.know(wanted);
        this.#listener();
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error, severityWithin(error));
    }
  }

  #fail(error: unknown, severity: Severity): void {
    if (this.isFatal) return;
    const needsRaise = needsNewEpoch(error);
    if (needsRaise) this.#needsEpoch = true;
    if (isMappingLost(error)) this.#isMappingLost = true;
    const isHopeless = needsRaise && !this.#style.canRaiseEpoch;
    if (severity === 'fatal' || isHopeless) this.#become('fatal', error);
    else if (this.#state === 'open' || this.#state === 'committing') this.#become('failed', error);
  }

  #become(state: 'failed' | 'fatal', error: unknown): void {
    this.#state = state;
    this.#error = toConnectError(error);
    this.#stopAdding.abort();
    this.#listener();
  }

  #refuse(what: string): ConnectError {
    if (this.#error !== null) {
      return inErrorState(this.transactionalId, this.isFatal ? 'fatal' : 'abort', this.#error);
    }
    const remedy = remedies[this.#state];
    return new ConnectError(
      'illegal-state',
      `cannot ${what} with transactional.id ${this.transactionalId}: ${remedy}`,
    );
  }
}
