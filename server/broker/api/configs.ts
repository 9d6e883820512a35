import { alterConfigsApi } from '../../kafka/protocol/generated/alter-configs.js';
import { describeConfigsApi } from '../../kafka/protocol/generated/describe-configs.js';
import { incrementalAlterConfigsApi } from '../../kafka/protocol/generated/incremental-alter-configs.js';
import { listConfigResourcesApi } from '../../kafka/protocol/generated/list-config-resources.js';
import type { Broker } from '../broker.ts';
import { refusal, told } from '../refusal.ts';
import { brokerConfigs } from '../topics/broker-configs.ts';
import { type ConfigDeclaration, parseList } from '../topics/config-value.ts';
import type { Topic } from '../topics/topic.ts';
import { checkTopicConfigs, topicConfigDefault, topicConfigs } from '../topics/topic-configs.ts';
import { brokerConfigEntries, clusterConfigEntries, topicConfigEntries } from './config-entries.ts';
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
          return { ...about, errorCode: 0, errorMessage: '', configs: shown };
        } catch (error) {
          return { ...about, ...told(error, `describe configs of ${resourceName}`, broker.log), configs: [] };
        }
      }),
    })),
    serve(incrementalAlterConfigsApi, {}, ({ resources, validateOnly }) => ({
      responses: resources.map(({ resourceType, resourceName, configs }) =>
        alter(broker, resourceType, resourceName, validateOnly, (resource) =>
          applyChanges(resource, configs),
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
  if (type === resourceTypes.broker) {
    return brokerScope(broker, name) === 'cluster'
      ? clusterConfigEntries(broker, keys)
      : brokerConfigEntries(broker, keys);
  }
  if (type === resourceTypes.clientMetrics || type === resourceTypes.group) return [];
  throw refusal('INVALID_REQUEST', `Unknown resource type ${type}`);
}

/** What has configs of its own that can be changed. */
interface ConfigResource {
  readonly configs: Readonly<Record<string, string>>;
  readonly declarations: Readonly<Record<string, ConfigDeclaration>>;
  /** The value that counts while none is set. */
  fallback(name: string): string;
  check(configs: Readonly<Record<string, string>>): void;
  change(configs: Readonly<Record<string, string>>): void;
}

function requireResource(broker: Broker, type: number, name: string): ConfigResource {
  if (type === resourceTypes.topic) {
    const topic = requireTopic(broker, name);
    return {
      configs: topic.configs,
      declarations: topicConfigs,
      fallback: (config) => topicConfigDefault(config, broker.configs),
      check: checkTopicConfigs,
      change: (configs) => broker.topics.setConfigs(topic, configs),
    };
  }
  if (type === resourceTypes.broker) {
    const scope = brokerScope(broker, name);
    return {
      configs: broker.configs.changed(scope),
      declarations: brokerConfigs,
      fallback: (config) => broker.configs.text(config),
      check: (configs) => broker.configs.checkChange(configs),
      change(configs) {
        broker.configs.change(scope, configs);
        broker.topics.refreshDefaults();
      },
    };
  }
  throw refusal('INVALID_REQUEST', `Unknown resource type ${type}`);
}

/** The empty name means what all brokers share. */
function brokerScope({ nodeId }: Broker, name: string): 'broker' | 'cluster' {
  if (name === '') return 'cluster';
  if (name === String(nodeId)) return 'broker';
  throw refusal(
    'INVALID_REQUEST',
    `Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`,
  );
}

function alter(
  broker: Broker,
  resourceType: number,
  resourceName: string,
  validateOnly: boolean,
  configsOf: (resource: ConfigResource) => Record<string, string>,
): { resourceType: number; resourceName: string; errorCode: number; errorMessage: string | null } {
  const about = { resourceType, resourceName };
  try {
    const resource = requireResource(broker, resourceType, resourceName);
    const configs = configsOf(resource);
    if (validateOnly) resource.check(configs);
    else resource.change(configs);
    return { ...about, errorCode: 0, errorMessage: null };
  } catch (error) {
    return { ...about, ...told(error, `alter configs of ${resourceName}`, broker.log) };
  }
}

function applyChanges(resource: ConfigResource, changes: readonly Change[]): Record<string, string> {
  const configs: Record<string, string> = { ...resource.configs };
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
    const isList = resource.declarations[name]?.kind === 'list';
    if (!isList || (configOperation !== operations.append && configOperation !== operations.subtract)) {
      throw refusal(
        'INVALID_CONFIG',
        `Config value append or subtract is not allowed for config key: ${name}`,
      );
    }
    const present = parseList(configs[name] ?? resource.fallback(name));
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
