import { ConnectError, codeOf } from '../../errors/connect-error.ts';
import type { Admin, NewTopic } from '../../kafka/ports/admin.ts';
import type { Log, Settings } from '../../plugin-api/source-connector.ts';
import { wholeNameRegex } from '../connector-validators.ts';
import { listSetting, settingsWithPrefix } from '../settings-prefix.ts';

interface TopicGroup {
  readonly name: string;
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Settings;
}

const ownKeys = new Set(['include', 'exclude', 'partitions', 'replication.factor']);

/** Topics of source connectors that are created by the worker (KIP-158). Existing topics are never altered. */
export class TopicCreation {
  readonly #groups: readonly TopicGroup[];
  readonly #admin: Admin;
  readonly #log: Log;

  constructor(settings: Settings, admin: Admin, log: Log) {
    const defaults = readGroup(settings, 'default', null);
    const aliases = listSetting(settings, 'topic.creation.groups').filter((name) => name !== 'default');
    this.#groups = [...aliases.map((name) => readGroup(settings, name, defaults)), defaults];
    this.#admin = admin;
    this.#log = log;
  }

  /** Whether the connector asks for it: any key `topic.creation.` does. */
  static isWanted(settings: Settings): boolean {
    return Object.keys(settings).some((key) => key.startsWith('topic.creation.'));
  }

  /** Creates the topic if it is missing. Rejects with a retriable error when the broker could not do it now. */
  async ensure(topic: string, signal: AbortSignal): Promise<void> {
    const [existing] = await this.#admin.describeTopics([topic], signal);
    if (existing !== undefined) return;
    const wanted = this.newTopic(topic);
    try {
      await this.#admin.createTopics([wanted], signal);
    } catch (error) {
      if (codeOf(error) === 'already-exists') return;
      throw error;
    }
    this.#log('info', `created topic ${topic} with ${wanted.partitions} partitions`);
  }

  newTopic(topic: string): NewTopic {
    const group = this.#groups.find(
      ({ name, include, exclude }) =>
        name === 'default' ||
        (include.some((regex) => regex.test(topic)) && !exclude.some((regex) => regex.test(topic))),
    );
    if (group === undefined) throw new ConnectError('illegal-state', `no topic creation group for ${topic}`);
    const { partitions, replicationFactor, configs } = group;
    return { name: topic, partitions, replicationFactor, configs };
  }
}

function readGroup(settings: Settings, name: string, defaults: TopicGroup | null): TopicGroup {
  const prefix = `topic.creation.${name}.`;
  const own = settingsWithPrefix(settings, prefix);
  return {
    name,
    include: wholeNameRegexes(own, 'include', prefix),
    exclude: wholeNameRegexes(own, 'exclude', prefix),
    partitions: countSetting(own, 'partitions', prefix, defaults?.partitions),
    replicationFactor: countSetting(own, 'replication.factor', prefix, defaults?.replicationFactor),
    configs: Object.fromEntries(Object.entries(own).filter(([key]) => !ownKeys.has(key))),
  };
}

function countSetting(own: Settings, key: string, prefix: string, fallback: number | undefined): number {
  const text = own[key]?.trim();
  if (text === undefined) {
    if (fallback !== undefined) return fallback;
    throw new ConnectError(
      'config',
      `Missing required configuration "${prefix}${key}" which has no default value.`,
    );
  }
  const value = Number(text);
  if (Number.isInteger(value) && (value >= 1 || value === -1)) return value;
  throw new ConnectError(
    'config',
    `Invalid value ${text} for configuration ${prefix}${key}: Value must be at least 1, or -1 for the broker's default`,
  );
}

function wholeNameRegexes(own: Settings, key: string, prefix: string): readonly RegExp[] {
  return listSetting(own, key).map((text) => {
    try {
      return wholeNameRegex(text);
    } catch (error) {
      throw new ConnectError(
        'config',
        `Invalid value ${text} for configuration ${prefix}${key}: not a valid regular expression`,
        { cause: error },
      );
    }
  });
}
