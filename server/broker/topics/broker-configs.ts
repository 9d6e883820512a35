import { ConnectError } from '../../errors/connect-error.ts';
import { type ConfigDeclaration, checkConfigValue } from './config-value.ts';

/** Broker settings that have an effect here, under their names in Apache's server.properties. */
export const brokerConfigs: Readonly<Record<string, ConfigDeclaration>> = {
  'auto.create.topics.enable': { kind: 'boolean', default: 'true' },
  'connection.failed.authentication.delay.ms': { kind: 'int', default: '100', min: 0, max: 60_000 },
  'connections.max.idle.ms': { kind: 'long', default: '600000', min: 1 },
  'connections.max.reauth.ms': { kind: 'long', default: '0', min: 0 },
  'default.replication.factor': { kind: 'int', default: '1', min: 1, max: 1 },
  'group.initial.rebalance.delay.ms': { kind: 'int', default: '0', min: 0 },
  'group.max.session.timeout.ms': { kind: 'int', default: '1800000', min: 1 },
  'group.max.size': { kind: 'int', default: '2147483647', min: 1 },
  'group.min.session.timeout.ms': { kind: 'int', default: '6000', min: 1 },
  'log.cleaner.backoff.ms': { kind: 'long', default: '15000', min: 1 },
  'log.cleanup.policy': { kind: 'list', default: 'delete', oneOf: ['compact', 'delete'] },
  'log.retention.bytes': { kind: 'long', default: '-1' },
  'log.retention.check.interval.ms': { kind: 'long', default: '300000', min: 1 },
  'log.retention.ms': { kind: 'long', default: '604800000', min: -1 },
  'log.roll.ms': { kind: 'long', default: '604800000', min: 1 },
  'log.segment.bytes': { kind: 'int', default: '1073741824', min: 14 },
  'max.connections': { kind: 'int', default: '2147483647', min: 1 },
  'message.max.bytes': { kind: 'int', default: '1048588', min: 0 },
  'min.insync.replicas': { kind: 'int', default: '1', min: 1 },
  'node.id': { kind: 'int', default: '1', min: 0 },
  'num.partitions': { kind: 'int', default: '1', min: 1 },
  'offset.metadata.max.bytes': { kind: 'int', default: '4096', min: 0 },
  'offsets.retention.minutes': { kind: 'int', default: '10080', min: 1 },
  'producer.id.expiration.ms': { kind: 'int', default: '86400000', min: 1 },
  'queued.max.request.bytes': { kind: 'long', default: '268435456', min: 1 },
  'sasl.server.max.receive.size': { kind: 'int', default: '524288', min: 1 },
  'socket.request.max.bytes': { kind: 'int', default: '104857600', min: 1 },
  'transaction.max.timeout.ms': { kind: 'int', default: '900000', min: 1 },
  'transactional.id.expiration.ms': { kind: 'int', default: '604800000', min: 1 },
};

/** The broker's settings: those given at start, defaults for the rest. */
export class BrokerConfigs {
  readonly #given: ReadonlyMap<string, string>;

  constructor(given: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(given)) {
      const declaration = brokerConfigs[name];
      if (declaration === undefined) throw new ConnectError('config', `unknown broker setting ${name}`);
      checkConfigValue(name, declaration, value);
    }
    this.#given = new Map(Object.entries(given));
  }

  isGiven(name: string): boolean {
    return this.#given.has(name);
  }

  text(name: string): string {
    const value = this.#given.get(name) ?? brokerConfigs[name]?.default;
    if (value === undefined) throw new ConnectError('illegal-state', `${name} is no broker setting`);
    return value;
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  boolean(name: string): boolean {
    return this.text(name).toLowerCase() === 'true';
  }
}
