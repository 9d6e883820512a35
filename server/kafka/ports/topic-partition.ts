export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface CommittedOffset extends TopicPartition {
  readonly offset: number;
  /** Of the record before `offset`; null or absent: not known. Lets a consumer notice a log that was cut (KIP-320). */
  readonly leaderEpoch?: number | null;
  readonly metadata?: string | null;
}
