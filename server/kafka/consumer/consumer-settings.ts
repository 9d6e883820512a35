import { apiTimeoutSetting, metadataAgeSetting, requestSettings } from '../client-settings.ts';
import type { Properties } from '../ports/properties.ts';
import {
  booleanSetting,
  choiceSetting,
  classSetting,
  intSetting,
  listSetting,
  optionalStringSetting,
  stringSetting,
} from '../setting-kinds.ts';
import {
  BadValue,
  parseSettings,
  type Setting,
  type SettingSupport,
  settingError,
} from '../settings-table.ts';

const rangeAssignor = 'org.apache.kafka.clients.consumer.RangeAssignor';
const cooperativeStickyAssignor = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor';
const assignorClasses = {
  [rangeAssignor]: 'range',
  'org.apache.kafka.clients.consumer.RoundRobinAssignor': 'roundrobin',
  'org.apache.kafka.clients.consumer.StickyAssignor': 'sticky',
  [cooperativeStickyAssignor]: 'cooperative-sticky',
} as const;

const callersCommit: SettingSupport = {
  kind: 'without effect',
  reason: 'offsets are committed by the worker, after the connector has flushed',
  actual: false,
};
const noShareGroups: SettingSupport = {
  kind: 'without effect',
  reason: 'sink connectors are consumer groups, not share groups',
};

/** What consumers have on top of the settings of every client. */
export const consumerSettingsTable = {
  'group.id': optionalStringSetting({ doc: 'Consumer group; all tasks of a sink connector have the same.' }),
  'group.instance.id': optionalStringSetting({
    doc: 'Name of a static member, which keeps its partitions over a short restart.',
    nonEmpty: true,
  }),
  'group.protocol': choiceSetting(['consumer', 'classic'], {
    doc: 'Group protocol: assignments by the members (classic) or by the broker (consumer).',
    default: 'classic',
    ignoreCase: true,
  }),
  'group.remote.assignor': optionalStringSetting({
    doc: "Broker's assignor for group.protocol=consumer. Absent: the broker's choice.",
  }),
  'session.timeout.ms': intSetting({
    doc: 'Milliseconds without heartbeat after which the group drops a member.',
    default: 45_000,
  }),
  'heartbeat.interval.ms': intSetting({ doc: 'Milliseconds between heartbeats.', default: 3000 }),
  'partition.assignment.strategy': listSetting({
    doc: "Assignors by Java's class names, the preferred one first.",
    default: [rangeAssignor, cooperativeStickyAssignor],
  }),
  'auto.offset.reset': offsetResetSetting(),
  'enable.auto.commit': booleanSetting({
    doc: 'Whether positions are committed in the background.',
    default: true,
    support: callersCommit,
  }),
  'auto.commit.interval.ms': intSetting({
    doc: 'Milliseconds between background commits.',
    default: 5000,
    min: 0,
    support: { ...callersCommit, actual: undefined },
  }),
  'fetch.min.bytes': intSetting({
    doc: 'Bytes that a broker waits for before it answers a fetch.',
    default: 1,
    min: 0,
  }),
  'fetch.max.bytes': intSetting({
    doc: 'Bytes to fetch ahead of poll, over all brokers; one poll decompresses as much at most.',
    default: 52_428_800,
    min: 0,
  }),
  'fetch.max.wait.ms': intSetting({
    doc: 'Milliseconds that a broker waits for fetch.min.bytes.',
    default: 500,
    min: 0,
  }),
  'max.partition.fetch.bytes': intSetting({
    doc: 'Bytes of one partition that an answer to a fetch should not exceed.',
    default: 1_048_576,
    min: 0,
  }),
  'max.poll.records': intSetting({ doc: 'Records that one poll gives at most.', default: 500, min: 1 }),
  'max.poll.interval.ms': intSetting({
    doc: 'Milliseconds between polls after which a member leaves its group.',
    default: 300_000,
    min: 1,
  }),
  'check.crcs': booleanSetting({ doc: 'Whether the checksum of every batch is verified.', default: true }),
  'isolation.level': choiceSetting(['read_committed', 'read_uncommitted'], {
    doc: 'Whether records of open and aborted transactions are seen.',
    default: 'read_uncommitted',
  }),
  'exclude.internal.topics': booleanSetting({
    doc: 'Whether a pattern of topics leaves out internal ones.',
    default: true,
  }),
  'allow.auto.create.topics': booleanSetting({
    doc: 'Whether a broker that is set up for it may create topics that are subscribed to.',
    default: true,
  }),
  'client.rack': stringSetting({
    doc: 'Rack of this client; a replica in the same rack is read from when brokers agree.',
    default: '',
  }),
  'default.api.timeout.ms': apiTimeoutSetting,
  'interceptor.classes': listSetting({
    doc: 'Java classes that see records on their way.',
    default: [],
    support: { kind: 'without effect', reason: 'Java classes cannot be loaded' },
  }),
  'key.deserializer': deserializer('keys'),
  'value.deserializer': deserializer('values'),
  'share.acknowledgement.mode': shareModeSetting('share.acknowledgement.mode', {
    doc: 'How records of a share group are acknowledged.',
    words: ['implicit', 'explicit'],
    default: 'implicit',
    read: (word) => word,
  }),
  'share.acquire.mode': shareModeSetting('share.acquire.mode', {
    doc: 'How many records of a share group are taken at once.',
    words: ['batch_optimized', 'record_limit'],
    default: 'BATCH_OPTIMIZED',
    read: (word) => word.toUpperCase(),
  }),
};

