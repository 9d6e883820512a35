import type { Settings } from '../plugin-api/source-connector.ts';

/** Keys that start with the prefix, without it. */
export function settingsWithPrefix(settings: Settings, prefix: string): Settings {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings)) {
    if (key.startsWith(prefix) && key.length > prefix.length) found[key.slice(prefix.length)] = value;
  }
  return found;
}

/** A comma-separated setting as its parts, blanks dropped; absent or empty: none. */
export function listSetting(settings: Settings, key: string): readonly string[] {
  return (settings[key] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
