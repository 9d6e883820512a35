import type { PartitionLog } from '../log/partition-log.ts';
import type { BrokerConfigs } from './broker-configs.ts';
import { type TopicConfigValues, type TopicRules, topicRules } from './topic-configs.ts';

export const offsetsTopic = '__consumer_offsets';
export const transactionsTopic = '__transaction_state';

/** A topic with its configs and the logs of its partitions. */
export class Topic {
  readonly name: string;
  readonly id: string;
  readonly logs: PartitionLog[] = [];
  #configs: TopicConfigValues;
  #rules: TopicRules;

  constructor(name: string, id: string, configs: TopicConfigValues, broker: BrokerConfigs) {
    this.name = name;
    this.id = id;
    this.#configs = configs;
    this.#rules = topicRules(configs, broker);
  }

  /** Clients may read internal topics but not write to them. */
  get isInternal(): boolean {
    return this.name === offsetsTopic || this.name === transactionsTopic;
  }

  /** Configs that were set for this topic. */
  get configs(): TopicConfigValues {
    return this.#configs;
  }

  get rules(): TopicRules {
    return this.#rules;
  }

  setConfigs(configs: TopicConfigValues, broker: BrokerConfigs): void {
    this.#configs = configs;
    this.#rules = topicRules(configs, broker);
  }
}

/** Why a name cannot be a topic's, in Kafka's words; null when it can. */
export function topicNameProblem(name: string): string | null {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `Topic name cannot be "." or ".."`;
  if (name.length > 249) return `the length of '${name}' is longer than the max allowed length 249`;
  if (/[^a-zA-Z0-9._-]/.test(name)) {
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return null;
}
