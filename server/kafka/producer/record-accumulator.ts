import { ConnectError } from '../../errors/connect-error.ts';
import { FramePool } from '../connection/frame-pool.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import type { DeliveredBatch, ProducerRecord } from '../ports/producer.ts';
import type { Serialized } from '../ports/record.ts';
import { attributeBits, batchHeaderBytes } from '../record-batch/batch-layout.ts';
import type { SealOptions } from '../record-batch/record-batch-builder.ts';
import { RecordCursor } from '../record-batch/record-cursor.ts';
import { PartitionQueue } from './partition-queue.ts';
import { ProducerBatch } from './producer-batch.ts';
import type { ProducerSettings } from './producer-settings.ts';

/** Batch buffers kept for the next batches; more than a few are idle only after a burst. */
const maxPooledBytes = 8 * 1024 * 1024;
/** Most that a record takes beside key, value and headers. */
const recordOverhead = 36;

/** Gathers records into batches by partition, within `buffer.memory`. */
export class RecordAccumulator<Token> {
  /** Partitions with batches that have not ended. */
  readonly active = new Set<PartitionQueue<Token>>();
  /** Told by the last `append`: bytes of the record, and what it did to its batch. */
  readonly appended = { bytes: 0, isFirst: false, isFull: false, hasClosed: false, createdAt: 0 };
  readonly #settings: ProducerSettings;
  readonly #onDelivered: (batch: DeliveredBatch<Token>) => void;
  readonly #pool: FramePool;
  readonly #sealing: SealOptions;
  #usedBytes = 0;

