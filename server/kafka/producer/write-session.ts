import type { ConnectError } from '../../errors/connect-error.ts';

export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** In whose name a producer writes: nobody's, an idempotent producer's, or a transaction's. The sender asks it. */
export interface WriteSession {
  readonly transactionalId: string | null;
  /** Stamped on every batch, with a sequence number. Null: call `obtain` first; undefined: batches have no numbers. */
  readonly identity: ProducerIdentity | null | undefined;
  /** Why nothing more may be sent: what waits is failed with it. */
  readonly refusal: ConnectError | null;
  /** Highest version of Produce to speak, given that every topic in the request has an id. */
  produceVersion(hasTopicIds: boolean): number;
  /** Gets an identity; tries until the signal fires. Rejects with an error that will not pass by itself. */
  obtain(signal: AbortSignal): Promise<void>;
  /** Some partition has used up the identity: the next `obtain` asks for another. */
  discard(): void;
  /** False: the partition may not be written yet; the listener of `onChange` is called when it may. */
  admits(topic: string, partition: number): boolean;
  /** A batch ended without being stored, or with nobody knowing whether it was. */
  batchFailed(error: Error, mayBeStored: boolean): void;
  /** One listener, called when `refusal` or what is admitted has changed. */
  onChange(listener: () => void): void;
}

/** From 13 on topics are named by their ids. Without a transaction, 12 is no different from 11. */
export const produceVersions = { byName: 12, byId: 13, addedToTransaction: 11 } as const;

/** Batches without producer id and numbers. */
export const plainSession: WriteSession = {
  transactionalId: null,
  identity: undefined,
  refusal: null,
  produceVersion: (hasTopicIds) => (hasTopicIds ? produceVersions.byId : produceVersions.byName),
  obtain: () => Promise.resolve(),
  discard: () => undefined,
  admits: () => true,
  batchFailed: () => undefined,
  onChange: () => undefined,
};
