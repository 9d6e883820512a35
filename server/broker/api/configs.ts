import { alterConfigsApi } from '../../kafka/protocol/generated/alter-configs.js';
import { describeConfigsApi } from '../../kafka/protocol/generated/describe-configs.js';
import { incrementalAlterConfigsApi } from '../../kafka/protocol/generated/incremental-alter-configs.js';
import { listConfigResourcesApi } from '../../kafka/protocol/generated/list-config-resources.js';
import type { Broker } from '../broker.ts';
import { refusal, told } from '../refusal.ts';
import { parseList } from '../topics/config-value.ts';
import type { Topic } from '../topics/topic.ts';
import { checkTopicConfigs, topicConfigDefault, topicConfigs } from '../topics/topic-configs.ts';
import { brokerConfigEntries, topicConfigEntries } from './config-entries.ts';
import { type ServedApi, serve } from './served-api.ts';

const resourceTypes = { topic: 2, broker: 4, clientMetrics: 16, group: 32 } as const;
const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

interface Change {
  readonly name: string;
  readonly value: string | null;
  readonly configOperation: number;
}

export function configApis(broker: Broker): readonly ServedApi[] {
  return [
    serve(describeConfigsApi, {}, ({ resources, includeSynonyms }) => ({
      results: resources.map(({ resourceType, resourceName, configurationKeys }) => {
        const about = { resourceType, resourceName };
        try {
          const configs = describeResource(broker, resourceType, resourceName, configurationKeys);
          const shown = includeSynonyms ? configs : configs.map((config) => ({ ...config, synonyms: [] }));
          return { ...about, errorCode: 0, errorMessage: null, configs: shown };
        } catch (error) {
          return { ...about, ...told(error, `describe configs of ${resourceName}`, broker.log), configs: [] };
        }
      }),
    })),
    serve(incrementalAlterConfigsApi, {}, ({ resources, validateOnly }) => ({
      responses: resources.map(({ resourceType, resourceName, configs }) =>
        alter(broker, resourceType, resourceName, validateOnly, (topic) =>
          applyChanges(broker, topic, configs),
        ),
      ),
    })),
    serve(alterConfigsApi, {}, ({ resources, validateOnly }) => ({
      responses: resources.map(({ resourceType, resourceName, configs }) =>
        alter(broker, resourceType, resourceName, validateOnly, () =>
          Object.fromEntries(configs.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
        ),
      ),
    })),
    serve(listConfigResourcesApi, {}, ({ resourceTypes: asked }) => ({
      errorCode: 0,
      configResources: [
        ...broker.topics
          .all()
          .map(({ name }) => ({ resourceName: name, resourceType: resourceTypes.topic as number })),
        { resourceName: String(broker.nodeId), resourceType: resourceTypes.broker as number },
      ].filter(({ resourceType }) => asked.length === 0 || asked.includes(resourceType)),
    })),
  ];
}

function describeResource(broker: Broker, type: number, name: string, keys: readonly string[] | null) {
  if (type === resourceTypes.topic) return topicConfigEntries(broker, requireTopic(broker, name), keys);
  if (type === resourceTypes.broker && name === String(broker.nodeId))
    return brokerConfigEntries(broker, keys);
  // The empty name means what all brokers share, which is nothing.
  if (type === resourceTypes.broker && name === '') return [];
  if (type === resourceTypes.clientMetrics || type === resourceTypes.group) return [];
  throw refusal('INVALID_REQUEST', `there is no config resource of type ${type} with the name ${name}`);
}

function alter(
  broker: Broker,
  resourceType: number,
  resourceName: string,
  validateOnly: boolean,
  change: (topic: Topic) => Record<string, string>,
): { resourceType: number; resourceName: string; errorCode: number; errorMessage: string | null } {
  const about = { resourceType, resourceName };
  try {
    if (resourceType !== resourceTypes.topic) {
      throw refusal('INVALID_REQUEST', 'the embedded broker can change configs of topics only');
    }
    const topic = requireTopic(broker, resourceName);
    const configs = change(topic);
    if (validateOnly) checkTopicConfigs(configs);
    else broker.topics.setConfigs(topic, configs);
    return { ...about, errorCode: 0, errorMessage: null };
  } catch (error) {
    return { ...about, ...told(error, `alter configs of ${resourceName}`, broker.log) };
  }
}

function applyChanges(broker: Broker, topic: Topic, changes: readonly Change[]): Record<string, string> {
  const configs: Record<string, string> = { ...topic.configs };
  for (const { name, value, configOperation } of changes) {
    if (configOperation === operations.delete) {
      delete configs[name];
      continue;
    }
    if (value === null) throw refusal('INVALID_REQUEST', `Null value not supported for : ${name}`);
    if (configOperation === operations.set) {
      configs[name] = value;
      continue;
    }
    const isList = topicConfigs[name]?.kind === 'list';
    if (!isList || (configOperation !== operations.append && configOperation !== operations.subtract)) {
      throw refusal(
        'INVALID_CONFIG',
        `Config value append or subtract is not allowed for config key: ${name}`,
      );
    }
    const present = parseList(configs[name] ?? topicConfigDefault(name, broker.configs));
    const words = parseList(value);
    const kept =
      configOperation === operations.append
        ? [...new Set([...present, ...words])]
        : present.filter((word) => !words.includes(word));
    configs[name] = kept.join(',');
  }
  return configs;
}

function requireTopic(broker: Broker, name: string): Topic {
  const topic = broker.topics.get(name);
  if (topic === undefined) {
    throw refusal('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`);
  }
  return topic;
}
