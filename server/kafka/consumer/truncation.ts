import type { Cluster } from '../cluster/cluster.ts';
import { byTopic } from '../group/group-offsets.ts';
import { kafkaFailure } from '../protocol/error-codes.ts';
import { offsetForLeaderEpochApi } from '../protocol/generated/offset-for-leader-epoch.js';
import type { Asked, EpochEnd } from './fetch-answers.ts';
import type { FetchState } from './fetch-state.ts';

/** Versions before this are for brokers only. */
const firstVersionForConsumers = 3;

/**
 * For brokers whose Fetch does not tell (before Kafka 2.7): asks the leader where the epochs of the positions end, once
 * for each leader epoch (KIP-320). Answers the partitions whose log was cut before the position. Rejects with a
 * retriable error when a partition could not be checked.
 */
export async function findTruncated(
  cluster: Cluster,
  node: number,
  asked: readonly Asked[],
  options: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<FetchState, EpochEnd | null>> {
  const cut = new Map<FetchState, EpochEnd | null>();
  const epochOf = ({ topic, partition }: FetchState): number =>
    cluster.topic(topic)?.partitions[partition]?.leaderEpoch ?? -1;
  const due = asked.filter(({ state, isReplica }) => {
    return !isReplica && state.fetchEpoch >= 0 && epochOf(state) > state.checkedUnder;
  });
  if (due.length === 0) return cut;
  const connection = await cluster.connection(node, 'control', options.signal);
  const offered = connection.offer.versions.get(offsetForLeaderEpochApi.key);
  if (offered === undefined || offered.max < firstVersionForConsumers) return cut;
  const current = new Map(
    due.map((item) => [item.state.name, { ...item, leaderEpoch: epochOf(item.state) }]),
  );
  const topics = [...byTopic(due.map(({ state }) => state))].map(([topic, states]) => ({
    topic,
    partitions: states.map((state) => ({
      partition: state.partition,
      currentLeaderEpoch: epochOf(state),
      leaderEpoch: state.fetchEpoch,
    })),
  }));
  const response = await cluster.request(node, offsetForLeaderEpochApi, { replicaId: -1, topics }, options);
  for (const { topic, partitions } of response.topics) {
    for (const { partition, errorCode, leaderEpoch, endOffset } of partitions) {
      const item = current.get(`${topic}-${partition}`);
      if (item === undefined || item.state.version !== item.version) continue;
      if (errorCode !== 0) {
        cluster.refreshSoon();
        throw kafkaFailure(
          errorCode,
          `find where leader epoch ${item.state.fetchEpoch} of ${item.state.name} ends`,
        );
      }
      item.state.checkedUnder = item.leaderEpoch;
      const isKnown = endOffset >= 0 && leaderEpoch >= 0;
      if (isKnown && endOffset >= item.offset) continue;
      cut.set(item.state, isKnown ? { leaderEpoch, offset: endOffset } : null);
    }
  }
  return cut;
}
