import { ConnectError } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Admin, NewTopic, TopicDescription } from '../ports/admin.ts';
import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import { createPartitionsApi } from '../protocol/generated/create-partitions.js';
import { createTopicsApi } from '../protocol/generated/create-topics.js';
import { deleteTopicsApi } from '../protocol/generated/delete-topics.js';
import type { MetadataResponse } from '../protocol/generated/metadata.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { chunksOf } from './chunks.ts';
import { retryAdmin } from './retry-admin.ts';
import { Settling } from './settle.ts';

export function topicAdmin(
  cluster: Cluster,
): Pick<Admin, 'listTopics' | 'describeTopics' | 'createTopics' | 'deleteTopics' | 'createPartitions'> {
  const timeoutMs = cluster.settings['request.timeout.ms'];

  return {
    async listTopics(signal) {
      const all = await describeAllTopics(cluster, signal);
      return all.filter((topic) => !topic.internal).map((topic) => topic.name);
    },

    async describeTopics(topics, signal) {
      if (topics === null) return await describeAllTopics(cluster, signal);
      const found: TopicDescription[] = [];
      for (const names of chunksOf(topics)) {
        found.push(...(await askFor(cluster, `describe topics ${namesOf(names)}`, names, signal)));
      }
      return found;
    },

    async createTopics(topics, signal) {
      const wanted = new Map(topics.map((topic) => [topic.name, topic]));
      const settling = new Settling<NewTopic>(wanted, (name) => `create topic ${name}`, [
        'TOPIC_ALREADY_EXISTS',
      ]);
      await retryAdmin(cluster, `create topics ${namesOf([...wanted.keys()])}`, signal, async () => {
        settling.begin();
        for (const some of chunksOf(settling.left)) {
          const request = { topics: some.map(toCreatable), timeoutMs };
          const response = await cluster.request('controller', createTopicsApi, request, { signal });
          settling.note(response.topics);
        }
        settling.throwRetriable();
      });
      settling.finish();
    },

    async deleteTopics(topics, signal) {
      const wanted = new Map(topics.map((name) => [name, name]));
      const accepted = ['UNKNOWN_TOPIC_OR_PARTITION'] as const;
      const settling = new Settling(wanted, (name) => `delete topic ${name}`, accepted);
      await retryAdmin(cluster, `delete topics ${namesOf(topics)}`, signal, async () => {
        settling.begin();
        for (const names of chunksOf(settling.left)) {
          const response = await cluster.request(
            'controller',
            deleteTopicsApi,
            (version) =>
              version >= 6
                ? { topics: names.map((name) => ({ name })), timeoutMs }
                : { topicNames: names, timeoutMs },
            { signal },
          );
          settling.note(response.responses.map((result) => ({ ...result, name: result.name ?? '' })));
        }
        settling.throwRetriable();
      });
      settling.finish();
    },

    async createPartitions(topic, total, signal) {
      const what = `raise topic ${topic} to ${total} partitions`;
      let attempts = 0;
      await retryAdmin(cluster, what, signal, async () => {
        attempts++;
        const topics = [{ name: topic, count: total, assignments: null }];
        const request = { topics, timeoutMs, validateOnly: false };
        const response = await cluster.request('controller', createPartitionsApi, request, { signal });
        for (const { errorCode, errorMessage } of response.results) {
          if (errorCode === 0) continue;
          // An earlier attempt, whose answer was lost, may have done it.
          if (errorCode === kafkaErrors.INVALID_PARTITIONS && attempts > 1) {
            const [described] = await askFor(cluster, what, [topic], signal);
            if (described?.partitions.length === total) continue;
          }
          throw kafkaFailure(errorCode, what, errorMessage);
        }
      });
    },
  };
}

/** Every topic that may be described, internal ones too. */
async function describeAllTopics(
  cluster: Cluster,
  signal?: AbortSignal,
): Promise<readonly TopicDescription[]> {
  return await askFor(cluster, 'list topics', null, signal);
}

async function askFor(
  cluster: Cluster,
  what: string,
  topics: readonly string[] | null,
  signal?: AbortSignal,
): Promise<TopicDescription[]> {
  return await cluster.retry(what, async () => toDescriptions(await askMetadata(cluster, topics, signal)), {
    signal,
  });
}

function namesOf(names: readonly string[]): string {
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

function toCreatable({ name, partitions, replicationFactor, configs = {} }: NewTopic) {
  return {
    name,
    numPartitions: partitions,
    replicationFactor,
    assignments: [],
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  };
}

async function askMetadata(
  cluster: Cluster,
  topics: readonly string[] | null,
  signal?: AbortSignal,
): Promise<MetadataResponse> {
  const response = await cluster.request(
    'any',
    metadataApi,
    (version) => ({
      topics: topics === null && version === 0 ? [] : (topics?.map((name) => ({ name })) ?? null),
      ...(version >= 4 ? { allowAutoTopicCreation: false } : {}),
    }),
    { signal },
  );
  if (response.errorCode !== 0) throw kafkaFailure(response.errorCode, 'ask for topics');
  if (response.brokers.length === 0) {
    throw new ConnectError(
      'unavailable',
      'the broker names no brokers at all, as it does when it refuses a client',
      {
        retriable: true,
      },
    );
  }
  return response;
}

/** Topics that are not there are left out; any other error of one is thrown. */
function toDescriptions(response: MetadataResponse): TopicDescription[] {
  const found = response.topics.filter((topic) => topic.errorCode !== kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION);
  return found.map((topic) => {
    const name = topic.name ?? '';
    if (topic.errorCode !== 0) throw kafkaFailure(topic.errorCode, `describe topic ${name}`);
    const partitions = topic.partitions
      .map((p) => ({
        partition: p.partitionIndex,
        leader: p.leaderId,
        replicas: p.replicaNodes,
        isr: p.isrNodes,
      }))
      .toSorted((a, b) => a.partition - b.partition);
    return { name, internal: topic.isInternal, partitions };
  });
}
