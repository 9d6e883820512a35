import type { KafkaErrorName } from '../../kafka/protocol/error-codes.ts';

/** What one batch says of its producer. */
export interface ProducerBatch {
  readonly producerId: bigint;
  readonly epoch: number;
  /** -1 for batches without sequences, such as transactional offset commits. */
  readonly firstSequence: number;
  readonly count: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
  readonly isTransactional: boolean;
}

interface KnownBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
}

interface ProducerState {
  epoch: number;
  batches: KnownBatch[];
  lastTimestamp: number;
}

export interface AbortedRange {
  readonly producerId: bigint;
  readonly firstOffset: number;
  /** Offset of the abort marker. */
  readonly lastOffset: number;
}

/** As JSON: producer ids as text, since they may exceed what a number holds. */
export interface ProducersSnapshot {
  readonly producers: readonly (Omit<ProducerState, 'batches'> & {
    readonly producerId: string;
    readonly batches: readonly KnownBatch[];
    readonly openSince: number;
  })[];
  readonly aborted: readonly (Omit<AbortedRange, 'producerId'> & { readonly producerId: string })[];
}

export type SequenceVerdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly firstOffset: number; readonly timestamp: number }
  | { readonly kind: 'refused'; readonly error: KafkaErrorName; readonly message: string };

/** Duplicates are recognised among this many last batches, which is also the most a client may have in flight. */
const rememberedBatches = 5;
const sequenceModulus = 2 ** 31;
const none: ReadonlySet<number> = new Set();

/** What a partition knows of the producers that wrote to it: sequences, epochs, open and aborted transactions. */
export class ProducerStates {
  readonly #states = new Map<bigint, ProducerState>();
  /** First offset of each open transaction. */
  readonly #openSince = new Map<bigint, number>();
  #aborted: AbortedRange[] = [];

  /** Decides on a batch before it is appended. */
  check(batch: Omit<ProducerBatch, 'firstOffset' | 'lastOffset' | 'timestamp'>): SequenceVerdict {
    const state = this.#states.get(batch.producerId);
    if (state === undefined) return { kind: 'append' };
    if (batch.epoch < state.epoch) {
      return {
        kind: 'refused',
        error: 'INVALID_PRODUCER_EPOCH',
        message: `producer ${batch.producerId} has epoch ${batch.epoch}, the partition has seen ${state.epoch}`,
      };
    }
    if (batch.firstSequence < 0) return { kind: 'append' };
    if (batch.epoch > state.epoch) {
      return batch.firstSequence === 0 ? { kind: 'append' } : this.#outOfOrder(batch, 0);
    }
    const lastSequence = advance(batch.firstSequence, batch.count - 1);
    const known = state.batches.find(
      (other) => other.firstSequence === batch.firstSequence && other.lastSequence === lastSequence,
    );
    if (known) return { kind: 'duplicate', firstOffset: known.firstOffset, timestamp: known.timestamp };
    const last = state.batches.at(-1);
    const expected = last === undefined ? 0 : advance(last.lastSequence, 1);
    return batch.firstSequence === expected ? { kind: 'append' } : this.#outOfOrder(batch, expected);
  }

