import { requestSettings } from '../client-settings.ts';
import type { CompressionLevels } from '../compression/compression.ts';
import { compressionTypes } from '../compression/compression.ts';
import type { Properties } from '../ports/properties.ts';
import {
  booleanSetting,
  choiceSetting,
  classSetting,
  intSetting,
  listSetting,
  longSetting,
  optionalStringSetting,
  satisfying,
} from '../setting-kinds.ts';
import { BadValue, parseSettings, type Setting, type Settings, settingError } from '../settings-table.ts';

const maxInt = 0x7fffffff;
const roundRobinPartitioner = 'org.apache.kafka.clients.producer.RoundRobinPartitioner';

/** What producers have on top of the settings of every client. `batch.growth.max.bytes` is this project's own. */
export const producerSettingsTable = {
  acks: choiceSetting(['all', '-1', '0', '1'], {
    doc: 'Which replicas must have a batch before it counts as written: all in sync (all, -1), the leader (1), none (0).',
    default: 'all',
  }),
  'batch.size': intSetting({ doc: 'Bytes at which a batch is full and sent.', default: 16_384, min: 0 }),
  'batch.growth.max.bytes': intSetting({
    doc: 'Bytes up to which a batch goes on taking records while it waits behind earlier requests. 0: never.',
    default: 524_288,
    min: 0,
  }),
  'linger.ms': longSetting({
    doc: 'Milliseconds that a batch which is not full waits for more records.',
    default: 5,
    min: 0,
  }),
  'buffer.memory': longSetting({
    doc: 'Bytes of all records that wait to be sent; beyond it, appending waits.',
    default: 33_554_432,
    min: 0,
  }),
  'max.block.ms': longSetting({
    doc: 'Milliseconds that appending may wait for metadata or memory.',
    default: 60_000,
    min: 0,
  }),
  'max.request.size': intSetting({
    doc: 'Bytes of the largest request, and of the largest record before compression.',
    default: 1_048_576,
    min: 0,
  }),
  'max.in.flight.requests.per.connection': intSetting({
    doc: 'Requests to one broker that may be unanswered at a time.',
    default: 5,
    min: 1,
  }),
  retries: intSetting({
    doc: 'How often a failed batch is sent again within delivery.timeout.ms.',
    default: maxInt,
    min: 0,
    max: maxInt,
  }),
  'delivery.timeout.ms': intSetting({
    doc: 'Milliseconds from append until a record is written or has failed.',
    default: 120_000,
    min: 0,
  }),
  'enable.idempotence': booleanSetting({
    doc: 'Whether brokers recognise batches that were sent twice.',
    default: true,
  }),
  'compression.type': choiceSetting(compressionTypes, { doc: 'Codec of batches.', default: 'none' }),
  'compression.gzip.level': satisfying(
    intSetting({ doc: 'Level of gzip; -1: its own default.', default: -1 }),
    '1 to 9, or -1',
    (level) => {
      if (level === -1 || (level >= 1 && level <= 9)) return;
      throw new BadValue('Value must be between 1 and 9 or equal to -1', { understood: String(level) });
    },
  ),
  'compression.lz4.level': intSetting({
    doc: 'Level of lz4: 9 is the fast compressor, every other one searches, with more effort from level to level.',
    default: 9,
    min: 1,
    max: 17,
  }),
  'compression.zstd.level': intSetting({ doc: 'Level of zstd.', default: 3, min: -131_072, max: 22 }),
  'partitioner.class': classSetting({
    doc: `Class that chooses partitions: absent, or ${roundRobinPartitioner}.`,
  }),
  'partitioner.ignore.keys': booleanSetting({
    doc: 'Whether records with a key go to any partition as well.',
    default: false,
  }),
  'partitioner.adaptive.partitioning.enable': booleanSetting({
    doc: 'Whether faster brokers get more of the records without a key.',
    default: true,
  }),
  'partitioner.availability.timeout.ms': longSetting({
    doc: 'Milliseconds without progress after which a partition gets no records without a key. 0: never.',
    default: 0,
    min: 0,
  }),
  'metadata.max.idle.ms': longSetting({
    doc: 'Milliseconds without records after which metadata of a topic is forgotten.',
    default: 300_000,
    min: 5000,
  }),
  'transactional.id': optionalStringSetting({
    doc: 'Name under which transactions survive a restart and fence older producers.',
    nonEmpty: true,
  }),
  'transaction.timeout.ms': intSetting({
    doc: 'Milliseconds after which the coordinator aborts a transaction that is still open.',
    default: 60_000,
  }),
  'transaction.two.phase.commit.enable': booleanSetting({
    doc: 'Whether transactions stay open until an outer coordinator decides.',
    default: false,
    support: { kind: 'refused', reason: 'there is no outer transaction coordinator' },
  }),
  'receive.buffer.bytes': intSetting({
    doc: 'Bytes of the receive buffer of a socket.',
    default: 32_768,
    min: -1,
    support: {
      kind: 'without effect',
      reason: 'the operating system sizes socket buffers by itself',
      actual: -1,
    },
  }),
  'interceptor.classes': listSetting({
    doc: 'Java classes that see records on their way.',
    default: [],
    support: { kind: 'without effect', reason: 'Java classes cannot be loaded' },
  }),
  'key.serializer': serializer('keys'),
  'value.serializer': serializer('values'),
};

function serializer(what: string): Setting<string | null> {
  return classSetting({
    doc: `Java class that turns ${what} into bytes.`,
    support: { kind: 'without effect', reason: 'converters have made bytes of them already' },
  });
}

const parsedTable = { ...requestSettings, ...producerSettingsTable };

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
  readonly isAdaptive: boolean;
  /** 0: a partition is never left out for being slow. */
  readonly availabilityTimeoutMs: number;
  readonly metadataMaxIdleMs: number;
  /** Null: a producer without transactions. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
}

/** Throws a `config` error that names the key. */
export function parseProducerSettings(properties: Properties): ProducerSettings {
  const settings = parseSettings(parsedTable, properties);
  const acks = settings.acks === 'all' ? -1 : (Number(settings.acks) as -1 | 0 | 1);
  const idempotent = isIdempotent(settings, properties, acks);
  const transactionalId = settings['transactional.id'];
  if (transactionalId !== null && !idempotent) {
    throw settingError(
      'transactional.id',
      'Cannot set a transactional.id without also enabling idempotence.',
    );
  }
  const gzip = settings['compression.gzip.level'];
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
    isIdempotent: idempotent,
    compression: settings['compression.type'],
    levels: {
      gzip: gzip === -1 ? null : gzip,
      lz4: settings['compression.lz4.level'],
      zstd: settings['compression.zstd.level'],
    },
    partitioner: partitionerOf(settings),
    isAdaptive: settings['partitioner.adaptive.partitioning.enable'],
    availabilityTimeoutMs: settings['partitioner.availability.timeout.ms'],
    metadataMaxIdleMs: settings['metadata.max.idle.ms'],
    transactionalId,
    transactionTimeoutMs: settings['transaction.timeout.ms'],
  };
}

type Parsed = Settings<typeof parsedTable>;

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
