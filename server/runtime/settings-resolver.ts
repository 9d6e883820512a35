import type { Settings } from '../plugin-api/source-connector.ts';

/** Puts values in the place of `${provider:path:key}`. Rejects with a typed error that names the placeholder. */
export interface SettingsResolver {
  resolve(raw: Settings): Promise<Settings>;
}

/** No config providers: every value is as it is written. */
export const plainSettings: SettingsResolver = { resolve: async (raw) => raw };

/**
 * Undoes the resolving in what a connector made of its settings, so that no secret is published: a value that is the
 * resolved one of a setting with a placeholder becomes the placeholder again.
 */
export function putPlaceholdersBack(made: Settings, raw: Settings, resolved: Settings): Settings {
  const restored: Record<string, string> = { ...made };
  for (const [key, text] of Object.entries(raw)) {
    if (text.includes('${') && restored[key] !== undefined && restored[key] === resolved[key])
      restored[key] = text;
  }
  return restored;
}
