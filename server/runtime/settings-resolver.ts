import type { Settings } from '../plugin-api/source-connector.ts';
import { noSecrets, type SecretTexts } from './config-providers/secret-texts.ts';

export interface ResolvedSettings {
  readonly settings: Settings;
  /** The values that took the place of placeholders. */
  readonly secrets: SecretTexts;
  /** Milliseconds after which a provider wants to be asked again. null: never. */
  readonly ttlMs: number | null;
}

/** Puts values in the place of `${provider:path:key}`. Rejects with a `config` error that names provider and setting. */
export interface SettingsResolver {
  resolve(raw: Settings): Promise<ResolvedSettings>;
}

/** No config providers: every value is as it is written. */
export const plainSettings: SettingsResolver = {
  resolve: async (raw) => ({ settings: raw, secrets: noSecrets, ttlMs: null }),
};

/**
 * Undoes the resolving in what a connector made of its settings, so that no secret is published: a value that is the
 * resolved one of a setting with a placeholder becomes the placeholder again, and so does a long one inside another.
 */
export function putPlaceholdersBack(
  made: Settings,
  raw: Settings,
  { settings, secrets }: ResolvedSettings,
): Settings {
  const restored: [string, string][] = Object.entries(made).map(([key, value]) => {
    const text = raw[key];
    const isAsResolved = text?.includes('${') === true && value === settings[key];
    return [key, isAsResolved ? text : secrets.putBack(value)];
  });
  return Object.fromEntries(restored);
}
