import { ConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { topicError } from '../cluster/cluster.ts';
import { byTopic } from '../group/group-offsets.ts';
import type { Admin, OffsetSpec } from '../ports/admin.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { deleteRecordsApi } from '../protocol/generated/delete-records.js';
import { listOffsetsApi } from '../protocol/generated/list-offsets.js';
import { retryAdmin } from './retry-admin.ts';
import { throwFailures } from './settle.ts';

export interface PartitionOffset extends TopicPartition {
  /** -1 when no record is that young. */
  readonly offset: number;
  readonly timestamp: number;
}

export function partitionOffsetAdmin(cluster: Cluster): Pick<Admin, 'listOffsets' | 'deleteRecords'> {
  return {
    async listOffsets(partitions, spec, signal) {
      return await listOffsets(cluster, partitions, spec, { signal });
    },

    async deleteRecords(before, signal) {
      await deleteRecords(cluster, before, signal);
    },
  };
}

async function deleteRecords(
  cluster: Cluster,
  before: Parameters<Admin['deleteRecords']>[0],
  signal: AbortSignal | undefined,
): Promise<void> {
  const timeoutMs = cluster.settings['request.timeout.ms'];
  const left = new Map(before.map((item) => [keyOf(item), item]));
  const failed: { readonly name: string; readonly error: ConnectError }[] = [];
  await retryAdmin(cluster, `delete records of ${describePartitions(before)}`, signal, async () => {
    let again: ConnectError | undefined;
    for (const [leader, items] of await byLeader(cluster, [...left.values()], signal)) {
      const topics = [...byTopic(items)].map(([name, list]) => ({
        name,
        partitions: list.map(({ partition, offset }) => ({ partitionIndex: partition, offset })),
      }));
      const response = await cluster.request(leader, deleteRecordsApi, { topics, timeoutMs }, { signal });
      forEachPartition(response.topics, (topic, { partitionIndex, errorCode }) => {
        const name = keyOf({ topic, partition: partitionIndex });
        if (errorCode !== 0) {
          const error = kafkaFailure(errorCode, `delete records of ${name}`);
          if (error.retriable) {
            again ??= error;
            return;
          }
          failed.push({ name, error });
        }
        left.delete(name);
      });
    }
    if (again !== undefined) {
      await cluster.refresh([...new Set([...left.values()].map(({ topic }) => topic))], { signal });
      throw again;
    }
  });
  throwFailures(failed);
}

/** Offsets by leader, retried for partitions whose leader moves. Committed only: ends at the last stable offset. */
export async function listOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  spec: OffsetSpec,
  options: { readonly signal?: AbortSignal | undefined; readonly committedOnly?: boolean } = {},
): Promise<readonly PartitionOffset[]> {
  const { signal } = options;
  const timestamp = typeof spec === 'object' ? spec.timestamp : spec === 'earliest' ? -2 : -1;
  const isolationLevel = options.committedOnly === true || spec === 'last stable' ? 1 : 0;
  const found = new Map<string, PartitionOffset>();
  await retryAdmin(cluster, `list offsets of ${describePartitions(partitions)}`, signal, async () => {
    const left = partitions.filter((p) => !found.has(keyOf(p)));
    const groups = await byLeader(cluster, left, signal);
    let failed: ConnectError | undefined;
    for (const [leader, items] of groups) {
      const topics = [...byTopic(items)].map(([name, list]) => ({
        name,
        partitions: list.map(({ partition }) => ({ partitionIndex: partition, timestamp })),
      }));
      const request = { replicaId: -1, isolationLevel, topics };
      const response = await cluster.request(
        leader,
        listOffsetsApi,
        (version) => forVersion(request, version),
        { signal },
      );
      forEachPartition(response.topics, (topic, answer) => {
        const at = { topic, partition: answer.partitionIndex };
        if (answer.errorCode === 0)
          found.set(keyOf(at), { ...at, offset: answer.offset, timestamp: answer.timestamp });
        else failed ??= kafkaFailure(answer.errorCode, `list offsets of ${keyOf(at)}`);
      });
    }
    if (failed !== undefined) {
      if (failed.retriable) await cluster.refresh([...new Set(left.map((p) => p.topic))], { signal });
      throw failed;
    }
  });
  return partitions.flatMap((p) => found.get(keyOf(p)) ?? []);
}

/** Isolation came with version 2; before it there are no transactions to wait for. */
function forVersion<Request extends { isolationLevel: number }>(request: Request, version: number): Request {
  return version >= 2 ? request : { ...request, isolationLevel: 0 };
}

/** Partitions with the node that leads them; asks for metadata where it is not known. */
export async function byLeader<Item extends TopicPartition>(
  cluster: Cluster,
  items: readonly Item[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, readonly Item[]>> {
  const unknown = items.filter(({ topic, partition }) => cluster.leader(topic, partition) < 0);
  if (unknown.length > 0) await cluster.refresh([...new Set(unknown.map(({ topic }) => topic))], { signal });
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const leader = requireLeader(cluster, item);
    const list = groups.get(leader);
    if (list === undefined) groups.set(leader, [item]);
    else list.push(item);
  }
  return groups;
}

function requireLeader(cluster: Cluster, at: TopicPartition): number {
  const topic = cluster.topic(at.topic);
  const error = topic === undefined ? undefined : topicError(topic);
  if (error !== undefined) throw error;
  if (topic !== undefined && topic.partitions.length > 0 && topic.partitions[at.partition] === undefined) {
    throw new ConnectError('not-found', `topic ${at.topic} has no partition ${at.partition}`, {
      retriable: true,
    });
  }
  const leader = cluster.leader(at.topic, at.partition);
  if (leader >= 0) return leader;
  throw new ConnectError('retriable', `partition ${keyOf(at)} has no leader at present`);
}

function forEachPartition<Partition>(
  topics: readonly { readonly name: string; readonly partitions: readonly Partition[] }[],
  visit: (topic: string, partition: Partition) => void,
): void {
  for (const { name, partitions } of topics) for (const partition of partitions) visit(name, partition);
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

function describePartitions(partitions: readonly TopicPartition[]): string {
  const names = partitions.map(keyOf);
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
