import { isConnectError } from '../errors/connect-error.ts';
import { adminSettingsTable, checkAdminSettings } from './admin/admin-settings.ts';
import { clientSettingsTable, parseBootstrapServers } from './client-settings.ts';
import { consumerSettingsTable, parseConsumerSettings } from './consumer/consumer-settings.ts';
import type { Properties } from './ports/properties.ts';
import { parseProducerSettings, producerSettingsTable } from './producer/producer-settings.ts';
import { saslMechanism } from './security/sasl/sasl-mechanisms.ts';
import { parseSecuritySettings } from './security/security-settings.ts';
import type { SettingProblem, SettingsTable } from './settings-table.ts';
import { settingProblems } from './settings-table.ts';

export type ClientKind = 'producer' | 'consumer' | 'admin';

/** Every setting there is for each kind of client. */
export const settingsByClient: Readonly<Record<ClientKind, SettingsTable>> = {
  producer: { ...clientSettingsTable, ...producerSettingsTable },
  consumer: { ...clientSettingsTable, ...consumerSettingsTable },
  admin: { ...clientSettingsTable, ...adminSettingsTable },
};

const parsers: Readonly<Record<ClientKind, (properties: Properties) => unknown>> = {
  producer: parseProducerSettings,
  consumer: parseConsumerSettings,
  admin: checkAdminSettings,
};

/**
 * All that would keep a client of this kind from being made, without making one: for checks of configurations. Looks
 * at the given properties only, so none is missed. Unknown keys are no problem; no message holds a secret. Rules
 * between keys are checked once each key is right by itself.
 */
export function clientSettingProblems(kind: ClientKind, properties: Properties): readonly SettingProblem[] {
  const problems = settingProblems(settingsByClient[kind], properties);
  if (problems.length > 0) return problems;
  try {
    const servers = properties['bootstrap.servers'];
    if (servers !== undefined) parseBootstrapServers(servers.split(',').map((server) => server.trim()));
    parsers[kind](properties);
    checkLogin(properties);
    return [];
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return [{ key: String(error.details.key ?? ''), message: error.message }];
  }
}

/** Whether there is such a login; files that it names are left alone. */
function checkLogin(properties: Properties): void {
  const settings = parseSecuritySettings(properties);
  if (!settings['security.protocol'].startsWith('SASL_')) return;
  // Token sources read certificates as they are opened.
  if (settings['sasl.mechanism'] !== 'OAUTHBEARER') saslMechanism(settings, () => undefined).close?.();
}
