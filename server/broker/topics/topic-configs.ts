import type { LogSettings } from '../log/partition-log.ts';
import { refusal } from '../refusal.ts';
import type { BrokerConfigs } from './broker-configs.ts';
import { type ConfigDeclaration, checkConfigValue, parseList } from './config-value.ts';

const maxLong = '9223372036854775807';

/** Every topic setting of Apache Kafka; the README says which have no effect here. */
export const topicConfigs: Readonly<Record<string, ConfigDeclaration>> = {
  'cleanup.policy': {
    kind: 'list',
    default: 'delete',
    oneOf: ['compact', 'delete'],
    brokerName: 'log.cleanup.policy',
  },
  'compression.gzip.level': { kind: 'int', default: '-1' },
  'compression.lz4.level': { kind: 'int', default: '9' },
  'compression.type': {
    kind: 'string',
    default: 'producer',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  'compression.zstd.level': { kind: 'int', default: '3' },
  'delete.retention.ms': { kind: 'long', default: '86400000', min: 0 },
  'file.delete.delay.ms': { kind: 'long', default: '60000', min: 0 },
  'flush.messages': { kind: 'long', default: maxLong, min: 1 },
  'flush.ms': { kind: 'long', default: maxLong, min: 0 },
  'follower.replication.throttled.replicas': { kind: 'list', default: '' },
  'index.interval.bytes': { kind: 'int', default: '4096', min: 0 },
  'leader.replication.throttled.replicas': { kind: 'list', default: '' },
  'local.retention.bytes': { kind: 'long', default: '-2', min: -2 },
  'local.retention.ms': { kind: 'long', default: '-2', min: -2 },
  'max.compaction.lag.ms': { kind: 'long', default: maxLong, min: 1 },
  'max.message.bytes': { kind: 'int', default: '1048588', min: 0, brokerName: 'message.max.bytes' },
  'message.timestamp.after.max.ms': { kind: 'long', default: '3600000', min: 0 },
  'message.timestamp.before.max.ms': { kind: 'long', default: maxLong, min: 0 },
  'message.timestamp.type': {
    kind: 'string',
    default: 'CreateTime',
    oneOf: ['CreateTime', 'LogAppendTime'],
  },
  'min.cleanable.dirty.ratio': { kind: 'double', default: '0.5', min: 0, max: 1 },
  'min.compaction.lag.ms': { kind: 'long', default: '0', min: 0 },
  'min.insync.replicas': { kind: 'int', default: '1', min: 1, brokerName: 'min.insync.replicas' },
  preallocate: { kind: 'boolean', default: 'false' },
  'remote.log.copy.disable': { kind: 'boolean', default: 'false' },
  'remote.log.delete.on.disable': { kind: 'boolean', default: 'false' },
  'remote.storage.enable': { kind: 'boolean', default: 'false' },
  'retention.bytes': { kind: 'long', default: '-1', brokerName: 'log.retention.bytes' },
  'retention.ms': { kind: 'long', default: '604800000', min: -1, brokerName: 'log.retention.ms' },
  'segment.bytes': { kind: 'int', default: '1073741824', min: 14, brokerName: 'log.segment.bytes' },
  'segment.index.bytes': { kind: 'int', default: '10485760', min: 4 },
  'segment.jitter.ms': { kind: 'long', default: '0', min: 0 },
  'segment.ms': { kind: 'long', default: '604800000', min: 1, brokerName: 'log.roll.ms' },
  'unclean.leader.election.enable': { kind: 'boolean', default: 'false' },
};

export type TopicConfigValues = Readonly<Record<string, string>>;

/** Throws a `bad-request` error that names the first key which is unknown or has an unacceptable value. */
export function checkTopicConfigs(configs: TopicConfigValues): void {
  for (const [name, value] of Object.entries(configs)) {
    const declaration = topicConfigs[name];
    if (declaration === undefined) {
      throw refusal('INVALID_CONFIG', `Unknown topic config name: ${name}`);
    }
    checkConfigValue(name, declaration, value);
  }
}

export function topicConfigDefault(name: string, broker: BrokerConfigs): string {
  const declaration = topicConfigs[name];
  const fromBroker = declaration?.brokerName === undefined ? undefined : broker.text(declaration.brokerName);
  return fromBroker ?? declaration?.default ?? '';
}

/** What of the configs governs the logs. */
export interface TopicRules extends LogSettings {
  readonly isDeleted: boolean;
  readonly retentionMs: number;
  readonly retentionBytes: number;
  readonly deleteRetentionMs: number;
  readonly minCleanableDirtyRatio: number;
  readonly minCompactionLagMs: number;
  readonly maxCompactionLagMs: number;
  readonly minInsyncReplicas: number;
}

export function topicRules(configs: TopicConfigValues, broker: BrokerConfigs): TopicRules {
  const text = (name: string): string => configs[name] ?? topicConfigDefault(name, broker);
  const number = (name: string): number => Number(text(name));
  const policies = parseList(text('cleanup.policy'));
  return {
    maxMessageBytes: number('max.message.bytes'),
    timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
    timestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
    segmentBytes: number('segment.bytes'),
    segmentMs: number('segment.ms'),
    usesLogAppendTime: text('message.timestamp.type') === 'LogAppendTime',
    isCompacted: policies.includes('compact'),
    isDeleted: policies.includes('delete'),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    deleteRetentionMs: number('delete.retention.ms'),
    minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs: number('max.compaction.lag.ms'),
    minInsyncReplicas: number('min.insync.replicas'),
  };
}
