import type { CommittedOffset } from './group-records.ts';

export interface TopicPartitionOffset extends CommittedOffset {
  readonly topic: string;
  readonly partition: number;
}

/** The offsets of one group: those committed, and those of open transactions that may yet be. */
export class GroupOffsets {
  readonly #committed = new Map<string, Map<number, CommittedOffset>>();
  readonly #pending = new Map<bigint, TopicPartitionOffset[]>();

  get isEmpty(): boolean {
    return this.#committed.size === 0 && this.#pending.size === 0;
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#committed.get(topic)?.get(partition);
  }

  all(): readonly TopicPartitionOffset[] {
    return [...this.#committed].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, committed]) => ({ topic, partition, ...committed })),
    );
  }

  set(topic: string, partition: number, committed: CommittedOffset): void {
    const { offset, leaderEpoch, metadata, commitTimestamp } = committed;
    let partitions = this.#committed.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#committed.set(topic, partitions);
    }
    partitions.set(partition, { offset, leaderEpoch, metadata, commitTimestamp });
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#committed.get(topic);
    partitions?.delete(partition);
    if (partitions?.size === 0) this.#committed.delete(topic);
  }

  addPending(producerId: bigint, offset: TopicPartitionOffset): void {
    const pending = this.#pending.get(producerId);
    if (pending === undefined) this.#pending.set(producerId, [offset]);
    else pending.push(offset);
  }

  /** Ends a producer's transaction: its offsets count, or are forgotten. */
  endTransaction(producerId: bigint, isCommit: boolean): void {
    const pending = this.#pending.get(producerId) ?? [];
    this.#pending.delete(producerId);
    if (isCommit) for (const offset of pending) this.set(offset.topic, offset.partition, offset);
  }

  hasPending(topic: string, partition: number): boolean {
    for (const offsets of this.#pending.values()) {
      if (offsets.some((offset) => offset.topic === topic && offset.partition === partition)) return true;
    }
    return false;
  }
}
