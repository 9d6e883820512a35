import type { DescribeConfigsResourceResultInput } from '../../kafka/protocol/generated/describe-configs.js';
import type { Broker } from '../broker.ts';
import { brokerConfigs } from '../topics/broker-configs.ts';
import { configTypeNumbers } from '../topics/config-value.ts';
import type { Topic } from '../topics/topic.ts';
import { topicConfigDefault, topicConfigs } from '../topics/topic-configs.ts';

/** Where a value comes from, in the protocol's numbers. */
export const configSources = { topic: 1, broker: 2, cluster: 3, start: 4, default: 5 } as const;

type Entry = DescribeConfigsResourceResultInput;

/** All configs of a topic, or those asked for. */
export function topicConfigEntries(broker: Broker, topic: Topic, keys: readonly string[] | null): Entry[] {
  return Object.entries(topicConfigs)
    .filter(([name]) => keys === null || keys.includes(name))
    .map(([name, declaration]) => {
      const own = topic.configs[name];
      const fallback = topicConfigDefault(name, broker.configs);
      const { brokerName } = declaration;
      const fallbackName = brokerName ?? name;
      const fallbackSource =
        configSources[brokerName === undefined ? 'default' : broker.configs.sourceOf(brokerName)];
      return {
        name,
        value: own ?? fallback,
        readOnly: false,
        configSource: own === undefined ? fallbackSource : configSources.topic,
        isSensitive: false,
        synonyms: [
          ...(own === undefined ? [] : [{ name, value: own, source: configSources.topic }]),
          { name: fallbackName, value: fallback, source: fallbackSource },
        ],
        configType: configTypeNumbers[declaration.kind],
        documentation: null,
      };
    });
}

/** The broker's own settings. */
export function brokerConfigEntries(broker: Broker, keys: readonly string[] | null): Entry[] {
  const declared = Object.entries(brokerConfigs).map(([name, { kind, isDynamic = false }]) => ({
    name,
    kind,
    isDynamic,
    value: broker.configs.text(name),
    source: configSources[broker.configs.sourceOf(name)] as number,
  }));
  const protocol = broker.users === null ? 'PLAINTEXT' : 'SASL_PLAINTEXT';
  const fixed = { kind: 'list', isDynamic: false, source: configSources.start } as const;
  const listeners = { ...fixed, name: 'listeners', value: `${protocol}://${broker.host}:${broker.port}` };
  const folder = { ...fixed, name: 'log.dirs', value: broker.dataDir };
  return [...declared, listeners, folder]
    .filter(({ name }) => keys === null || keys.includes(name))
    .map(({ name, kind, isDynamic, value, source }) => ({
      name,
      value,
      readOnly: !isDynamic,
      configSource: source,
      isSensitive: false,
      synonyms: [{ name, value, source }],
      configType: configTypeNumbers[kind],
      documentation: null,
    }));
}

/** What was changed for all brokers. */
export function clusterConfigEntries({ configs }: Broker, keys: readonly string[] | null): Entry[] {
  return Object.entries(configs.changed('cluster'))
    .filter(([name]) => keys === null || keys.includes(name))
    .map(([name, value]) => ({
      name,
      value,
      readOnly: false,
      configSource: configSources.cluster,
      isSensitive: false,
      synonyms: [{ name, value, source: configSources.cluster }],
      configType: configTypeNumbers[brokerConfigs[name]?.kind ?? 'string'],
      documentation: null,
    }));
}
