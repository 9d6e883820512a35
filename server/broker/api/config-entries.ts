import type { DescribeConfigsResourceResultInput } from '../../kafka/protocol/generated/describe-configs.js';
import type { Broker } from '../broker.ts';
import { brokerConfigs } from '../topics/broker-configs.ts';
import { configTypeNumbers } from '../topics/config-value.ts';
import type { Topic } from '../topics/topic.ts';
import { topicConfigDefault, topicConfigs } from '../topics/topic-configs.ts';

/** Where a value comes from, in the protocol's numbers. */
export const configSources = { topic: 1, staticBroker: 4, default: 5 } as const;

type Entry = DescribeConfigsResourceResultInput;

/** All configs of a topic, or those asked for. */
export function topicConfigEntries(broker: Broker, topic: Topic, keys: readonly string[] | null): Entry[] {
  return Object.entries(topicConfigs)
    .filter(([name]) => keys === null || keys.includes(name))
    .map(([name, declaration]) => {
      const own = topic.configs[name];
      const fallback = topicConfigDefault(name, broker.configs);
      const fallbackName = declaration.brokerName ?? name;
      const isGivenToBroker =
        declaration.brokerName !== undefined && broker.configs.isGiven(declaration.brokerName);
      const fallbackSource = isGivenToBroker ? configSources.staticBroker : configSources.default;
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

/** The broker's own settings; none can be changed while it runs. */
export function brokerConfigEntries(broker: Broker, keys: readonly string[] | null): Entry[] {
  const declared = Object.entries(brokerConfigs).map(([name, { kind }]) => ({
    name,
    kind,
    value: broker.configs.text(name),
    source: broker.configs.isGiven(name) ? configSources.staticBroker : configSources.default,
  }));
  const listeners = {
    name: 'listeners',
    kind: 'list',
    value: `${broker.users === null ? 'PLAINTEXT' : 'SASL_PLAINTEXT'}://${broker.host}:${broker.port}`,
    source: configSources.staticBroker,
  } as const;
  const folder = {
    name: 'log.dirs',
    kind: 'list',
    value: broker.dataDir,
    source: configSources.staticBroker,
  } as const;
  return [...declared, listeners, folder]
    .filter(({ name }) => keys === null || keys.includes(name))
    .map(({ name, kind, value, source }) => ({
      name,
      value,
      readOnly: true,
      configSource: source,
      isSensitive: false,
      synonyms: [{ name, value, source }],
      configType: configTypeNumbers[kind],
      documentation: null,
    }));
}
