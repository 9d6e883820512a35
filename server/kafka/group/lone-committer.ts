import type { Cluster } from '../cluster/cluster.ts';
import { retryOnCoordinator } from '../cluster/coordinator.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import { commitOffsets, fetchOffsets } from './group-offsets.ts';

/** Offsets of a group for a consumer that reads given partitions and is no member: nothing guards its commits. */
export class LoneCommitter {
  readonly identity = { generation: -1, memberId: '' };
  readonly #cluster: Cluster;
  readonly #groupId: string;

  constructor(cluster: Cluster, groupId: string) {
    this.#cluster = cluster;
    this.#groupId = groupId;
  }

  /** Rejects with `conflict` (UNKNOWN_MEMBER_ID) while the group has members. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    const identity = { ...this.identity, groupId: this.#groupId };
    await retryOnCoordinator(
      this.#cluster,
      'group',
      this.#groupId,
      `commit offsets of group ${this.#groupId}`,
      undefined,
      () => commitOffsets(this.#cluster, identity, offsets),
    );
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    return await retryOnCoordinator(
      this.#cluster,
      'group',
      this.#groupId,
      `fetch committed offsets of group ${this.#groupId}`,
      undefined,
      () => fetchOffsets(this.#cluster, this.#groupId, partitions, { requireStable: true }),
    );
  }
}
