import { apiTimeoutSetting, requestSettings } from '../client-settings.ts';
import type { Properties } from '../ports/properties.ts';
import { booleanSetting, intSetting, listSetting } from '../setting-kinds.ts';
import { parseSettings, settingError } from '../settings-table.ts';

const maxInt = 0x7fffffff;

/** What admin clients have on top of the settings of every client, or with defaults of their own. */
export const adminSettingsTable = {
  'bootstrap.controllers': listSetting({
    doc: 'Addresses of KRaft controllers to talk to in place of brokers.',
    default: [],
    support: { kind: 'refused', reason: 'controllers are not talked to directly; use bootstrap.servers' },
  }),
  'default.api.timeout.ms': apiTimeoutSetting,
  'enable.metrics.push': booleanSetting({
    doc: 'Whether client metrics are sent to brokers that subscribe to them.',
    default: false,
    support: { kind: 'without effect', reason: 'no metrics are sent to brokers' },
  }),
  retries: intSetting({
    doc: 'How often a failed request is repeated.',
    default: maxInt,
    min: 0,
    max: maxInt,
    support: {
      kind: 'without effect',
      reason: 'requests are repeated until default.api.timeout.ms is over',
    },
  }),
};

const apiTimeoutKey = 'default.api.timeout.ms';

/** Throws a `config` error that names the key. */
export function checkAdminSettings(properties: Properties): void {
  const settings = parseSettings({ ...requestSettings, ...adminSettingsTable }, properties);
  if (properties[apiTimeoutKey] === undefined) return;
  if (settings[apiTimeoutKey] >= settings['request.timeout.ms']) return;
  throw settingError(
    apiTimeoutKey,
    `The specified value of ${apiTimeoutKey} must be no smaller than the value of request.timeout.ms.`,
  );
}
