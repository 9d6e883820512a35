import type { Properties } from '../ports/properties.ts';
import {
  booleanSetting,
  choiceSetting,
  intSetting,
  listSetting,
  longSetting,
  optionalStringSetting,
  parseSettings,
  type Setting,
  settingError,
  stringSetting,
} from '../settings-table.ts';

const rangeAssignor = 'org.apache.kafka.clients.consumer.RangeAssignor';
const cooperativeStickyAssignor = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor';

/** Consumer settings with Kafka's types, ranges and defaults. */
export const consumerSettingsTable = {
  'group.id': optionalStringSetting(),
  'group.instance.id': optionalStringSetting(),
  'group.protocol': choiceSetting(['classic', 'consumer'], { default: 'classic', ignoreCase: true }),
  'session.timeout.ms': intSetting({ default: 45_000 }),
  'heartbeat.interval.ms': intSetting({ default: 3000 }),
  'partition.assignment.strategy': listSetting({ default: [rangeAssignor, cooperativeStickyAssignor] }),
  'auto.offset.reset': offsetResetSetting(),
  // Commits are the caller's: the key is accepted, and true is warned about.
  'enable.auto.commit': booleanSetting({ default: false }),
  'auto.commit.interval.ms': intSetting({ default: 5000, min: 0 }),
  'fetch.min.bytes': intSetting({ default: 1, min: 0 }),
  'fetch.max.bytes': intSetting({ default: 52_428_800, min: 0 }),
  'fetch.max.wait.ms': intSetting({ default: 500, min: 0 }),
  'max.partition.fetch.bytes': intSetting({ default: 1_048_576, min: 0 }),
  'max.poll.records': intSetting({ default: 500, min: 1 }),
  'max.poll.interval.ms': intSetting({ default: 300_000, min: 1 }),
  'check.crcs': booleanSetting({ default: true }),
  'isolation.level': choiceSetting(['read_uncommitted', 'read_committed'], { default: 'read_uncommitted' }),
  'exclude.internal.topics': booleanSetting({ default: true }),
  'allow.auto.create.topics': booleanSetting({ default: true }),
  'client.rack': stringSetting({ default: '' }),
  'request.timeout.ms': intSetting({ default: 30_000, min: 0 }),
  'default.api.timeout.ms': intSetting({ default: 60_000, min: 0 }),
  'retry.backoff.ms': longSetting({ default: 100, min: 0 }),
  'retry.backoff.max.ms': longSetting({ default: 1000, min: 0 }),
  'metadata.max.age.ms': longSetting({ default: 300_000, min: 0 }),
};

/** Where to begin without a committed offset; `ageMs`: at the first record that is not older. */
export type OffsetReset = 'earliest' | 'latest' | 'none' | { readonly ageMs: number };

export type AssignorName = 'range' | 'cooperative-sticky';

/** Times in milliseconds. */
export interface ConsumerSettings {
  readonly groupId: string | null;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly assignors: readonly AssignorName[];
  readonly offsetReset: OffsetReset;
  readonly isAutoCommitAsked: boolean;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly maxPartitionFetchBytes: number;
  readonly maxPollRecords: number;
  readonly maxPollIntervalMs: number;
  readonly checkCrcs: boolean;
  readonly committedOnly: boolean;
  readonly excludeInternalTopics: boolean;
  readonly mayCreateTopics: boolean;
  readonly rack: string;
  readonly requestTimeoutMs: number;
  readonly apiTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly metadataMaxAgeMs: number;
}

/** Throws a `config` error that names the key. */
export function parseConsumerSettings(properties: Properties): ConsumerSettings {
  const settings = parseSettings(consumerSettingsTable, properties);
  if (settings['group.protocol'] === 'consumer') {
    throw settingError('group.protocol', 'group.protocol=consumer is not supported; use classic');
  }
  if (settings['group.instance.id'] === '') {
    throw settingError(
      'group.instance.id',
      'Invalid value for configuration group.instance.id: String must be non-empty',
    );
  }
  if (settings['heartbeat.interval.ms'] >= settings['session.timeout.ms']) {
    throw settingError('heartbeat.interval.ms', 'Heartbeat must be set lower than the session timeout');
  }
  return {
    // An empty group id is what older files say for none.
    groupId: settings['group.id'] === '' ? null : settings['group.id'],
    groupInstanceId: settings['group.instance.id'],
    sessionTimeoutMs: settings['session.timeout.ms'],
    heartbeatIntervalMs: settings['heartbeat.interval.ms'],
    assignors: assignorsOf(settings['partition.assignment.strategy']),
    offsetReset: settings['auto.offset.reset'],
    isAutoCommitAsked: settings['enable.auto.commit'],
    fetchMinBytes: settings['fetch.min.bytes'],
    fetchMaxBytes: settings['fetch.max.bytes'],
    fetchMaxWaitMs: settings['fetch.max.wait.ms'],
    maxPartitionFetchBytes: settings['max.partition.fetch.bytes'],
    maxPollRecords: settings['max.poll.records'],
    maxPollIntervalMs: settings['max.poll.interval.ms'],
    checkCrcs: settings['check.crcs'],
    committedOnly: settings['isolation.level'] === 'read_committed',
    excludeInternalTopics: settings['exclude.internal.topics'],
    mayCreateTopics: settings['allow.auto.create.topics'],
    rack: settings['client.rack'],
    requestTimeoutMs: settings['request.timeout.ms'],
    apiTimeoutMs: settings['default.api.timeout.ms'],
    retryBackoffMs: settings['retry.backoff.ms'],
    retryBackoffMaxMs: settings['retry.backoff.max.ms'],
    metadataMaxAgeMs: settings['metadata.max.age.ms'],
  };
}

function assignorsOf(classes: readonly string[]): readonly AssignorName[] {
  const key = 'partition.assignment.strategy';
  const names = classes.map((name): AssignorName => {
    if (name === rangeAssignor) return 'range';
    if (name === cooperativeStickyAssignor) return 'cooperative-sticky';
    throw settingError(
      key,
      `Invalid value ${name} for configuration ${key}: it must be ${rangeAssignor} or ${cooperativeStickyAssignor}`,
    );
  });
  if (names.length === 0)
    throw settingError(key, `Invalid value for configuration ${key}: it must not be empty`);
  return [...new Set(names)];
}

function offsetResetSetting(): Setting<OffsetReset> {
  return {
    default: 'latest',
    parse(text) {
      const word = text.toLowerCase();
      if (word === 'earliest' || word === 'latest' || word === 'none') return word;
      const ageMs = word.startsWith('by_duration:')
        ? parseDuration(text.slice('by_duration:'.length))
        : undefined;
      if (ageMs === undefined)
        throw new Error('it must be earliest, latest, none or by_duration:PnDTnHnMn.nS');
      return { ageMs };
    },
  };
}

/** ISO 8601 as Java's `Duration` reads it; undefined for anything else, and for a negative one. */
function parseDuration(text: string): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/i.exec(text);
  if (match === null || /[PT]$/i.test(text)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}
