import type { Cluster } from '../cluster/cluster.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { initProducerIdApi } from '../protocol/generated/init-producer-id.js';

export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
}

const maxInt = 0x7fffffff;

/** The producer id of an idempotent producer, got from any broker when it is first needed. */
export class IdentitySource {
  readonly #cluster: Cluster;
  #current: ProducerIdentity | null = null;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Null while there is none: call `obtain`. */
  get current(): ProducerIdentity | null {
    return this.#current;
  }

  /** Asks until the signal fires. Rejects with an error that will not pass by itself. */
  async obtain(signal: AbortSignal): Promise<void> {
    const what = 'obtain a producer id';
    const request = { transactionalId: null, transactionTimeoutMs: maxInt };
    this.#current = await this.#cluster.retry(
      what,
      async () => {
        const response = await this.#cluster.request('any', initProducerIdApi, request, { signal });
        if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, what);
        return { producerId: response.producerId, epoch: response.producerEpoch };
      },
      { timeoutMs: Number.MAX_SAFE_INTEGER, signal },
    );
  }

  /** Makes the next `obtain` ask again. */
  discard(): void {
    this.#current = null;
  }
}
