import { ConnectError } from '../../errors/connect-error.ts';
import { topicError } from '../cluster/cluster.ts';
import type { TopicMetadata } from '../cluster/metadata.ts';
import type { ProducerRecord } from '../ports/producer.ts';
import { partitionForKey } from './murmur2.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerSettings } from './producer-settings.ts';

/** One topic as the producer sees it: its partitions, and where records without a key go at present. */
export class TopicPartitions<Token> {
  readonly name: string;
  readonly #settings: Pick<ProducerSettings, 'partitioner' | 'batchBytes'>;
  readonly #newQueue: (partition: number) => PartitionQueue<Token>;
  readonly #queues: (PartitionQueue<Token> | undefined)[] = [];
  #metadata: TopicMetadata | undefined;
  #count = 0;
  #sticky = -1;
  #stickyBytes = 0;
  #turn = -1;
  #keyBytes = Buffer.alloc(256);

  constructor(
    name: string,
    settings: Pick<ProducerSettings, 'partitioner' | 'batchBytes'>,
    newQueue: (partition: number) => PartitionQueue<Token>,
  ) {
    this.name = name;
    this.#settings = settings;
    this.#newQueue = newQueue;
  }

  /** 0 while nothing usable is known. */
  get count(): number {
    return this.#count;
  }

  /** After each metadata update. */
  update(metadata: TopicMetadata | undefined): void {
    this.#metadata = metadata;
    if (metadata !== undefined && metadata.errorCode === 0) this.#count = metadata.partitions.length;
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
    if (this.#sticky < 0 || this.#sticky >= this.#count) this.#moveOn();
    return this.#sticky;
  }

  /** Keeps the partition for records without a key until about a batch went there, as Java's partitioner does. */
  appended(partition: number, bytes: number): void {
    if (partition !== this.#sticky) return;
    this.#stickyBytes += bytes;
    if (this.#stickyBytes >= this.#settings.batchBytes) this.#moveOn();
  }

  #moveOn(): void {
    this.#stickyBytes = 0;
    if (this.#count === 1) {
      this.#sticky = 0;
      return;
    }
    const available = this.#metadata?.partitions.filter(({ leader }) => leader >= 0) ?? [];
    const random = Math.floor(Math.random() * (available.length > 0 ? available.length : this.#count));
    this.#sticky = available[random]?.partition ?? random;
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
