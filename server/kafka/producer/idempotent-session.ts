import type { Cluster } from '../cluster/cluster.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { initProducerIdApi } from '../protocol/generated/init-producer-id.js';
import { type ProducerIdentity, plainSession, type WriteSession } from './write-session.ts';

const maxInt = 0x7fffffff;

/** The producer id of an idempotent producer, got from any broker when it is first needed. */
export class IdempotentSession implements WriteSession {
  readonly transactionalId = null;
  readonly refusal = null;
  readonly produceVersion = plainSession.produceVersion;
  readonly admits = plainSession.admits;
  readonly batchFailed = plainSession.batchFailed;
  readonly onChange = plainSession.onChange;
  readonly #cluster: Cluster;
  #identity: ProducerIdentity | null = null;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get identity(): ProducerIdentity | null {
    return this.#identity;
  }

  async obtain(signal: AbortSignal): Promise<void> {
    const what = 'obtain a producer id';
    const request = { transactionalId: null, transactionTimeoutMs: maxInt };
    this.#identity = await this.#cluster.retry(
      what,
      async () => {
        const response = await this.#cluster.request('any', initProducerIdApi, request, { signal });
        if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, what);
        return { producerId: response.producerId, epoch: response.producerEpoch };
      },
      { timeoutMs: Number.MAX_SAFE_INTEGER, signal },
    );
  }

  discard(): void {
    this.#identity = null;
  }
}
