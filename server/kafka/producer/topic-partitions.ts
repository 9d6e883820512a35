import { ConnectError } from '../../errors/connect-error.ts';
import { topicError } from '../cluster/cluster.ts';
import type { TopicMetadata } from '../cluster/metadata.ts';
import type { ProducerRecord } from '../ports/producer.ts';
import { partitionForKey } from './murmur2.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerSettings } from './producer-settings.ts';
import { StickyPartition } from './sticky-partition.ts';

/** One topic as the producer sees it: its partitions, and where records without a key go at present. */
export class TopicPartitions<Token> {
  readonly name: string;
  readonly #settings: ProducerSettings;
  readonly #newQueue: (partition: number) => PartitionQueue<Token>;
  readonly #queues: (PartitionQueue<Token> | undefined)[] = [];
  readonly #sticky: StickyPartition;
  #metadata: TopicMetadata | undefined;
  #count = 0;
  #turn = -1;
  #keyBytes = Buffer.alloc(256);
  #wasUsed = true;
  #lastUsedAt = 0;
  #isForgotten = false;

  /** `isStalled` answers for a node whether it takes nothing at present. */
  constructor(
    name: string,
    settings: ProducerSettings,
    newQueue: (partition: number) => PartitionQueue<Token>,
    isStalled: (node: number) => boolean,
  ) {
    this.name = name;
    this.#settings = settings;
    this.#newQueue = newQueue;
    const waiting = (partition: number): number =>
      this.#queues[partition]?.waitingBatches(settings.batchBytes) ?? 0;
    this.#sticky = new StickyPartition(settings, { waiting, isStalled });
  }

  /** 0 while nothing usable is known. */
  get count(): number {
    return this.#count;
  }

  /** After each metadata update. */
  update(metadata: TopicMetadata | undefined): void {
    this.#metadata = metadata;
    if (metadata === undefined || metadata.errorCode !== 0) return;
    this.#isForgotten = false;
    this.#count = metadata.partitions.length;
    this.#sticky.update(metadata);
  }

  /** True: nothing was appended for metadata.max.idle.ms, as far as the calls of this method can tell. */
  isIdle(now: number): boolean {
    if (this.#wasUsed || this.#queues.some((queue) => queue?.isEmpty === false)) {
      this.#wasUsed = false;
      this.#lastUsedAt = now;
    }
    return now - this.#lastUsedAt >= this.#settings.metadataMaxIdleMs;
  }

  /** Nothing is known of it any more, until `update` is told. Its partitions keep their sequence numbers. */
  forget(): void {
    this.#isForgotten = true;
    this.#metadata = undefined;
    this.#count = 0;
  }

  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** Throws what metadata says of the topic and will not pass by itself (not allowed, invalid name). */
  throwIfUnusable(): void {
    const error = this.#metadata === undefined ? undefined : topicError(this.#metadata);
    if (error !== undefined && !error.retriable) throw error;
  }

  queue(partition: number): PartitionQueue<Token> {
    let queue = this.#queues[partition];
    if (queue === undefined) {
      queue = this.#newQueue(partition);
      this.#queues[partition] = queue;
    }
    return queue;
  }

  /** The partition for a record, which may not exist when the record itself names it. */
  choose(record: ProducerRecord): number {
    const { partition, key } = record;
    if (partition !== null && partition !== undefined) {
      if (Number.isInteger(partition) && partition >= 0) return partition;
      throw new ConnectError(
        'bad-request',
        `Invalid partition: ${partition}. Partition number should always be non-negative or null.`,
      );
    }
    const { partitioner } = this.#settings;
    if (partitioner === 'round robin') return this.#nextInTurn();
    if (key !== null && partitioner === 'keys') {
      return partitionForKey(typeof key === 'string' ? this.#encode(key) : key, this.#count);
    }
    return this.#sticky.choose();
  }

  /** After each append; `isFull`: the batch is. */
  appended(partition: number, bytes: number, isFull: boolean): void {
    this.#wasUsed = true;
    this.#sticky.appended(partition, bytes, isFull);
  }

  #nextInTurn(): number {
    for (let tried = 0; tried < this.#count; tried++) {
      this.#turn = (this.#turn + 1) % this.#count;
      if ((this.#metadata?.partitions[this.#turn]?.leader ?? 0) >= 0) break;
    }
    return this.#turn;
  }

  #encode(key: string): Buffer {
    if (key.length * 3 > this.#keyBytes.length) this.#keyBytes = Buffer.alloc(key.length * 3);
    return this.#keyBytes.subarray(0, this.#keyBytes.write(key, 'utf8'));
  }
}
