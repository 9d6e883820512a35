import type { DeliveredBatch, Producer, ProducerRecord } from '../../kafka/ports/producer.ts';

interface Sent<Token> {
  readonly record: ProducerRecord;
  readonly token: Token;
}

/** A producer whose acknowledgements come when the test says so. Each record is a batch of its own. */
export class HeldProducer<Token> implements Producer<Token> {
  /** What was appended, in order, as values it had then. */
  readonly sent: Sent<Token>[] = [];
  closedAfterMs: number | null = null;
  /** Records taken before `append` answers false. */
  capacity = Number.POSITIVE_INFINITY;
  /** Asked before each append; what it returns is thrown. */
  refuse: (record: ProducerRecord) => Error | null = () => null;
  /** Acknowledges at once when the loop flushes. */
  acknowledgesOnFlush = true;
  readonly #onDelivered: (batch: DeliveredBatch<Token>) => void;
  #delivered = 0;
  #waiting: (() => void)[] = [];

  constructor(onDelivered: (batch: DeliveredBatch<Token>) => void) {
    this.#onDelivered = onDelivered;
  }

  append(record: ProducerRecord, token: Token): boolean {
    const refusal = this.refuse(record);
    if (refusal !== null) throw refusal;
    if (this.sent.length - this.#delivered >= this.capacity) return false;
    this.sent.push({ record: { ...record }, token });
    return true;
  }

  get values(): readonly string[] {
    return this.sent.map(({ record }) => String(record.value));
  }

  get unacknowledged(): number {
    return this.sent.length - this.#delivered;
  }

  async ready(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push(resolve);
      signal?.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
    });
  }

  /** Ends the oldest `count` records that have not ended yet. */
  acknowledge(count: number, error: Error | null = null): void {
    for (let index = 0; index < count; index++) {
      const sent = this.sent[this.#delivered];
      if (sent === undefined) break;
      this.#deliver([sent], this.#delivered, error);
      this.#delivered++;
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The same for one batch of `count` records. */
  acknowledgeTogether(count: number, error: Error | null = null): void {
    const together = this.sent.slice(this.#delivered, this.#delivered + count);
    this.#deliver(together, this.#delivered, error);
    this.#delivered += together.length;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async flush(signal?: AbortSignal): Promise<void> {
    if (this.acknowledgesOnFlush) {
      this.acknowledge(this.unacknowledged);
      return;
    }
    await new Promise<void>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('flush took too long')), { once: true });
    });
  }

  get bufferedBytes(): number {
    return this.unacknowledged;
  }

  async close(timeoutMs: number): Promise<void> {
    this.closedAfterMs = timeoutMs;
  }

  #deliver(sent: readonly Sent<Token>[], offset: number, error: Error | null): void {
    this.#onDelivered({
      topic: sent[0]?.record.topic ?? '',
      partition: 0,
      baseOffset: error === null ? offset : -1,
      timestamp: -1,
      tokens: sent.map(({ token }) => token),
      error,
    });
  }
}
