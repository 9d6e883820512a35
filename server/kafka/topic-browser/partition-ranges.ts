import { ConnectError } from '../../errors/connect-error.ts';
import type { Admin } from '../ports/admin.ts';
import type { BrowseRequest } from '../ports/topic-browser.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';

/** What of a partition is to be read. */
export interface PartitionRange extends TopicPartition {
  readonly start: number;
  /** Exclusive; what comes later was written after reading began. */
  readonly end: number;
  /** At most so many records. */
  readonly limit: number;
  /** Offset of the oldest record that is left. */
  readonly first: number;
}

/**
 * The partitions that have something to read. Those without a leader are left out, unless one was asked for.
 * `lookBack`: how many offsets before the end to begin, when the newest are asked for.
 */
export async function findRanges(
  admin: Pick<Admin, 'describeTopics' | 'listOffsets'>,
  request: BrowseRequest,
  lookBack: number,
  signal?: AbortSignal,
): Promise<readonly PartitionRange[]> {
  const partitions = await findPartitions(admin, request, signal);
  const [earliest, ends, starts] = await Promise.all([
    admin.listOffsets(partitions, 'earliest', signal),
    admin.listOffsets(partitions, 'last stable', signal),
    findStarts(admin, request, partitions, signal),
  ]);
  return partitions.flatMap((at, index): PartitionRange | readonly [] => {
    const first = earliest[index]?.offset ?? 0;
    const end = ends[index]?.offset ?? 0;
    const isLast = isForNewest(request);
    const wanted = isLast ? end - lookBack : (starts[index] ?? first);
    const start = Math.max(first, wanted < 0 && !isLast ? end : wanted);
    const limit = isLast ? Number.POSITIVE_INFINITY : request.limit;
    return start < end ? { ...at, start, end, limit, first } : [];
  });
}

function isForNewest({ from }: BrowseRequest): boolean {
  return typeof from === 'object' && 'last' in from;
}

async function findPartitions(
  admin: Pick<Admin, 'describeTopics'>,
  { topic, partition }: BrowseRequest,
  signal: AbortSignal | undefined,
): Promise<readonly TopicPartition[]> {
  const [described] = await admin.describeTopics([topic], signal);
  if (described === undefined) throw new ConnectError('not-found', `Topic ${topic} does not exist`);
  if (partition === undefined) {
    return described.partitions
      .filter(({ leader }) => leader >= 0)
      .map((one) => ({ topic, partition: one.partition }));
  }
  const chosen = described.partitions.find((one) => one.partition === partition);
  if (chosen === undefined) {
    throw new ConnectError('not-found', `Topic ${topic} has no partition ${partition}`);
  }
  if (chosen.leader < 0) {
    const message = `Partition ${partition} of topic ${topic} has no leader at present and cannot be read`;
    throw new ConnectError('unavailable', message, { retriable: true });
  }
  return [{ topic, partition }];
}

/** -1: nothing that late. */
async function findStarts(
  admin: Pick<Admin, 'listOffsets'>,
  { from }: BrowseRequest,
  partitions: readonly TopicPartition[],
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  if (typeof from === 'string' || 'last' in from) return [];
  if ('offset' in from) return partitions.map(() => from.offset);
  const found = await admin.listOffsets(partitions, { timestamp: from.timestamp }, signal);
  return found.map(({ offset }) => offset);
}
