import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerIdentity } from './write-session.ts';

const maxEpoch = 32_767;

/**
 * The batches of one partition: those that wait, oldest first, and those in flight. Keeps the rules by which a retry
 * cannot overtake or be overtaken, and the sequence numbers of the idempotent producer.
 *
 * A broker keeps id, epoch and next sequence of a producer for each partition by itself, so they are counted here.
 */
export class PartitionQueue<Token> {
  readonly topic: string;
  readonly partition: number;
  readonly waiting: ProducerBatch<Token>[] = [];
  readonly inFlight: ProducerBatch<Token>[] = [];
  /** Back-off after a failure; 0 when there is none. */
  blockedUntil = 0;
  /** Largest batch that is worth trying; shrinks when a broker refuses. */
  grownBatchBytes: number;
  /** How large the last batches became, to begin the next with as much memory. */
  recentBytes = 0;
  /** After a failure, what is in flight has to come back before anything else goes out. */
  #isRecovering = false;
  #order = 0;
  #epoch = -1;
  #producerId = -1n;
  #nextSequence = 0;
  #nextAckedSequence = 0;
  #needsNewSequences = false;
  #needsNewEpoch = false;
  /** The broker has stored something of this producer id, and so knows which sequence comes next. */
  #isKnownToBroker = false;
  /** A batch was given up that may be stored or not; what happens to those sent behind it will tell. */
  #isUnresolved = false;

