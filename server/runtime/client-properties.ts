import type { Properties } from '../kafka/ports/properties.ts';
import { settingsByClient } from '../kafka/settings-by-client.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { ConnectorTaskId } from './herder.ts';
import { settingsWithPrefix } from './settings-prefix.ts';

const maxLong = '9223372036854775807';
const maxInt = '2147483647';

/**
 * Properties of the Kafka clients that the worker makes for connectors. Order of strength: Connect's default, the
 * worker's `bootstrap.servers`, the worker's prefixed keys, the connector's overrides.
 */
export function producerProperties(worker: Settings, connector: Settings, clientId: string): Properties {
  return {
    acks: 'all',
    'max.in.flight.requests.per.connection': '1',
    'enable.idempotence': 'false',
    'delivery.timeout.ms': maxInt,
    'max.block.ms': maxLong,
    'client.id': clientId,
    ...bootstrap(worker),
    ...settingsWithPrefix(worker, 'producer.'),
    ...settingsWithPrefix(connector, 'producer.override.'),
  };
}

/** Of a source task that writes in transactions: what they need is not to be overridden. */
export function transactionalProducerProperties(
  worker: Settings,
  connector: Settings,
  clientId: string,
  transactionalId: string,
): Properties {
  return {
    ...producerProperties(worker, connector, clientId),
    'enable.idempotence': 'true',
    'transactional.id': transactionalId,
  };
}

/** Apache's name for the transactions of a task; zombies and their successors must agree on it. */
export function transactionalIdOf(groupId: string, { connector, task }: ConnectorTaskId): string {
  return `${groupId}-${connector}-${task}`;
}

/** Of what reads an offsets topic for one source connector. */
export function offsetsReaderProperties(
  worker: Settings,
  connector: Settings,
  id: ConnectorTaskId,
  isExactlyOnce: boolean,
): Properties {
  const { 'group.id': _none, ...given } = consumerProperties(worker, connector, id);
  const committedOnly = { 'isolation.level': 'read_committed' };
  return isExactlyOnce ? { ...given, ...committedOnly } : { ...committedOnly, ...given };
}

export function consumerProperties(worker: Settings, connector: Settings, id: ConnectorTaskId): Properties {
  return {
    'group.id': `connect-${id.connector}`,
    'enable.auto.commit': 'false',
    'auto.offset.reset': 'earliest',
    'client.id': `connector-consumer-${id.connector}-${id.task}`,
    ...bootstrap(worker),
    ...settingsWithPrefix(worker, 'consumer.'),
    ...settingsWithPrefix(connector, 'consumer.override.'),
  };
}

export function adminProperties(worker: Settings, connector: Settings, clientId: string): Properties {
  return {
    ...workerClientProperties(worker),
    'client.id': clientId,
    ...settingsWithPrefix(worker, 'admin.'),
    ...settingsWithPrefix(connector, 'admin.override.'),
  };
}

/** Of the worker's own clients: group membership and internal topics. */
export function workerClientProperties(worker: Settings): Properties {
  const own = Object.entries(worker).filter(([key]) => isClientKey(key));
  return { ...Object.fromEntries(own), ...bootstrap(worker) };
}

/** Group of a sink connector; `consumer.override.group.id` may say otherwise. */
export function sinkGroupId(worker: Settings, connector: Settings, name: string): string {
  return connector['consumer.override.group.id'] ?? worker['consumer.group.id'] ?? `connect-${name}`;
}

function bootstrap(worker: Settings): Properties {
  const servers = worker['bootstrap.servers'];
  return servers === undefined ? {} : { 'bootstrap.servers': servers };
}

/** Unprefixed keys that the worker reads itself; its clients have their own. */
const workersOwn = new Set([
  'bootstrap.servers',
  'client.id',
  'config.providers',
  'metric.reporters',
  'metrics.num.samples',
  'metrics.recording.level',
  'metrics.sample.window.ms',
]);

/** Whether an unprefixed worker setting goes on to the worker's own clients. */
export function isClientKey(key: string): boolean {
  return Object.hasOwn(settingsByClient.admin, key) && !workersOwn.has(key);
}
