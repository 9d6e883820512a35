import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Admin, ConfigEntry, TopicDescription } from '../ports/admin.ts';
import type { KafkaClient, KafkaClientOptions } from '../ports/kafka-client.ts';
import type {
  BrowsedRecords,
  BrowseRequest,
  PartitionSummary,
  TopicBrowser,
  TopicDetail,
  TopicSummary,
} from '../ports/topic-browser.ts';
import { KafkajsTopics, type PartitionEnds } from './kafkajs-topics.ts';
import { readRecords } from './read-records.ts';

/** People look at one topic at a time; what is more than this is a program that should use a consumer. */
const maxAtOnce = 8;

/** Throws a `config` error that names the key when a client setting is not acceptable. Does not connect yet. */
export function openTopicBrowser(options: KafkaClientOptions): TopicBrowser {
  const properties = { 'client.id': 'millrace-topic-browser', ...options.properties };
  return new KafkaTopicBrowser(openKafkaClient({ ...options, properties }), new KafkajsTopics(properties));
}

/**
 * Topics, configs and offsets come from kafkajs. It asks for all topics with whatever it asks, and gives up when a
 * single partition of any has no leader, which is when people look most; then our own admin is asked. Records are read by our own consumer, since kafkajs
 * has none without a group.
 */
class KafkaTopicBrowser implements TopicBrowser {
  readonly #client: KafkaClient;
  readonly #kafkajs: KafkajsTopics;
  readonly #closing = new AbortController();
  #atOnce = 0;

  constructor(client: KafkaClient, kafkajs: KafkajsTopics) {
    this.#client = client;
    this.#kafkajs = kafkajs;
  }

  async topics(signal?: AbortSignal): Promise<readonly TopicSummary[]> {
    return await this.#look(signal, async (either) => {
      const described = await this.#describe(null, either);
      return described
        .map((topic) => summaryOf(topic))
        .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    });
  }

  async topic(name: string, signal?: AbortSignal): Promise<TopicDetail> {
    return await this.#look(signal, async (either) => {
      const [described] = await this.#describe(name, either);
      if (described === undefined) throw new ConnectError('not-found', `Topic ${name} does not exist`);
      const [ends, configs] = await Promise.all([
        this.#offsets(described, either),
        this.#configs(name, either),
      ]);
      return { ...summaryOf(described), partitionDetails: partitionsOf(described, ends), configs };
    });
  }

  async records(request: BrowseRequest, signal?: AbortSignal): Promise<BrowsedRecords> {
    return await this.#look(signal, (either) => readRecords(this.#client, request, either));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#kafkajs.close();
    await this.#client.close();
  }

  async #describe(topic: string | null, signal: AbortSignal): Promise<readonly Described[]> {
    return await unlessRefused(
      () => this.#kafkajs.describe(topic, signal),
      () => this.#client.admin.describeTopics(topic === null ? null : [topic], signal),
    );
  }

  async #offsets({ name, partitions }: Described, signal: AbortSignal): Promise<readonly PartitionEnds[]> {
    return await unlessRefused(
      () => this.#kafkajs.offsets(name, signal),
      () => offsetsOfLed(this.#client.admin, name, partitions, signal),
    );
  }

  async #configs(name: string, signal: AbortSignal): Promise<readonly ConfigEntry[]> {
    return await unlessRefused(
      () => this.#kafkajs.configs(name, signal),
      () => this.#client.admin.describeTopicConfig(name, signal),
    );
  }

  async #look<Result>(
    signal: AbortSignal | undefined,
    look: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (this.#atOnce >= maxAtOnce) {
      throw new ConnectError('unavailable', `${maxAtOnce} looks into topics are under way; try again soon`, {
        retriable: true,
      });
    }
    this.#atOnce++;
    try {
      const closing = this.#closing.signal;
      return await look(signal === undefined ? closing : AbortSignal.any([signal, closing]));
    } finally {
      this.#atOnce--;
    }
  }
}

type Described = Omit<TopicDescription, 'internal'>;

/** What kafkajs makes an error of because of a part, is asked again in a way that bears it. */
async function unlessRefused<Result>(
  ask: () => Promise<Result>,
  askOurselves: () => Promise<Result>,
): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!isAnswerRefused(error)) throw error;
    return await askOurselves();
  }
}

function isAnswerRefused(error: unknown): boolean {
  return (
    isConnectError(error) &&
    error.details.kafkaErrorCode !== undefined &&
    error.code !== 'not-found' &&
    error.code !== 'forbidden'
  );
}

function summaryOf({ name, partitions }: Described): TopicSummary {
  return {
    name,
    internal: name.startsWith('__'),
    partitions: partitions.length,
    replicationFactor: Math.max(0, ...partitions.map(({ replicas }) => replicas.length)),
  };
}

function partitionsOf(
  { partitions }: Described,
  ends: readonly PartitionEnds[],
): readonly PartitionSummary[] {
  const byNumber = new Map(ends.map((end) => [end.partition, end]));
  return partitions.map((partition) => {
    const end = byNumber.get(partition.partition);
    return { ...partition, earliestOffset: end?.earliest ?? -1, latestOffset: end?.latest ?? -1 };
  });
}

async function offsetsOfLed(
  admin: Pick<Admin, 'listOffsets'>,
  topic: string,
  partitions: Described['partitions'],
  signal: AbortSignal,
): Promise<readonly PartitionEnds[]> {
  const led = partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => ({ topic, partition }));
  const [earliest, latest] = await Promise.all([
    admin.listOffsets(led, 'earliest', signal),
    admin.listOffsets(led, 'latest', signal),
  ]);
  return led.map(({ partition }, index) => ({
    partition,
    earliest: earliest[index]?.offset ?? -1,
    latest: latest[index]?.offset ?? -1,
  }));
}
