import type { RawConfig } from '../../config/config-key.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { isSecretClientKey, overrideProblems } from '../client-settings-check.ts';
import { type ConfigEntry, nullValue, unknownValue } from './config-part.ts';
import { type OverridePolicy, overridePrefixes, refusal } from './override-policy.ts';

export interface OverrideRules {
  readonly policy: OverridePolicy;
  /** The worker's settings, on which overrides build. */
  readonly worker: Settings;
  /** Null: standalone. */
  readonly group: { readonly id: string; readonly isExactlyOnceEnabled: boolean } | null;
}

/**
 * The client settings that a connector overrides, of those clients that its kind makes use of: whether the policy
 * allows them, and then whether a client would take them.
 */
export function validateOverrides(
  config: RawConfig,
  type: 'source' | 'sink',
  rules: OverrideRules,
): ConfigEntry[] {
  const { group } = rules;
  const isSource = type === 'source';
  const hasDeadLetters = (config['errors.deadletterqueue.topic.name']?.trim() ?? '') !== '';
  const hasOffsetClients =
    isSource &&
    group !== null &&
    (group.isExactlyOnceEnabled || config['offsets.storage.topic'] !== undefined);
  const createsTopics = Object.keys(config).some((key) => key.startsWith('topic.creation.'));
  const isUsed = {
    'producer.override.': isSource || hasDeadLetters,
    'consumer.override.': !isSource || hasOffsetClients,
    'admin.override.': isSource ? createsTopics || hasOffsetClients : hasDeadLetters,
  };
  return overridePrefixes.flatMap((prefix) => (isUsed[prefix] ? overridesOf(config, prefix, rules) : []));
}

function overridesOf(
  config: RawConfig,
  prefix: (typeof overridePrefixes)[number],
  { policy, worker, group }: OverrideRules,
): ConfigEntry[] {
  const entries: ConfigEntry[] = [];
  const allowed: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.startsWith(prefix)) continue;
    const errors: string[] = value === null ? [nullValue] : [];
    if (!policy.allows(key.slice(prefix.length))) errors.push(refusal(policy, key));
    else if (value !== null) allowed[key] = value;
    if (key === 'consumer.override.group.id' && group !== null && value === group.id) {
      errors.push(`Consumer group ${value} conflicts with Connect worker group ${group.id}`);
    }
    const shown = value !== null && isSecretClientKey(key.slice(prefix.length)) ? '[hidden]' : value;
    entries.push(unknownValue(key, shown, errors));
  }
  for (const { key, message } of overrideProblems(prefix, worker, allowed)) {
    const entry = entries.find(({ value }) => value.name === key);
    if (entry !== undefined) entry.value.errors.push(message);
    // A rule between keys may ask for one that was left out.
    else entries.push(unknownValue(key, null, [message]));
  }
  return entries;
}
