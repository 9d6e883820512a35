import type { TopicConfig, TopicDetail, TopicList } from '../../entities/console-topic.ts';
import { askKafka, type TopicBrowser } from './ask-kafka.ts';

const timeoutMs = 15_000;

export async function loadTopics(signal?: AbortSignal): Promise<TopicList> {
  const topics = await askKafka(signal, timeoutMs, (browser, either) => browser.topics(either));
  return { topics: [...topics] };
}

/** Rejects with `not-found`. */
export async function loadTopic(name: string, signal?: AbortSignal): Promise<TopicDetail> {
  const topic = await askKafka(signal, timeoutMs, (browser, either) => browser.topic(name, either));
  return {
    ...topic,
    partitionDetails: topic.partitionDetails.map((partition) => ({
      ...partition,
      replicas: [...partition.replicas],
      isr: [...partition.isr],
    })),
    configs: topic.configs.map(toConfig).toSorted(bySourceAndName),
  };
}

type ConfigEntry = Awaited<ReturnType<TopicBrowser['topic']>>['configs'][number];

function toConfig({ name, value, isOwn, isDefault, sensitive }: ConfigEntry): TopicConfig {
  return {
    name,
    value: sensitive ? null : value,
    source: isOwn ? 'topic' : isDefault ? 'default' : 'broker',
    sensitive,
  };
}

const sources: readonly TopicConfig['source'][] = ['topic', 'broker', 'default'];

function bySourceAndName(a: TopicConfig, b: TopicConfig): number {
  return sources.indexOf(a.source) - sources.indexOf(b.source) || (a.name < b.name ? -1 : 1);
}
