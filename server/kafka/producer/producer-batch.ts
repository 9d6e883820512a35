import type { BufferPool } from '../buffer-pool.ts';
import { stampCrc, stampProducer } from '../record-batch/batch-layout.ts';
import { RecordBatchBuilder, type SealOptions } from '../record-batch/record-batch-builder.ts';

const noSequence = -1;

/** Records of one partition on their way, with the tokens of those who sent them. */
export class ProducerBatch<Token> {
  readonly builder: RecordBatchBuilder;
  readonly tokens: Token[] = [];
  /** Order of creation within the partition; retries keep it. */
  readonly order: number;
  /** Milliseconds on the clock of `performance.now`. */
  readonly createdAt: number;
  deadline: number;
  /** Calls of `flush` that wait for it. */
  readonly waiting: (() => void)[] = [];
  attempts = 0;
  /** Memory that the accumulator counts for it. */
  accountedBytes = 0;
  /** No more records go in: it was sent once, or has a successor. */
  closed = false;
  /** Some attempt to send it ended without anybody knowing how. */
  mayBeStored = false;
  producerId = -1n;
  epoch = -1;
  sequence = noSequence;
  #sealed: Buffer | null = null;

  constructor(order: number, capacity: number, pool: BufferPool, now: number, deliveryTimeoutMs: number) {
    this.order = order;
    this.builder = new RecordBatchBuilder(capacity, pool);
    this.createdAt = now;
    this.deadline = now + deliveryTimeoutMs;
  }

  get hasSequence(): boolean {
    return this.sequence !== noSequence;
  }

  /** Size on the wire; of the uncompressed batch before it was sealed. */
  get bytes(): number {
    return this.#sealed?.length ?? this.builder.bytes;
  }

  setProducer(producerId: bigint, epoch: number, sequence: number): void {
    this.producerId = producerId;
    this.epoch = epoch;
    this.sequence = sequence;
  }

  forgetSequence(): void {
    this.sequence = noSequence;
  }

  /** The bytes to send. Compresses once, however often it is sent. */
  seal(settings: SealOptions): Buffer {
    this.closed = true;
    this.#sealed ??= this.builder.seal(settings);
    const { producerId, epoch, sequence } = this;
    if (this.hasSequence) stampProducer(this.#sealed, { producerId, epoch, sequence });
    stampCrc(this.#sealed);
    return this.#sealed;
  }

  /** Gives the memory back; its bytes must not be read any more. */
  release(): void {
    this.builder.release();
  }
}
