import type { Properties } from '../ports/properties.ts';
import { choiceSetting, optionalStringSetting } from '../setting-kinds.ts';
import { parseSettings, type Settings } from '../settings-table.ts';
import { oauthSettingsTable } from './oauth/oauth-settings.ts';
import { saslSettingsTable } from './sasl/sasl-settings.ts';
import { withoutEffect } from './setting-support.ts';
import { tlsSettingsTable } from './tls/tls-settings.ts';

/** Every setting of Kafka's clients about TLS and SASL. */
export const securitySettingsTable = {
  'security.protocol': choiceSetting(['SASL_SSL', 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT'], {
    default: 'PLAINTEXT',
    ignoreCase: true,
    doc: 'What the listener of the brokers speaks: TLS or not, SASL or not.',
  }),
  'security.providers': optionalStringSetting({
    doc: 'Java classes that bring security algorithms.',
    support: withoutEffect('Java classes cannot be loaded'),
  }),
  ...tlsSettingsTable,
  ...saslSettingsTable,
  ...oauthSettingsTable,
};

export type SecuritySettings = Settings<typeof securitySettingsTable>;

/** Throws a `config` error that names the first bad key. */
export function parseSecuritySettings(properties: Properties): SecuritySettings {
  return parseSettings(securitySettingsTable, properties);
}
