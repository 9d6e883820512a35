import { hiddenValue } from '../../entities/console-connector.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Herder } from '../../runtime/herder.ts';

type Config = Readonly<Record<string, string>>;

const secretName =
  /(^|[._-])(passwords?|passwd|pwd|secrets?|tokens?|passphrase|credentials?|apikey|api[._-]?key|access[._-]?key|private[._-]?key|jaas([._-]config)?|user[._-]info|keystore[._-]key)$/i;
const userInfoInUrl = /:\/\/[^/\s:@]*:(?!\$\{)[^/\s@]+@/;
const reference = /^\$\{[^{}]+:[^{}]*\}$/;

/**
 * Keys of `config` whose values never leave the server: PASSWORD by definition, and where no definition is known by
 * their name. A value that is only a reference (`${file:…}`) is no secret and is shown.
 */
export async function hiddenKeysOf(herder: Herder, config: Config): Promise<string[]> {
  const types = new Map<string, string>();
  const className = config['connector.class'];
  if (className !== undefined) {
    try {
      for (const { definition } of await herder.pluginConfig(className)) {
        if (definition !== null) types.set(definition.name, definition.type);
      }
    } catch {
      // A class that is no longer installed: names decide alone.
    }
  }
  return Object.entries(config)
    .filter(([key, value]) => value !== '' && !reference.test(value) && isSecret(types.get(key), key, value))
    .map(([key]) => key);
}

function isSecret(type: string | undefined, key: string, value: string): boolean {
  if (type === 'PASSWORD') return true;
  if (type === undefined && secretName.test(key)) return true;
  return userInfoInUrl.test(value);
}

export function maskConfig(config: Config, hiddenKeys: readonly string[]): Record<string, string> {
  const hidden = new Set(hiddenKeys);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, hidden.has(key) ? hiddenValue : value]),
  );
}

export interface RestoredConfig {
  readonly config: Record<string, string>;
  /** Stored values that were put in: they must not appear in an answer. */
  readonly restored: ReadonlyMap<string, string>;
  /** Keys that say `[hidden]` although nothing is stored for them. */
  readonly missing: readonly string[];
}

/** Puts stored values in the place of `[hidden]`, so that a masked text is never saved over a secret. */
export function restoreHidden(submitted: Config, stored: Config | null): RestoredConfig {
  const config: Record<string, string> = {};
  const restored = new Map<string, string>();
  const missing: string[] = [];
  for (const [key, value] of Object.entries(submitted)) {
    if (value !== hiddenValue) {
      config[key] = value;
      continue;
    }
    const kept = stored?.[key];
    if (kept === undefined || kept === hiddenValue) {
      missing.push(key);
    } else {
      config[key] = kept;
      restored.set(key, kept);
    }
  }
  return { config, restored, missing };
}

export const nothingHidden = `${hiddenValue} stands for a stored secret, and there is none: type the value.`;

export function requireNothingMissing({ missing }: RestoredConfig): void {
  if (missing.length > 0) throw new ConnectError('bad-request', `${missing.join(', ')}: ${nothingHidden}`);
}

/** Removes restored secrets from a message that may quote them. */
export function scrub(message: string, restored: ReadonlyMap<string, string>): string {
  let text = message;
  for (const secret of restored.values()) if (secret.length > 0) text = text.replaceAll(secret, hiddenValue);
  return text;
}
