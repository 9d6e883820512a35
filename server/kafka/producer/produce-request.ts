import type { Cluster } from '../cluster/cluster.ts';
import type {
  PartitionProduceResponse,
  ProduceResponse,
  TopicProduceDataInput,
} from '../protocol/generated/produce.js';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerBatch } from './producer-batch.ts';

/** A batch in a request. */
export interface Sent<Token> {
  readonly queue: PartitionQueue<Token>;
  readonly batch: ProducerBatch<Token>;
  readonly records: Buffer;
}

/** Ids of topics by their names. */
export type TopicIds = ReadonlyMap<string, string>;

const noId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Null unless metadata told the ids of all topics in the request. */
export function topicIdsOf<Token>(cluster: Cluster, sent: readonly Sent<Token>[]): TopicIds | null {
  const ids = new Map<string, string>();
  for (const { queue } of sent) {
    if (ids.has(queue.topic)) continue;
    const id = cluster.topic(queue.topic)?.id ?? noId;
    if (id === noId) return null;
    ids.set(queue.topic, id);
  }
  return ids;
}

/** Topics are named by id where there are ids. */
export function topicDataOf<Token>(
  sent: readonly Sent<Token>[],
  ids: TopicIds | null,
): TopicProduceDataInput[] {
  const topics = new Map<string, { index: number; records: Buffer }[]>();
  for (const { queue, records } of sent) {
    const partitions = topics.get(queue.topic);
    const data = { index: queue.partition, records };
    if (partitions === undefined) topics.set(queue.topic, [data]);
    else partitions.push(data);
  }
  return [...topics].map(([name, partitionData]) => {
    const topicId = ids?.get(name);
    return topicId === undefined ? { name, partitionData } : { topicId, partitionData };
  });
}

/** The answer for each batch by its partition; undefined for one that the broker left out. */
export function answersOf<Token>(
  { responses }: ProduceResponse,
  ids: TopicIds | null,
): (queue: PartitionQueue<Token>) => PartitionProduceResponse | undefined {
  const topics = new Map(
    responses.map(({ name, topicId, partitionResponses }) => [
      ids === null ? name : topicId,
      new Map(partitionResponses.map((answer) => [answer.index, answer])),
    ]),
  );
  return ({ topic, partition }) => topics.get(ids?.get(topic) ?? topic)?.get(partition);
}
