import type { Properties } from './properties.ts';
import type { RecordHeader, Serialized } from './record.ts';
import type { CommittedOffset } from './topic-partition.ts';

export interface ProducerOptions<Token> {
  /** Producer settings, on top of the client's properties. */
  readonly properties: Properties;
  /**
   * Called once for each batch that ended, in order within a partition, on success and on failure. `tokens` are those
   * given to `append`, in order; record i has offset `baseOffset + i`. Must not throw.
   */
  readonly onDelivered: (batch: DeliveredBatch<Token>) => void;
}

export interface DeliveredBatch<Token> {
  readonly topic: string;
  readonly partition: number;
  /** -1 when the broker gave none (error, or acks=0). */
  readonly baseOffset: number;
  /** Log append time, or -1. */
  readonly timestamp: number;
  readonly tokens: readonly Token[];
  readonly error: Error | null;
}

export interface ProducerRecord {
  readonly topic: string;
  /** null or absent: by key hash (murmur2), or sticky when there is no key. */
  readonly partition?: number | null;
  /** Milliseconds since the epoch; null or absent: now. */
  readonly timestamp?: number | null;
  readonly key: Serialized;
  readonly value: Serialized;
  readonly headers?: readonly RecordHeader[];
}

export interface Producer<Token> {
  /**
   * Appends to the current batch of its partition. False: not taken because `buffer.memory` is full or the topic's
   * metadata is not known yet; await `ready` and append the same record again. Throws a typed error for a record that
   * can never be sent (too large, invalid topic, partition that does not exist).
   */
  append(record: ProducerRecord, token: Token): boolean;
  /** Resolves when the append that was refused is worth trying again; rejects with `timeout` after `max.block.ms`. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Sends what is there without waiting for `linger.ms`, and resolves when every batch ended. */
  flush(signal?: AbortSignal): Promise<void>;
  /** Bytes of batches not yet ended. */
  readonly bufferedBytes: number;
  /** Flushes for at most `timeoutMs`, then fails what is left with `cancelled`. Never rejects. */
  close(timeoutMs: number): Promise<void>;
}

/** The place of a consumer in its group, as a transaction must name it (KIP-447). */
export interface ConsumerGroupMetadata {
  readonly groupId: string;
  /** -1 and '' stand for a consumer that is no member. */
  readonly generation: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/**
 * A producer with `transactional.id`. Every method rejects with `kafka` and PRODUCER_FENCED once the coordinator has
 * said that another producer took the id over; `isFatal` is then true and the producer must be thrown away. (A
 * partition's leader says INVALID_PRODUCER_EPOCH; the abort that has to follow finds out what it means.) After any
 * other failure of a record or call the transaction can only be aborted: until then `append` and `beginTransaction`
 * throw, and records that wait are failed. Each call to a coordinator is bounded by `max.block.ms`.
 */
export interface TransactionalProducer<Token> extends Producer<Token> {
  /**
   * Fences earlier holders of the id and waits until their transaction ended. Once, before anything else; may be
   * called again when it failed.
   */
  initTransactions(signal?: AbortSignal): Promise<void>;
  /** Throws `illegal-state` when one is open, and why the last one failed when it has to be aborted first. */
  beginTransaction(): void;
  sendOffsetsToTransaction(
    offsets: readonly CommittedOffset[],
    group: ConsumerGroupMetadata,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Flushes, then commits. Rejects without having committed, save for `details.isOutcomeUnknown`: then nobody knows
   * and the producer is fatal.
   */
  commitTransaction(signal?: AbortSignal): Promise<void>;
  /** Drops what was not sent, waits for answers to what was, and aborts. May be called again when it failed. */
  abortTransaction(signal?: AbortSignal): Promise<void>;
  /** Aborts an open transaction first, within the same time. */
  close(timeoutMs: number): Promise<void>;
  /** The producer must be closed and made anew. */
  readonly isFatal: boolean;
}
