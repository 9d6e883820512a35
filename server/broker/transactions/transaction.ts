export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
] as const;

export type TransactionState = (typeof transactionStates)[number];

/** The highest epoch that is given to producers; one more is kept for fencing. */
export const maxEpoch = 32766;

/** What is kept of a transactional id. Plain data: the coordinator changes it and writes it down. */
export interface Transaction {
  readonly transactionalId: string;
  producerId: bigint;
  epoch: number;
  timeoutMs: number;
  state: TransactionState;
  /** Partitions the open transaction wrote to, by topic. */
  readonly partitions: Map<string, Set<number>>;
  lastUpdate: number;
  /** -1 while no transaction is open. */
  startedAt: number;
  /** Identity before the last change by the coordinator: a client that missed the answer still calls with it. */
  former: { readonly producerId: bigint; readonly epoch: number } | null;
}

export function hasPartition(transaction: Transaction, topic: string, partition: number): boolean {
  return transaction.partitions.get(topic)?.has(partition) === true;
}

export function addPartition(transaction: Transaction, topic: string, partition: number): void {
  const partitions = transaction.partitions.get(topic);
  if (partitions === undefined) transaction.partitions.set(topic, new Set([partition]));
  else partitions.add(partition);
}
