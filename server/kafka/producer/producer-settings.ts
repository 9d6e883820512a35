import type { CompressionLevels } from '../compression/compression.ts';
import { compressionTypes } from '../compression/compression.ts';
import type { Properties } from '../ports/properties.ts';
import {
  booleanSetting,
  choiceSetting,
  intSetting,
  longSetting,
  optionalStringSetting,
  parseSettings,
  type Settings,
  settingError,
} from '../settings-table.ts';

const maxInt = 0x7fffffff;
const roundRobinPartitioner = 'org.apache.kafka.clients.producer.RoundRobinPartitioner';

/** Producer settings with Kafka's types, ranges and defaults. `batch.growth.max.bytes` is this project's own. */
export const producerSettingsTable = {
  acks: choiceSetting(['all', '-1', '0', '1'], { default: 'all' }),
  'batch.size': intSetting({ default: 16_384, min: 0 }),
  /**
   * While a batch waits for earlier requests of its partition's broker anyway, it takes more records than batch.size,
   * up to this. Fewer and larger requests follow by themselves when the broker is the slower one. 0: never.
   */
  'batch.growth.max.bytes': intSetting({ default: 524_288, min: 0 }),
  'linger.ms': longSetting({ default: 5, min: 0 }),
  'buffer.memory': longSetting({ default: 33_554_432, min: 0 }),
  'max.block.ms': longSetting({ default: 60_000, min: 0 }),
  'max.request.size': intSetting({ default: 1_048_576, min: 0 }),
  'max.in.flight.requests.per.connection': intSetting({ default: 5, min: 1 }),
  retries: intSetting({ default: maxInt, min: 0, max: maxInt }),
  'delivery.timeout.ms': intSetting({ default: 120_000, min: 0 }),
  'request.timeout.ms': intSetting({ default: 30_000, min: 0 }),
  'retry.backoff.ms': longSetting({ default: 100, min: 0 }),
  'retry.backoff.max.ms': longSetting({ default: 1000, min: 0 }),
  'enable.idempotence': booleanSetting({ default: true }),
  'compression.type': choiceSetting(compressionTypes, { default: 'none' }),
  'compression.gzip.level': intSetting({ default: -1, min: -1, max: 9 }),
  // Accepted so that existing files need no change; the compressor at hand has one level.
  'compression.lz4.level': intSetting({ default: 9, min: 1, max: 17 }),
  'compression.zstd.level': intSetting({ default: 3, min: -131_072, max: 22 }),
  'partitioner.class': optionalStringSetting(),
  'partitioner.ignore.keys': booleanSetting({ default: false }),
  'partitioner.adaptive.partitioning.enable': booleanSetting({ default: true }),
  'partitioner.availability.timeout.ms': longSetting({ default: 0, min: 0 }),
  'metadata.max.idle.ms': longSetting({ default: 300_000, min: 5000 }),
  'transactional.id': optionalStringSetting(),
  'transaction.timeout.ms': intSetting({ default: 60_000 }),
};

/** As the producer uses them: rules between keys applied. Times in milliseconds. */
export interface ProducerSettings {
  readonly acks: -1 | 0 | 1;
  readonly batchBytes: number;
  readonly grownBatchBytes: number;
  readonly lingerMs: number;
  readonly bufferBytes: number;
  readonly maxBlockMs: number;
  readonly maxRequestBytes: number;
  readonly maxInFlight: number;
  readonly retries: number;
  readonly deliveryTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly isIdempotent: boolean;
  readonly compression: (typeof compressionTypes)[number];
  readonly levels: CompressionLevels;
  readonly partitioner: 'keys' | 'ignore keys' | 'round robin';
}

/** Throws a `config` error that names the key. */
export function parseProducerSettings(properties: Properties): ProducerSettings {
  const settings = parseSettings(producerSettingsTable, properties);
  const acks = settings.acks === 'all' ? -1 : (Number(settings.acks) as -1 | 0 | 1);
  if (settings['transactional.id'] !== null) {
    throw settingError('transactional.id', 'transactional.id is not supported yet; leave it out');
  }
  const gzip = settings['compression.gzip.level'];
  if (gzip === 0) {
    throw settingError(
      'compression.gzip.level',
      'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1',
    );
  }
  const batchBytes = settings['batch.size'];
  const maxRequestBytes = settings['max.request.size'];
  return {
    acks,
    batchBytes,
    grownBatchBytes: Math.max(batchBytes, Math.min(settings['batch.growth.max.bytes'], maxRequestBytes)),
    lingerMs: settings['linger.ms'],
    bufferBytes: settings['buffer.memory'],
    maxBlockMs: settings['max.block.ms'],
    maxRequestBytes,
    maxInFlight: settings['max.in.flight.requests.per.connection'],
    retries: settings.retries,
    deliveryTimeoutMs: deliveryTimeoutOf(settings, properties),
    requestTimeoutMs: settings['request.timeout.ms'],
    retryBackoffMs: settings['retry.backoff.ms'],
    retryBackoffMaxMs: settings['retry.backoff.max.ms'],
    isIdempotent: isIdempotent(settings, properties, acks),
    compression: settings['compression.type'],
    levels: { gzip: gzip === -1 ? null : gzip, zstd: settings['compression.zstd.level'] },
    partitioner: partitionerOf(settings),
  };
}

type Parsed = Settings<typeof producerSettingsTable>;

function deliveryTimeoutOf(settings: Parsed, properties: Properties): number {
  const least = Math.min(settings['linger.ms'] + settings['request.timeout.ms'], maxInt);
  const wanted = settings['delivery.timeout.ms'];
  if (wanted >= least) return wanted;
  if (properties['delivery.timeout.ms'] === undefined) return least;
  throw settingError(
    'delivery.timeout.ms',
    'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
  );
}

/** On unless other settings speak against it; asking for both is an error, as with Java's producer. */
function isIdempotent(settings: Parsed, properties: Properties, acks: number): boolean {
  if (!settings['enable.idempotence']) return false;
  const isAsked = properties['enable.idempotence'] !== undefined;
  const inFlight = settings['max.in.flight.requests.per.connection'];
  if (inFlight > 5) {
    throw settingError(
      'max.in.flight.requests.per.connection',
      `To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is ${inFlight}.`,
    );
  }
  if (acks !== -1) {
    if (!isAsked) return false;
    throw settingError(
      'acks',
      'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
    );
  }
  if (settings.retries === 0) {
    if (!isAsked) return false;
    throw settingError('retries', 'Must set retries to non-zero when using the idempotent producer');
  }
  return true;
}

function partitionerOf(settings: Parsed): ProducerSettings['partitioner'] {
  const wanted = settings['partitioner.class'];
  if (wanted === roundRobinPartitioner) return 'round robin';
  if (wanted !== null && wanted !== '') {
    throw settingError(
      'partitioner.class',
      `partitioner.class=${wanted} is not available; leave it out or use ${roundRobinPartitioner}`,
    );
  }
  return settings['partitioner.ignore.keys'] ? 'ignore keys' : 'keys';
}
