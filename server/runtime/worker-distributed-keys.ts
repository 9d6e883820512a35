import { int, list, short, string } from '../config/kinds.ts';
import {
  allOf,
  between,
  listWithoutDuplicates,
  nonEmptyString,
  oneOf,
  oneOfIgnoringCase,
  satisfies,
} from '../config/validators.ts';
import { hashOfMac } from './mac-algorithms.ts';

const maxInt = 2_147_483_647;

/**
 * Worker settings that only distributed workers have: group and internal topics. Those of Kafka clients are declared
 * with the clients.
 */
export const workerDistributedKeys = {
  'group.id': string({
    importance: 'HIGH',
    documentation: 'Name of the worker group; no consumer group may have the same.',
  }),
  'session.timeout.ms': int({
    default: 10_000,
    importance: 'HIGH',
    documentation: 'Milliseconds without heartbeat after which the group counts a worker as gone.',
  }),
  'rebalance.timeout.ms': int({
    default: 60_000,
    importance: 'HIGH',
    documentation: 'Milliseconds that workers have to join a rebalance.',
  }),
  'heartbeat.interval.ms': int({
    default: 3_000,
    importance: 'HIGH',
    documentation: 'Milliseconds between two heartbeats; at most a third of the session timeout.',
  }),
  'exactly.once.source.support': string({
    default: 'disabled',
    importance: 'HIGH',
    validator: oneOf('disabled', 'preparing', 'enabled'),
    documentation: 'Whether source connectors may write records and offsets in one transaction.',
  }),
  'client.id': string({
    default: '',
    importance: 'LOW',
    documentation: 'Name by which brokers know this worker.',
  }),
  'worker.sync.timeout.ms': int({
    default: 3_000,
    importance: 'MEDIUM',
    documentation:
      'Milliseconds a worker that is behind may take to read the config topic before it rejoins.',
  }),
  'worker.unsync.backoff.ms': int({
    default: 300_000,
    importance: 'MEDIUM',
    documentation: 'Milliseconds a worker stays away from the group after it failed to catch up.',
  }),
  'offset.storage.topic': storageTopic('source offsets'),
  'offset.storage.partitions': partitions(25, 'source offsets'),
  'offset.storage.replication.factor': replicationFactor('source offsets'),
  'config.storage.topic': storageTopic('connector configurations'),
  'config.storage.replication.factor': replicationFactor('connector configurations'),
  'status.storage.topic': storageTopic('states of connectors and tasks'),
  'status.storage.partitions': partitions(5, 'states of connectors and tasks'),
  'status.storage.replication.factor': replicationFactor('states of connectors and tasks'),
  'vault.storage.topic': string({
    default: 'connect-vault',
    importance: 'LOW',
    validator: nonEmptyString(),
    documentation: 'Topic of sealed secrets, used only with vault.key.file.',
  }),
  'vault.storage.replication.factor': replicationFactor('sealed secrets'),
  'connect.protocol': string({
    default: 'sessioned',
    importance: 'LOW',
    validator: oneOfIgnoringCase('eager', 'compatible', 'sessioned'),
    documentation: 'Rebalance protocol of the group.',
  }),
  'scheduled.rebalance.max.delay.ms': int({
    default: 300_000,
    importance: 'LOW',
    validator: between(0, maxInt),
    documentation: 'Milliseconds to wait for a worker that left before its work is given to others.',
  }),
  'inter.worker.key.ttl.ms': int({
    default: 3_600_000,
    importance: 'LOW',
    validator: between(0, maxInt),
    documentation: 'Milliseconds after which the key for requests between workers is replaced; 0: never.',
  }),
  'inter.worker.key.generation.algorithm': string({
    default: 'HmacSHA256',
    importance: 'LOW',
    documentation: 'Algorithm that makes the key for requests between workers.',
  }),
  'inter.worker.key.size': int({
    default: null,
    importance: 'LOW',
    documentation: 'Bits of that key. Absent: as the algorithm likes it.',
  }),
  'inter.worker.signature.algorithm': string({
    default: 'HmacSHA256',
    importance: 'LOW',
    validator: satisfies<string>('Any MAC algorithm of this worker', unknownMac),
    documentation: 'Algorithm that signs requests between workers.',
  }),
  'inter.worker.verification.algorithms': list({
    default: ['HmacSHA256'],
    importance: 'LOW',
    validator: allOf(
      listWithoutDuplicates({ emptyAllowed: false }),
      satisfies<readonly string[]>(
        'MAC algorithms of this worker',
        (algorithms) => algorithms.map(unknownMac).find((problem) => problem !== null) ?? null,
      ),
    ),
    documentation: 'Algorithms of signatures that are accepted.',
  }),
};

function unknownMac(algorithm: string): string | null {
  return hashOfMac(algorithm) === null ? `Algorithm ${algorithm} not available` : null;
}

function storageTopic(content: string) {
  return string({
    importance: 'HIGH',
    validator: nonEmptyString(),
    documentation: `Name of the compacted topic that keeps ${content}.`,
  });
}

function positiveOrDefault(key: string) {
  return satisfies<number>('Positive number, or -1 to use the broker default', (value) =>
    value > 0 || value === -1 ? null : `${key} must be a positive number, or -1 to use the broker default`,
  );
}

function replicationFactor(content: string) {
  return short({
    default: 3,
    importance: 'LOW',
    validator: positiveOrDefault('Replication factor'),
    documentation: `Replication factor of the topic that keeps ${content}, if it has to be created.`,
  });
}

function partitions(fallback: number, content: string) {
  return int({
    default: fallback,
    importance: 'LOW',
    validator: positiveOrDefault('Number of partitions'),
    documentation: `Partitions of the topic that keeps ${content}, if it has to be created.`,
  });
}
