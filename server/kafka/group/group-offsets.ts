import { ConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { RequestOptions } from '../connection/pending-request.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { offsetCommitApi } from '../protocol/generated/offset-commit.js';
import { offsetFetchApi } from '../protocol/generated/offset-fetch.js';

/** Who commits. A caller outside the group gives generation -1 and an empty member id. */
export interface CommitIdentity {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly groupInstanceId?: string | null | undefined;
}

/** The members of a topic together, topics in order of appearance. */
export function byTopic<Item extends TopicPartition>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const topics = new Map<string, Item[]>();
  for (const item of items) {
    const list = topics.get(item.topic);
    if (list === undefined) topics.set(item.topic, [item]);
    else list.push(item);
  }
  return topics;
}

/** One attempt. Throws the first error, retriable or `conflict` as the group says, with all partitions that have it. */
export async function commitOffsets(
  cluster: Cluster,
  identity: CommitIdentity,
  offsets: readonly CommittedOffset[],
  options: RequestOptions & { readonly purpose?: string } = {},
): Promise<void> {
  if (offsets.length === 0) return;
  const { groupId, generation, memberId, groupInstanceId = null } = identity;
  const negative = offsets.find(({ offset }) => offset < 0);
  if (negative !== undefined) {
    const place = `${negative.topic}-${negative.partition}`;
    throw new ConnectError(
      'bad-request',
      `offset ${negative.offset} of ${place} cannot be committed: it is negative`,
    );
  }
  const response = await cluster.request(
    { coordinator: 'group', key: groupId },
    offsetCommitApi,
    {
      groupId,
      generationIdOrMemberEpoch: generation,
      memberId,
      groupInstanceId,
      topics: [...byTopic(offsets)].map(([name, partitions]) => ({
        name,
        partitions: partitions.map(({ partition, offset, leaderEpoch, metadata }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: leaderEpoch ?? -1,
          committedMetadata: metadata ?? '',
        })),
      })),
    },
    options,
  );
  const failed = response.topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ partitionIndex, errorCode }) => ({ place: `${name}-${partitionIndex}`, errorCode })),
  );
  const [first] = failed;
  if (first === undefined) return;
  const places = failed.filter(({ errorCode }) => errorCode === first.errorCode).map(({ place }) => place);
  throw kafkaFailure(first.errorCode, `commit offsets of ${namesOf(places)} for group ${groupId}`);
}

/** For messages: a member of thousands of partitions must not fill the log. */
function namesOf(places: readonly string[]): string {
  const shown = places.slice(0, 10).join(', ');
  return places.length > 10 ? `${shown} and ${places.length - 10} more` : shown;
}

/** One attempt. `partitions` null: all that the group has. Partitions without a committed offset are left out. */
export async function fetchOffsets(
  cluster: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[] | null,
  options: RequestOptions & { readonly purpose?: string; readonly requireStable?: boolean } = {},
): Promise<readonly CommittedOffset[]> {
  const topics =
    partitions === null
      ? null
      : [...byTopic(partitions)].map(([name, list]) => ({
          name,
          partitionIndexes: list.map((p) => p.partition),
        }));
  const requireStable = options.requireStable ?? false;
  const response = await cluster.request(
    { coordinator: 'group', key: groupId },
    offsetFetchApi,
    (version) => ({
      ...(version >= 8 ? { groups: [{ groupId, topics }] } : { groupId, topics }),
      ...(version >= 7 ? { requireStable } : {}),
    }),
    options,
  );
  const group = response.groups[0] ?? response;
  const what = `fetch committed offsets of group ${groupId}`;
  if (group.errorCode !== 0) throw kafkaFailure(group.errorCode, what);
  const offsets: CommittedOffset[] = [];
  for (const topic of group.topics) {
    for (const {
      partitionIndex,
      committedOffset,
      committedLeaderEpoch,
      metadata,
      errorCode,
    } of topic.partitions) {
      if (errorCode !== 0) throw kafkaFailure(errorCode, `${what} for ${topic.name}-${partitionIndex}`);
      if (committedOffset < 0) continue;
      offsets.push({
        topic: topic.name,
        partition: partitionIndex,
        offset: committedOffset,
        ...(committedLeaderEpoch >= 0 ? { leaderEpoch: committedLeaderEpoch } : {}),
        metadata,
      });
    }
  }
  return offsets;
}