  #outOfOrder(batch: Pick<ProducerBatch, 'producerId' | 'firstSequence'>, expected: number): SequenceVerdict {
    return {
      kind: 'refused',
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
      message: `producer ${batch.producerId} sent sequence ${batch.firstSequence}, ${expected} was expected`,
    };
  }

  /** Takes note of a batch that is in the log now. */
  note(batch: ProducerBatch): void {
    const state = this.#stateOf(batch.producerId, batch.epoch);
    state.lastTimestamp = Math.max(state.lastTimestamp, batch.timestamp);
    if (batch.isTransactional && !this.#openSince.has(batch.producerId)) {
      this.#openSince.set(batch.producerId, batch.firstOffset);
    }
    if (batch.firstSequence < 0) return;
    state.batches.push({
      firstSequence: batch.firstSequence,
      lastSequence: advance(batch.firstSequence, batch.count - 1),
      firstOffset: batch.firstOffset,
      lastOffset: batch.lastOffset,
      timestamp: batch.timestamp,
    });
    if (state.batches.length > rememberedBatches) state.batches.shift();
  }

  /** Takes note of a commit or abort marker in the log. */
  noteMarker(producerId: bigint, epoch: number, offset: number, timestamp: number, isCommit: boolean): void {
    const state = this.#stateOf(producerId, epoch);
    state.lastTimestamp = Math.max(state.lastTimestamp, timestamp);
    const openSince = this.#openSince.get(producerId);
    if (openSince === undefined) return;
    if (!isCommit) this.#aborted.push({ producerId, firstOffset: openSince, lastOffset: offset });
    this.#openSince.delete(producerId);
  }

  #stateOf(producerId: bigint, epoch: number): ProducerState {
    let state = this.#states.get(producerId);
    if (state === undefined) {
      state = { epoch, batches: [], lastTimestamp: -1 };
      this.#states.set(producerId, state);
    } else if (state.epoch !== epoch) {
      state.epoch = epoch;
      state.batches = [];
    }
    return state;
  }

  hasOpenTransaction(producerId: bigint): boolean {
    return this.#openSince.has(producerId);
  }

  /** First offset of the oldest open transaction, or `logEnd`. */
  lastStableOffset(logEnd: number): number {
    let stable = logEnd;
    for (const openSince of this.#openSince.values()) stable = Math.min(stable, openSince);
    return stable;
  }

  /** Aborted transactions with records in [from, to). */
  abortedBetween(from: number, to: number): readonly AbortedRange[] {
    if (this.#aborted.length === 0) return [];
    return this.#aborted.filter((range) => range.lastOffset >= from && range.firstOffset < to);
  }

  /** Forgets idle producers, and what is said of records that are gone. */
  expire(idleSince: number, logStart: number): void {
    for (const [producerId, state] of this.#states) {
      if (state.lastTimestamp < idleSince && !this.#openSince.has(producerId))
        this.#states.delete(producerId);
    }
    if (this.#aborted.length > 0)
      this.#aborted = this.#aborted.filter((range) => range.lastOffset >= logStart);
  }

  /** Whether readers are told of an abort whose marker is at this offset. */
  hasAbortEndingAt(markerOffset: number): boolean {
    return this.#aborted.some((range) => range.lastOffset === markerOffset);
  }

  forgetAborted(markerOffsets: ReadonlySet<number>): void {
    this.#aborted = this.#aborted.filter((range) => !markerOffsets.has(range.lastOffset));
  }

  /** Without the aborts whose markers are at these offsets. */
  snapshot(withoutAborts: ReadonlySet<number> = none): ProducersSnapshot {
    return {
      producers: [...this.#states].map(([producerId, state]) => ({
        producerId: String(producerId),
        ...state,
        batches: [...state.batches],
        openSince: this.#openSince.get(producerId) ?? -1,
      })),
      aborted: this.#aborted
        .filter((range) => !withoutAborts.has(range.lastOffset))
        .map((range) => ({ ...range, producerId: String(range.producerId) })),
    };
  }

  /** Replaces all that is known by a snapshot. */
  restore(snapshot: ProducersSnapshot): void {
    this.#states.clear();
    this.#openSince.clear();
    for (const { producerId, openSince, epoch, batches, lastTimestamp } of snapshot.producers) {
      this.#states.set(BigInt(producerId), { epoch, batches: [...batches], lastTimestamp });
      if (openSince !== -1) this.#openSince.set(BigInt(producerId), openSince);
    }
    this.#aborted = snapshot.aborted.map((range) => ({ ...range, producerId: BigInt(range.producerId) }));
  }

  describe(): readonly {
    readonly producerId: bigint;
    readonly epoch: number;
    readonly lastSequence: number;
    readonly lastTimestamp: number;
    readonly openSince: number;
  }[] {
    return [...this.#states].map(([producerId, state]) => ({
      producerId,
      epoch: state.epoch,
      lastSequence: state.batches.at(-1)?.lastSequence ?? -1,
      lastTimestamp: state.lastTimestamp,
      openSince: this.#openSince.get(producerId) ?? -1,
    }));
  }
}

/** Sequences are 31 bits wide and start again at 0. */
function advance(sequence: number, by: number): number {
  return (sequence + by) % sequenceModulus;
}
