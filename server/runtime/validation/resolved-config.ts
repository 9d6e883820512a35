import type { RawConfig } from '../../config/config-key.ts';
import { isConnectError, messageOf } from '../../errors/connect-error.ts';
import type { ConfigInfos } from '../config-infos.ts';
import { noSecrets, type SecretTexts } from '../config-providers/secret-texts.ts';
import type { SettingsResolver } from '../settings-resolver.ts';
import { type ConfigEntry, unknownValue } from './config-part.ts';

export interface ResolvedConfig {
  readonly config: RawConfig;
  readonly secrets: SecretTexts;
  /** What a provider could not look up, and the settings that asked for it. */
  readonly failure: { readonly message: string; readonly settings: readonly string[] } | null;
}

/** The configuration as it is to be checked. Never rejects: what cannot be looked up is checked as it is written. */
export async function resolveConfig(config: RawConfig, resolver: SettingsResolver): Promise<ResolvedConfig> {
  const texts = Object.entries(config).filter((entry): entry is [string, string] => entry[1] !== null);
  try {
    const { settings, secrets } = await resolver.resolve(Object.fromEntries(texts));
    return { config: { ...config, ...settings }, secrets, failure: null };
  } catch (error) {
    const asking = isConnectError(error) ? error.details.settings : undefined;
    const settings = Array.isArray(asking) ? asking.map(String) : ['connector.class'];
    return { config, secrets: noSecrets, failure: { message: messageOf(error), settings } };
  }
}

/** The answer as people may see it: settings as they are written, no value of a provider anywhere. */
export function withPlaceholders(
  infos: ConfigInfos,
  written: RawConfig,
  { secrets, failure }: ResolvedConfig,
): ConfigInfos {
  const configs = infos.configs.map(({ definition, value }): ConfigEntry => {
    const text = written[value.name];
    const isWritten = typeof text === 'string' && text.includes('${') && value.value !== null;
    const shown = value.value === null ? null : secrets.hide(value.value);
    return {
      definition,
      value: {
        ...value,
        value: isWritten ? text : shown,
        recommendedValues: value.recommendedValues.map((each) => secrets.hide(each)),
        errors: value.errors.map((message) => secrets.hide(message)),
      },
    };
  });
  let added = 0;
  for (const name of failure?.settings ?? []) {
    const message = failure?.message ?? '';
    const entry = configs.find(({ value }) => value.name === name);
    if (entry === undefined) configs.push(unknownValue(name, written[name] ?? null, [message]));
    else entry.value.errors.push(message);
    added++;
  }
  return {
    ...infos,
    name: written['connector.class'] ?? infos.name,
    errorCount: infos.errorCount + added,
    configs,
  };
}
