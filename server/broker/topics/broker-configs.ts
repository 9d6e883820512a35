import { ConnectError } from '../../errors/connect-error.ts';
import { refusal } from '../refusal.ts';
import { type ConfigDeclaration, checkConfigValue } from './config-value.ts';
import { type DynamicConfigs, readDynamicConfigs, writeDynamicConfigs } from './dynamic-configs.ts';

/** Broker settings that have an effect here, under their names in Apache's server.properties. */
export const brokerConfigs: Readonly<Record<string, ConfigDeclaration>> = {
  'auto.create.topics.enable': { kind: 'boolean', default: 'true' },
  'connection.failed.authentication.delay.ms': { kind: 'int', default: '100', min: 0, max: 60_000 },
  'connections.max.idle.ms': { kind: 'long', default: '600000', min: 1 },
  'connections.max.reauth.ms': { kind: 'long', default: '0', min: 0 },
  'default.replication.factor': { kind: 'int', default: '1', min: 1, max: 1 },
  'group.consumer.heartbeat.interval.ms': { kind: 'int', default: '5000', min: 1 },
  'group.consumer.max.size': { kind: 'int', default: '2147483647', min: 1 },
  'group.consumer.session.timeout.ms': { kind: 'int', default: '45000', min: 1 },
  'group.initial.rebalance.delay.ms': { kind: 'int', default: '0', min: 0 },
  'group.max.session.timeout.ms': { kind: 'int', default: '1800000', min: 1 },
  'group.max.size': { kind: 'int', default: '2147483647', min: 1 },
  'group.min.session.timeout.ms': { kind: 'int', default: '6000', min: 1 },
  'log.cleaner.backoff.ms': { kind: 'long', default: '15000', min: 1 },
  'log.cleanup.policy': { kind: 'list', default: 'delete', oneOf: ['compact', 'delete'], isDynamic: true },
  'log.retention.bytes': { kind: 'long', default: '-1', isDynamic: true },
  'log.retention.check.interval.ms': { kind: 'long', default: '300000', min: 1 },
  'log.retention.ms': { kind: 'long', default: '604800000', min: -1, isDynamic: true },
  'log.roll.ms': { kind: 'long', default: '604800000', min: 1, isDynamic: true },
  'log.segment.bytes': { kind: 'int', default: '1073741824', min: 14, isDynamic: true },
  'max.connections': { kind: 'int', default: '2147483647', min: 1 },
  'message.max.bytes': { kind: 'int', default: '1048588', min: 0, isDynamic: true },
  'min.insync.replicas': { kind: 'int', default: '1', min: 1, isDynamic: true },
  'node.id': { kind: 'int', default: '1', min: 0 },
  'num.partitions': { kind: 'int', default: '1', min: 1 },
  'offset.metadata.max.bytes': { kind: 'int', default: '4096', min: 0 },
  'offsets.retention.minutes': { kind: 'int', default: '10080', min: 1 },
  'producer.id.expiration.ms': { kind: 'int', default: '86400000', min: 1, isDynamic: true },
  'queued.max.request.bytes': { kind: 'long', default: '268435456', min: 1 },
  'sasl.server.max.receive.size': { kind: 'int', default: '524288', min: 1 },
  'socket.request.max.bytes': { kind: 'int', default: '104857600', min: 1 },
  'transaction.max.timeout.ms': { kind: 'int', default: '900000', min: 1 },
  'transactional.id.expiration.ms': { kind: 'int', default: '604800000', min: 1 },
};

/** Where the value of a setting comes from. */
export type SettingSource = 'broker' | 'cluster' | 'start' | 'default';

/** The broker's settings: those changed while it runs, those given at start, defaults for the rest. */
export class BrokerConfigs {
  readonly #given: Readonly<Record<string, string>>;
  #changed: DynamicConfigs = { broker: {}, cluster: {} };
  #file: string | null = null;

  constructor(given: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(given)) {
      const declaration = brokerConfigs[name];
      if (declaration === undefined) throw new ConnectError('config', `unknown broker setting ${name}`);
      checkConfigValue(name, declaration, value);
    }
    this.#given = { ...given };
  }

  /** Takes the changes that a file keeps, and writes later ones to it. */
  keepIn(file: string): void {
    this.#changed = readDynamicConfigs(file);
    this.#file = file;
  }

  /** Settings that were changed: of this broker, or of all. */
  changed(scope: keyof DynamicConfigs): Readonly<Record<string, string>> {
    return this.#changed[scope];
  }

  /** Throws a refusal that names what cannot be changed. */
  checkChange(settings: Readonly<Record<string, string>>): void {
    const fixed = Object.keys(settings).filter((name) => brokerConfigs[name]?.isDynamic !== true);
    if (fixed.length > 0) {
      throw refusal('INVALID_REQUEST', `Cannot update these configs dynamically: ${fixed.join(', ')}`);
    }
    for (const [name, value] of Object.entries(settings)) {
      checkConfigValue(name, brokerConfigs[name] as ConfigDeclaration, value);
    }
  }

  /** Replaces all changes of a scope. */
  change(scope: keyof DynamicConfigs, settings: Readonly<Record<string, string>>): void {
    this.checkChange(settings);
    const changed = { ...this.#changed, [scope]: settings };
    if (this.#file !== null) writeDynamicConfigs(this.#file, changed);
    this.#changed = changed;
  }

  sourceOf(name: string): SettingSource {
    if (this.#changed.broker[name] !== undefined) return 'broker';
    if (this.#changed.cluster[name] !== undefined) return 'cluster';
    return this.#given[name] === undefined ? 'default' : 'start';
  }

  text(name: string): string {
    const { broker, cluster } = this.#changed;
    const value = broker[name] ?? cluster[name] ?? this.#given[name] ?? brokerConfigs[name]?.default;
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