const parsedTable = {
  ...requestSettings,
  'metadata.max.age.ms': metadataAgeSetting,
  ...consumerSettingsTable,
};

/** Where to begin without a committed offset; `ageMs`: at the first record that is not older. */
export type OffsetReset = 'earliest' | 'latest' | 'none' | { readonly ageMs: number };

/** As members of a group name them to each other. */
export type AssignorName = (typeof assignorClasses)[keyof typeof assignorClasses];

/** Times in milliseconds. */
export interface ConsumerSettings {
  readonly groupId: string | null;
  readonly groupInstanceId: string | null;
  readonly groupProtocol: 'classic' | 'consumer';
  /** For the protocol `consumer`; null: the broker's choice. */
  readonly remoteAssignor: string | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly assignors: readonly AssignorName[];
  readonly offsetReset: OffsetReset;
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
  const settings = parseSettings(parsedTable, properties);
  requireKeysOfProtocol(settings['group.protocol'], properties);
  if (settings['heartbeat.interval.ms'] >= settings['session.timeout.ms']) {
    throw settingError('heartbeat.interval.ms', 'Heartbeat must be set lower than the session timeout');
  }
  return {
    // An empty group id is what older files say for none.
    groupId: settings['group.id'] === '' ? null : settings['group.id'],
    groupInstanceId: settings['group.instance.id'],
    groupProtocol: settings['group.protocol'],
    remoteAssignor: settings['group.remote.assignor'] === '' ? null : settings['group.remote.assignor'],
    sessionTimeoutMs: settings['session.timeout.ms'],
    heartbeatIntervalMs: settings['heartbeat.interval.ms'],
    assignors: assignorsOf(settings['partition.assignment.strategy']),
    offsetReset: settings['auto.offset.reset'],
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

/** Settings that the broker decides on in one protocol, and the member in the other. */
const keysOfOtherProtocol = {
  classic: ['group.remote.assignor'],
  consumer: ['partition.assignment.strategy', 'heartbeat.interval.ms', 'session.timeout.ms'],
} as const;

function requireKeysOfProtocol(protocol: 'classic' | 'consumer', properties: Properties): void {
  const key = keysOfOtherProtocol[protocol].find((name) => properties[name] !== undefined);
  if (key === undefined) return;
  throw settingError(key, `${key} cannot be set when group.protocol=${protocol.toUpperCase()}`);
}

function assignorsOf(classes: readonly string[]): readonly AssignorName[] {
  const key = 'partition.assignment.strategy';
  const known = new Map<string, AssignorName>(Object.entries(assignorClasses));
  const names = classes.map((name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const choices = [...known.keys()].join(', ');
    throw settingError(key, `Invalid value ${name} for configuration ${key}: it must be one of ${choices}`);
  });
  if (names.length === 0)
    throw settingError(key, `Invalid value for configuration ${key}: it must not be empty`);
  return [...new Set(names)];
}

function offsetResetSetting(): Setting<OffsetReset> {
  const key = 'auto.offset.reset';
  return {
    type: 'STRING',
    doc: 'Where to begin in a partition without a committed offset, or whose offset is gone.',
    range: 'earliest, latest, none, by_duration:PnDTnHnMn.nS',
    default: 'latest',
    parse(text) {
      const word = text.trim();
      if (word === 'earliest' || word === 'latest' || word === 'none') return word;
      const ageMs = word.startsWith('by_duration:')
        ? parseDuration(word.slice('by_duration:'.length))
        : undefined;
      if (ageMs !== undefined) return { ageMs };
      throw new BadValue(
        `Invalid value \`${word}\` for configuration ${key}. The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.`,
        { understood: word },
      );
    },
  };
}

function shareModeSetting(
  key: string,
  mode: { doc: string; words: readonly [string, string]; default: string; read: (word: string) => string },
): Setting<string> {
  const { words, read } = mode;
  return {
    type: 'STRING',
    doc: mode.doc,
    range: words.join(', '),
    default: mode.default,
    support: noShareGroups,
    parse(text) {
      const word = text.trim();
      if (words.includes(word)) return read(word);
      throw new BadValue(
        `Invalid value \`${word}\` for configuration ${key}. The value must either be '${words[0]}' or '${words[1]}'.`,
        { understood: word },
      );
    },
  };
}

function deserializer(what: string): Setting<string | null> {
  return classSetting({
    doc: `Java class that makes ${what} of bytes.`,
    support: { kind: 'without effect', reason: 'converters get the bytes' },
  });
}

/** ISO 8601 as Java's `Duration` reads it; undefined for anything else, and for a negative one. */
function parseDuration(text: string): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/i.exec(text);
  if (match === null || /[PT]$/i.test(text)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}
