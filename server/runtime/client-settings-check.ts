import type { Properties } from '../kafka/ports/properties.ts';
import { type ClientKind, clientSettingProblems, settingsByClient } from '../kafka/settings-by-client.ts';
import { type SettingProblem, settingProblems } from '../kafka/settings-table.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import { adminProperties, consumerProperties, isClientKey, producerProperties } from './client-properties.ts';
import { settingsWithPrefix } from './settings-prefix.ts';
import type { overridePrefixes } from './validation/override-policy.ts';

const kinds: readonly ClientKind[] = ['producer', 'consumer', 'admin'];

/** What the clients of a connector get; their name plays no part in checks. */
const effective: Readonly<Record<ClientKind, (worker: Settings, connector: Settings) => Properties>> = {
  producer: (worker, connector) => producerProperties(worker, connector, ''),
  consumer: (worker, connector) => consumerProperties(worker, connector, { connector: '', task: 0 }),
  admin: (worker, connector) => adminProperties(worker, connector, ''),
};

/**
 * What is wrong with the client settings among a worker's settings: those of its own clients, and those with the
 * prefix `producer.`, `consumer.` or `admin.`. Full keys; no secrets.
 */
export function workerClientProblems(raw: Settings): readonly SettingProblem[] {
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => isClientKey(key)));
  return [
    ...settingProblems(settingsByClient.admin, withoutReferences(own)),
    ...kinds.flatMap((kind) => prefixedProblems(kind, `${kind}.`, raw, effective[kind](raw, {}))),
  ];
}

/** What is wrong with a connector's overrides of one kind of client, on top of the worker's settings. */
export function overrideProblems(
  prefix: (typeof overridePrefixes)[number],
  worker: Settings,
  overrides: Settings,
): readonly SettingProblem[] {
  const kind = kinds.find((each) => prefix === `${each}.override.`) ?? 'admin';
  return prefixedProblems(kind, prefix, overrides, effective[kind](worker, overrides));
}

/** Whether a worker setting with a client's prefix is one that such a client has. */
export function isPrefixedClientKey(key: string): boolean {
  return kinds.some(
    (kind) => key.startsWith(`${kind}.`) && Object.hasOwn(settingsByClient[kind], key.slice(kind.length + 1)),
  );
}

/** By what the key is declared as, and by its name where no client knows it. */
export function isSecretClientKey(key: string): boolean {
  return (
    kinds.some((kind) => settingsByClient[kind][key]?.type === 'PASSWORD') ||
    /password|passphrase|secret|jaas|\.keystore\.key$|certificate/i.test(key)
  );
}

function prefixedProblems(
  kind: ClientKind,
  prefix: string,
  settings: Settings,
  properties: Properties,
): readonly SettingProblem[] {
  const given = settingsWithPrefix(settings, prefix);
  if (Object.keys(given).length === 0) return [];
  const table = Object.fromEntries(
    Object.entries(settingsByClient[kind]).map(([key, setting]) => [`${prefix}${key}`, setting]),
  );
  const problems = settingProblems(table, withoutReferences(settings));
  if (problems.length > 0 || Object.values(properties).some(isReference)) return problems;
  return clientSettingProblems(kind, properties).map(({ key, message }) => ({
    key: `${prefix}${key}`,
    message: message.includes(`${prefix}${key}`) ? message : `${prefix}${key}: ${message}`,
  }));
}

function withoutReferences(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => !isReference(value)));
}

/** Config providers give the value only when the client is made. */
function isReference(value: string): boolean {
  return /\$\{[^}]*\}/.test(value);
}