  constructor(settings: ProducerSettings, onDelivered: (batch: DeliveredBatch<Token>) => void) {
    this.#settings = settings;
    this.#onDelivered = onDelivered;
    this.#pool = new FramePool(Math.min(settings.bufferBytes, maxPooledBytes));
    const { compression, levels, transactionalId } = settings;
    const attributes = transactionalId === null ? 0 : attributeBits.transactional;
    this.#sealing = { compression, levels, attributes };
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  newQueue(topic: string, partition: number): PartitionQueue<Token> {
    const { batchBytes, grownBatchBytes } = this.#settings;
    return new PartitionQueue(topic, partition, batchBytes === 0 ? 0 : grownBatchBytes);
  }

  hasRoomFor(record: ProducerRecord): boolean {
    return this.#hasRoom(this.#smallestCapacityFor(record));
  }

  /** False: no memory. Throws `bad-request` for a record that is too large. */
  append(queue: PartitionQueue<Token>, record: ProducerRecord, timestamp: number, token: Token): boolean {
    const told = this.appended;
    told.isFirst = false;
    told.hasClosed = false;
    const { key, value, headers } = record;
    const least = lengthOf(key) + lengthOf(value);
    if (least > this.#settings.maxRequestBytes || least > this.#settings.bufferBytes)
      throw this.#tooLarge(record);
    let batch = queue.open();
    for (;;) {
      if (batch !== undefined && !this.#mayTake(queue, batch, record, least)) {
        batch.closed = true;
        told.hasClosed = true;
        batch = undefined;
      }
      if (batch === undefined) {
        batch = this.#openBatch(queue, record);
        if (batch === undefined) return false;
        told.isFirst = true;
        told.createdAt = batch.createdAt;
      }
      const { builder } = batch;
      const before = builder.bytes;
      builder.append(timestamp, key, value, headers);
      told.bytes = builder.bytes - before;
      if (builder.capacity !== batch.accountedBytes) this.#account(batch);
      if (told.bytes + batchHeaderBytes > this.#settings.maxRequestBytes) {
        builder.undo();
        this.#discardIfEmpty(queue, batch);
        throw this.#tooLarge(record);
      }
      if (builder.count === 1 || builder.bytes <= queue.grownBatchBytes) break;
      builder.undo();
      batch.closed = true;
      told.hasClosed = true;
      batch = undefined;
    }
    batch.tokens.push(token);
    told.isFull = batch.builder.bytes >= this.#settings.batchBytes;
    return true;
  }

  /** No batch takes more records, so that all of them end. Answers all that have not ended. */
  closeBatches(): ProducerBatch<Token>[] {
    const batches: ProducerBatch<Token>[] = [];
    for (const { waiting, inFlight } of this.active) batches.push(...waiting, ...inFlight);
    for (const batch of batches) batch.closed = true;
    return batches;
  }

  /** Bytes of the batch for the wire. */
  seal(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>): Buffer {
    queue.recentBytes = batch.builder.bytes;
    const bytes = batch.seal(this.#sealing);
    if (batch.builder.capacity !== batch.accountedBytes) this.#account(batch);
    return bytes;
  }

  /** The batch has left its queue and is told to whoever sent it. */
  end(
    queue: PartitionQueue<Token>,
    batch: ProducerBatch<Token>,
    result: { readonly baseOffset?: number; readonly timestamp?: number; readonly error: Error | null },
  ): void {
    this.#free(batch);
    if (queue.isEmpty) this.active.delete(queue);
    const { baseOffset = -1, timestamp = -1, error } = result;
    const { topic, partition } = queue;
    this.#onDelivered({ topic, partition, baseOffset, timestamp, tokens: batch.tokens, error });
    for (const wake of batch.waiting) wake();
  }

  /** Halves, or more pieces, of a batch that the broker finds too large. The batch has left the queue. */
  split(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>): void {
    const sealed = batch.seal(this.#sealing);
    const { batchBytes } = this.#settings;
    const limit = sealed.length > batchBytes && batchBytes > 0 ? batchBytes : Math.ceil(sealed.length / 2);
    queue.grownBatchBytes = Math.min(queue.grownBatchBytes, limit);
    const place = { topic: queue.topic, partition: queue.partition };
    const cursor = new RecordCursor(sealed, 0, sealed.length, { ...place, fetchOffset: 0, checkCrcs: false });
    const records: ConsumedRecord[] = [];
    cursor.take(batch.tokens.length, records);
    const parts: ProducerBatch<Token>[] = [];
    let part: ProducerBatch<Token> | undefined;
    records.forEach((record, i) => {
      const size = record.keyLength + record.valueLength + recordOverhead;
      if (part === undefined || part.builder.bytes + size > limit) {
        // Times of the original: a batch does not live longer for being split.
        part = new ProducerBatch(batch.order + i / records.length, limit, this.#pool, batch.createdAt, 0);
        part.deadline = batch.deadline;
        part.closed = true;
        parts.push(part);
      }
      part.builder.append(record.timestamp, record.key, record.value, record.headers);
      part.tokens.push(batch.tokens[i] as Token);
    });
    let unfinished = parts.length;
    for (const each of parts) {
      this.#account(each);
      each.waiting.push(() => {
        unfinished--;
        if (unfinished === 0) for (const wake of batch.waiting) wake();
      });
    }
    this.#free(batch);
    queue.replace(parts);
  }

  #openBatch(queue: PartitionQueue<Token>, record: ProducerRecord): ProducerBatch<Token> | undefined {
    const now = performance.now();
    const { bufferBytes, deliveryTimeoutMs } = this.#settings;
    const least = this.#smallestCapacityFor(record);
    if (!this.#hasRoom(least)) return undefined;
    const isRoomy = this.#usedBytes < bufferBytes / 4;
    const capacity = isRoomy ? Math.max(least, Math.min(queue.recentBytes, queue.grownBatchBytes)) : least;
    const batch = new ProducerBatch<Token>(queue.nextOrder(), capacity, this.#pool, now, deliveryTimeoutMs);
    this.#account(batch);
    queue.waiting.push(batch);
    this.active.add(queue);
    return batch;
  }

  #smallestCapacityFor(record: ProducerRecord): number {
    return Math.max(this.#settings.batchBytes, mostBytes(record) + batchHeaderBytes);
  }

  #mayTake(
    queue: PartitionQueue<Token>,
    { builder }: ProducerBatch<Token>,
    record: ProducerRecord,
    leastBytes: number,
  ): boolean {
    if (builder.bytes + leastBytes > queue.grownBatchBytes) return false;
    const most = mostBytes(record);
    return builder.bytes + most <= builder.capacity || this.#hasRoom(Math.max(builder.capacity, most));
  }

  #hasRoom(bytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + bytes <= this.#settings.bufferBytes;
  }

  #account(batch: ProducerBatch<Token>): void {
    const { capacity } = batch.builder;
    this.#usedBytes += capacity - batch.accountedBytes;
    batch.accountedBytes = capacity;
  }

  #free(batch: ProducerBatch<Token>): void {
    this.#usedBytes -= batch.accountedBytes;
    batch.accountedBytes = 0;
    batch.release();
  }

  #discardIfEmpty(queue: PartitionQueue<Token>, batch: ProducerBatch<Token>): void {
    if (batch.builder.count > 0) return;
    queue.waiting.pop();
    this.#free(batch);
    if (queue.isEmpty) this.active.delete(queue);
  }

  #tooLarge(record: ProducerRecord): ConnectError {
    const bytes = batchHeaderBytes + exactBytes(record);
    const { maxRequestBytes, bufferBytes } = this.#settings;
    const [limit, key] =
      bytes > maxRequestBytes ? [maxRequestBytes, 'max.request.size'] : [bufferBytes, 'buffer.memory'];
    return new ConnectError(
      'bad-request',
      `The message for topic ${record.topic} is ${bytes} bytes when serialized which is larger than ${limit}, ` +
        `which is the value of the ${key} configuration.`,
      { details: { kafkaError: 'RECORD_TOO_LARGE', key } },
    );
  }
}

function lengthOf(value: Serialized): number {
  return value === null ? 0 : value.length;
}

/** Upper bound, without looking into strings. */
function mostBytes({ key, value, headers }: ProducerRecord): number {
  let bytes = recordOverhead;
  if (key !== null) bytes += typeof key === 'string' ? key.length * 3 : key.length;
  if (value !== null) bytes += typeof value === 'string' ? value.length * 3 : value.length;
  if (headers !== undefined) {
    for (const header of headers) bytes += 10 + header.key.length * 3 + (header.value?.length ?? 0);
  }
  return bytes;
}

function exactBytes({ key, value, headers = [] }: ProducerRecord): number {
  let bytes = recordOverhead;
  for (const part of [key, value]) bytes += part === null ? 0 : Buffer.byteLength(part);
  for (const header of headers) bytes += 10 + Buffer.byteLength(header.key) + (header.value?.length ?? 0);
  return bytes;
}
