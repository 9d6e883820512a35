import type { CommittedOffset, TopicPartition } from '../../kafka/ports/topic-partition.ts';
import type { SinkOffset } from '../../plugin-api/sink-connector.ts';

export interface SinkPartition extends TopicPartition {
  /** Offset after the last record that `put` has taken. */
  delivered: number;
  /** What the group has, as far as known. */
  committed: number;
  isPausedByTask: boolean;
  lag: number;
}

/** The partitions a sink task owns, and how far each has come. */
export class SinkPartitions {
  readonly #partitions = new Map<string, SinkPartition>();

  assign(partition: TopicPartition, position: number): void {
    const { topic, partition: number } = partition;
    this.#partitions.set(keyOf(partition), {
      topic,
      partition: number,
      delivered: position,
      committed: position,
      isPausedByTask: false,
      lag: 0,
    });
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#partitions.delete(keyOf(partition));
  }

  find(partition: TopicPartition): SinkPartition | undefined {
    return this.#partitions.get(keyOf(partition));
  }

  all(): readonly SinkPartition[] {
    return [...this.#partitions.values()];
  }

  owned(partitions: readonly TopicPartition[]): readonly SinkPartition[] {
    return partitions.flatMap((partition) => this.find(partition) ?? []);
  }

  get lag(): number {
    let sum = 0;
    for (const { lag } of this.#partitions.values()) sum += lag;
    return sum;
  }

  /** Records that were put and are not committed. */
  get uncommitted(): number {
    let sum = 0;
    for (const { delivered, committed } of this.#partitions.values())
      sum += Math.max(0, delivered - committed);
    return sum;
  }

  /**
   * What of `wanted` may be committed. Invariant: never past delivered records, nor for partitions of others; an
   * offset that the group already has is left out.
   */
  committable(wanted: readonly SinkOffset[]): readonly CommittedOffset[] {
    const offsets: CommittedOffset[] = [];
    for (const { topic, partition, offset } of wanted) {
      const own = this.find({ topic, partition });
      if (own === undefined || offset > own.delivered || offset === own.committed) continue;
      offsets.push({ topic, partition, offset });
    }
    return offsets;
  }

  onCommitted(offsets: readonly CommittedOffset[]): void {
    for (const offset of offsets) {
      const own = this.find(offset);
      if (own !== undefined) own.committed = offset.offset;
    }
  }
}

export function deliveredOffsets(partitions: readonly SinkPartition[]): readonly SinkOffset[] {
  return partitions.map(({ topic, partition, delivered }) => ({ topic, partition, offset: delivered }));
}

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}
