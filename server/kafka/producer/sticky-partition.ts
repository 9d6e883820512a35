import type { TopicMetadata } from '../cluster/metadata.ts';
import type { ProducerSettings } from './producer-settings.ts';

/** What the choice goes by, besides metadata. */
export interface PartitionLoad {
  /** Batches that wait for the partition. */
  waiting(partition: number): number;
  /** The broker has not taken anything for longer than partitioner.availability.timeout.ms. */
  isStalled(node: number): boolean;
}

type StickySettings = Pick<ProducerSettings, 'batchBytes' | 'isAdaptive' | 'availabilityTimeoutMs'>;

/**
 * The partition for records without a key: the same one until about a batch went there, then another at random. Those
 * with fewer batches waiting are taken more often, so that slow brokers get less (KIP-794).
 */
export class StickyPartition {
  readonly #settings: StickySettings;
  readonly #load: PartitionLoad;
  readonly #weights: number[] = [];
  readonly #candidates: number[] = [];
  #metadata: TopicMetadata | undefined;
  #available: readonly { readonly partition: number; readonly leader: number }[] = [];
  #current = -1;
  #bytes = 0;

  constructor(settings: StickySettings, load: PartitionLoad) {
    this.#settings = settings;
    this.#load = load;
  }

  update(metadata: TopicMetadata): void {
    this.#metadata = metadata;
    this.#available = metadata.partitions.filter(({ leader }) => leader >= 0);
  }

  choose(): number {
    const count = this.#metadata?.partitions.length ?? 0;
    if (this.#current < 0 || this.#current >= count) this.#moveOn(count);
    return this.#current;
  }

  /** A batch that is not full yet gets as much again, so that no small ones are left behind. */
  appended(partition: number, bytes: number, isFull: boolean): void {
    if (partition !== this.#current) return;
    this.#bytes += bytes;
    const { batchBytes } = this.#settings;
    if (this.#bytes < batchBytes || !(isFull || this.#bytes >= batchBytes * 2)) return;
    this.#moveOn(this.#metadata?.partitions.length ?? 0);
  }

  #moveOn(count: number): void {
    this.#bytes = 0;
    if (count <= 1) this.#current = 0;
    else if (this.#available.length === 0) this.#current = Math.floor(Math.random() * count);
    else this.#current = this.#settings.isAdaptive ? this.#byLoad() : this.#any();
  }

  #any(): number {
    return this.#available[Math.floor(Math.random() * this.#available.length)]?.partition ?? 0;
  }

  /** By weights: one more than the longest queue, less the partition's own. */
  #byLoad(): number {
    const { availabilityTimeoutMs } = this.#settings;
    let longest = 0;
    let size = 0;
    for (const { partition, leader } of this.#available) {
      if (availabilityTimeoutMs > 0 && this.#load.isStalled(leader)) continue;
      const waiting = this.#load.waiting(partition);
      this.#candidates[size] = partition;
      this.#weights[size++] = waiting;
      if (waiting > longest) longest = waiting;
    }
    if (size === 0) return this.#any();
    let total = 0;
    for (let i = 0; i < size; i++) {
      total += longest + 1 - (this.#weights[i] as number);
      this.#weights[i] = total;
    }
    const random = Math.floor(Math.random() * total);
    let chosen = 0;
    while (chosen < size - 1 && (this.#weights[chosen] as number) <= random) chosen++;
    return this.#candidates[chosen] as number;
  }
}