  constructor(topic: string, partition: number, grownBatchBytes: number) {
    this.topic = topic;
    this.partition = partition;
    this.grownBatchBytes = grownBatchBytes;
  }

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.inFlight.length === 0;
  }

  /** How many batches of the usual size wait; one that grew counts for several. */
  waitingBatches(batchBytes: number): number {
    let batches = 0;
    for (const { bytes } of this.waiting) batches += Math.max(1, Math.round(bytes / Math.max(1, batchBytes)));
    return batches;
  }

  nextOrder(): number {
    return this.#order++;
  }

  /** The batch that still takes records. */
  open(): ProducerBatch<Token> | undefined {
    const last = this.waiting.at(-1);
    return last === undefined || last.closed ? undefined : last;
  }

  /** Whether the head may go out as far as order is concerned. */
  maySend(now: number): boolean {
    if (this.waiting.length === 0 || now < this.blockedUntil) return false;
    if (this.inFlight.length === 0) return true;
    if (this.#isRecovering || this.#isUnresolved) return false;
    // A broker that does not know the id takes any sequence as the first: a batch that overtook the first one there
    // would be stored, and the first one refused for ever.
    if (!this.#isKnownToBroker && this.inFlight[0]?.hasSequence === true) return false;
    // While a batch is tried again, nothing may pass it.
    return this.inFlight.every((batch) => batch.attempts <= 1) && this.waiting[0]?.attempts === 0;
  }

  /** Moves the head to those in flight. */
  take(): ProducerBatch<Token> {
    const batch = this.waiting.shift();
    if (batch === undefined) throw new Error(`no batch of ${this.name} waits`);
    batch.attempts++;
    this.inFlight.push(batch);
    return batch;
  }

  /** All epochs of this producer id are used up: give `assignSequence` another one. */
  isSpent(producerId: bigint): boolean {
    return this.#producerId === producerId && this.#epoch > maxEpoch;
  }

  /** A transaction's identity holds for all partitions at once, and nothing of an earlier one is left here. */
  adopt({ producerId, epoch }: ProducerIdentity): void {
    if (this.#producerId === producerId && this.#epoch === epoch) return;
    this.#become({ producerId, epoch });
    this.#nextSequence = 0;
    this.#nextAckedSequence = 0;
    this.#isRecovering = false;
    this.#needsNewSequences = false;
    this.#needsNewEpoch = false;
    this.#isUnresolved = false;
  }

  /** The idempotent producer numbers a batch once; a retry has the number of the first try. */
  assignSequence(batch: ProducerBatch<Token>, { producerId, epoch }: ProducerIdentity): void {
    if (this.#producerId === -1n || this.#epoch > maxEpoch) this.#become({ producerId, epoch });
    if (batch.hasSequence) return;
    batch.setProducer(this.#producerId, this.#epoch, this.#nextSequence);
    this.#nextSequence = nextSequence(this.#nextSequence, batch.tokens.length);
  }

  /** True: an earlier batch is missing at the broker and still to come, which is why it refuses this one. */
  isAheadOfTurn(batch: ProducerBatch<Token>): boolean {
    if (!batch.hasSequence || batch.sequence === this.#nextAckedSequence) return false;
    if (this.#hasNumberedBefore(batch)) return true;
    // The one before it was refused for good: this one gets its numbers.
    return this.#needsNewSequences && !this.#isUnresolved;
  }

  /** The batch was answered for, or never reached a broker. */
  settled(batch: ProducerBatch<Token>, wasStored: boolean): void {
    this.#leaveFlight(batch);
    if (batch.hasSequence && batch.epoch === this.#epoch) {
      if (wasStored) {
        this.#isKnownToBroker = true;
        this.#nextAckedSequence = nextSequence(batch.sequence, batch.tokens.length);
      } else if (this.#isUnresolved) this.beginEpoch();
      else {
        // Its numbers were not used up at the broker, so those behind it move up.
        this.#isRecovering = true;
        this.#needsNewSequences = true;
      }
    }
    if (wasStored) this.blockedUntil = 0;
    this.#recoverIfAllAreBack();
  }

  /**
   * Gave up on it, and it may or may not be stored. Those already sent behind it keep their numbers and are tried
   * first: the broker takes them only if it has this one. Otherwise a new epoch makes the numbers certain again.
   */
  settledUnknown(batch: ProducerBatch<Token>): void {
    if (batch.hasSequence && batch.epoch === this.#epoch) {
      this.#isUnresolved = true;
      this.#isRecovering = true;
    }
    this.#leaveFlight(batch);
    this.#recoverIfAllAreBack();
  }

  /** Puts batches in that take the place of one that was settled. */
  replace(batches: readonly ProducerBatch<Token>[]): void {
    for (const batch of batches) this.#insert(batch);
  }

  /** Back into the queue at its place. */
  requeue(batch: ProducerBatch<Token>, blockedUntil: number): void {
    this.#leaveFlight(batch);
    this.#isRecovering = true;
    this.blockedUntil = Math.max(this.blockedUntil, blockedUntil);
    this.#insert(batch);
    this.#recoverIfAllAreBack();
  }

  /** Once all in flight are back, sequences start at 0 in a new epoch. */
  beginEpoch(): void {
    this.#isRecovering = true;
    this.#needsNewSequences = true;
    this.#needsNewEpoch = true;
  }

  #become({ producerId, epoch }: ProducerIdentity): void {
    if (this.#producerId !== producerId) this.#isKnownToBroker = false;
    this.#producerId = producerId;
    this.#epoch = epoch;
  }

  #insert(batch: ProducerBatch<Token>): void {
    const at = this.waiting.findIndex(({ order }) => order > batch.order);
    this.waiting.splice(at === -1 ? this.waiting.length : at, 0, batch);
  }

  #leaveFlight(batch: ProducerBatch<Token>): void {
    const at = this.inFlight.indexOf(batch);
    if (at !== -1) this.inFlight.splice(at, 1);
  }

  #hasNumberedBefore({ order }: ProducerBatch<Token>): boolean {
    const isBefore = (other: ProducerBatch<Token>): boolean => other.hasSequence && other.order < order;
    return this.inFlight.some(isBefore) || this.waiting.some(isBefore);
  }

  #recoverIfAllAreBack(): void {
    if (this.inFlight.length > 0) return;
    if (this.#isUnresolved && !this.waiting.some((batch) => batch.hasSequence)) {
      this.#isUnresolved = false;
      if (this.#nextAckedSequence !== this.#nextSequence) this.beginEpoch();
    }
    if (!this.#isRecovering) return;
    this.#isRecovering = false;
    if (!this.#needsNewSequences) return;
    this.#needsNewSequences = false;
    if (this.#needsNewEpoch) {
      this.#needsNewEpoch = false;
      this.#isUnresolved = false;
      this.#nextAckedSequence = 0;
      this.#epoch++;
    }
    this.#nextSequence = this.#nextAckedSequence;
    for (const batch of this.waiting) batch.forgetSequence();
  }
}

/** Sequences count records and wrap to 0 behind the largest 32-bit number. */
function nextSequence(sequence: number, count: number): number {
  const next = sequence + count;
  return next > 0x7fffffff ? next - 0x80000000 : next;
}
