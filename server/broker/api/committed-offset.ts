import type { TopicPartitionOffset } from '../groups/group-offsets.ts';

/** An offset as clients commit it, with the time the broker got it. */
export function toCommitted(
  topic: string,
  committed: {
    readonly partitionIndex: number;
    readonly committedOffset: number;
    readonly committedLeaderEpoch: number;
    readonly committedMetadata: string | null;
  },
): TopicPartitionOffset {
  return {
    topic,
    partition: committed.partitionIndex,
    offset: committed.committedOffset,
    leaderEpoch: committed.committedLeaderEpoch,
    metadata: committed.committedMetadata ?? '',
    commitTimestamp: Date.now(),
  };
}
