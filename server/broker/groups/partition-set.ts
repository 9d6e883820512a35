/** Partitions by the ids of their topics. */
export type PartitionsByTopic = readonly {
  readonly topicId: string;
  readonly partitions: readonly number[];
}[];

/** A set of partitions, whose topics are known by their ids. */
export class PartitionSet {
  readonly #byTopic = new Map<string, Set<number>>();
  #size = 0;

  static of(topics: PartitionsByTopic): PartitionSet {
    const set = new PartitionSet();
    for (const { topicId, partitions } of topics)
      for (const partition of partitions) set.add(topicId, partition);
    return set;
  }

  get size(): number {
    return this.#size;
  }

  has(topicId: string, partition: number): boolean {
    return this.#byTopic.get(topicId)?.has(partition) === true;
  }

  add(topicId: string, partition: number): void {
    let partitions = this.#byTopic.get(topicId);
    if (partitions === undefined) {
      partitions = new Set();
      this.#byTopic.set(topicId, partitions);
    }
    if (!partitions.has(partition)) this.#size++;
    partitions.add(partition);
  }

  *[Symbol.iterator](): Generator<readonly [topicId: string, partition: number]> {
    for (const [topicId, partitions] of this.#byTopic) {
      for (const partition of partitions) yield [topicId, partition];
    }
  }

  filter(keep: (topicId: string, partition: number) => boolean): PartitionSet {
    const kept = new PartitionSet();
    for (const [topicId, partition] of this) if (keep(topicId, partition)) kept.add(topicId, partition);
    return kept;
  }

  isSubsetOf(other: PartitionSet): boolean {
    for (const [topicId, partition] of this) if (!other.has(topicId, partition)) return false;
    return true;
  }

  equals(other: PartitionSet): boolean {
    return this.#size === other.size && this.isSubsetOf(other);
  }

  intersects(other: PartitionSet): boolean {
    for (const [topicId, partition] of this) if (other.has(topicId, partition)) return true;
    return false;
  }

  toTopics(): { topicId: string; partitions: number[] }[] {
    return [...this.#byTopic].map(([topicId, partitions]) => ({
      topicId,
      partitions: [...partitions].sort((a, b) => a - b),
    }));
  }
}
