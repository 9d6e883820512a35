import { requestSettings } from './client-settings.ts';
import type { KafkaClientOptions } from './ports/kafka-client.ts';
import type { Properties } from './ports/properties.ts';
import type { ClientKind } from './settings-by-client.ts';
import { settingsByClient } from './settings-by-client.ts';
import { parseSettings, settingsWithoutEffect } from './settings-table.ts';

/**
 * Warns, once each, of settings that ask for something which is not done, and of keys that no Kafka client has: a
 * misspelled one would otherwise go unnoticed. Never shows values.
 */
export class SettingsWarnings {
  readonly #log: NonNullable<KafkaClientOptions['log']>;
  readonly #warned = new Set<string>();

  constructor(log: KafkaClientOptions['log']) {
    this.#log = log ?? (() => undefined);
  }

  /** `properties`: those that were given for a client of this kind. Throws a `config` error for a bad value. */
  check(kind: ClientKind, properties: Properties): void {
    const table = settingsByClient[kind];
    for (const { key, reason } of settingsWithoutEffect(table, properties)) {
      this.#warn(kind, key, `the ${kind} configuration '${key}' has no effect, because ${reason}`);
    }
    const { 'retry.backoff.ms': wait, 'retry.backoff.max.ms': most } = parseSettings(
      requestSettings,
      properties,
    );
    if (wait > most) {
      const key = 'retry.backoff.ms';
      this.#warn(
        kind,
        key,
        `the ${kind} configuration '${key}' is above retry.backoff.max.ms, which is waited instead`,
      );
    }
    for (const key of Object.keys(properties)) {
      if (Object.hasOwn(table, key)) continue;
      this.#warn(kind, key, `the ${kind} configuration '${key}' was supplied but isn't a known config`);
    }
  }

  #warn(kind: ClientKind, key: string, message: string): void {
    const id = `${kind} ${key}`;
    if (this.#warned.has(id)) return;
    this.#warned.add(id);
    this.#log('warn', message);
  }
}
