import type { TopicPartition } from '../ports/topic-partition.ts';

/** Partitions of a transaction: those the coordinator knows to belong to it, and those it is still to be told of. */
export class PartitionRegister {
  #known = new Map<string, Set<number>>();
  #wanted = new Map<string, Set<number>>();
  /** The coordinator is being told of them. */
  #told = new Map<string, Set<number>>();

  has(topic: string, partition: number): boolean {
    return this.#known.get(topic)?.has(partition) === true;
  }

  want(topic: string, partition: number): void {
    if (this.#told.get(topic)?.has(partition) !== true) addTo(this.#wanted, topic, partition);
  }

  /** All that are wanted now; to be told of with `know`. */
  takeWanted(): TopicPartition[] {
    const taken = [...this.#wanted].flatMap(([topic, partitions]) =>
      [...partitions].map((partition) => ({ topic, partition })),
    );
    this.#told = this.#wanted;
    this.#wanted = new Map();
    return taken;
  }

  know(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) addTo(this.#known, topic, partition);
  }

  clear(): void {
    this.#known = new Map();
    this.#wanted = new Map();
    this.#told = new Map();
  }
}

function addTo(map: Map<string, Set<number>>, topic: string, partition: number): void {
  const partitions = map.get(topic);
  if (partitions === undefined) map.set(topic, new Set([partition]));
  else partitions.add(partition);
}
